"""Select a user's subscription and derive the subscription fields from it.

The length of the grace period is PAST_DUE_GRACE_DAYS in the settings.

A user's subscription fields are a function of Stripe's current state and the time. They do not depend
on the order, the number or the timing of events.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.rules.catalog import FREE, PlanTerms
from billing.stripe_objects import Subscription

# The statuses with a plan, in order of precedence.
# https://docs.stripe.com/api/subscriptions/object#subscription_object-status
PAST_DUE = "past_due"
CURRENT_STATUSES = ("active", "trialing", PAST_DUE)
NEVER_STARTED_STATUSES = ("incomplete", "incomplete_expired")  # the first payment failed


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberState:
    """The fields of a Subscriber that are derived from its subscriptions."""

    subscription_id: str | None = None
    subscription_status: str | None = None
    plan: str = FREE
    current_period_end: datetime | None = None
    cancel_at_period_end: bool = False


def select_subscription(subscriptions: Iterable[Subscription]) -> Subscription | None:
    """Return the first by status (active, trialing, past due, others), then the newest."""

    def precedence(subscription: Subscription) -> tuple[int, int, str]:
        rank = (
            CURRENT_STATUSES.index(subscription.status)
            if subscription.status in CURRENT_STATUSES
            else len(CURRENT_STATUSES)
        )
        return (rank, -subscription.created, subscription.id)

    return min(subscriptions, key=precedence, default=None)


def find_current(
    subscriptions: Iterable[Subscription], *, plans: Mapping[str, PlanTerms]
) -> PlanTerms | None:
    """Return the plan of a current subscription, or None if there is none to a plan."""
    current = (one for one in subscriptions if one.status in CURRENT_STATUSES and one.item_of(plans))
    subscription = select_subscription(current)
    item = subscription.item_of(plans) if subscription else None
    return plans[item.price_id] if item else None


def derive_state(
    subscriptions: Iterable[Subscription],
    *,
    plans: Mapping[str, PlanTerms],
    at: datetime,
    grace: timedelta,
) -> SubscriberState:
    """Return the subscriber's fields. `plans` are by Stripe price, archived ones included.

    A subscription counts if one of its items has a price of a plan. Subscriptions to other products in the
    same Stripe account are ignored.
    After a failed payment, a past-due subscription keeps the plan for `grace` from the start of the unpaid
    period (value: PAST_DUE_GRACE_DAYS in the settings). An unknown status has no plan.
    """
    subscription = select_subscription(one for one in subscriptions if one.item_of(plans))
    item = subscription.item_of(plans) if subscription else None
    if subscription is None or item is None:
        return SubscriberState()
    is_current = has_plan = subscription.status in CURRENT_STATUSES
    if subscription.status == PAST_DUE and item.current_period_start:
        has_plan = at < item.current_period_start + grace
    return SubscriberState(
        subscription_id=subscription.id,
        subscription_status=subscription.status,
        plan=plans[item.price_id].slug if has_plan else FREE,
        current_period_end=item.current_period_end,
        cancel_at_period_end=subscription.cancel_at_period_end and is_current,
    )
