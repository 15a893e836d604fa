"""Events and the endpoints that hear of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.api.registry import Call, merged_metadata, operation, page
from stripe_sandbox.contract import API_VERSION
from stripe_sandbox.errors import StripeError
from stripe_sandbox.ids import letters

if TYPE_CHECKING:
    from stripe_sandbox.store import Json


@operation("GET /v1/events/{id}")
def retrieve(call: Call) -> Json:
    return call.state.get("event", call.path["id"])


@operation("GET /v1/events")
def list_events(call: Call) -> Json:
    params = call.params
    if params.get("type") and params.get("types"):
        raise StripeError("You may only specify one of these parameters: type, types.")
    clauses: list[str] = []
    values: list[str] = []
    wanted = params.get("types") or ([params["type"]] if params.get("type") else [])
    if wanted:
        patterns = " OR ".join("json_extract(body, '$.type') GLOB ?" for _ in wanted)
        clauses.append(f"({patterns})")
        values.extend(wanted)
    if "delivery_success" in params:
        undelivered = "SELECT event FROM deliveries WHERE state <> 'delivered'"
        clauses.append(f"id {'NOT IN' if params['delivery_success'] else 'IN'} ({undelivered})")
    return page(call, "event", " AND ".join(clauses), tuple(values))


@operation("POST /v1/webhook_endpoints")
def create_endpoint(call: Call) -> Json:
    secret = f"whsec_{letters(32)}"
    fields = {key: value for key, value in call.given("description", "metadata").items() if value is not None}
    if not call.params["url"].startswith(("http://", "https://")):
        raise StripeError(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            code="url_invalid",
            param="url",
        )
    endpoint = call.state.add(
        "webhook_endpoint",
        private={"secret": secret},
        **{
            "api_version": call.params.get("api_version") or API_VERSION,
            "enabled_events": call.params["enabled_events"],
            "metadata": {},
            "status": "enabled",
            "url": call.params["url"],
            **fields,
        },
    )
    return {**endpoint, "secret": secret}


@operation("GET /v1/webhook_endpoints/{webhook_endpoint}")
def retrieve_endpoint(call: Call) -> Json:
    return call.state.get("webhook_endpoint", call.path["webhook_endpoint"])


@operation("POST /v1/webhook_endpoints/{webhook_endpoint}")
def update_endpoint(call: Call) -> Json:
    endpoint = call.state.get("webhook_endpoint", call.path["webhook_endpoint"])
    fields = call.given("description", "enabled_events", "url")
    if "disabled" in call.params:
        fields["status"] = "disabled" if call.params["disabled"] else "enabled"
    metadata = merged_metadata(endpoint, call.params.get("metadata"))
    return call.state.change(endpoint, **fields, metadata=metadata)


@operation("DELETE /v1/webhook_endpoints/{webhook_endpoint}")
def delete_endpoint(call: Call) -> Json:
    endpoint = call.state.get("webhook_endpoint", call.path["webhook_endpoint"])
    call.state.store.delete(endpoint["id"])
    call.state.store.db.execute(
        "UPDATE deliveries SET state = 'dropped' WHERE endpoint = ? AND state = 'pending'", (endpoint["id"],)
    )
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


@operation("GET /v1/webhook_endpoints")
def list_endpoints(call: Call) -> Json:
    return page(call, "webhook_endpoint")
