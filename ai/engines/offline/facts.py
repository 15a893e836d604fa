"""Find the numbers and dates of a statement that a question can ask for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from ai.engines.english import PERIODS, WORDS
from ai.engines.numbers_and_dates import Number, dates, numbers
from ai.engines.offline.sentences import Sentence
from ai.engines.offline.wrong_values import Value, wrong_values

_YEAR = re.compile(
    "(?:" + "|".join(rf"(?<=\b{word} )" for word in sorted(WORDS["before_years"])) + r"|(?<=\())"
    r"(?:1[0-9]|20)\d\d(?![\d\u2013/-]|,\d|\.\d| B?CE\b| BC\b| AD\b)s?|(?<![-\u2013\d])\b\d{1,4}(?= (?:BCE|BC|CE|AD)\b)",
    re.IGNORECASE,
)
# After these words, the statement also holds for other numbers or dates.
_BOUND = re.compile(
    r"(?i)\b(?:at (?:least|most)|(?:more|less|fewer|greater|larger|smaller|higher|lower|better|other) than|under|over|up to|"
    r"until|between|from|within|below|above|exceed(?:ed|s|ing)?|or|to|and|every|each|another|before|after|by|since|"
    r"as (?:much|many|little|few|long|far|high|low|late|early) as|not|only|generally|usually|typically|normally|often)(?: the)?(?: (?:nearly|almost|about|around|approximately|some|roughly|only|just))? $"
)
_COUNTS = re.compile(
    r"(?! (?:or (?:more|fewer|less)|to \d|and a half|of (?:the|these|those)\b|(?:third|quarter|fifth|half|tenth)s?\b"
    r"|[^()]*\)))[ .,%]"
)
_ROUGHLY = re.compile(
    r"(?i)\b(?:about|around|circa|approximately|roughly|nearly|almost|late|early|some) (?:the )?$"
)
_DIFFERENT = re.compile(r" (?:different|distinct|separate|successive|or more)\b")  # two of four are also two
# "Two orders, the patricians and the plebeians": the list tells the number.
_LISTED = re.compile(r"[^;.]{1,60}: | [a-z]+(?: [a-z]+)?, (?:the |an? )?[\w-]+(?: \([^()]*\))?(?:,| and) ")
# "From 75,000 in 1801 to" begins a comparison.
_BASE = re.compile(r"(?i)\b(?:from|since) [^;]{0,60}\d[^;]{0,40} in $|\bbetween \d{4} and $")
_YEAR_AFTER, _YEAR_BEFORE = (
    re.compile(r"(?:,|,? and| or| to) \d{4}s?\b"),
    re.compile(r"(?<!en )\b\d{4}(?:,|,? and| or) $|(?<!from )\b\d{4} to $"),
)
_SAID = re.compile(
    r"\b(?:said|remarked|declared|noted|argued|complained|observed|estimated|claimed) (?:in|of) $|\bwhose [^,;]* in $"
)
_SUBORDINATE = re.compile(
    r"(?:When|While|Although|Though|If|Because|Until|Once|As|Since|After|Before) (?!\d)"
)
_WHEN = re.compile(r"(?i)\b(?:in|since|before|after|until|by|during) $")
_MAX_NUMBERS, _FEW, _HUNDRED, _SMALL = 3, 12, 100, 10


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
        """Whether it is in an aside, a relative clause or an opening clause: not what the sentence is about."""
        before, after = self.sentence.text[: self.start], self.sentence.text[self.start + len(self.text) :]
        relative = re.search(r", (?:which|who|whose|where|an? )[^,;]*\Z", before) is not None
        opening = _SUBORDINATE.match(before) is not None and "," not in before
        return relative or opening or ("," in before and re.match(r"[^,;.]*,", after) is not None)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What bounds a wrong year: birth and death of the person that the text is about, and the nearest years around it."""

    lifetime: tuple[int, ...] = ()
    earlier: int = 0
    later: int = 9999


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
        century = match.group().endswith("00s")
        if (
            not counts
            and not century
            and after.text not in {"°", "%"}
            and not _overlaps(match.start(), match.end(), taken)
        ):
            era = re.match(r" (BCE?|CE|AD)\b", text[match.end() :])
            year = Decimal(re.sub(r"\D", "", match.group())) * (-1 if era and "B" in era[1] else 1)
            kind = Kind.DECADE if match.group().endswith("s") else Kind.YEAR
            unit = era[1] if era else ""
            found.append(Blank(kind, match.group(), match.start(), sentence, year, unit))
    taken += [(fact.start, fact.start + len(fact.text)) for fact in found]
    counted = [number for number in numbers(text) if not _overlaps(number.start, number.end, taken)]
    if len(counted) <= _MAX_NUMBERS:
        found += _counts(sentence, counted)
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
        dated = re.fullmatch(r"(?:1[5-9]|20)\d\d", number.text) and re.match(r" [A-Z]", text[number.end :])
        if (
            dated
            or label
            or determined
            or scale
            or listed
            or number.value <= 1
            or not _COUNTS.match(text, number.end)
        ):
            continue
        counted = "%" if text[number.end] == "%" else _counted_noun(sentence, number.end)
        if counted or number.currency:
            yield Blank(Kind.NUMBER, number.text, number.start, sentence, number.value, counted)


def _counted_noun(sentence: Sentence, start: int) -> str:
    """Return the words after a number up to the noun that it counts, or nothing; "miles per hour" is one."""
    if degrees := re.match(r" ?(°[CF]?)", sentence.text[start:]):
        return degrees[1]
    tokens = [token for token in sentence.tokens if token.start >= start][:5]
    if symbol := re.match(r" ?([A-Z][a-z]?)(?= [a-z])", sentence.text[start:]):
        return symbol[1]  # "a force of 600 N acts"
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
    """Return whether a fact is the end of a range, one of a list of years, or not what the statement is about."""
    text = fact.sentence.text
    after = text[fact.start + len(fact.text) :]
    if fact.is_time:
        # One year of a list, or the year of a quotation.
        listed = _YEAR_AFTER.match(after) or _YEAR_BEFORE.search(text, 0, fact.start)
        said = _SAID.search(text, 0, fact.start)
        return any((_BASE.search(text, 0, fact.start), listed, said))
    # "Two sides: the first".
    told = fact.value <= _FEW and re.search(r"\b(?:first|second|third|both|other)\b", after)
    return bool(told or re.match(r" (?:to|and|or) \d", after))


def is_approximate(fact: Blank) -> bool:
    """Return whether the statement says "about"."""
    return _ROUGHLY.search(fact.sentence.text, 0, fact.start) is not None


def is_open(fact: Blank) -> bool:
    """Return whether several wordings of a number are right: it bounds, is approximate, small, or in words."""
    if fact.kind is not Kind.NUMBER:
        return False
    return is_bound(fact) or is_approximate(fact) or fact.value <= _SMALL or not fact.text[0].isdigit()


def computed(
    fact: Blank, beside: list[Blank], told: frozenset[str], bounds: Bounds, *, near: bool
) -> list[str]:
    """Return three wrong values near the one of a fact, or none.

    `told` are numbers that the text mentions. Wrong years do not leave a lifetime, and one at most
    is before the last year that the text has told.
    """
    right = Value(fact.text, int(fact.value), fact.unit, fact.is_time, is_approximate(fact))
    others = [int(other.value) for other in beside if other.is_time and fact.is_time]
    if fact.is_time and fact.value not in bounds.lifetime:
        others += bounds.lifetime
    if fact.is_time:  # "in February 1943" is no fact
        beside_it = f"{fact.sentence.context} {fact.fill('')}"
        others += [int(year) for year in re.findall(r"\b(?:1\d|20)\d\d(?=[ ,.;)”])(?! BC)", beside_it)]
        for decade in re.findall(r"\b(?:1\d|20)\d(?=0s\b)", beside_it):
            others += [10 * int(decade), 10 * int(decade) + 9]
        others += [year for name, years in PERIODS.items() if name in beside_it for year in years]
        if re.search(r"\bage of \d|\baged \d", beside_it):  # computable from the year of birth
            return []
    turn = int(fact.value) + fact.sentence.index + fact.start
    since, until = (bounds.earlier, bounds.later) if fact.is_time else (0, 0)
    return wrong_values(right, told, others, since, until, turn=turn, near=near)
