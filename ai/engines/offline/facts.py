"""Find the numbers and dates of a statement that a question can ask for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from ai.engines.english import WORDS
from ai.engines.numbers_and_dates import Number, dates, number_word, numbers, unit
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
_WHEN = re.compile(r"(?i)\b(?:in|since|before|after|until|by|during) $")
_MAX_NUMBERS, _FEW, _HUNDRED = 3, 12, 100
_LAST_YEAR = 2025


class Kind(StrEnum):
    """What a blank asks for."""

    YEAR = "Which year"
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
    def style(self) -> tuple[Kind, bool, str, str]:
        """What all options must share: kind, digits or words, shape (of a year: its era), and unit."""
        shape = re.sub(r"\d+", "0", self.text)
        if self.kind is Kind.DATE:
            shape = re.sub(r"[A-Za-z]+", "a", shape)
        elif self.kind is Kind.NUMBER:
            shape = "." if "." in shape else ""
        measured = self.unit if self.unit == "%" or unit(self.unit) is not None else ""
        return self.kind, self.text[0].isdigit(), shape, measured


def facts(sentence: Sentence) -> list[Blank]:
    """Return the facts of `sentence` that can be blanked."""
    text, found, taken = sentence.text, [], []
    for date in dates(text):
        taken.append((date.start, date.end))
        if date.day:
            days = Decimal(date.year * 372 + date.month * 31 + date.day)
            found.append(Blank(Kind.DATE, text[date.start : date.end], date.start, sentence, days))
    for match in _YEAR.finditer(text):
        after = next((token for token in sentence.tokens if token.start >= match.end()), sentence.tokens[-1])
        # "From 2000 tons", but not "before 1922 diabetes was fatal".
        counts = after.is_noun and after.text.islower() and not _WHEN.search(text, 0, match.start())
        if not counts and after.text not in {"°", "%"} and not _overlaps(match.start(), match.end(), taken):
            year = Decimal(re.sub(r"\D", "", match.group())) * (-1 if "BC" in match.group() else 1)
            found.append(Blank(Kind.YEAR, match.group(), match.start(), sentence, year))
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


def is_approximate(fact: Blank) -> bool:
    """Return whether the statement says "about"."""
    return _ROUGHLY.search(fact.sentence.text, 0, fact.start) is not None


def computed(fact: Blank, beside: list[Blank], *, near: bool) -> list[str]:
    """Return wrong values near the one of a fact that is a year, a number below a hundred in words, or in digits."""
    if fact.kind is Kind.YEAR and fact.text.isdigit() and not is_approximate(fact):
        years = [fact.value + apart for apart in ((3, -4, 7, -6) if near else (14, -12, 9, -21))]
        return [str(year) for year in years if keeps_order(fact, year, beside) and year <= _LAST_YEAR]
    whole = re.match(r"[\d,]+", fact.text)
    if fact.kind is not Kind.NUMBER or (
        whole is None and (fact.value >= _HUNDRED or not fact.text.islower())
    ):
        return []
    rough = is_approximate(fact)
    value = int(whole[0].replace(",", "")) if whole else int(fact.value)
    if rough and value <= _FEW:
        return []
    new = [value + more for more in (2, 3, 1, 4)]
    if fact.unit.startswith(("percent", "per cent", "pct", "%")):
        step = 20 if rough else 10 if value > _FEW and not near else 5 if value > _FEW // 2 else 1
        new = [n for n in (value + step, value - step, value + 2 * step, value - 2 * step) if n < _HUNDRED]
    elif whole is None and value > _FEW:
        new = [value + 5, value - 5, value + 10, value - 10]
    elif value >= _FEW and value & (value - 1) == 0:
        new = [value * 2, value // 2, value * 4, value // 4]  # bits and bytes
    elif value > _FEW:
        step = 10 ** max(0, len(str(value)) - 2)
        new = [
            round(value * by / step) * step
            for by in (
                (1.5, 0.6, 2, 0.4) if rough else (1.2, 0.8, 1.1, 0.9) if near else (1.4, 0.7, 1.6, 0.5)
            )
        ]
    told = set(re.findall(r"[\w,]+", fact.sentence.text.lower()))
    shown = [n for n in new if n > 0 and n != value and not told & {str(n), f"{n:,}", number_word(n)}]
    if whole is None:
        return [number_word(n) for n in shown]
    return [(f"{n:,}" if "," in whole[0] else str(n)) + fact.text[whole.end() :] for n in shown]


def keeps_order(fact: Blank, value: Decimal, beside: list[Blank]) -> bool:
    """Return whether "from 1647 to 1664" still runs forward with `value` in it."""
    others = [other.value for other in beside if other.kind is fact.kind]
    return all(other != value and (other < value) == (other < fact.value) for other in others)
