"""Marks for free text, by comparing words with the expected answer.

The share of the expected key terms that the answer has counts most, then how far the two texts overlap and
resemble each other. Words of the question itself earn nothing. It is blind to meaning: a paraphrase that
shares no word with the expected answer is undervalued, and a salad of the right words is overvalued. The
feedback says so.
"""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from dataclasses import dataclass

from ai.engines.base import EvaluationRequest
from ai.engines.offline.tagging import content_stems, stem
from ai.engines.offline.words import FUNCTION_WORDS, NEGATIONS

METHOD_NOTE = "This mark compares words, not meaning."

_WORD = re.compile(r"\w+(?:[.,]\d+)*(?:['’\-]\w+)*")
# Two spellings of one word, such as a slip of the keyboard.
_SAME_WORD = 85
_SHORTEST_MISSPELT = 5
_FULL, _HALF, _SAME_WORDING = 0.8, 0.5, 85
# A number is worth two words: "312 hours" is about the 312.
_NUMBER_WEIGHT = 2
# Beyond this the answer is a copy of the source rather than an answer, and gets half at most.
_DUMP_RATIO, _DUMP_STEMS = 12, 60
_MOST_ANSWER_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class _Comparison:
    found: list[str]
    missed: list[str]
    recall: float
    overlap: float
    likeness: float

    @property
    def score(self) -> float:
        return 0.7 * self.recall + 0.15 * self.overlap + 0.15 * self.likeness


def mark(request: EvaluationRequest) -> tuple[int, str]:
    """Return whole marks, 0 to `request.marks_available`, and feedback for the user."""
    given = request.user_answer[:_MOST_ANSWER_CHARS]
    available = request.marks_available
    if (_plain(given) or given.strip()) == (
        _plain(request.expected_answer) or request.expected_answer.strip()
    ):
        return available, f"Correct: this is the expected answer. {METHOD_NOTE}"
    comparison = _compare(request.question_text, request.expected_answer, given)
    if _contradicts(request.expected_answer, given):
        return 0, f"Your answer says the opposite of the expected one in nearly the same words. {METHOD_NOTE}"
    marks = _marks(comparison, available)
    copied = _is_dump(request.expected_answer, given)
    if copied:
        marks = min(marks, available // 2)
    return marks, _feedback(comparison, marks, available, copied=copied)


def _compare(question: str, expected: str, given: str) -> _Comparison:
    from rapidfuzz import fuzz

    asked = set(content_stems(question))
    terms = _terms(expected)
    keys = {key: word for key, word in terms.items() if key not in asked} or terms
    answer = list(dict.fromkeys([*content_stems(given), *(stem(word) for word in _WORD.findall(given))]))
    known = set(answer)
    found = [key for key in keys if key in known or _misspelt(key, answer)]
    weight = sum(_weight(key) for key in keys)
    recall = sum(_weight(key) for key in found) / weight if weight else 0.0
    content = set(content_stems(given))
    both = set(terms) & content
    overlap = 2 * len(both) / (len(terms) + len(content)) if terms or content else 0.0
    return _Comparison(
        found=[keys[key] for key in found],
        missed=[word for key, word in keys.items() if key not in found],
        recall=recall,
        overlap=overlap,
        likeness=fuzz.token_set_ratio(expected.casefold(), given.casefold()) / 100,
    )


def _terms(text: str) -> dict[str, str]:
    """Return the key terms of `text` by stem; its small words where it has no others."""
    words = _WORD.findall(text)
    content = [word for word in words if word.lower().replace("’", "'") not in FUNCTION_WORDS]
    return {stem(word): word for word in reversed(content or words)}


def _weight(key: str) -> int:
    return _NUMBER_WEIGHT if key[:1].isdigit() else 1


def _misspelt(key: str, answer: list[str]) -> bool:
    from rapidfuzz import fuzz

    if len(key) < _SHORTEST_MISSPELT or key[:1].isdigit():
        return False
    return any(fuzz.ratio(key, word, score_cutoff=_SAME_WORD) > 0 for word in answer)


def _marks(comparison: _Comparison, available: int) -> int:
    if comparison.recall == 0 or available <= 0:
        return 0
    if comparison.score >= _FULL:
        return available
    # Half up, but only for an answer that has half of the key terms: "313 hours" for "312 hours" has not.
    rounding = 0.5 if comparison.recall >= _HALF else 0.0
    return min(available, int(comparison.score / _FULL * available + rounding))


def _contradicts(expected: str, given: str) -> bool:
    """Whether the two differ in little but a negation."""
    from rapidfuzz import fuzz

    ours, theirs = _without_negations(expected), _without_negations(given)
    if not ours[0] or (ours[1] + theirs[1]) % 2 == 0:
        return False
    return fuzz.token_sort_ratio(ours[0], theirs[0]) >= _SAME_WORDING


def _without_negations(text: str) -> tuple[str, int]:
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    kept = [word for word in words if word not in NEGATIONS]
    return " ".join(kept), len(words) - len(kept)


def _is_dump(expected: str, given: str) -> bool:
    said = len(content_stems(given))
    return said > _DUMP_STEMS and said > _DUMP_RATIO * max(1, len(content_stems(expected)))


def _plain(text: str) -> str:
    return " ".join(word.casefold() for word in _WORD.findall(text))


def _feedback(comparison: _Comparison, marks: int, available: int, *, copied: bool) -> str:
    parts = [f"{marks} of {available} {'mark' if available == 1 else 'marks'}."]
    if comparison.found:
        parts.append(f"Key terms found: {', '.join(sorted(comparison.found, key=str.casefold))}.")
    if comparison.missed:
        parts.append(f"Key terms missed: {', '.join(sorted(comparison.missed, key=str.casefold))}.")
    if copied:
        parts.append("The answer is far longer than what was asked for, so it earns half at most.")
    return " ".join([*parts, METHOD_NOTE])
