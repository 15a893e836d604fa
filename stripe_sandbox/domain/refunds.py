"""Money going back: refunds and disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.domain import payments
from stripe_sandbox.errors import StripeError
from stripe_sandbox.ids import letters

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

DAY = 86400
DISPUTE_FEE = 1500


def refund(
    state: State,
    charge: Json,
    *,
    amount: int | None = None,
    reason: str | None = None,
    metadata: Json | None = None,
) -> Json:
    """Give back all that is left of a charge, or `amount` minor units of it; return the refund."""
    if charge["status"] != "succeeded":
        raise StripeError(f"Charge {charge['id']} has failed and cannot be refunded.")
    left = charge["amount"] - charge["amount_refunded"]
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
    if charge["disputed"] and not _was_won(state, charge["id"]):
        raise StripeError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    refund_id = f"re_{letters(24)}"
    entry = payments.add_balance_transaction(
        state, kind="refund", source=refund_id, amount=-wanted, currency=charge["currency"]
    )
    made = state.add(
        "refund",
        id=refund_id,
        amount=wanted,
        balance_transaction=entry["id"],
        charge=charge["id"],
        currency=charge["currency"],
        metadata=metadata or {},
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="succeeded",
    )
    state.emit("refund.created", made)
    refunded = charge["amount_refunded"] + wanted
    previous = {"amount_refunded": charge["amount_refunded"]}
    charge.update(amount_refunded=refunded, refunded=refunded == charge["amount"])
    state.save(charge)
    state.emit("charge.refunded", charge, previous=previous)
    return made


def _was_won(state: State, charge: str) -> bool:
    return all(dispute["status"] == "won" for dispute in state.store.find("dispute", charge=charge))


def open_dispute(
    state: State, charge: Json, *, amount: int | None = None, reason: str = "fraudulent"
) -> Json:
    """Let the customer's bank take a charge back; return the dispute, which needs a response."""
    if charge["status"] != "succeeded" or charge["disputed"]:
        raise StripeError(f"Charge {charge['id']} cannot be disputed (again).")
    taken = amount or charge["amount"] - charge["amount_refunded"]
    if not 0 < taken <= charge["amount"]:
        raise StripeError("There is nothing left on this charge to dispute.", param="amount")
    dispute = state.build(
        "dispute",
        id=f"du_{letters(24)}",
        amount=taken,
        charge=charge["id"],
        currency=charge["currency"],
        evidence_details={
            "due_by": state.now() + 7 * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        is_charge_refundable=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="needs_response",
    )
    entry = payments.add_balance_transaction(
        state,
        kind="adjustment",
        source=dispute["id"],
        amount=-taken,
        fee=DISPUTE_FEE,
        currency=charge["currency"],
    )
    dispute["balance_transactions"] = [entry]
    state.save(dispute, {})
    state.change(charge, None, disputed=True)
    state.emit("charge.dispute.created", dispute)
    state.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(state: State, dispute: Json, *, won: bool) -> Json:
    """End a dispute: won gives the money back, lost does not."""
    if dispute["status"] in {"won", "lost"}:
        raise StripeError(f"This dispute is already {dispute['status']}.", code="dispute_already_closed")
    dispute["status"] = "won" if won else "lost"
    if won:
        entry = payments.add_balance_transaction(
            state,
            kind="adjustment",
            source=dispute["id"],
            amount=dispute["amount"],
            currency=dispute["currency"],
        )
        dispute["balance_transactions"] = [*dispute["balance_transactions"], entry]
    state.save(dispute)
    state.emit("charge.dispute.closed", dispute)
    if won:
        state.emit("charge.dispute.funds_reinstated", dispute)
    return dispute
