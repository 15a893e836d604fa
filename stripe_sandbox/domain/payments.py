"""Taking money: payment intents, charges and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_sandbox.domain.customers import ADDRESS
from stripe_sandbox.errors import CardDeclined
from stripe_sandbox.ids import letters

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

FEE_PERCENT, FEE_FIXED = 2.9, 30  # what Stripe takes in the US


def create_intent(state: State, *, amount: int, currency: str, customer: str | None, **fields: Any) -> Json:
    """Return a new payment intent that waits for a payment method."""
    intent_id = f"pi_{letters(24)}"
    return state.add(
        "payment_intent",
        **{
            "id": intent_id,
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "automatic_payment_methods": None,
            "capture_method": "automatic",
            "client_secret": f"{intent_id}_secret_{letters(25)}",
            "confirmation_method": "automatic",
            "currency": currency,
            "customer": customer,
            "metadata": {},
            "payment_method_types": ["card"],
            "payment_method_options": None,
            "status": "requires_payment_method",
            **fields,
        },
    )


def confirm(state: State, intent: Json, method: str | None, *, first: bool = False) -> Json:
    """Charge a payment method and return the charge, succeeded or failed.

    `first` tells a payment with the customer present from a later, automatic one: some of Stripe's test
    cards only fail later.
    """
    decline = decline_code(state, method, first=first)
    charge = _charge(state, intent, method, decline)
    if decline:
        error = CardDeclined(decline_code=decline).error
        error["charge"] = charge["id"]
        intent.update(status="requires_payment_method", last_payment_error=error, latest_charge=charge["id"])
    else:
        intent.update(
            status="succeeded",
            amount_received=intent["amount"],
            last_payment_error=None,
            latest_charge=charge["id"],
            payment_method=method,
        )
    state.save(intent)
    return charge


def decline_code(state: State, method: str | None, *, first: bool = False) -> str | None:
    """Return why the bank would refuse this payment method, or None."""
    if method is None:
        return "generic_decline"
    private = state.store.private(method)
    found: str | None = (
        private.get("decline") if first else private.get("decline") or private.get("decline_later")
    )
    return found


def emit_events(state: State, intent: Json, charge: Json) -> None:
    """Emit the events of a payment that was tried."""
    if charge["status"] == "succeeded":
        state.emit("payment_intent.succeeded", intent)
        state.emit("charge.succeeded", charge)
    else:
        state.emit("charge.failed", charge)
        state.emit("payment_intent.payment_failed", intent)


def _charge(state: State, intent: Json, method: str | None, decline: str | None) -> Json:
    details = state.get_or_none(method) or {}
    paid = decline is None
    charge = state.build(
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"] if paid else 0,
        billing_details={
            "address": dict.fromkeys(ADDRESS),
            **dict.fromkeys(("email", "name", "phone", "tax_id")),
        },
        captured=paid,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        failure_code=None if paid else CardDeclined(decline_code=decline or "").error["code"],
        failure_message=None if paid else str(CardDeclined(decline_code=decline or "")),
        fraud_details={},
        metadata=dict(intent["metadata"]),
        outcome={
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network" if paid else "declined_by_network",
            "reason": decline,
            "risk_level": "normal",
            "risk_score": 20,
            "seller_message": "Payment complete." if paid else "The bank declined the payment.",
            "type": "authorized" if paid else "issuer_declined",
        },
        paid=paid,
        payment_intent=intent["id"],
        payment_method=method,
        payment_method_details=_card_details(details),
        status="succeeded" if paid else "failed",
    )
    charge.pop("refunds", None)  # only there when it is expanded
    if paid:
        fee = round(intent["amount"] * FEE_PERCENT / 100) + FEE_FIXED
        entry = add_balance_transaction(
            state, kind="charge", source=charge["id"], amount=intent["amount"], fee=fee
        )
        charge["balance_transaction"] = entry["id"]
    state.save(charge, {})
    return charge


def _card_details(method: Json) -> Json | None:
    card = method.get("card")
    if not card:
        return None
    kept = (
        "brand",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "regulated_status",
    )
    empty = dict.fromkeys(("amount_authorized", "installments", "mandate", "network_token", "three_d_secure"))
    return {"type": "card", "card": {**empty, **{key: card[key] for key in kept}, "network": card["brand"]}}


def add_balance_transaction(
    state: State, *, kind: str, source: str, amount: int, fee: int = 0, currency: str = "usd"
) -> Json:
    """Return the movement of the account's own balance that a payment, refund or dispute makes."""
    details = []
    if fee:
        details = [
            {
                "amount": fee,
                "application": None,
                "currency": currency,
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        ]
    return state.add(
        "balance_transaction",
        amount=amount,
        available_on=state.now() + 2 * 86400,
        balance_type="payments",
        currency=currency,
        fee=fee,
        fee_details=details,
        net=amount - fee,
        reporting_category=kind,
        source=source,
        status="pending",
        type=kind,
    )
