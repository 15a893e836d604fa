"""Engine failures as HTTP responses. A failed call is not charged."""

from ai.engines import exceptions as engines
from ai.engines.exceptions import EngineError
from common.exceptions import APIError
from common.openapi import ErrorDoc


class EngineFailed(APIError):
    """An engine failed. Carries the engine's message, code and status, and when to retry."""

    def __init__(self, error: EngineError) -> None:
        self.status_code = error.status
        self.code = error.code
        super().__init__(str(error), **({"setting": error.setting} if error.setting else {}))
        if error.retry_after is not None:
            self.wait = error.retry_after


def _documented(error: type[EngineError]) -> ErrorDoc:
    """Describe the response to an engine's error for the OpenAPI document."""
    body = EngineFailed(error()).detail
    return ErrorDoc(
        status=error.status,
        code=error.code,
        summary=error.default_message,
        example=body,  # type: ignore[arg-type]  # a dict: see APIError
        fields={"setting": "The setting of the server that would help."} if error.setting else {},
        retry_after=error.retry_after is not None,
    )


EVALUATION_ERRORS = [
    _documented(error)
    for error in (
        engines.ModelRequired,
        engines.UnsupportedLanguage,
        engines.UnknownLanguage,
        engines.ContentRefused,
        engines.EngineBadOutput,
        engines.EngineUnavailable,
        engines.EngineBusy,
        engines.TooManyWaiting,
        engines.EngineTimeout,
        engines.EngineError,
    )
]
GENERATION_ERRORS = [
    *EVALUATION_ERRORS,
    *(_documented(error) for error in (engines.NoQuestions, engines.NothingOnTopic)),
]
