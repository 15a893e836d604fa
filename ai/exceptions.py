"""An engine's failure, as HTTP. Nothing was charged for it."""

from typing import Any

from rest_framework.exceptions import APIException

from ai.engines.exceptions import EngineError


class EngineFailed(APIException):
    """The engine's own sentence, code and status, and when to try again."""

    def __init__(self, error: EngineError) -> None:
        self.status_code = error.status
        self.code = error.code
        body: Any = {"message": str(error), "code": error.code}
        if error.setting:
            body["setting"] = error.setting
        self.detail = body
        if error.retry_after is not None:
            self.wait = error.retry_after

    def __str__(self) -> str:
        return str(self.detail["message"])  # type: ignore[index, call-overload]
