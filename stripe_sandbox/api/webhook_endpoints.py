"""Webhook endpoints."""

from stripe_sandbox.api.pagination import list_operation
from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.contract import API_VERSION
from stripe_sandbox.errors import StripeError
from stripe_sandbox.ids import letters
from stripe_sandbox.state import without_none
from stripe_sandbox.store import Json

retrieve_operation("GET /v1/webhook_endpoints/{webhook_endpoint}", "webhook_endpoint")
list_operation("GET /v1/webhook_endpoints", "webhook_endpoint")


@operation("POST /v1/webhook_endpoints")
def create(call: Call) -> Json:
    secret = f"whsec_{letters(32)}"
    if not call.params["url"].startswith(("http://", "https://")):
        raise StripeError(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            code="url_invalid",
            param="url",
        )
    fields = call.given("api_version", "description", "enabled_events", "metadata", "url")
    endpoint = call.state.add(
        "webhook_endpoint",
        private={"secret": secret},
        status="enabled",
        **{"api_version": API_VERSION, **without_none(fields)},
    )
    return {**endpoint, "secret": secret}


@operation("POST /v1/webhook_endpoints/{webhook_endpoint}")
def update(call: Call) -> Json:
    fields = {}
    if "disabled" in call.params:
        fields["status"] = "disabled" if call.params["disabled"] else "enabled"
    endpoint = call.target("webhook_endpoint")
    return call.update(endpoint, None, "description", "enabled_events", "url", **fields)


@operation("DELETE /v1/webhook_endpoints/{webhook_endpoint}")
def delete(call: Call) -> Json:
    endpoint = call.target("webhook_endpoint")
    call.state.store.db.execute(
        "UPDATE deliveries SET state = 'dropped' WHERE endpoint = ? AND state = 'pending'", (endpoint["id"],)
    )
    return call.state.delete(endpoint, None)
