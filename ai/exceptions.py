"""Engine failures as HTTP responses. A failed call is not charged."""

from ai.engines.exceptions import EngineError
from common.exceptions import APIError


class EngineFailed(APIError):
    """An engine failed. Carries the engine's message, code and status, and when to retry."""

    def __init__(self, error: EngineError) -> None:
        self.status_code = error.status
        self.code = error.code
        super().__init__(str(error), **({"setting": error.setting} if error.setting else {}))
        if error.retry_after is not None:
            self.wait = error.retry_after
