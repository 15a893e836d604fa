"""What an engine may fail with.

Each failure carries the `code` and the HTTP `status` of the answer it leads to, and, where waiting helps,
`retry_after` in seconds. `setting` names the setting of this installation that would help. `calls` are the
calls of models that were made before it, for the operator's records. The message is written for the user:
it never quotes a provider's answer, a key or a stack. Whatever the failure, the user is not charged.
"""

from typing import ClassVar

from ai.engines.base import ModelCall


class EngineError(Exception):
    """The engine could not do what was asked. Catch this one; raise one of its kinds."""

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
    """The text carries no question: the user should send another text."""

    code = "no_questions"
    status = 422
    default_message = "No question could be made from this text."


class NothingOnTopic(NoQuestions):
    """The text carries questions, but none on the focus or the topics that were asked for."""

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
    """The engine does not speak the language asked for, or the one the text is written in."""

    code = "unsupported_language"
    status = 422
    setting = "AI_MODEL"
    default_message = "The offline engine works in English only. Other languages need a model (AI_MODEL)."


class UnknownLanguage(UnsupportedLanguage):
    """The language asked for is not the tag of one."""

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
    """The model cannot be reached, is overloaded, or refuses our key or quota."""

    code = "engine_unavailable"
    status = 503
    default_message = "The question engine is not available at the moment. You have not been charged."
    retry_after = 30


class EngineBusy(EngineError):
    """As many requests as may wait for a model in this process already do."""

    code = "engine_busy"
    status = 503
    default_message = "The question engine is busy. You have not been charged."
    retry_after = 5


class ClientGone(EngineError):
    """The client closed its connection while its request waited for a model. Nobody reads this response."""

    code = "client_gone"
    status = 499
    default_message = "The client closed the connection."


class EngineTimeout(EngineError):
    """The model did not answer before the deadline."""

    code = "engine_timeout"
    status = 504
    default_message = "The question engine took too long. You have not been charged."
