"""Find numbers, quantities and dates in a text, and compare them.

The cost is linear in the length of the text, also for very long numbers.
"""
# ruff: noqa: RUF001 -- people paste typographic marks

import re
import threading
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_VALUES = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_WORD = "|".join((*_TENS, *reversed(_ONES)))
_SCALE = "|".join(_SCALES)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,20})?|\d{1,40}(?:\.\d{1,20})?"
_NUMBER = re.compile(
    rf"(?<![\w.,/^–-])(?P<sign>[-−])?(?P<currency>[$€£]\s?)?"
    rf"(?:(?P<digits>{_DIGITS})(?:[ -](?P<scale>{_SCALE}))?(?![\d]|[.,]\d)"
    rf"|\b(?P<words>(?:{_WORD}|{_SCALE})(?:(?:-| and | )(?:{_WORD}|{_SCALE})){{0,9}})\b)",
    re.IGNORECASE,
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_MONTH = rf"(?P<month>(?:{'|'.join(_MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?))"
_YEAR = r"(?P<year>[12]\d{3})(?![\d,.]*\d)"
_DATES = tuple(
    re.compile(rf"\b{pattern}", re.IGNORECASE)
    for pattern in (
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR})?",
        rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? {_YEAR})?",
        rf"{_MONTH},? {_YEAR}",
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b",
    )
)
_UNIT_PART = re.compile(r"([A-Za-zµμΩ°%]+)(?:\^?(-?[1-4]))?")
_UNIT_TEXT = re.compile(r"\s?-?((?:[A-Za-zµμΩ°%]+\^?-?[1-4]?)(?:[ /·*-](?:[A-Za-zµμΩ°%]+\^?-?[1-4]?)){0,4})")
_SUPERSCRIPTS = str.maketrans("⁻¹²³⁴", "-1234")
_UNIT_WORDS = {"°c": "degC", "celsius": "degC", "centigrade": "degC", "°f": "degF", "fahrenheit": "degF", "%": "percent",
               "kph": "km_per_hour", "sec": "second", "secs": "second", "mins": "minute", "hr": "hour", "hrs": "hour",
               "yr": "year", "yrs": "year", "lbs": "pound", "l": "liter", "C": "degC", "F": "degF", "per cent": "percent"}  # fmt: skip
# Small words that are also the symbols of units.
_NO_UNITS = frozenset({
    "in", "at", "as", "a", "an", "and", "to", "the", "of", "or", "by", "on", "it", "was", "is", "are", "am", "be", "for",
    "from", "so", "with", "that", "total", "all",
})  # fmt: skip
_CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds"}
_ERAS = {"bc": "bce", "ad": "ce"}
_TOLERANCE = Decimal("0.005")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: its value, its position, and the currency sign before it."""

    value: Decimal
    start: int
    end: int
    text: str
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar date in a text, or a month of a year; a part that is not given is 0."""

    year: int
    month: int
    day: int
    start: int
    end: int

    @property
    def parts(self) -> tuple[int, int, int]:
        return self.year, self.month, self.day


def numbers(text: str) -> list[Number]:
    """Return the numbers in `text`, in digits or in words."""
    found: list[Number] = []
    for match in _NUMBER.finditer(text):
        value = _of_words(match["words"]) if match["words"] else Decimal(match["digits"].replace(",", ""))
        if match["scale"]:
            value *= _SCALES[match["scale"].lower()]
        start = match.start("words" if match["words"] else "digits")
        currency = (match["currency"] or "").strip()
        found.append(
            Number(
                -value if match["sign"] else value, start, match.end(), text[start : match.end()], currency
            )
        )
    return found


def number_word(value: int) -> str:
    """Return a number below a hundred in words, others in digits."""
    if value < len(_ONES):
        return _ONES[value]
    tens, ones = divmod(value, 10)
    return f"{_TENS[tens - 2]}-{_ONES[ones]}".removesuffix(f"-{_ONES[0]}") if tens < 10 else str(value)  # noqa: PLR2004 -- a hundred


def dates(text: str) -> list[Date]:
    """Return the calendar dates in `text`: with a month, and a day or a year."""
    found: list[Date] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month, day = _month(parts["month"]), int(parts.get("day") or 0)
            taken = any(match.start() < other.end and other.start < match.end() for other in found)
            if month and day <= 31 and not taken:  # noqa: PLR2004 -- days of a month
                found.append(Date(int(parts["year"] or 0), month, day, match.start(), match.end()))
    return sorted(found, key=lambda date: date.start)


def unit_after(text: str, end: int) -> str:
    """Return the words right after a number that may be its unit: four at most."""
    match = _UNIT_TEXT.match(text.translate(_SUPERSCRIPTS), end)
    return match[1] if match else ""


def unit(text: str) -> Any:
    """Return `text` as a unit of measurement, the longest beginning of it that is one, or None."""
    words = (
        text.translate(_SUPERSCRIPTS)
        .replace("degrees ", "")
        .replace("degree ", "")
        .replace("per cent", "percent")
    )
    parts = re.split(r"([ /·*-])", words)
    for length in range(len(parts), 0, -2):
        found = _unit("".join(parts[:length]))
        if found is not None:
            return found
    return None


def is_unit(text: str) -> bool:
    """Return whether `text` is a unit of measurement and nothing else."""
    return (
        unit_after(text, 0) == text.translate(_SUPERSCRIPTS)
        and _unit(text.translate(_SUPERSCRIPTS)) is not None
    )


def same_quantity(expected: Number, expected_unit: str, given: Number, given_unit: str) -> bool:
    """Return whether two quantities are equal, whatever their units; a missing unit is taken for the expected one.

    Numbers in one unit must be equal. In different units they may differ by the rounding of half a percent.
    """
    if given.currency and given.currency != expected.currency:
        return False
    expected_unit = expected_unit or _CURRENCIES.get(expected.currency, "")
    ours, theirs = unit(expected_unit), unit(given_unit)
    if ours is None or theirs is None or ours == theirs:
        same_unit = ours is not None and ours == theirs
        return given.value == expected.value and (same_unit or _names_the_same(expected_unit, given_unit))
    import pint

    try:
        if ours.dimensionality != theirs.dimensionality or not _is_physical(ours, theirs):
            return False
        converted = Decimal(str(_registry().Quantity(float(given.value), theirs).to(ours).magnitude))
    except (pint.PintError, TypeError, ValueError):  # units that pint knows and cannot convert
        return False
    return abs(converted - expected.value) <= abs(expected.value) * _TOLERANCE


def _names_the_same(expected: str, given: str) -> bool:
    """Return whether the words after a number name the counted thing, or nothing."""
    words = given.lower().split()
    if not words or words[0] in _NO_UNITS:
        return True
    known = {_singular(word) for word in re.split(r"[\s-]+", expected.lower())}
    return any(_singular(word) in known for word in re.split(r"[\s-]+", given.lower()))


def _singular(word: str) -> str:
    word = _ERAS.get(word, word)
    return word.removesuffix("s") if not word.endswith("ss") else word


def _is_physical(*units: Any) -> bool:
    # "Percent", "bytes" and "radians" are all dimensionless, and still different.
    return all(not unit.dimensionless or "byte" in str(unit) or "bit" in str(unit) for unit in units)


def _of_words(text: str) -> Decimal:
    total, current = 0, 0
    for word in re.split(r"[\s-]+", text.lower()):
        if word in _VALUES:
            current += _VALUES[word]
        elif word == "hundred":
            current = max(1, current) * 100
        elif word in _SCALES:
            total, current = total + max(1, current) * _SCALES[word], 0
    return Decimal(total + current)


def _month(text: str) -> int:
    if text.isdigit():
        return int(text) if 1 <= int(text) <= len(_MONTHS) else 0
    return next(
        (at for at, name in enumerate(_MONTHS, start=1) if name.startswith(text.lower().rstrip(".")[:3])), 0
    )


@cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(cache_folder=None)


_looking_up = threading.Lock()


def _unit(text: str) -> Any:
    """Return `text` as a unit: a product of words, divided by the words after a slash or "per"."""
    if text in _NO_UNITS:
        return None
    with _looking_up:
        product, power, modifier = _registry().Unit(""), 1, 1
        last = None
        for word in re.split(r"[ ·*-]|(/)", text):
            if not word:
                continue
            if word in {"/", "per", "an", "a"}:
                power = -1
            elif word.lower() in {"square", "sq"}:
                modifier = 2
            elif word.lower() == "cubic":
                modifier = 3
            elif word == "squared" and last is not None:
                product *= last**power
            else:
                last = _simple_unit(word)
                if last is None:
                    return None
                product, modifier = product * last ** (power * modifier), 1
        return product if last is not None else None


@lru_cache(maxsize=1_000)
def _known_unit(name: str) -> Any:
    import pint

    try:
        return _registry().parse_units(name)
    except (pint.PintError, ValueError):  # "nan" and "kcelsius" are no undefined units to pint
        return None


def _simple_unit(word: str) -> Any:
    match = _UNIT_PART.fullmatch(word)
    if match is None:
        return None
    name = _UNIT_WORDS.get(match[1], _UNIT_WORDS.get(match[1].lower(), match[1]))
    found = _known_unit(name) or (_known_unit(name.lower()) if len(name) > 4 else None)  # noqa: PLR2004 -- "Hours", but not "MB"
    return None if found is None else found ** int(match[2] or 1)
