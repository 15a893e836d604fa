"""Disputes."""

from stripe_sandbox.api.pagination import list_operation
from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.domain import disputes
from stripe_sandbox.store import Json

retrieve_operation("GET /v1/disputes/{dispute}", "dispute")
list_operation("GET /v1/disputes", "dispute", "charge", "payment_intent")


@operation("POST /v1/disputes/{dispute}/close")
def close(call: Call) -> Json:
    """Close a dispute. To close it is to accept it, so it is lost."""
    return disputes.close(call.state, call.target("dispute"), won=False)
