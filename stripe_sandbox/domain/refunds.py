"""Refunds."""

from stripe_sandbox.domain import payments
from stripe_sandbox.errors import StripeError
from stripe_sandbox.ids import new_id
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

FAILED = ("failed", "canceled")


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


def fail(state: State, refund: Json, *, status: str = "failed") -> Json:
    """Let a refund fail (or be `canceled`): its money returns to the account; return the refund.

    https://docs.stripe.com/refunds#failed-refunds
    """
    if refund["status"] in FAILED:
        raise StripeError(f"This refund is already {refund['status']}.")
    if status not in FAILED:
        raise StripeError("status must be failed or canceled.", param="status")
    charge = state.get("charge", refund["charge"])
    entry = payments.add_balance_transaction(
        state,
        kind="refund_failure",
        source=refund["id"],
        amount=refund["amount"],
        currency=refund["currency"],
    )
    fields = {"status": status, "failure_balance_transaction": entry["id"]}
    if status == "failed":
        fields["failure_reason"] = "expired_or_canceled_card"
    left = charge["amount_refunded"] - refund["amount"]
    state.change(charge, "charge.updated", amount_refunded=left, refunded=False)
    state.change(refund, "refund.updated", **fields)
    state.emit("charge.refund.updated", refund)
    if status == "failed":
        state.emit("refund.failed", refund)
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
