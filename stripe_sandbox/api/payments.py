"""Payment intents and charges."""

from stripe_sandbox.api.pagination import list_operation
from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.store import Json

retrieve_operation("GET /v1/payment_intents/{intent}", "payment_intent")
list_operation("GET /v1/payment_intents", "payment_intent", "customer")
retrieve_operation("GET /v1/charges/{charge}", "charge")
list_operation("GET /v1/charges", "charge", "customer", "payment_intent")


@operation("POST /v1/charges/{charge}")
def update_charge(call: Call) -> Json:
    return call.update(call.target("charge"), "charge.updated", "description")
