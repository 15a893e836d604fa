"""The numbers and dates of a statement that a question can turn on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from ai.engines.offline.sentences import Sentence
from ai.engines.offline.words import word_set
from ai.engines.values import Number, dates, numbers, unit_after

_YEAR = re.compile(
    r"(?:(?<=\b[Ii]n )|(?<=\b[Ss]ince )|(?<=\b[Uu]ntil )|(?<=\b[Bb]y )|(?<=\b[Ff]rom )|(?<=\b[Tt]o )|(?<=\b[Aa]fter )"
    r"|(?<=\b[Bb]efore )|(?<=\b[Aa]round )|(?<=\b[Aa]bout )|(?<=\b[Dd]uring )|(?<=\b[Bb]etween )|(?<=\band )|(?<=\()"
    r"|(?<=\bof )|(?<=\blate )|(?<=\bearly )|(?<=\bthe ))"
    r"(?:(?:1[0-9]|20)\d\d(?![\d-]|,\d|\.\d)s?|\d{1,4} (?:BCE|BC|CE|AD)\b)"
)
_CENTURY = re.compile(r"\b(?:[a-z]+th|first|second|third|twenty-first|\d{1,2}(?:st|nd|rd|th))(?= centur(?:y|ies)\b)", re.IGNORECASE)
# A bound is also true of other numbers, and a range of the numbers in it.
_BOUND = re.compile(
    r"\b(?:at (?:least|most)|(?:more|less|fewer|greater|larger|smaller|higher|lower|better|other) than|under|over|up to|"
    r"between|from|within|below|above|exceed(?:ed|s|ing)?|nearly|almost|about|around|approximately|some|roughly|only|just|or|to|and|"
    r"every|each|another|a further)(?: (?:the|a|an|about|some))? $",
    re.IGNORECASE,
)
_LOOSE = re.compile(r"\b(?:nearly|almost|about|around|approximately|some|roughly|only|just)(?: the)? $", re.IGNORECASE)
_LABELS = word_set(
    "figure chapter section version no number step level type group class part article amendment rfc port page item "
    "appendix table phase grade stage release line column war option model category act title volume"
)
_MOST_NUMBERS = 3
_FEW = 12
# A year of another age makes a statement absurd rather than false.
_NEAR_YEARS = 60


class Kind(Enum):
    """Options for a fact are other facts of its kind."""

    YEAR = "year"
    DATE = "date"
    CENTURY = "century"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Fact:
    """A number or a date, where it stands in its sentence, and the words for what it counts."""

    kind: Kind
    text: str
    start: int
    end: int
    value: Decimal
    unit: str
    sentence: Sentence
    bounded: bool = False

    @property
    def accepted(self) -> tuple[str, ...]:
        """What is a right answer: the number alone, or with its unit."""
        return (self.text, f"{self.text} {self.unit}") if self.unit and self.kind is Kind.NUMBER else (self.text,)

    @property
    def style(self) -> tuple[Kind, bool, bool, str]:
        """What options share: kind, digits or words, with a fraction or none, and the ending of a decade or an era."""
        tail = self.text.split()[-1] if self.kind is Kind.YEAR and " " in self.text else self.text[-1:].strip("0123456789")
        return self.kind, self.text[0].isdigit(), "." in self.text, tail if self.kind is Kind.YEAR else ""


def facts(sentence: Sentence) -> list[Fact]:
    """Return the facts of `sentence` that can be blanked, in their order."""
    text = sentence.text
    found: list[Fact] = []

    def free(start: int, end: int) -> bool:
        return all(end <= other.start or other.end <= start for other in found)

    for date in dates(text):
        if date.day:
            value = Decimal(date.year * 372 + date.month * 31 + date.day)
            found.append(Fact(Kind.DATE, text[date.start : date.end], date.start, date.end, value, "", sentence))
    taken = [(date.start, date.end) for date in dates(text)]
    for match in _YEAR.finditer(text):
        if free(*match.span()) and not any(start <= match.start() < end for start, end in taken) and not _counts(sentence, match):
            value = Decimal(re.sub(r"\D", "", match.group())) * (-1 if "BC" in match.group() else 1)
            found.append(Fact(Kind.YEAR, match.group(), *match.span(), value, "", sentence))
    counted = [number for number in numbers(text) if free(number.start, number.end)]
    for match in _CENTURY.finditer(text):
        number = next((n for n in counted if n.start == match.start()), None)
        if number is not None and not re.search(r"\b(?:and|or|to) $", text[: match.start()]):
            found.append(Fact(Kind.CENTURY, match.group(), *match.span(), number.value, "", sentence))
    if len(counted) <= _MOST_NUMBERS:
        found += [fact for fact in _counted(sentence, counted) if free(fact.start, fact.end)
                  and not any(start <= fact.start < end for start, end in taken)]  # fmt: skip
    return sorted(
        (fact for fact in found if len(re.findall(rf"\b{re.escape(fact.text)}\b", text)) == 1),
        key=lambda fact: fact.start,
    )


def _counts(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether what looks like a year is a number of things: "from 2000 tons"."""
    after = next((token for token in sentence.tokens if token.start >= match.end()), None)
    return after is not None and after.is_noun and after.text.islower()


def _counted(sentence: Sentence, found: list[Number]) -> Iterator[Fact]:
    text, tokens = sentence.text, sentence.tokens
    for number in found:
        before = next((token for token in reversed(tokens) if token.end <= number.start), None)
        at = next((i for i, token in enumerate(tokens) if token.start >= number.end), len(tokens))
        if number.value <= 1 or number.text[0] in "-" or at == len(tokens):
            continue
        if before is not None and (before.lower.rstrip(".") in _LABELS or before.text in "-–/(." or (
            before.is_capital and before.start > 0 and before.is_noun
        )):  # fmt: skip
            continue
        if text[number.end : number.end + 1] not in {" ", ".", ",", "%"} or number.text.lower() in {"hundred", "thousand"}:
            continue
        unit = unit_after(text, number.end)
        noun = _counted_noun(sentence, at)
        if not (noun or text[number.end] == "%" or number.currency):
            continue
        if re.search(r"(?:\b[Tt]he|\() $|\($", text[: number.start]) or (")" in text[number.end : number.end + 12] and "(" in text[: number.start]):
            continue
        bounded = _BOUND.search(text, 0, number.start) is not None or tokens[at].lower in {"or", "to", "and"}
        if re.match(r" (?:or (?:more|fewer|less)|to \d|and a half|times|of (?:the|these|those)\b)", text[number.end :]):
            continue
        yield Fact(Kind.NUMBER, number.text, number.start, number.end, number.value, noun or unit, sentence, bounded)


def _counted_noun(sentence: Sentence, at: int) -> str:
    """Return the words after a number up to the noun that it counts, or nothing."""
    tokens = sentence.tokens
    for end in range(at, min(at + 4, len(tokens))):
        token = tokens[end]
        if token.is_noun and not (end + 1 < len(tokens) and tokens[end + 1].is_noun):
            words = sentence.between(at, end + 1)
            # "Miles per hour" is one unit.
            per = re.match(r" (?:per|an|a) [a-z]+", sentence.text[token.end :])
            return words + per.group() if per else words
        if not token.tag.startswith(("JJ", "NN", "VBN")):
            break
    return ""


def changed(fact: Fact, others: list[Fact], *, near: bool, draw: int) -> str | None:
    """Return a false text for `fact`: another value of the same text, or one that is clearly another. None: no such."""
    if fact.kind is Kind.NUMBER and fact.bounded and not _LOOSE.search(fact.sentence.text, 0, fact.start):
        return None
    inside = [other.value for other in facts(fact.sentence) if other.kind is fact.kind]
    fits = [other.text for other in others if fact.kind is not Kind.YEAR or abs(other.value - fact.value) <= _NEAR_YEARS]
    if fact.kind is not Kind.NUMBER:
        if fits:
            return fits[draw % min(2, len(fits))]
        if fact.kind is not Kind.YEAR or not fact.text.isdigit():
            return None
        shift = (3, -4, 6, -7) if near else (12, -14, 21, -23)
        values = [fact.value + step for step in shift[draw % 2 :] if keeps_order(fact, fact.value + step)]
        return str(values[0]) if values else None
    digits = fact.text.replace(",", "")
    if not digits.isdigit() or len(inside) > 1:
        return None
    value = int(digits)
    if value <= _FEW:
        return str(value + (2, 3)[draw % 2] if value < 5 or draw % 2 else value - 2)  # noqa: PLR2004
    factor = (Decimal("1.4"), Decimal("0.6")) if near else (Decimal(2), Decimal("0.5"))
    step = Decimal(10) ** max(0, len(digits) - 2)
    new = int((value * factor[draw % 2] / step).to_integral_value() * step)
    if fact.unit.startswith(("percent", "per cent")) or fact.sentence.text[fact.end] == "%":
        new = min(new, 100 - value) if value != 50 else 75  # noqa: PLR2004 -- percent
    return None if new in {value, 0, 1} else (f"{new:,}" if "," in fact.text else str(new))


def keeps_order(fact: Fact, value: Decimal) -> bool:
    """Return whether "from 1647 to 1664" still runs forward with `value` in it."""
    inside = [other for other in facts(fact.sentence) if other.kind is fact.kind]
    return all(
        (other.value < value) == (other.value < fact.value) and other.value != value
        for other in inside
        if other.start != fact.start
    )
