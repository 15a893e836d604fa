"""Work that becomes due as time passes: renewals, trial ends, payment retries, expiries."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from stripe_sandbox.domain import checkout_payments, invoices, renewals, subscriptions
from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.state import State
from stripe_sandbox.store import Json, one_of

INCOMPLETE_EXPIRES = 23 * 3600
TRIAL_NOTICE = 3 * DAY
LIVE = ("active", "trialing", "past_due", "unpaid", "incomplete")


class Due(NamedTuple):
    """An action on an object, and when it becomes due (seconds since the epoch)."""

    moment: int
    action: str
    object_id: str


def run(state: State, until: int) -> int:
    """Run the work that is due by `until`, in order, each at its own time; return the number of actions."""
    done = 0
    try:
        # Queried again after each action, because an action may cancel others or make new ones due.
        while due := min((due for due in _all_due(state) if due.moment <= until), default=None):
            state.freeze_clock(due.moment)
            ACTIONS[due.action](state, state.get_or_none(due.object_id) or {})
            done += 1
    finally:
        state.freeze_clock(None)
    return done


def _all_due(state: State) -> Iterator[Due]:
    store = state.store
    for subscription in store.select("subscription", one_of("status", LIVE)):
        yield from _due_for_subscription(state, subscription)
    for invoice in store.select("invoice", ("json_extract(body, '$.next_payment_attempt') IS NOT NULL", ())):
        yield Due(invoice["next_payment_attempt"], "retry", invoice["id"])
    for session in store.find("checkout.session", status="open"):
        yield Due(session["expires_at"], "expire", session["id"])


def _due_for_subscription(state: State, subscription: Json) -> Iterator[Due]:
    subscription_id, created = subscription["id"], subscription["created"]
    if subscription["status"] == "incomplete":
        yield Due(created + INCOMPLETE_EXPIRES, "expire_incomplete", subscription_id)
        return
    pause = subscription["pause_collection"]
    if pause and pause["resumes_at"]:
        yield Due(pause["resumes_at"], "resume", subscription_id)
    if subscription["status"] == "trialing" and not state.store.private(subscription_id).get("trial_notice"):
        yield Due(max(subscription["trial_end"] - TRIAL_NOTICE, created), "trial_notice", subscription_id)
    end = min(item["current_period_end"] for item in subscription["items"]["data"])
    if subscription["cancel_at"] and subscription["cancel_at"] <= end:
        yield Due(subscription["cancel_at"], "cancel", subscription_id)
    else:
        yield Due(end, "bill_next_period", subscription_id)


def _resume_collection(state: State, subscription: Json) -> None:
    state.change(subscription, "customer.subscription.updated", pause_collection=None)


def _send_trial_notice(state: State, subscription: Json) -> None:
    private = state.store.private(subscription["id"])
    state.save(subscription, {**private, "trial_notice": True})
    state.emit("customer.subscription.trial_will_end", subscription)


def _expire_incomplete(state: State, subscription: Json) -> None:
    """Expire a subscription whose first payment did not arrive in time."""
    for invoice in invoices.for_subscription(state, subscription["id"], status="open"):
        invoices.void(state, invoice)
    subscriptions.cancel(state, subscription, reason="payment_failed")


ACTIONS: dict[str, Callable[[State, Json], object]] = {
    "bill_next_period": renewals.renew,
    "cancel": subscriptions.cancel,
    "expire": checkout_payments.expire,
    "expire_incomplete": _expire_incomplete,
    "resume": _resume_collection,
    "retry": renewals.retry,
    "trial_notice": _send_trial_notice,
}
