"""Make wrong numbers and dates that are near a right one."""

import re
from dataclasses import dataclass

from ai.engines.numbers_and_dates import number_word

# How far wrong values are from the right one, so that it is now the least, now the greatest of them.
# The older, the further: from 1900 on, from 1700 on, and before.
_RECENT = ((-11, -4, 5), (3, 8, 12), (-12, -8, -3), (-5, 4, 9))
_MODERN = ((-10, -4, 6), (4, 9, 15), (-14, -9, -4), (-6, 5, 11))
_YEARS = ((-19, -7, 11), (6, 13, 22), (-23, -14, -6), (-9, 8, 17))
_STEPS = ((1, 2, -1), (2, 1, 3), (1, -1, -2), (2, 3, -1), (-1, -2, 1))
_PERCENT = ((140, 70, 160), (60, 130, 80), (150, 125, 190), (75, 50, 135))
_ROUGH_PERCENT = ((150, 60, 200), (60, 150, 40), (150, 200, 250), (60, 40, 160))
_POWERS = ((200, 50, 400), (50, 200, 25))  # of bits and bytes
_SINCE_RECENT, _SINCE_MODERN = 1900, 1700
_FEW, _HUNDRED, _ANTIQUITY, _LAST_YEAR, _DECADE = 12, 100, 1000, 2025, 10


@dataclass(frozen=True, slots=True)
class Value:
    """A number, or a date with its year as the value, as a text writes it."""

    text: str
    value: int
    unit: str = ""
    is_time: bool = False
    is_rough: bool = False

    @property
    def is_decade(self) -> bool:
        """Whether it is written as "1930s"."""
        return self.is_time and self.text.endswith("s")

    @property
    def digits(self) -> tuple[int, int, str]:
        """The number that is shown as a whole one, its decimals, and the text behind: 15, 1 and " million"."""
        digits = re.match(r"[\d,]+(?:\.\d+)?", self.text)
        if digits is None:
            return self.value, 0, ""
        decimals = len(digits[0].partition(".")[2])
        return int(re.sub(r"\D", "", digits[0])), decimals, self.text[digits.end() :]

    def differences(self, *, near: bool) -> list[list[int]]:
        """Return sets of differences that make a wrong date, percentage or small number; nothing for others."""
        value = self.digits[0]
        if self.is_decade:
            return [[2 * _DECADE * step for step in steps] for steps in _STEPS[::2]]
        if self.is_time:
            # The older, the less exact.
            times = (
                max(2, (2000 - self.value) // 150) if self.is_rough else 3 if self.value < _ANTIQUITY else 1
            )
            recent, modern = self.value >= _SINCE_RECENT, self.value >= _SINCE_MODERN
            years = _RECENT if recent else _MODERN if modern else _YEARS
            return [[(times * step) // (1 + (near and not modern)) for step in steps] for steps in years]
        step = 0
        if self.unit.startswith(("percent", "per cent", "pct", "%")) and "." not in self.text:
            step = 20 if self.is_rough else 10 if value > _FEW else 5 if value > _FEW // 2 else 1
        elif not self.is_rough and "." not in self.text and (value <= _FEW or not self.text[0].isdigit()):
            step = 1 if value <= _FEW else 5
        return [[step * more for more in steps] for steps in _STEPS] if step else []

    def multiples(self, *, near: bool) -> list[list[int]]:
        """Return sets of wrong numbers that have the right one's order of magnitude, and as many zeros."""
        value = self.digits[0]
        is_power = value & (value - 1) == 0
        zeros = 10 ** max(0, len(str(value)) - len(str(value).rstrip("0")) - near)
        shares = _ROUGH_PERCENT if self.is_rough else _POWERS if is_power else _PERCENT
        nearer = near and not is_power
        return [
            [round(value * (share + 100 * nearer) / (100 + 100 * nearer) / zeros) * zeros for share in some]
            for some in shares
        ]

    def shown(self, value: int) -> str:
        """Return another value in the same style, or nothing if it is impossible."""
        if self.is_time:
            latest = _LAST_YEAR - _DECADE * self.is_decade
            same_era = (0 < value <= latest if self.value > 0 else value < 0) and len(str(value)) == len(
                str(self.value)
            )
            return re.sub(rf"{abs(self.value)}(?!\d)", str(abs(value)), self.text) if same_era else ""
        if value <= 1 or (self.unit.startswith(("per", "%")) and value >= _HUNDRED):
            return ""
        _, decimals, rest = self.digits
        if not self.text[0].isdigit():
            in_words = max(value, self.value) < _HUNDRED and self.text.islower()
            return number_word(value) if in_words else ""
        shown = f"{value / 10**decimals:,.{decimals}f}"
        plain = "," not in self.text and self.digits[0] >= 1000 * 10**decimals
        return (shown.replace(",", "") if plain else shown) + rest


def wrong_values(
    right: Value,
    told: frozenset[str],
    others: list[int],
    since: int = 0,
    until: int = 0,
    *,
    turn: int,
    near: bool,
) -> list[str]:
    """Return three wrong values, or none. They are not among the numbers `told`.

    Wrong years keep their order with the `others`: "from 1647 to 1664" still runs forward. At most one is before `since`, and
    at most one after `until` if it is not 0.
    """
    start = right.value if right.is_time else right.digits[0]
    found = [[start + step for step in steps] for steps in right.differences(near=near)]
    found = found or right.multiples(near=near)
    found = [values for values in found if sum(value < since for value in values) <= 1]
    found = [values for values in found if not until or sum(value > until for value in values) <= 1]
    for at in range(len(found)):
        values = found[(turn + at) % len(found)]
        ordered = all(
            other != value and (other < value) == (other < right.value)
            for other in others
            for value in values
        )
        shown = [right.shown(value) for value in values]
        forms = {form for value in values for form in (str(value), f"{value:,}", right.shown(value))}
        swapped = any(sorted(right.text) == sorted(text) for text in shown)  # 1845 and 1854
        if (
            not swapped
            and ordered
            and all(shown)
            and len({*shown, right.text}) == len(values) + 1
            and not told & forms
        ):
            return shown
    return []
