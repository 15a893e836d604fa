"""Disputes."""

from stripe_sandbox.domain import payments
from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.errors import StripeError
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

FEE = 1500  # minor units


def create(state: State, charge: Json, *, amount: int | None = None) -> Json:
    """Open a dispute of `amount` minor units of a charge (None: all that is left); return it."""
    if charge["status"] != "succeeded" or charge["disputed"]:
        raise StripeError(f"Charge {charge['id']} cannot be disputed (again).")
    amount = amount or charge["amount"] - charge["amount_refunded"]
    if not 0 < amount <= charge["amount"]:
        raise StripeError("There is nothing left on this charge to dispute.", param="amount")
    dispute = state.build(
        "dispute",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="needs_response",
    )
    dispute["evidence_details"]["due_by"] = state.now() + 7 * DAY
    _add_balance_transaction(state, dispute, amount=-amount, fee=FEE)
    state.save(dispute, {})
    state.change(charge, None, disputed=True)
    state.emit("charge.dispute.created", dispute)
    state.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(state: State, dispute: Json, *, won: bool) -> Json:
    """End a dispute; if it is won, the funds are reinstated."""
    if dispute["status"] in {"won", "lost"}:
        raise StripeError(f"This dispute is already {dispute['status']}.", code="dispute_already_closed")
    dispute["status"] = "won" if won else "lost"
    if won:
        _add_balance_transaction(state, dispute, amount=dispute["amount"])
    state.save(dispute)
    state.emit("charge.dispute.closed", dispute)
    if won:
        state.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def _add_balance_transaction(state: State, dispute: Json, *, amount: int, fee: int = 0) -> None:
    entry = payments.add_balance_transaction(
        state, kind="adjustment", source=dispute["id"], amount=amount, fee=fee, currency=dispute["currency"]
    )
    dispute["balance_transactions"] = [*dispute["balance_transactions"], entry]
