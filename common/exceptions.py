"""The base class of expected failures."""

from typing import Any

from rest_framework.exceptions import APIException


class APIError(APIException):
    """An expected failure. It carries a message, a code, an HTTP status and data.

    It is a DRF exception, so any DRF project renders it as `{"message", "code", …}` without a custom
    handler. `str()` of it is the message.
    """

    status_code = 400
    code = "error"
    message = ""  # the default message

    def __init__(self, message: str = "", **data: Any) -> None:
        self.message = message or self.message
        body: Any = {"message": self.message, "code": self.code, **data}
        self.detail = body  # set directly, since DRF's own constructor turns numbers into strings

    def __str__(self) -> str:
        return self.message
