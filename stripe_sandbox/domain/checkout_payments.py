"""The end of Checkout sessions: paid, declined, expired, or paid by a delayed method."""

from typing import Any

from stripe_sandbox.domain import (
    checkout_options,
    checkout_sessions,
    customers,
    payment_methods,
    payments,
    post_payment_invoices,
    subscription_creation,
)
from stripe_sandbox.errors import CardDeclined, StripeError
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

SUBSCRIPTION_FIELDS = (
    "metadata", "description", "default_tax_rates", "trial_end", "trial_period_days", "trial_settings",
)  # fmt: skip


def _require_open(session: Json) -> None:
    if session["status"] != "open":
        raise StripeError(f"This Checkout Session is {session['status']}: it can no longer be paid.")


def expire(state: State, session: Json) -> Json:
    """Expire an open session."""
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
    card: str = payment_methods.DEFAULT_CARD,
    email: str | None = None,
    later: bool = False,
    **choices: Any,
) -> Json:
    """Complete a session with one of Stripe's test cards, and return it.

    `choices` are those of `checkout_options.choose`. With `later`, the payment method is delayed: the session
    completes unpaid, and `finish_delayed_payment` ends the payment. Raises CardDeclined; the session then stays
    open, with the events of a failed payment.
    """
    try:
        with state.store.transaction():
            _require_open(session)
            checkout_options.choose(state, session, **choices)
            return _pay(state, session, card=card, email=email, later=later)
    except CardDeclined as error:
        with state.store.transaction():
            still_open = state.get("checkout.session", session["id"])
            record_decline(state, still_open, decline_code=error.decline_code)
        raise


def _pay(state: State, session: Json, *, card: str, email: str | None, later: bool) -> Json:
    is_subscription = session["mode"] == "subscription"
    creates_customer = session["customer_creation"] == "always" or post_payment_invoices.is_wanted(session)
    if session["customer"] is None and (is_subscription or creates_customer):
        owner = customers.create(state, email=email or session["customer_email"] or "customer@example.com")
        session["customer"] = owner["id"]
        session["customer_details"] = checkout_sessions.customer_details(owner, None)
    method = payment_methods.create_card(state, number=card)
    if session["customer"]:
        payment_methods.attach(state, method, session["customer"])
    if is_subscription:
        return _complete_subscription(state, session, method["id"])
    return _complete_payment(state, session, method["id"], later=later)


def record_decline(state: State, session: Json, *, decline_code: str = "generic_decline") -> Json:
    """Emit the events of a declined payment; the session stays open."""
    _require_open(session)
    if session["amount_total"]:
        intent = _create_intent(state, session)
        method = payment_methods.create_card(state, number="4000000000000002")
        payment_methods.set_failing(state, method, decline_code)
        charge = payments.confirm(state, intent, method["id"], customer_present=True)
        payments.emit_events(state, intent, charge)
    return session


def _create_intent(state: State, session: Json, **fields: object) -> Json:
    return payments.create_intent(
        state,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        **fields,
    )


def _complete_subscription(state: State, session: Json, method: str) -> Json:
    private = state.store.private(session["id"])
    rows, data = private["line_items"], private["subscription_data"]
    if not all(row["price"]["recurring"] for row in rows):
        raise StripeError("The sandbox does not support one-time prices in a subscription's session.")
    created = subscription_creation.create(
        state,
        customer=session["customer"],
        items=[{"price": row["price"]["id"], "quantity": row["quantity"]} for row in rows],
        coupons=private["coupons"],
        customer_present=True,
        emits_payment=False,
        automatic_tax=_automatic_tax(session),
        default_payment_method=method,
        **{name: data[name] for name in SUBSCRIPTION_FIELDS if data.get(name)},
    )
    charge = created.charge
    if charge and charge["status"] == "failed":
        raise CardDeclined(decline_code="generic_decline")
    paid = created.invoice["amount_due"] or not private["trial"]
    session.update(
        subscription=created.subscription["id"],
        invoice=created.invoice["id"],
        payment_status="paid" if paid else "no_payment_required",
    )
    _complete(state, session)
    if charge:
        payments.emit_events(state, state.get("payment_intent", charge["payment_intent"]), charge)
    return session


def _automatic_tax(session: Json) -> Json:
    is_on = session["automatic_tax"]["enabled"]
    return {"disabled_reason": None, "enabled": is_on, "liability": {"type": "self"} if is_on else None}


def _complete_payment(state: State, session: Json, method: str, *, later: bool) -> Json:
    if not session["amount_total"]:
        session["payment_status"] = "no_payment_required"
        return _complete_with_invoice(state, session)
    data = state.store.private(session["id"])["payment_intent_data"]
    intent = _create_intent(
        state,
        session,
        description=data.get("description"),
        metadata=data.get("metadata") or {},
        receipt_email=data.get("receipt_email"),
    )
    state.emit("payment_intent.created", intent)
    session["payment_intent"] = intent["id"]
    if later:
        state.change(intent, "payment_intent.processing", status="processing", payment_method=method)
        return _complete(state, session)
    charge = payments.confirm(state, intent, method, customer_present=True)
    if charge["status"] == "failed":
        raise CardDeclined(decline_code="generic_decline")
    session["payment_status"] = "paid"
    _complete_with_invoice(state, session)
    payments.emit_events(state, intent, charge)
    return session


def _complete_with_invoice(state: State, session: Json) -> Json:
    if post_payment_invoices.is_wanted(session):
        post_payment_invoices.create(state, session)
    return _complete(state, session)


def _complete(state: State, session: Json) -> Json:
    session.update(status="complete", url=None)
    state.save(session)
    state.emit("checkout.session.completed", session)
    return session


def finish_delayed_payment(state: State, session: Json, *, succeeds: bool) -> Json:
    """End the delayed payment of a complete session; return the session."""
    if session["status"] != "complete" or session["payment_status"] != "unpaid":
        raise StripeError("This Checkout Session does not wait for a delayed payment.")
    intent = state.get("payment_intent", session["payment_intent"])
    method = intent["payment_method"]
    if not succeeds:
        payment_methods.set_failing(state, state.get("payment_method", method), "generic_decline")
    charge = payments.confirm(state, intent, method)
    if succeeds:
        if post_payment_invoices.is_wanted(session):
            post_payment_invoices.create(state, session)
        state.change(session, "checkout.session.async_payment_succeeded", payment_status="paid")
    else:
        state.emit("checkout.session.async_payment_failed", session)
    payments.emit_events(state, intent, charge)
    return session


def success_url(session: Json) -> str:
    """Return the URL to which a paid session redirects."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
