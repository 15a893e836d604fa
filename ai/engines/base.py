"""Requests, results and the interface of question engines.

The module knows neither Django nor HTTP nor a particular model, so that an engine can be tested and replaced alone.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class QuestionType(StrEnum):
    MULTIPLE_CHOICE = "multiple-choice"
    SHORT_ANSWER = "short-answer"
    TRUE_FALSE = "true-false"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


ALL_QUESTION_TYPES: tuple[QuestionType, ...] = tuple(QuestionType)
# Shown in place of the words that a question asks for.
BLANK = "_____"
TRUE_FALSE_OPTIONS: tuple[str, str] = ("True", "False")
# A question may begin with what its statement refers to.
_CONTEXT = re.compile(r"\A(?:About [^“”]*, )?(?:[Aa]fter “[^“”]*”, )?")


def question_without_context(text: str) -> str:
    """Return the text of a question without "About the Eiffel Tower, " or "After “It was opened in 1889”, "."""
    question = _CONTEXT.sub("", text)
    return question[:1].upper() + question[1:]


def quoted_statement(text: str) -> str:
    """Return the statement that the text of a question quotes, or nothing."""
    return question_without_context(text).partition("“")[2].rpartition("”")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """A source text and the questions to make from it.

    `language` is a BCP 47 tag, such as `en` or `en-GB`. `focus` is free text and `topics` are names; both
    select parts of the source. `difficulty=None` leaves the mix to the engine. `user` names who asks, so that one
    user's requests cannot keep out all others; it does not change the questions.
    """

    source_text: str
    question_count: int = 5
    question_types: tuple[QuestionType, ...] = ALL_QUESTION_TYPES
    difficulty: Difficulty | None = None
    focus: str = ""
    language: str = "en"
    topics: tuple[str, ...] = ()
    user: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuestion:
    """One question, not yet stored.

    `options` holds two to six choices for multiple choice, `("True", "False")` for true/false, and nothing
    for a short answer; where there are options, `answer` is exactly one of them. `excerpt` is the sentence
    of the source that the question rests on. `accepted_answers` holds every wording that earns full marks for a
    short answer that is a term, a number or a date; it is empty for free text, which only a model can mark.
    """

    text: str
    question_type: QuestionType
    options: tuple[str, ...]
    answer: str
    marks_available: int
    topic: str = ""
    excerpt: str = ""
    accepted_answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Tokens that a model read and wrote."""

    input: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """One call of a model, successful or failed: its tokens, latency and cost to the operator.

    `model` is named as in `AI_MODEL` (`openai:gpt-5-mini`). `outcome` is `ok`, or the code of the
    `EngineError`. `cost` is in US dollars, or None if it is not known.
    """

    model: str
    prompt_version: str
    outcome: str
    tokens: Tokens
    latency_ms: int
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationResult:
    """One to `question_count` questions, in the order to show them, and the engine that made them.

    `calls` are the calls of models, in order; empty for the offline engine.
    """

    questions: tuple[DraftQuestion, ...]
    engine: str
    calls: tuple[ModelCall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRequest:
    """A user's answer and the stored question. `user` names who asks, as in `GenerationRequest`."""

    question_text: str
    question_type: QuestionType
    options: tuple[str, ...]
    expected_answer: str
    marks_available: int
    user_answer: str
    accepted_answers: tuple[str, ...] = ()
    user: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResult:
    """Whole marks from 0 to `marks_available`, and feedback for the user."""

    marks_achieved: int
    feedback: str
    engine: str
    calls: tuple[ModelCall, ...] = ()


def total_tokens(calls: tuple[ModelCall, ...]) -> Tokens:
    """Return the sum of the tokens of `calls`, including failed ones."""
    return Tokens(
        input=sum(call.tokens.input for call in calls), output=sum(call.tokens.output for call in calls)
    )


# Receives the result so far, whenever more questions are finished: a job's progress.
OnQuestions = Callable[[GenerationResult], Awaitable[None]]
# Polled while a thread waits for a model. Returns False once the client has disconnected.
IsWanted = Callable[[], bool]


class Engine(Protocol):
    """Makes and marks questions.

    Called from many threads at once, and never inside a database transaction. `generate` and `evaluate`
    block; their `a…` forms are for an event loop with many calls in flight. Every expected failure is an
    `ai.engines.exceptions.EngineError`, which carries the calls made before it. Any other exception is
    a bug of the engine.
    """

    @property
    def name(self) -> str:
        """The name that is stored with results, such as `offline`."""
        ...

    def generate(
        self, request: GenerationRequest, *, is_wanted: IsWanted | None = None
    ) -> GenerationResult: ...

    async def agenerate(
        self, request: GenerationRequest, *, on_questions: OnQuestions | None = None
    ) -> GenerationResult: ...

    def evaluate(
        self, request: EvaluationRequest, *, is_wanted: IsWanted | None = None
    ) -> EvaluationResult: ...

    async def aevaluate(self, request: EvaluationRequest) -> EvaluationResult: ...

    def token_limit(self, request: GenerationRequest | EvaluationRequest) -> Tokens:
        """Return the most tokens that a run for `request` may bill. Zero without a model."""
        ...
