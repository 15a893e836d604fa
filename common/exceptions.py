"""The base class of expected failures."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.exceptions import APIException


class APIError(APIException):
    """An expected failure. It carries a message, a code, an HTTP status and data.

    It is a DRF exception, so any DRF project renders it as `{"message", "code", …}` without a custom
    handler. `str()` of it is the message.

    The OpenAPI document is generated from these classes: the first line of the docstring describes the error,
    `fields` describes the data that every such error carries, and `example` has the arguments of an example.
    """

    status_code = 400
    code = "error"
    message = ""  # the default message
    fields: ClassVar[Mapping[str, str]] = {}
    nullable: ClassVar[frozenset[str]] = frozenset()  # of the fields
    example: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, message: str = "", **data: Any) -> None:
        self.message = message or self.message
        body: Any = {"message": self.message, "code": self.code, **data}
        self.detail = body  # set directly, since DRF's own constructor turns numbers into strings

    def __str__(self) -> str:
        return self.message
