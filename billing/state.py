"""Which subscription counts, and what follows from it: pure functions, no database, no Stripe.

A user's subscription fields are a function of Stripe's current state. Not of the order, number or
timing of events: whoever reads the same subscriptions computes the same fields.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from billing.subscribers import FREE

# https://docs.stripe.com/api/subscriptions/object#subscription_object-status
# In the order in which one counts before another.
CARRIES_THE_PLAN = ("active", "trialing", "past_due")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What we need to know of a Stripe subscription."""

    id: str
    status: str
    price_id: str
    created: int
    current_period_end: datetime | None
    cancel_at_period_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberState:
    """The fields of a Subscriber."""

    subscription_id: str | None = None
    subscription_status: str | None = None
    plan: str = FREE
    current_period_end: datetime | None = None
    cancel_at_period_end: bool = False


def read_subscription(data: Mapping[str, Any]) -> Subscription:
    """A subscription from Stripe's JSON, of today's shape (period on the item) or an older one."""
    items = (data.get("items") or {}).get("data") or []
    item = items[0] if items else {}
    end = data.get("current_period_end") or item.get("current_period_end")
    return Subscription(
        id=data["id"],
        status=data["status"],
        price_id=(item.get("price") or {}).get("id", ""),
        created=data["created"],
        current_period_end=datetime.fromtimestamp(end, UTC) if end else None,
        # The portal may say the same as a date: https://docs.stripe.com/api/subscriptions/object
        cancel_at_period_end=bool(data.get("cancel_at_period_end") or data.get("cancel_at")),
    )


def that_counts(subscriptions: Iterable[Subscription]) -> Subscription | None:
    """Live before ended (active, trialing, past due, then the rest), then the newest."""

    def order(subscription: Subscription) -> tuple[int, int, str]:
        rank = (
            CARRIES_THE_PLAN.index(subscription.status)
            if subscription.status in CARRIES_THE_PLAN
            else len(CARRIES_THE_PLAN)
        )
        return (rank, -subscription.created, subscription.id)

    return min(subscriptions, key=order, default=None)


def derive(subscriptions: Iterable[Subscription], *, plans: Mapping[str, str]) -> SubscriberState:
    """The subscriber's fields. `plans` maps a Stripe price to a plan's slug.

    A price that no plan knows carries no plan, and a status that Stripe adds tomorrow carries none.
    """
    subscription = that_counts(subscriptions)
    if subscription is None:
        return SubscriberState()
    live = subscription.status in CARRIES_THE_PLAN
    return SubscriberState(
        subscription_id=subscription.id,
        subscription_status=subscription.status,
        plan=plans.get(subscription.price_id, FREE) if live else FREE,
        current_period_end=subscription.current_period_end,
        cancel_at_period_end=subscription.cancel_at_period_end and live,
    )
