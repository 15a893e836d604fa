"""What an engine is asked for and what it answers: the contract between the paid views and any engine.

Nothing here knows Django, HTTP or a particular model, so an engine can be tested and swapped alone.
"""

from dataclasses import dataclass, field
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
# What a question shows in the place of the words that it asks for.
GAP = "_____"
TRUE_FALSE_OPTIONS: tuple[str, str] = ("True", "False")


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """A source text and what is wanted of it.

    `language` is a BCP 47 tag, such as `en` or `en-GB`. `focus` is free text and `topics` are names; both
    say which parts of the source matter most. `difficulty=None` leaves the mix to the engine.
    """

    source_text: str
    question_count: int = 5
    question_types: tuple[QuestionType, ...] = ALL_QUESTION_TYPES
    difficulty: Difficulty | None = None
    focus: str = ""
    language: str = "en"
    topics: tuple[str, ...] = ()


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
class Usage:
    """Tokens that a model billed for the call; zero for an engine that is not a model."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationResult:
    """One to `question_count` questions, in the order to show them, and the engine that made them."""

    questions: tuple[DraftQuestion, ...]
    engine: str
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRequest:
    """A user's answer and the question that it answers, as that question is stored."""

    question_text: str
    question_type: QuestionType
    options: tuple[str, ...]
    expected_answer: str
    marks_available: int
    user_answer: str
    accepted_answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResult:
    """Whole marks from 0 to `marks_available`, and why, in words for the user."""

    marks_achieved: int
    feedback: str
    engine: str
    usage: Usage = field(default_factory=Usage)


class Engine(Protocol):
    """Makes and marks questions.

    Called from many threads at once, and never inside a database transaction. Every expected failure is an
    `ai.engines.exceptions.EngineError`; anything else that escapes is a fault of the engine.
    """

    @property
    def name(self) -> str:
        """The name that is stored with what the engine made, such as `offline`."""
        ...

    def generate(self, request: GenerationRequest) -> GenerationResult: ...

    def evaluate(self, request: EvaluationRequest) -> EvaluationResult: ...
