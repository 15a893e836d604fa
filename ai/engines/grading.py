"""Grade questions with one right answer deterministically, whichever engine is configured.

Multiple choice, true/false, numbers and dates never reach a model: a model can be manipulated into awarding marks,
and these need no judgement. Only terms and free text reach the engine. Marks out of range raise EngineBadOutput.
"""

import re
import string
from dataclasses import dataclass

from ai.engines.base import (
    Engine,
    EvaluationRequest,
    EvaluationResult,
    GenerationRequest,
    GenerationResult,
    IsWanted,
    OnQuestions,
    QuestionType,
    Tokens,
)
from ai.engines.exceptions import EngineBadOutput
from ai.engines.numbers_and_dates import Date, Number, dates, is_unit, numbers, same_quantity, unit_after

DETERMINISTIC = "code"

_LETTER = re.compile(r"\s*(?:option\s+)?\(?([a-fA-F])[).:]?\s*", re.IGNORECASE)
_LETTER_AND_TEXT = re.compile(r"\s*\(?([a-fA-F])[).:]\s+(\S.*)", re.DOTALL)
_TRUE, _FALSE = frozenset({"true", "t", "yes", "correct"}), frozenset({"false", "f", "no", "incorrect"})
_PREAMBLE = re.compile(
    r"(?:(?:i think|my answer:?|answer:?|the (?:right |correct )?(?:answer|statement|option)|it|this|that)\s+)?"
    r"(?:(?:is|was|it is|it's|it was)\s+)?"
)
_EDGES = string.punctuation + string.whitespace + "“”‘’«»…"  # noqa: RUF001 -- people paste these
_NEGATION = re.compile(
    r"\b(?:not|never|no|neither|nor|except|without|wrong|false|but)\b|n.t\b", re.IGNORECASE
)
_ALTERNATIVE = re.compile(r"\bor\b(?! so\b)", re.IGNORECASE)
_BOUND = re.compile(
    r"\b(more|less|fewer|over|under|before|after|until|since|below|above|least|most|up to|almost|nearly|between)"
    r"(?: than| the| year)*\s*[$€£]?\s*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{4,}")
_MAX_ANSWER_CHARS = 4_000
# Words that are neither the unit nor in the question; more of them indicate a keyword dump.
_MAX_OTHER_WORDS = 4
_DECADE = re.compile(r"\d{3,4}['’]?s\b")  # noqa: RUF001  (typographic marks)


@dataclass(frozen=True, slots=True)
class DeterministicGrading:
    """Wraps an engine: only terms and free text reach it. Other results have the engine name `code`."""

    engine: Engine

    @property
    def name(self) -> str:
        return self.engine.name

    def generate(self, request: GenerationRequest, *, is_wanted: IsWanted | None = None) -> GenerationResult:
        return self.engine.generate(request, is_wanted=is_wanted)

    async def agenerate(
        self, request: GenerationRequest, *, on_questions: OnQuestions | None = None
    ) -> GenerationResult:
        return await self.engine.agenerate(request, on_questions=on_questions)

    def evaluate(self, request: EvaluationRequest, *, is_wanted: IsWanted | None = None) -> EvaluationResult:
        """Return the marks for an answer. Raises `EngineBadOutput` if the engine gives marks out of range."""
        return grade_closed(request) or _in_range(request, self.engine.evaluate(request, is_wanted=is_wanted))

    async def aevaluate(self, request: EvaluationRequest) -> EvaluationResult:
        return grade_closed(request) or _in_range(request, await self.engine.aevaluate(request))

    def token_limit(self, request: GenerationRequest | EvaluationRequest) -> Tokens:
        if isinstance(request, EvaluationRequest) and grade_closed(request):
            return Tokens()
        return self.engine.token_limit(request)


def _in_range(request: EvaluationRequest, result: EvaluationResult) -> EvaluationResult:
    if not 0 <= result.marks_achieved <= request.marks_available:
        raise EngineBadOutput(calls=result.calls)
    return result


def grade_closed(request: EvaluationRequest) -> EvaluationResult | None:
    """Return the result for an empty answer, a choice, a quantity or a date. None for terms and free text."""
    if not request.user_answer.strip():
        return _result(request, correct=False, why="No answer was given.")
    if request.question_type is QuestionType.TRUE_FALSE:
        return _grade_true_false(request)
    if request.question_type is QuestionType.MULTIPLE_CHOICE:
        return _grade_choice(request)
    date, quantity = _as_date(request.expected_answer), _as_quantity(request)
    if date is None and quantity is None:
        return None
    given, wordings = (
        request.user_answer.strip().casefold(),
        (request.expected_answer, *request.accepted_answers),
    )
    if given in {wording.strip().casefold() for wording in wordings}:
        return _result(request, correct=True)
    if date is not None:
        return _grade_date(request, date)
    return None if quantity is None else _grade_quantity(request, *quantity)


def _grade_true_false(request: EvaluationRequest) -> EvaluationResult:
    given = _normalize(_strip_preamble(request.user_answer))
    if given not in _TRUE | _FALSE:
        return _result(request, correct=False, why="Answer “True” or “False”.")
    return _result(request, correct=(given in _TRUE) == (_normalize(request.expected_answer) in _TRUE))


def _grade_choice(request: EvaluationRequest) -> EvaluationResult:
    chosen = _chosen(request)
    if chosen is None and _normalize(request.user_answer) != _normalize(request.expected_answer):
        return _result(request, correct=False, why="This is not one of the options.")
    return _result(
        request, correct=_normalize(chosen or request.user_answer) == _normalize(request.expected_answer)
    )


def _chosen(request: EvaluationRequest) -> str | None:
    """Return the option that an answer names by text, number or letter, or by letter and text if they agree."""
    options = {_normalize(option): option for option in request.options}
    for given in (_normalize(request.user_answer), _normalize(_strip_preamble(request.user_answer))):
        if given in options:
            return options[given]
    if letter := _LETTER.fullmatch(request.user_answer):
        return _by_letter(request, letter[1])
    if both := _LETTER_AND_TEXT.fullmatch(request.user_answer):
        named = _by_letter(request, both[1])
        return named if named is not None and _normalize(named) == _normalize(both[2]) else None
    value = _only_number(_strip_preamble(request.user_answer))
    same = [option for option in request.options if value is not None and _only_number(option) == value]
    return same[0] if len(same) == 1 else None


def _only_number(text: str) -> object:
    found = numbers(text[:_MAX_ANSWER_CHARS])
    plain = text.strip(_EDGES)
    return found[0].value if len(found) == 1 and found[0].text == plain else None


def _by_letter(request: EvaluationRequest, letter: str) -> str | None:
    place = string.ascii_lowercase.index(letter.lower())
    return request.options[place] if place < len(request.options) else None


def _grade_date(request: EvaluationRequest, expected: Date) -> EvaluationResult:
    given = request.user_answer[:_MAX_ANSWER_CHARS]
    found = {date.parts for date in dates(given)}
    refused = _rejection_reason(request, given)
    if refused or len(found) > 1:
        return _result(request, correct=False, why=refused or "Give one date only.")
    return _result(request, correct=found == {expected.parts})


def _grade_quantity(request: EvaluationRequest, expected: Number, expected_unit: str) -> EvaluationResult:
    given = request.user_answer[:_MAX_ANSWER_CHARS]
    found = numbers(given)
    if not found:
        return _result(request, correct=False, why="A number was expected.")
    if len({number.value for number in found}) > 1:
        return _result(request, correct=False, why="Give one number only.")
    bound = _BOUND.search(given, 0, found[0].start)
    bounded = bound is not None and bound[1].lower() not in request.question_text.lower()
    refused = _rejection_reason(request, given) or (
        "Give an exact value, not “more than” or “less than”." if bounded else ""
    )
    if refused:
        return _result(request, correct=False, why=refused)
    # A question stored without its unit shows it in its text.
    known_unit = bool(expected_unit or request.accepted_answers)
    given_unit = unit_after(given, found[0].end) if known_unit else ""
    return _result(request, correct=same_quantity(expected, expected_unit, found[0], given_unit))


def _rejection_reason(request: EvaluationRequest, given: str) -> str:
    """Return the reason to reject an answer that contains the right value: it negates it, offers alternatives, or adds too much."""
    if _NEGATION.search(given):
        return "The answer contains a negation. State the answer itself."
    if _ALTERNATIVE.search(given):
        return "Give one answer only."
    known = {
        word.lower()
        for text in (request.question_text, *request.accepted_answers)
        for word in _WORD.findall(text)
    }
    others = [word for word in _WORD.findall(given) if word.lower() not in known]
    return "Give only the answer." if len(others) > _MAX_OTHER_WORDS else ""


def _as_date(text: str) -> Date | None:
    found = dates(text)
    return found[0] if len(found) == 1 and found[0].end - found[0].start == len(text.strip()) else None


def _as_quantity(request: EvaluationRequest) -> tuple[Number, str] | None:
    """Return the expected number with its unit, if the expected answer contains nothing else."""
    best: tuple[Number, str] | None = None
    for wording in (request.expected_answer, *request.accepted_answers):
        text = wording.strip().rstrip(".").strip('“”"')
        found = numbers(text)
        if len(found) != 1 or text[: found[0].start].strip("$€£ -−") or _DECADE.search(text):  # noqa: RUF001  (a real minus sign)
            return None
        named = text[found[0].end :].strip()
        if named and named != "%" and wording not in request.accepted_answers and not is_unit(named):
            return None
        if best is None or (named and not best[1]):
            best = found[0], named
    return best


def _strip_preamble(text: str) -> str:
    """Return `text` without a preamble such as "I think it is"."""
    folded = text.strip()[:_MAX_ANSWER_CHARS]
    match = _PREAMBLE.match(folded.lower())
    return folded[match.end() :] if match else folded


def _normalize(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_EDGES)


def _result(request: EvaluationRequest, *, correct: bool, why: str = "") -> EvaluationResult:
    marks = request.marks_available if correct else 0
    verdict = (
        "Correct."
        if correct
        else f"{why or 'Not correct.'} The expected answer is “{request.expected_answer}”."
    )
    return EvaluationResult(marks_achieved=marks, feedback=verdict, engine=DETERMINISTIC)
