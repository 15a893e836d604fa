"""Payment intents, charges, refunds and disputes."""

from stripe_sandbox.api.pagination import list_operation
from stripe_sandbox.api.registry import (
    Call,
    merged_metadata,
    operation,
    retrieve_operation,
    update_operation,
)
from stripe_sandbox.domain import disputes, refunds
from stripe_sandbox.errors import StripeError
from stripe_sandbox.store import Json

retrieve_operation("GET /v1/payment_intents/{intent}", "payment_intent")
list_operation("GET /v1/payment_intents", "payment_intent", "customer")
retrieve_operation("GET /v1/charges/{charge}", "charge")
list_operation("GET /v1/charges", "charge", "customer", "payment_intent")
update_operation("POST /v1/charges/{charge}", "charge", "charge.updated", "description")
retrieve_operation("GET /v1/refunds/{refund}", "refund")
list_operation("GET /v1/refunds", "refund", "charge", "payment_intent")
retrieve_operation("GET /v1/disputes/{dispute}", "dispute")
list_operation("GET /v1/disputes", "dispute", "charge", "payment_intent")


@operation("POST /v1/refunds")
def create_refund(call: Call) -> Json:
    return refunds.create(
        call.state,
        call.state.get("charge", _charge_id(call), param="charge"),
        amount=call.params.get("amount"),
        reason=call.params.get("reason"),
        metadata=merged_metadata({}, call.params.get("metadata")),
    )


def _charge_id(call: Call) -> str:
    if call.params.get("payment_intent"):
        intent = call.state.get("payment_intent", call.params["payment_intent"], param="payment_intent")
        charge_id: str | None = intent["latest_charge"]
        if charge_id is None:
            raise StripeError(
                "This PaymentIntent does not have a successful charge to refund.", param="payment_intent"
            )
        return charge_id
    if call.params.get("charge"):
        return str(call.params["charge"])
    raise StripeError(
        "One of the following params should be provided for this request: payment_intent or charge."
    )


@operation("POST /v1/disputes/{dispute}/close")
def close_dispute(call: Call) -> Json:
    """Close a dispute. To close it is to accept it, so it is lost."""
    return disputes.close(call.state, call.target("dispute"), won=False)
