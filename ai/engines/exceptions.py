"""Expected failures of engines.

Each carries the `code` and the HTTP `status` of the response, and `retry_after` in seconds if a retry may help.
`setting` names the setting to change. `calls` are the calls of models made before the failure, for the operator's
records. The message is for the user: it never quotes a provider's answer, a key or a stack trace. The user is not
charged.
"""

from typing import ClassVar

from ai.engines.base import ModelCall


class EngineError(Exception):
    """Base class of failures. Catch this one; raise a subclass."""

    code: ClassVar[str] = "engine_error"
    status: ClassVar[int] = 502
    default_message: ClassVar[str] = "The question engine failed. You have not been charged."
    retry_after: int | None = None
    setting: ClassVar[str] = ""

    def __init__(
        self, message: str = "", *, retry_after: int | None = None, calls: tuple[ModelCall, ...] = ()
    ) -> None:
        self.calls = calls
        if retry_after is not None:
            self.retry_after = retry_after
        super().__init__(message or self.default_message)


class NoQuestions(EngineError):
    """No question can be made from the text."""

    code = "no_questions"
    status = 422
    default_message = "No question could be made from this text."


class NothingOnTopic(NoQuestions):
    """No question about the focus or the topics can be made from the text."""

    code = "no_questions_on_topic"
    default_message = "No question about the focus or the topics could be made from this text."


class ModelRequired(EngineError):
    """The offline engine cannot do this; a model could."""

    code = "model_required"
    status = 422
    setting = "AI_MODEL"
    default_message = (
        "The offline engine marks terms, numbers, dates and choices only. Free text needs a model (AI_MODEL)."
    )


class UnsupportedLanguage(EngineError):
    """The engine does not support the requested language, or the language of the text."""

    code = "unsupported_language"
    status = 422
    setting = "AI_MODEL"
    default_message = "The offline engine works in English only. Other languages need a model (AI_MODEL)."


class UnknownLanguage(UnsupportedLanguage):
    """The requested language is not a BCP 47 tag."""

    setting = ""
    default_message = "The language is not a BCP 47 tag, such as en or pt-BR."


class ContentRefused(EngineError):
    """The provider's filter refused the text, or it is too long for the model."""

    code = "content_refused"
    status = 422
    default_message = "The question engine refused this text."


class EngineBadOutput(EngineError):
    """The model's answer could not be used, after a retry: truncated, malformed or out of range."""

    code = "engine_bad_output"
    status = 502
    default_message = "The question engine gave an answer that could not be used. You have not been charged."


class EngineUnavailable(EngineError):
    """The model cannot be reached or is overloaded, or the provider refuses the key or the quota."""

    code = "engine_unavailable"
    status = 503
    default_message = "The question engine is not available at the moment. You have not been charged."
    retry_after = 30


class EngineBusy(EngineError):
    """The maximum number of requests already wait for a model in this process."""

    code = "engine_busy"
    status = 503
    default_message = "The question engine is busy. You have not been charged."
    retry_after = 5


class TooManyWaiting(EngineError):
    """The user's requests take the user's share of the waiting slots, or recently waited too long without a charge."""

    code = "too_many_waiting_calls"
    status = 429
    default_message = "Your other requests still wait for the question engine. You have not been charged."
    retry_after = 5


class ClientGone(EngineError):
    """The client closed its connection while its request waited for a model."""

    code = "client_gone"
    status = 499
    default_message = "The client closed the connection."


class EngineTimeout(EngineError):
    """The model did not answer before the deadline."""

    code = "engine_timeout"
    status = 504
    default_message = "The question engine took too long. You have not been charged."
