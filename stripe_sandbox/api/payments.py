"""Payment intents, charges, refunds and disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.api.registry import Call, filters, merged_metadata, operation, page
from stripe_sandbox.domain import refunds
from stripe_sandbox.errors import StripeError

if TYPE_CHECKING:
    from stripe_sandbox.store import Json


@operation("GET /v1/payment_intents/{intent}")
def retrieve_intent(call: Call) -> Json:
    return call.state.get("payment_intent", call.path["intent"])


@operation("GET /v1/payment_intents")
def list_intents(call: Call) -> Json:
    where, values = filters(call, "customer")
    return page(call, "payment_intent", where, values)


@operation("GET /v1/charges/{charge}")
def retrieve_charge(call: Call) -> Json:
    return call.state.get("charge", call.path["charge"])


@operation("POST /v1/charges/{charge}")
def update_charge(call: Call) -> Json:
    charge = call.state.get("charge", call.path["charge"])
    fields = call.given("description")
    metadata = merged_metadata(charge, call.params.get("metadata"))
    return call.state.change(charge, "charge.updated", **fields, metadata=metadata)


@operation("GET /v1/charges")
def list_charges(call: Call) -> Json:
    where, values = filters(call, "customer", "payment_intent")
    return page(call, "charge", where, values)


@operation("POST /v1/refunds")
def create_refund(call: Call) -> Json:
    state, params = call.state, call.params
    if params.get("payment_intent"):
        intent = state.get("payment_intent", params["payment_intent"], param="payment_intent")
        charge_id = intent["latest_charge"]
        if not charge_id:
            raise StripeError(
                "This PaymentIntent does not have a successful charge to refund.", param="payment_intent"
            )
    elif params.get("charge"):
        charge_id = params["charge"]
    else:
        raise StripeError(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    charge = state.get("charge", charge_id, param="charge")
    return refunds.refund(
        state,
        charge,
        amount=params.get("amount"),
        reason=params.get("reason"),
        metadata=merged_metadata({}, params.get("metadata")),
    )


@operation("GET /v1/refunds/{refund}")
def retrieve_refund(call: Call) -> Json:
    return call.state.get("refund", call.path["refund"])


@operation("GET /v1/refunds")
def list_refunds(call: Call) -> Json:
    where, values = filters(call, "charge", "payment_intent")
    return page(call, "refund", where, values)


@operation("GET /v1/disputes/{dispute}")
def retrieve_dispute(call: Call) -> Json:
    return call.state.get("dispute", call.path["dispute"])


@operation("GET /v1/disputes")
def list_disputes(call: Call) -> Json:
    where, values = filters(call, "charge", "payment_intent")
    return page(call, "dispute", where, values)


@operation("POST /v1/disputes/{dispute}/close")
def close_dispute(call: Call) -> Json:
    """Closing a dispute accepts it: it is lost."""
    return refunds.close_dispute(call.state, call.state.get("dispute", call.path["dispute"]), won=False)
