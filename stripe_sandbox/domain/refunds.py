"""Refunds."""

from stripe_sandbox.domain import payments
from stripe_sandbox.errors import StripeError
from stripe_sandbox.ids import new_id
from stripe_sandbox.state import State
from stripe_sandbox.store import Json


def create(
    state: State,
    charge: Json,
    *,
    amount: int | None = None,
    reason: str | None = None,
    metadata: Json | None = None,
) -> Json:
    """Refund `amount` minor units of a charge (None: all that is left); return the refund."""
    amount = _refundable(state, charge, amount)
    refund_id = new_id("refund")
    entry = payments.add_balance_transaction(
        state, kind="refund", source=refund_id, amount=-amount, currency=charge["currency"]
    )
    refund = state.add(
        "refund",
        id=refund_id,
        amount=amount,
        balance_transaction=entry["id"],
        charge=charge["id"],
        currency=charge["currency"],
        metadata=metadata or {},
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="succeeded",
    )
    state.emit("refund.created", refund)
    previous = {"amount_refunded": charge["amount_refunded"]}
    refunded = charge["amount_refunded"] + amount
    charge.update(amount_refunded=refunded, refunded=refunded == charge["amount"])
    state.save(charge)
    state.emit("charge.refunded", charge, previous=previous)
    return refund


def _refundable(state: State, charge: Json, amount: int | None) -> int:
    """Return the amount to refund. Raises StripeError if the charge does not allow it."""
    if charge["status"] != "succeeded":
        raise StripeError(f"Charge {charge['id']} has failed and cannot be refunded.")
    left: int = charge["amount"] - charge["amount_refunded"]
    if left <= 0:
        raise StripeError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    wanted = left if amount is None else amount
    if wanted <= 0:
        raise StripeError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if wanted > left:
        raise StripeError(
            f"Refund amount (${wanted / 100:.2f}) is greater than unrefunded amount on charge (${left / 100:.2f})",
            param="amount",
        )
    disputes = state.store.find("dispute", charge=charge["id"])
    if any(dispute["status"] != "won" for dispute in disputes):
        raise StripeError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    return wanted
