"""An engine's failure, as HTTP. Nothing was charged for it."""

from ai.engines.exceptions import EngineError
from common.exceptions import APIError


class EngineFailed(APIError):
    """The engine's own message, code and status, and when to try again."""

    def __init__(self, error: EngineError) -> None:
        self.status_code = error.status
        self.code = error.code
        super().__init__(str(error))
        if error.retry_after is not None:
            self.wait = error.retry_after
