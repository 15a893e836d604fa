"""Payment intents, charges and balance transactions."""

from typing import Any

from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.domain.payment_methods import empty_billing_details
from stripe_sandbox.errors import CardDeclined
from stripe_sandbox.ids import letters, new_id
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

FEE_PERCENT, FEE_FIXED = 2.9, 30  # Stripe's fee in the US


def create_intent(state: State, *, amount: int, currency: str, customer: str | None, **fields: Any) -> Json:
    """Return a new payment intent without a payment method."""
    intent_id = new_id("payment_intent")
    return state.add(
        "payment_intent",
        **{
            "id": intent_id,
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "capture_method": "automatic",
            "client_secret": f"{intent_id}_secret_{letters(25)}",
            "confirmation_method": "automatic",
            "currency": currency,
            "customer": customer,
            "payment_method_types": ["card"],
            "status": "requires_payment_method",
            **fields,
        },
    )


def confirm(state: State, intent: Json, method: str | None, *, customer_present: bool = False) -> Json:
    """Charge a payment method and return the charge, succeeded or failed.

    Some of Stripe's test cards fail only when the customer is not present.
    """
    decline = decline_code(state, method, customer_present=customer_present)
    charge = _create_charge(state, intent, method, decline)
    if decline:
        error = CardDeclined(decline_code=decline, charge=charge["id"]).error
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


def decline_code(state: State, method: str | None, *, customer_present: bool = False) -> str | None:
    """Return the code with which the bank declines this payment method, or None."""
    if method is None:
        return "generic_decline"
    private = state.store.private(method)
    found: str | None = private.get("decline")
    return found if customer_present else found or private.get("decline_later")


def emit_events(state: State, intent: Json, charge: Json) -> None:
    """Emit the events of a payment attempt."""
    if charge["status"] == "succeeded":
        state.emit("payment_intent.succeeded", intent)
        state.emit("charge.succeeded", charge)
    else:
        state.emit("charge.failed", charge)
        state.emit("payment_intent.payment_failed", intent)


def _create_charge(state: State, intent: Json, method: str | None, decline: str | None) -> Json:
    paid = decline is None
    error = {} if decline is None else CardDeclined(decline_code=decline).error
    charge = state.build(
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"] if paid else 0,
        billing_details=empty_billing_details(),
        captured=paid,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        failure_code=error.get("code"),
        failure_message=error.get("message"),
        fraud_details={},
        metadata=dict(intent["metadata"]),
        outcome=_outcome(decline),
        paid=paid,
        payment_intent=intent["id"],
        payment_method=method,
        payment_method_details=_card_details(state.get_or_none(method) or {}),
        status="succeeded" if paid else "failed",
    )
    del charge["refunds"]  # present only when expanded
    if paid:
        fee = round(intent["amount"] * FEE_PERCENT / 100) + FEE_FIXED
        entry = add_balance_transaction(
            state, kind="charge", source=charge["id"], amount=intent["amount"], fee=fee
        )
        charge["balance_transaction"] = entry["id"]
    state.save(charge, {})
    return charge


def _outcome(decline: str | None) -> Json:
    paid = decline is None
    return blank("charge_outcome") | {
        "network_status": "approved_by_network" if paid else "declined_by_network",
        "reason": decline,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": "Payment complete." if paid else "The bank declined the payment.",
        "type": "authorized" if paid else "issuer_declined",
    }


def _card_details(method: Json) -> Json | None:
    card = method.get("card")
    if not card:
        return None
    kept = (
        "brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "regulated_status",
    )  # fmt: skip
    empty = dict.fromkeys(("amount_authorized", "installments", "mandate", "network_token", "three_d_secure"))
    return {"type": "card", "card": {**empty, **{key: card[key] for key in kept}, "network": card["brand"]}}


def add_balance_transaction(
    state: State, *, kind: str, source: str, amount: int, fee: int = 0, currency: str = "usd"
) -> Json:
    """Return a new movement of the account's balance: of a charge, a refund or a dispute."""
    fee_details = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return state.add(
        "balance_transaction",
        amount=amount,
        available_on=state.now() + 2 * DAY,
        balance_type="payments",
        currency=currency,
        fee=fee,
        fee_details=[fee_details] if fee else [],
        net=amount - fee,
        reporting_category=kind,
        source=source,
        status="pending",
        type=kind,
    )
