"""Checkout's page: a session is paid, declined, left or forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_sandbox.domain import checkout_sessions, customers, payments, subscriptions
from stripe_sandbox.errors import CardDeclined, StripeError
from stripe_sandbox.state import list_object

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json


def line_items(state: State, session: Json) -> Json:
    """Return what a session sells, as a list object."""
    rows = state.store.private(session["id"])["line_items"]
    return list_object(rows, f"/v1/checkout/sessions/{session['id']}/line_items")


def require_open(session: Json) -> None:
    """Refuse to go on with a session that is complete or expired."""
    if session["status"] != "open":
        raise StripeError(f"This Checkout Session is {session['status']}: it can no longer be paid.")


def expire(state: State, session: Json) -> Json:
    """Close an open session unpaid."""
    if session["status"] != "open":
        raise StripeError(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a '
            f"status of {session['status']}."
        )
    return state.change(session, "checkout.session.expired", status="expired", url=None)


def pay(
    state: State,
    session: Json,
    *,
    card: str = "4242424242424242",
    email: str | None = None,
    later: bool = False,
) -> Json:
    """Complete a session with one of Stripe's test cards.

    Raises CardDeclined when the bank refuses; the session then stays open. `later` pays by a delayed method:
    the session completes unpaid, and `finish_delayed_payment` tells how it ended.
    """
    require_open(session)
    private = state.store.private(session["id"])
    if session["customer"] is None and (
        session["customer_creation"] == "always" or session["mode"] == "subscription"
    ):
        owner = customers.create(state, email=email or session["customer_email"] or "customer@example.com")
        session["customer"] = owner["id"]
        session["customer_details"] = checkout_sessions.customer_details(owner, None)
    method = customers.add_card(state, number=card)
    if session["customer"]:
        declined = state.store.private(method["id"]).get("decline")
        if declined:
            raise CardDeclined(decline_code=declined)
        customers.attach(state, method, session["customer"])
    if session["mode"] == "subscription":
        return _complete_subscription(state, session, private, method["id"])
    return _complete_payment(state, session, private, method["id"], later=later)


def record_decline(state: State, session: Json, *, decline_code: str = "generic_decline") -> Json:
    """Leave the traces of a declined payment; the session stays open."""
    require_open(session)
    if session["amount_total"]:
        intent = payments.create_intent(
            state, amount=session["amount_total"], currency=session["currency"], customer=session["customer"]
        )
        method = customers.add_card(state, number="4000000000000002")
        state.save(method, {"decline": decline_code, "decline_later": decline_code})
        charge = payments.confirm(state, intent, method["id"], first=True)
        payments.emit_events(state, intent, charge)
    return session


def _complete_subscription(state: State, session: Json, private: Json, method: str) -> Json:
    data = dict(private["subscription_data"])
    once = [row for row in private["line_items"] if not row["price"]["recurring"]]
    items = [
        {"price": row["price"]["id"], "quantity": row["quantity"]}
        for row in private["line_items"]
        if row["price"]["recurring"]
    ]
    if once:
        raise StripeError("The sandbox cannot mix one-time prices into a subscription's session.")
    fields: dict[str, Any] = {
        name: data[name]
        for name in (
            "metadata",
            "description",
            "default_tax_rates",
            "trial_end",
            "trial_period_days",
            "trial_settings",
        )
        if data.get(name)
    }
    subscription, invoice, charge = subscriptions.create(
        state,
        customer=session["customer"],
        items=items,
        first=True,
        announce=False,
        default_payment_method=method,
        coupons=private["coupons"],
        **fields,
    )
    if charge and charge["status"] == "failed":
        raise CardDeclined(decline_code="generic_decline")
    session.update(
        subscription=subscription["id"],
        invoice=invoice["id"],
        payment_status="paid" if invoice["amount_due"] or not private["trial"] else "no_payment_required",
    )
    _complete(state, session)
    if charge:
        payments.emit_events(state, state.get("payment_intent", charge["payment_intent"]), charge)
    return session


def _complete_payment(state: State, session: Json, private: Json, method: str, *, later: bool) -> Json:
    data = private["payment_intent_data"]
    if not session["amount_total"]:
        session["payment_status"] = "no_payment_required"
        return _complete(state, session)
    intent = payments.create_intent(
        state,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        description=data.get("description"),
        metadata=data.get("metadata") or {},
        receipt_email=data.get("receipt_email"),
    )
    state.emit("payment_intent.created", intent)
    session["payment_intent"] = intent["id"]
    if later:
        state.change(intent, "payment_intent.processing", status="processing", payment_method=method)
        return _complete(state, session)
    charge = payments.confirm(state, intent, method, first=True)
    if charge["status"] == "failed":
        raise CardDeclined(decline_code="generic_decline")
    session["payment_status"] = "paid"
    _complete(state, session)
    payments.emit_events(state, intent, charge)
    return session


def _complete(state: State, session: Json) -> Json:
    session.update(status="complete", url=None)
    state.save(session)
    state.emit("checkout.session.completed", session)
    return session


def finish_delayed_payment(state: State, session: Json, *, succeeds: bool) -> Json:
    """End a delayed payment, days after the session was completed."""
    if session["status"] != "complete" or session["payment_status"] != "unpaid":
        raise StripeError("This Checkout Session does not wait for a delayed payment.")
    intent = state.get("payment_intent", session["payment_intent"])
    method = intent["payment_method"]
    if not succeeds:
        state.save(state.get("payment_method", method), {"decline": "generic_decline"})
    charge = payments.confirm(state, intent, method)
    if succeeds:
        state.change(session, "checkout.session.async_payment_succeeded", payment_status="paid")
    else:
        state.emit("checkout.session.async_payment_failed", session)
    payments.emit_events(state, intent, charge)
    return session


def success_url(session: Json) -> str:
    """Return where a paid session sends its customer."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
