"""Which subscription counts, and what follows from it: pure functions, no database, no Stripe.

A user's subscription fields are a function of Stripe's current state and the time. Not of the order,
number or timing of events: whoever reads the same subscriptions computes the same fields.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from billing.subscribers import FREE

# https://docs.stripe.com/api/subscriptions/object#subscription_object-status
# In the order in which one counts before another.
PAST_DUE = "past_due"
CARRIES_THE_PLAN = ("active", "trialing", PAST_DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What we need to know of a Stripe subscription."""

    id: str
    status: str
    price_id: str
    created: int
    current_period_start: datetime | None
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
    start, end = (data.get(name) or item.get(name) for name in ("current_period_start", "current_period_end"))
    return Subscription(
        id=data["id"],
        status=data["status"],
        price_id=(item.get("price") or {}).get("id", ""),
        created=data["created"],
        current_period_start=datetime.fromtimestamp(start, UTC) if start else None,
        current_period_end=datetime.fromtimestamp(end, UTC) if end else None,
        # The portal may say the same as a date: https://docs.stripe.com/api/subscriptions/object
        cancel_at_period_end=bool(data.get("cancel_at_period_end") or data.get("cancel_at")),
    )


def select_subscription(subscriptions: Iterable[Subscription]) -> Subscription | None:
    """Live before ended (active, trialing, past due, then the rest), then the newest."""

    def order(subscription: Subscription) -> tuple[int, int, str]:
        rank = (
            CARRIES_THE_PLAN.index(subscription.status)
            if subscription.status in CARRIES_THE_PLAN
            else len(CARRIES_THE_PLAN)
        )
        return (rank, -subscription.created, subscription.id)

    return min(subscriptions, key=order, default=None)


def carries_the_plan(subscription: Subscription, *, at: datetime, grace: timedelta) -> bool:
    """Whether the plan is the subscriber's at that moment.

    A subscription is past due when the payment for its current period failed: it carries the plan
    for a grace period from that period's start. A status that Stripe adds tomorrow carries none.
    """
    if subscription.status == PAST_DUE and subscription.current_period_start:
        return at < subscription.current_period_start + grace
    return subscription.status in CARRIES_THE_PLAN


def derive(
    subscriptions: Iterable[Subscription], *, plans: Mapping[str, str], at: datetime, grace: timedelta
) -> SubscriberState:
    """The subscriber's fields. `plans` maps a Stripe price to a plan's slug; a price that none knows is free."""
    subscription = select_subscription(subscriptions)
    if subscription is None:
        return SubscriberState()
    live = subscription.status in CARRIES_THE_PLAN
    has_it = carries_the_plan(subscription, at=at, grace=grace)
    return SubscriberState(
        subscription_id=subscription.id,
        subscription_status=subscription.status,
        plan=plans.get(subscription.price_id, FREE) if has_it else FREE,
        current_period_end=subscription.current_period_end,
        cancel_at_period_end=subscription.cancel_at_period_end and live,
    )
