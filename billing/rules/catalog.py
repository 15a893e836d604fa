"""The terms of plans and packs, as input of the rules, and which of their prices are on sale."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from billing.stripe_objects import Price

UpgradePolicy = Literal["prorated", "full", "none"]

FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """A plan's terms at one price. If `expires`, a period's unused credits expire at its end, above any rollover cap."""

    id: int
    slug: str
    credits_per_period: int
    trial_credits: int
    instalments: int
    upgrade_policy: UpgradePolicy
    expires: bool
    rollover_cap: int | None

    def credits_for(self, amount: int, *, quantity: int, is_first: bool) -> int:
        """Return the credits for an invoice's line that bills a period.

        Only the line of a trial has amount 0; a coupon does not change the amount. The first invoice of a
        subscription (`is_first`) grants the trial credits. If the trial is extended, Stripe makes another invoice
        of 0, which grants none.
        """
        if amount:
            return self.credits_per_period * quantity
        return self.trial_credits if is_first else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTerms:
    """A pack's terms: the credits for each unit."""

    id: int
    credits: int


class SoldPrice(Protocol):
    """A price that is stored for a plan or a pack."""

    @property
    def pk(self) -> int: ...

    @property
    def currency(self) -> str: ...

    @property
    def interval(self) -> str: ...

    @property
    def period(self) -> tuple[str, str, int]: ...

    @property
    def is_active(self) -> bool: ...

    @property
    def is_default(self) -> bool: ...


AnyPrice = TypeVar("AnyPrice", bound=SoldPrice)


def prices_on_sale(prices: Iterable[AnyPrice]) -> list[AnyPrice]:
    """Return the active prices of a plan or a pack that are sold, the preferred one first.

    The default price comes first. The others follow by similarity: same interval, then same currency, then
    the newest. So a raised price follows an archived default. Of several prices with the same currency and
    interval, only the preferred one is sold.
    """
    known = list(prices)
    default = next((price for price in known if price.is_default), None)

    def preference(price: AnyPrice) -> tuple[bool, bool, bool, int]:
        return (
            not price.is_default,
            default is not None and price.interval != default.interval,
            default is not None and price.currency != default.currency,
            -price.pk,
        )

    sold: dict[tuple[str, str, int], AnyPrice] = {}
    for price in sorted(known, key=preference):
        if price.is_active:
            sold.setdefault(price.period, price)
    return list(sold.values())


def refusal(price: Price, *, recurring: bool, livemode: bool) -> str | None:
    """Return the reason why a plan (`recurring`) or a pack cannot be sold at a price, or None if it can."""
    if price.livemode is not livemode:
        return f"{price.id} is a price of {'live' if price.livemode else 'test'} mode."
    if not price.active:
        return f"{price.id} is archived in Stripe. Only an active price can be sold."
    if recurring and not price.interval:
        return f"{price.id} is a one-time price. A plan needs a recurring price."
    if price.interval and not recurring:
        return f"{price.id} is a recurring price. A pack needs a one-time price."
    if price.is_metered:
        return f"{price.id} is billed by usage. A plan needs a price that is paid in advance."
    if not price.unit_amount:
        return f"{price.id} has no fixed amount above 0 for a unit."
    return None
