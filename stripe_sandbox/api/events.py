"""Events."""

from stripe_sandbox.api.pagination import page
from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.errors import StripeError
from stripe_sandbox.store import Clause, Json

retrieve_operation("GET /v1/events/{id}", "event")


@operation("GET /v1/events")
def list_events(call: Call) -> Json:
    params = call.params
    if params.get("type") and params.get("types"):
        raise StripeError("You may only specify one of these parameters: type, types.")
    types = params.get("types") or ([params["type"]] if params.get("type") else [])
    clauses: list[Clause] = []
    if types:
        patterns = " OR ".join("json_extract(body, '$.type') GLOB ?" for _ in types)
        clauses.append((f"({patterns})", tuple(types)))
    if "delivery_success" in params:
        undelivered = "SELECT event FROM deliveries WHERE state <> 'delivered'"
        clauses.append((f"id {'NOT IN' if params['delivery_success'] else 'IN'} ({undelivered})", ()))
    return page(call, "event", *clauses)
