"""Cancel subscriptions, and update them after payments of their invoices."""

from stripe_sandbox.domain import invoices, payment_retries
from stripe_sandbox.errors import StripeError, not_found
from stripe_sandbox.state import State
from stripe_sandbox.store import Clause, Json

ENDED = frozenset({"canceled", "incomplete_expired"})
NOT_ENDED: Clause = ("json_extract(body, '$.status') NOT IN ('canceled', 'incomplete_expired')", ())


def _cancellation_details(reason: str | None, details: Json | None) -> Json:
    return {"comment": None, "feedback": None, "reason": reason, **(details or {})}


def cancel(
    state: State, subscription: Json, *, reason: str = "cancellation_requested", details: Json | None = None
) -> Json:
    """Cancel a subscription now. An incomplete subscription expires instead."""
    if subscription["status"] in ENDED:
        raise not_found("subscription", subscription["id"])
    for invoice in invoices.for_subscription(state, subscription["id"]):
        if invoice["status"] in {"draft", "open"}:
            state.change(invoice, None, auto_advance=False, next_payment_attempt=None)
    expires = subscription["status"] == "incomplete"
    now = state.now()
    subscription.update(
        status="incomplete_expired" if expires else "canceled",
        canceled_at=subscription["canceled_at"] or now,
        ended_at=now,
        cancel_at_period_end=False,
        cancel_at=None,
        pause_collection=None,
        cancellation_details=_cancellation_details(reason, details),
    )
    state.save(subscription)
    if expires:
        state.emit("customer.subscription.updated", subscription, previous={"status": "incomplete"})
    else:
        state.emit("customer.subscription.deleted", subscription)
    return subscription


def set_cancel_at_period_end(
    state: State, subscription: Json, *, cancels: bool, details: Json | None = None
) -> Json:
    """Cancel a subscription at the end of its period, or undo that."""
    if subscription["status"] in ENDED:
        raise StripeError("This subscription has ended already.", param="cancel_at_period_end")
    end = min(item["current_period_end"] for item in subscription["items"]["data"])
    return state.change(
        subscription,
        "customer.subscription.updated",
        cancel_at_period_end=cancels,
        cancel_at=end if cancels else None,
        canceled_at=state.now() if cancels else None,
        cancellation_details=_cancellation_details("cancellation_requested" if cancels else None, details),
    )


def after_payment_attempt(state: State, invoice: Json) -> None:
    """Update the subscription's status after an attempt to pay one of its invoices."""
    subscription = state.get("subscription", invoices.subscription_id_of(invoice))
    if invoice["status"] == "paid":
        _recover(state, subscription, invoice)
    elif invoice["next_payment_attempt"] is None and subscription["status"] == "past_due":
        _give_up(state, subscription)
    elif subscription["status"] in {"active", "trialing"}:
        state.change(subscription, "customer.subscription.updated", status="past_due")


def _recover(state: State, subscription: Json, invoice: Json) -> None:
    """Activate a subscription if its latest invoice, or the last open one, is paid."""
    if subscription["status"] not in {"incomplete", "past_due", "unpaid"}:
        return
    is_latest = subscription["latest_invoice"] == invoice["id"]
    if is_latest or not invoices.for_subscription(state, subscription["id"], status="open"):
        state.change(subscription, "customer.subscription.updated", status="active")


def _give_up(state: State, subscription: Json) -> None:
    outcome = payment_retries.status_after_last_attempt(state)
    if outcome == "canceled":
        cancel(state, subscription, reason="payment_failed")
    elif outcome == "unpaid":
        state.change(subscription, "customer.subscription.updated", status="unpaid")
