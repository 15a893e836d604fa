"""What an action costs, according to settings.

CREDIT_PRICES = {
    "summarise": {"base": 3},
    "generate": {"base": 5, "per_unit": 1, "unit": "question"},
}
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """`base` credits for the action, and `per_unit` for each unit of what it delivers."""

    action: str
    base: int
    per_unit: int = 0
    unit: str = ""

    def of(self, units: int = 0) -> int:
        """Return the cost of `units`, in credits."""
        return self.base + self.per_unit * units


def price_of(action: str) -> Price:
    """Return the price of `action`. Raises ImproperlyConfigured if none is declared."""
    try:
        declared: Any = settings.CREDIT_PRICES[action]
        return Price(action=action, **declared)
    except KeyError:
        raise ImproperlyConfigured(f"CREDIT_PRICES declares no price for {action!r}.") from None


def prices() -> list[Price]:
    """Return all prices, sorted by action."""
    return [price_of(action) for action in sorted(settings.CREDIT_PRICES)]
