"""The price of an action: its newest effective row of ActionPrice, or else CREDIT_PRICES.

CREDIT_PRICES = {
    "summarise": {"base": 3},
    "generate": {"base": 5, "per_unit": 1, "unit": "question"},
    "chat": {"base": 0, "per_million_input_tokens": 200, "per_million_output_tokens": 800, "minimum": 1},
}

Each process caches the rows for up to FRESH_SECONDS, so that a request needs no query for a price. It also
caches future rows, so that they take effect on time. A new row is in force at once in the process that adds
it, and within FRESH_SECONDS in the others.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from credits.models import PRICE_NUMBERS, ActionPrice

FRESH_SECONDS = 10
MILLION = 1_000_000
FROM_SETTINGS = "settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens that a model reads (`input`) and writes (`output`)."""

    input: int = 0
    output: int = 0

    def __post_init__(self) -> None:
        if min(self.input, self.output) < 0:
            raise ValueError(f"Tokens must not be negative: {self}.")


NO_TOKENS = Tokens()


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The price of an action, in credits.

    `base` is for the call, `per_unit` for each delivered unit, and `per_million_…_tokens` for a million
    tokens of a model. A call costs at least `minimum`. `source` is `settings`, or `row:` and the id of an
    ActionPrice.
    """

    action: str
    base: int
    per_unit: int = 0
    unit: str = ""
    per_million_input_tokens: int = 0
    per_million_output_tokens: int = 0
    minimum: int = 0
    source: str = ""

    @property
    def is_per_token(self) -> bool:
        return bool(self.per_million_input_tokens or self.per_million_output_tokens)

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers of the price, by name."""
        return {name: getattr(self, name) for name in PRICE_NUMBERS}

    def of(self, units: int = 0, tokens: Tokens = NO_TOKENS) -> int:
        """Return the cost in whole credits. The cost of all tokens together is rounded up."""
        millionths = (
            self.per_million_input_tokens * tokens.input + self.per_million_output_tokens * tokens.output
        )
        return max(self.minimum, self.base + self.per_unit * units + -(-millionths // MILLION))


def price_of(action: str, *, at: datetime | None = None) -> Price:
    """Return the price of `action`, now or at a later time. Raises ImproperlyConfigured if it has none."""
    if rows := _rows().get(action):
        now = at or timezone.now()
        for row in rows:
            if row.effective_from <= now:
                return price_of_row(row)
    return price_in_settings(action)


def price_in_settings(action: str) -> Price:
    """Return the price of `action` in CREDIT_PRICES. Raises ImproperlyConfigured if there is none."""
    try:
        declared: Any = settings.CREDIT_PRICES[action]
        return Price(action=action, source=FROM_SETTINGS, **declared)
    except KeyError:
        raise ImproperlyConfigured(
            f"CREDIT_PRICES declares no price for {action!r}, and no row is effective."
        ) from None


def price_of_row(row: ActionPrice) -> Price:
    """Return the price of a row."""
    numbers = {name: getattr(row, name) for name in PRICE_NUMBERS}
    return Price(action=row.action, unit=row.unit, source=f"row:{row.pk}", **numbers)


def prices(*, at: datetime | None = None) -> list[Price]:
    """Return all prices that are in force, sorted by action."""
    now = at or timezone.now()
    priced = {action for action, rows in _rows().items() if any(row.effective_from <= now for row in rows)}
    return [price_of(action, at=now) for action in sorted(priced | set(settings.CREDIT_PRICES))]


class _PriceCache:
    """The rows that this process has read, and when. It is replaced as a whole, so threads need no lock."""

    def __init__(self, rows: Sequence[ActionPrice] = (), *, read_at: float = float("-inf")) -> None:
        self.read_at = read_at
        self.by_action: dict[str, list[ActionPrice]] = {}
        for row in rows:
            self.by_action.setdefault(row.action, []).append(row)


_cache = _PriceCache()


def clear_cache() -> None:
    """Read the rows again at the next look-up of a price."""
    global _cache  # noqa: PLW0603  (a process has one cache)
    _cache = _PriceCache()


def _rows() -> dict[str, list[ActionPrice]]:
    """Return the rows that are in force or will be, by action, the newest first."""
    global _cache  # noqa: PLW0603  (as above)
    cache = _cache
    # The monotonic clock: a clock that is moved back must not keep old prices.
    if time.monotonic() - cache.read_at >= FRESH_SECONDS:
        read_at = time.monotonic()
        current = ActionPrice.objects.not_superseded(at=timezone.now()).newest_first()
        cache = _cache = _PriceCache(list(current), read_at=read_at)
    return cache.by_action
