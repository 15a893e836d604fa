"""Find the numbers and dates of a statement that a question can ask for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from ai.engines.english import WORDS
from ai.engines.numbers_and_dates import Number, dates, number_word, numbers
from ai.engines.offline.sentences import Sentence

_YEAR = re.compile(
    "(?:" + "|".join(rf"(?<=\b{word} )" for word in sorted(WORDS["before_years"])) + r"|(?<=\())"
    r"(?:1[0-9]|20)\d\d(?![\d-]|,\d|\.\d| B?CE\b| BC\b| AD\b)s?|(?<![-\u2013\d])\b\d{1,4} (?:BCE|BC|CE|AD)\b",
    re.IGNORECASE,
)
# After these words, the statement also holds for other numbers or dates.
_BOUND = re.compile(
    r"\b(?:at (?:least|most)|(?:more|less|fewer|greater|larger|smaller|higher|lower|better|other) than|under|over|up to|"
    r"until|between|from|within|below|above|exceed(?:ed|s|ing)?|or|to|and|every|each|another|before|after|by|since|"
    r"as much as)(?: the)?(?: (?:nearly|almost|about|around|approximately|some|roughly|only|just))? $"
)
_COUNTS = re.compile(
    r"(?! (?:or (?:more|fewer|less)|to \d|and a half|of (?:the|these|those)\b|(?:third|quarter|fifth|half|tenth)s?\b"
    r"|[^()]*\)))[ .,%]"
)
_ROUGHLY = re.compile(r"\b(?:about|around|circa|approximately|roughly|nearly|almost|late|early) (?:the )?$")
_DIFFERENT = re.compile(r" (?:different|distinct|separate|successive|or more)\b")  # two of four are also two
# "Two orders, the patricians and the plebeians": the list tells the number.
_LISTED = re.compile(r"[^;.]{1,60}: | [a-z]+(?: [a-z]+)?, (?:the |an? )?[\w-]+(?:,| and) ")
# "Between 200 and 400 years" is an estimate; "from 75,000 in 1801 to" begins a comparison.
_RANGE = re.compile(r"(?i)\b(?:between|from) [^;]{0,40}\b(?:and|to) (?:\w+ ){0,2}$|\d[^ ]* (?:to|or) $")
_BASE = re.compile(r"(?i)\b(?:from|since) [^;]{0,60}\d[^;]{0,40} in $")
_WHEN = re.compile(r"(?i)\b(?:in|since|before|after|until|by|during) $")
_MAX_NUMBERS, _FEW, _HUNDRED = 3, 12, 100
_LAST_YEAR, _ANTIQUITY = 2025, 1000
# How far wrong values are from the right one, so that it is now the least, now the greatest of them.
Steps = tuple[float, ...]  # integers are differences, others factors
_APART: tuple[Steps, ...] = ((-19, -7, 11), (6, 13, 22), (-23, -14, -6), (-9, 8, 17))
_MORE: tuple[Steps, ...] = ((1, 2, -1), (2, 1, 3), (1, -1, -2), (2, 3, -1), (-1, -2, 1))
_TIMES: tuple[Steps, ...] = ((1.4, 0.7, 1.6), (0.6, 1.3, 0.8), (1.5, 1.25, 1.9), (0.75, 0.5, 1.35))
_ROUGH_TIMES: tuple[Steps, ...] = ((1.5, 0.6, 2.0), (0.6, 1.5, 0.4), (1.5, 2.0, 2.5), (0.6, 0.4, 1.6))
_POWERS: tuple[Steps, ...] = ((2.0, 0.5, 4.0), (0.5, 2.0, 0.25))  # bits and bytes


class Kind(StrEnum):
    """What a blank asks for."""

    YEAR = "Which year"
    DECADE = "Which decade"
    DATE = "Which date"
    NUMBER = "Which number"
    NAME = "Which name"
    ABBREVIATION = "Which abbreviation"
    TERM = "Which term"


@dataclass(frozen=True, slots=True)
class Blank:
    """Words of a sentence that can be blanked: a number or a date with its value and unit, or a term.

    A term has the tag before it, and is `named` if it follows "called".
    """

    kind: Kind
    text: str
    start: int
    sentence: Sentence
    value: Decimal = Decimal(0)
    unit: str = ""
    before: str = ""
    named: bool = False

    def fill(self, filling: str) -> str:
        """Return the sentence with another text in the place of this one."""
        text = self.sentence.text
        return text[: self.start] + filling + text[self.start + len(self.text) :]

    @property
    def is_time(self) -> bool:
        """Whether it is a year, a decade or a date. The value is then the year."""
        return self.kind in {Kind.YEAR, Kind.DECADE, Kind.DATE}

    @property
    def is_aside(self) -> bool:
        """Whether it stands between two commas, or in a relative clause: the sentence is about something else."""
        before, after = self.sentence.text[: self.start], self.sentence.text[self.start + len(self.text) :]
        relative = re.search(r", (?:which|who|whose|where|an? )[^,;]*\Z", before) is not None
        return relative or ("," in before and re.match(r"[^,;.]*,", after) is not None)


def facts(sentence: Sentence) -> list[Blank]:
    """Return the facts of `sentence` that can be blanked."""
    text, found, taken = sentence.text, [], []
    for date in dates(text):
        taken.append((date.start, date.end))
        if date.day:
            day = Blank(Kind.DATE, text[date.start : date.end], date.start, sentence, Decimal(date.year))
            found.append(day)
    for match in _YEAR.finditer(text):
        after = next((token for token in sentence.tokens if token.start >= match.end()), sentence.tokens[-1])
        # "From 2000 tons", but not "before 1922 diabetes was fatal".
        counts = after.is_noun and after.text.islower() and not _WHEN.search(text, 0, match.start())
        if not counts and after.text not in {"°", "%"} and not _overlaps(match.start(), match.end(), taken):
            year = Decimal(re.sub(r"\D", "", match.group())) * (-1 if "BC" in match.group() else 1)
            kind = Kind.DECADE if match.group().endswith("s") else Kind.YEAR
            found.append(Blank(kind, match.group(), match.start(), sentence, year))
    taken += [(fact.start, fact.start + len(fact.text)) for fact in found]
    counted = [number for number in numbers(text) if not _overlaps(number.start, number.end, taken)]
    if len(counted) <= _MAX_NUMBERS:
        found += _counts(sentence, counted)
    # "Version 3.39 (2022-06-25)".
    found = [fact for fact in found if fact.start >= sentence.start and f"({fact.text})" not in text]
    return [fact for fact in found if len(re.findall(rf"(?i)\b{re.escape(fact.text)}\b", text)) == 1]


def _overlaps(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in taken)


def _counts(sentence: Sentence, found: list[Number]) -> Iterator[Blank]:
    text, tokens = sentence.text, sentence.tokens
    for number in found:
        before = next((token for token in reversed(tokens) if token.end <= number.start), tokens[-1])
        named = before.is_capital and before.is_noun and before.start
        label = named or before.lower.rstrip(".") in WORDS["labels"]
        determined = number.value <= _FEW and before.lower in WORDS["determined"]
        scale = number.text.isalpha() and number.value >= _HUNDRED  # "thousands" are no number
        listed = _LISTED.match(text, number.end)
        if label or determined or scale or listed or number.value <= 1 or not _COUNTS.match(text, number.end):
            continue
        counted = "%" if text[number.end] == "%" else _counted_noun(sentence, number.end)
        if counted or number.currency:
            yield Blank(Kind.NUMBER, number.text, number.start, sentence, number.value, counted)


def _counted_noun(sentence: Sentence, start: int) -> str:
    """Return the words after a number up to the noun that it counts, or nothing; "miles per hour" is one."""
    if degrees := re.match(r" ?(°[CF]?)", sentence.text[start:]):
        return degrees[1]
    tokens = [token for token in sentence.tokens if token.start >= start][:5]
    for token, following in pairwise(tokens):
        if token.is_noun and not following.is_noun:
            per = re.match(r" (?:per|an|a) [a-z]+", sentence.text[token.end :])
            return sentence.text[tokens[0].start : token.end] + (per.group() if per else "")
        if not token.tag.startswith(("JJ", "NN", "VBN")):
            break
    return ""


def is_bound(fact: Blank) -> bool:
    """Return whether the statement also holds for other values, as with "at least"."""
    text, end = fact.sentence.text, fact.start + len(fact.text)
    return _BOUND.search(text, 0, fact.start) is not None or _DIFFERENT.match(text, end) is not None


def is_arbitrary(fact: Blank) -> bool:
    """Return whether a fact is the end of a range, or the year with which a comparison begins."""
    text = fact.sentence.text
    if fact.is_time:
        return _BASE.search(text, 0, fact.start) is not None
    after = text[fact.start + len(fact.text) :]
    return _RANGE.search(text, 0, fact.start) is not None or re.match(r" (?:to|and|or) \d", after) is not None


def is_approximate(fact: Blank) -> bool:
    """Return whether the statement says "about"."""
    return _ROUGHLY.search(fact.sentence.text, 0, fact.start) is not None


def computed(fact: Blank, beside: list[Blank], told: frozenset[str], *, near: bool) -> list[str]:
    """Return three wrong values near the one of a fact, or none. `told` are numbers that the text mentions."""
    patterns = _time_steps(fact) if fact.is_time else _number_steps(fact)
    turn = int(fact.value) + fact.sentence.index + fact.start
    for at in range(len(patterns)):
        steps = patterns[(turn + at) % len(patterns)]
        values = [_moved(fact, step, near=near) for step in steps]
        shown = [_shown(fact, value) for value in values if keeps_order(fact, value, beside)]
        seen = told.intersection(form for value in values for form in _forms(value))
        if len({*shown, fact.text}) == len(steps) + 1 and all(shown) and not seen:
            return shown
    return []


def _forms(value: int) -> tuple[str, ...]:
    word = (number_word(value),) if 0 < value < _HUNDRED else ()
    return (str(value), f"{value:,}", *word)


def _time_steps(fact: Blank) -> list[Steps]:
    """Return differences in years."""
    if fact.kind is Kind.DECADE:
        return [tuple(20 * step for step in steps) for steps in _MORE[::2]]
    # The older, the less exact.
    times = (
        max(1, int(2000 - fact.value) // 100) if is_approximate(fact) else 3 if fact.value < _ANTIQUITY else 1
    )
    return [tuple(times * step for step in steps) for steps in _APART]


def _number_steps(fact: Blank) -> list[Steps]:
    """Return differences of a percentage or a small number, and factors of others."""
    value, rough, step = _digits(fact)[0], is_approximate(fact), 0
    if "." in fact.text:
        return list(_ROUGH_TIMES if rough else _TIMES)
    if fact.unit.startswith(("percent", "per cent", "pct", "%")):
        step = 20 if rough else 10 if value > _FEW else 5 if value > _FEW // 2 else 1
    elif not rough and (value <= _FEW or not fact.text[0].isdigit()):
        step = 1 if value <= _FEW else 5
    if step:
        return [tuple(step * more for more in steps) for steps in _MORE]
    return list(_ROUGH_TIMES if rough else _POWERS if value & (value - 1) == 0 else _TIMES)


def _digits(fact: Blank) -> tuple[int, int, str]:
    """Return the number that is shown as a whole one, its decimals, and the text behind: 15, 1 and " million"."""
    digits = re.match(r"[\d,]+(?:\.\d+)?", fact.text)
    if digits is None:
        return int(fact.value), 0, ""
    decimals = len(digits[0].partition(".")[2])
    return int(re.sub(r"\D", "", digits[0])), decimals, fact.text[digits.end() :]


def _moved(fact: Blank, step: float, *, near: bool) -> int:
    """Return a wrong value: the right one times a factor, or `step` away from it; or nearer."""
    value = int(fact.value) if fact.is_time else _digits(fact)[0]
    if isinstance(step, float):  # a factor
        zeros = max(0, len(str(value)) - len(str(value).rstrip("0")) - near)
        factor = 1 + (step - 1) / 2 if near and value & (value - 1) else step
        return int(round(value * factor / 10**zeros) * 10**zeros)
    halved = near and fact.kind is Kind.YEAR and abs(step) > _FEW // 2
    return value + int(step // 2 if halved else step)


def _shown(fact: Blank, value: int) -> str:
    """Return a value in the style of a fact, or nothing if it is impossible."""
    if fact.is_time:
        latest = _LAST_YEAR - 10 * (fact.kind is Kind.DECADE)
        same_era = 0 < value <= latest if fact.value > 0 else value < 0
        return re.sub(rf"{abs(int(fact.value))}(?!\d)", str(abs(value)), fact.text) if same_era else ""
    if value <= 1 or (fact.unit.startswith(("per", "%")) and value >= _HUNDRED):
        return ""
    _, decimals, rest = _digits(fact)
    if not fact.text[0].isdigit():
        return (
            number_word(value) if fact.value < _HUNDRED and fact.text.islower() and value < _HUNDRED else ""
        )
    shown = f"{value / 10**decimals:,.{decimals}f}"
    return (shown if "," in fact.text or value > 9_999 * 10**decimals else shown.replace(",", "")) + rest


def keeps_order(fact: Blank, value: int, beside: list[Blank]) -> bool:
    """Return whether "from 1647 to 1664" still runs forward with `value` in it."""
    if not fact.is_time:
        return True
    others = [int(other.value) for other in beside if other.is_time]
    others += [int(year) for year in re.findall(r"\b(?:1\d|20)\d\d(?=[ ,.;)])(?! BC)", fact.fill(""))]
    return all(other != value and (other < value) == (other < fact.value) for other in others)
