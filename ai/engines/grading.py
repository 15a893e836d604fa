"""What has one right answer is graded here, in code, whatever the engine is.

Multiple choice, true/false and numbers never reach a model: a model can be talked into marks, and these need
none of its judgement. Only free text goes to the engine, and its marks are held to their range.
"""

import re
import string
from dataclasses import dataclass
from decimal import Decimal

from ai.engines.base import (
    Engine,
    EvaluationRequest,
    EvaluationResult,
    GenerationRequest,
    GenerationResult,
    QuestionType,
)
from ai.engines.exceptions import EngineBadOutput

GRADED_IN_CODE = "code"

_NUMBER = r"[-+−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+−]?\d+(?:\.\d+)?"  # noqa: RUF001 -- people paste a real minus sign
_ONLY_NUMBER = re.compile(rf"\s*[$€£]?\s*({_NUMBER})\s*%?\s*\.?\s*")
_ANY_NUMBER = re.compile(rf"(?<![\w.,])(?:{_NUMBER})(?![\w])")
_SMALL_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_NUMBER_WORDS = {word: str(value) for value, word in enumerate(_SMALL_NUMBERS)}
_LETTER = re.compile(r"\s*(?:option\s+)?\(?([a-fA-F])[).:]?\s*", re.IGNORECASE)
_LETTER_AND_TEXT = re.compile(r"\s*\(?([a-fA-F])[).:]\s+(\S.*)", re.DOTALL)
_TRUE, _FALSE = frozenset({"true", "t", "yes", "correct"}), frozenset({"false", "f", "no", "incorrect"})
_EDGES = string.punctuation + string.whitespace + "“”‘’«»…"  # noqa: RUF001 -- people paste these
# An exponent or a thousand digits is no answer to a question, and Decimal would take its time over it.
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class CodeGraded:
    """An engine of which only free text is asked: the rest is graded in code, and named `code`."""

    engine: Engine

    @property
    def name(self) -> str:
        return self.engine.name

    def generate(self, request: GenerationRequest) -> GenerationResult:
        return self.engine.generate(request)

    def evaluate(self, request: EvaluationRequest) -> EvaluationResult:
        """Return the marks for an answer; raise `EngineBadOutput` if the engine gives marks out of range."""
        closed = grade_closed(request)
        if closed is not None:
            return closed
        result = self.engine.evaluate(request)
        if not 0 <= result.marks_achieved <= request.marks_available:
            raise EngineBadOutput
        return result


def grade_closed(request: EvaluationRequest) -> EvaluationResult | None:
    """Return the result of what code can grade: an empty answer, a choice, a number. None for free text."""
    if not request.user_answer.strip():
        return _result(request, correct=False, why="No answer was given.")
    if request.question_type is QuestionType.TRUE_FALSE:
        return _grade_truth(request)
    if request.question_type is QuestionType.MULTIPLE_CHOICE:
        return _grade_choice(request)
    expected = _as_number(request.expected_answer)
    return None if expected is None else _grade_number(request, expected)


def _grade_truth(request: EvaluationRequest) -> EvaluationResult:
    given = _plain(request.user_answer)
    if given not in _TRUE | _FALSE:
        return _result(request, correct=False, why="Answer “True” or “False”.")
    return _result(request, correct=(given in _TRUE) == (_plain(request.expected_answer) in _TRUE))


def _grade_choice(request: EvaluationRequest) -> EvaluationResult:
    options = {_plain(option): option for option in request.options}
    given = _plain(request.user_answer)
    chosen = options.get(given)
    if chosen is None and (letter := _LETTER.fullmatch(request.user_answer)):
        chosen = _by_letter(request, letter[1])
    if chosen is None and (both := _LETTER_AND_TEXT.fullmatch(request.user_answer)):
        named = _by_letter(request, both[1])
        chosen = named if named is not None and _plain(named) == _plain(both[2]) else None
    if chosen is None and given != _plain(request.expected_answer):
        return _result(request, correct=False, why="This is none of the options.")
    return _result(request, correct=_plain(chosen or given) == _plain(request.expected_answer))


def _by_letter(request: EvaluationRequest, letter: str) -> str | None:
    place = string.ascii_lowercase.index(letter.lower())
    return request.options[place] if place < len(request.options) else None


def _grade_number(request: EvaluationRequest, expected: Decimal) -> EvaluationResult:
    found = {Decimal(_digits(text)) for text in _ANY_NUMBER.findall(request.user_answer[:4_000])
             if len(text) <= _LONGEST_NUMBER}  # fmt: skip
    if not found:
        words = (_plain(word) for word in request.user_answer.split())
        found = {Decimal(_NUMBER_WORDS[word]) for word in words if word in _NUMBER_WORDS}
    if not found:
        return _result(request, correct=False, why="A number was expected.")
    if len(found) > 1:
        return _result(request, correct=False, why="Give one number only.")
    return _result(request, correct=found == {expected})


def _as_number(text: str) -> Decimal | None:
    match = _ONLY_NUMBER.fullmatch(text)
    if match is None or len(match[1]) > _LONGEST_NUMBER:
        return None
    return Decimal(_digits(match[1]))


def _digits(number: str) -> str:
    # Decimal reads the digits of every script.
    return number.replace(",", "").replace("−", "-")  # noqa: RUF001


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_EDGES)


def _result(request: EvaluationRequest, *, correct: bool, why: str = "") -> EvaluationResult:
    marks = request.marks_available if correct else 0
    verdict = (
        "Correct."
        if correct
        else f"{why or 'Not correct.'} The expected answer is “{request.expected_answer}”."
    )
    return EvaluationResult(marks_achieved=marks, feedback=verdict, engine=GRADED_IN_CODE)
