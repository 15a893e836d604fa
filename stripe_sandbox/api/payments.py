"""Payment intents and charges."""

from stripe_sandbox.api.pagination import list_operation
from stripe_sandbox.api.registry import retrieve_operation, update_operation

retrieve_operation("GET /v1/payment_intents/{intent}", "payment_intent")
list_operation("GET /v1/payment_intents", "payment_intent", "customer")
retrieve_operation("GET /v1/charges/{charge}", "charge")
list_operation("GET /v1/charges", "charge", "customer", "payment_intent")
update_operation("POST /v1/charges/{charge}", "charge", "charge.updated", "description")
