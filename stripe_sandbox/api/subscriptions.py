"""Subscriptions and their items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_sandbox.api.registry import Call, filters, merged_metadata, operation, page, page_of
from stripe_sandbox.domain import customers, subscription_changes, subscriptions
from stripe_sandbox.errors import StripeError

if TYPE_CHECKING:
    from stripe_sandbox.store import Json


@operation("POST /v1/subscriptions")
def create(call: Call) -> Json:
    params = call.params
    fields = call.given(
        "cancel_at_period_end", "collection_method", "days_until_due", "default_tax_rates", "description", "metadata",
        "off_session", "payment_behavior", "trial_period_days", "trial_settings",
    )  # fmt: skip
    fields.pop("off_session", None)
    if params.get("default_payment_method"):
        method = customers.resolve_method(
            call.state, params["default_payment_method"], customer=params.get("customer")
        )
        fields["default_payment_method"] = method["id"]
    if params.get("trial_end") not in (None, "", "now"):
        fields["trial_end"] = int(params["trial_end"])
    if not params.get("customer"):
        raise StripeError("Missing required param: customer.", code="parameter_missing", param="customer")
    coupons = [entry["coupon"] for entry in params.get("discounts") or [] if entry.get("coupon")]
    subscription, _, _ = subscriptions.create(
        call.state, customer=params["customer"], items=params.get("items") or [], coupons=coupons, **fields
    )
    return call.state.get("subscription", subscription["id"])


@operation("GET /v1/subscriptions/{subscription_exposed_id}")
def retrieve(call: Call) -> Json:
    return call.state.get("subscription", call.path["subscription_exposed_id"])


@operation("POST /v1/subscriptions/{subscription_exposed_id}")
def update(call: Call) -> Json:
    state, params = call.state, call.params
    subscription = state.get("subscription", call.path["subscription_exposed_id"])
    given = set(params) - {"expand", "metadata", "cancellation_details"}
    if subscription["status"] in subscriptions.ENDED and given:
        raise StripeError(
            "A canceled subscription can only update its cancellation_details and metadata.", param=min(given)
        )
    if params.get("items"):
        subscription_changes.change_items(
            state,
            subscription,
            params["items"],
            proration_behavior=params.get("proration_behavior", "create_prorations"),
            anchor=params.get("billing_cycle_anchor"),
        )
    if params.get("trial_end") == "now" and subscription["status"] == "trialing":
        subscription_changes.end_trial(state, subscription)
    if "cancel_at_period_end" in params:
        subscriptions.set_cancel_at_period_end(
            state,
            subscription,
            cancels=params["cancel_at_period_end"],
            details=params.get("cancellation_details"),
        )
    fields: dict[str, Any] = call.given("description", "days_until_due", "collection_method")
    if "cancel_at" in params:
        moment = None if params["cancel_at"] == "" else params["cancel_at"]
        fields.update(cancel_at=moment, canceled_at=state.now() if moment else None)
    if "pause_collection" in params:
        pause = params["pause_collection"]
        fields["pause_collection"] = {"resumes_at": None, **pause} if isinstance(pause, dict) else None
    if params.get("default_payment_method"):
        method = customers.resolve_method(
            state,
            params["default_payment_method"],
            customer=subscription["customer"],
            param="default_payment_method",
        )
        fields["default_payment_method"] = method["id"]
    if "discounts" in params:
        fields["discounts"] = subscription_changes.replace_discounts(
            state, subscription, params["discounts"] or []
        )
    metadata = merged_metadata(subscription, params.get("metadata"))
    return state.change(subscription, "customer.subscription.updated", **fields, metadata=metadata)


@operation("DELETE /v1/subscriptions/{subscription_exposed_id}")
def cancel(call: Call) -> Json:
    subscription = call.state.get("subscription", call.path["subscription_exposed_id"])
    if call.params.get("prorate") or call.params.get("invoice_now"):
        raise StripeError("The sandbox does not prorate a cancellation.", param="prorate")
    details = call.params.get("cancellation_details") or {}
    return subscriptions.cancel(call.state, subscription, details={k: v or None for k, v in details.items()})


@operation("POST /v1/subscriptions/{subscription}/resume")
def resume(call: Call) -> Json:
    subscription = call.state.get("subscription", call.path["subscription"])
    return subscription_changes.resume(call.state, subscription)


@operation("GET /v1/subscriptions")
def list_subscriptions(call: Call) -> Json:
    where, values = filters(call, "customer", "collection_method")
    status = call.params.get("status")
    clause = "json_extract(body, '$.status') NOT IN ('canceled', 'incomplete_expired')"
    if status == "all":
        clause = ""
    elif status == "ended":
        clause = "json_extract(body, '$.status') IN ('canceled', 'incomplete_expired')"
    elif status:
        clause, values = "json_extract(body, '$.status') = ?", (*values, status)
    if call.params.get("price"):
        clause += f"{clause and ' AND '}instr(body, ?) > 0"
        values = (*values, f'"id": "{call.params["price"]}"')
    return page(call, "subscription", " AND ".join(filter(None, (where, clause))), values)


@operation("GET /v1/subscription_items")
def list_items(call: Call) -> Json:
    subscription = call.state.get("subscription", call.params["subscription"], param="subscription")
    return page_of(call, subscription["items"]["data"])


@operation("GET /v1/subscription_items/{item}")
def retrieve_item(call: Call) -> Json:
    for subscription in call.state.store.select(
        "subscription", "instr(body, ?) > 0", (f'"{call.path["item"]}"',)
    ):
        for item in subscription["items"]["data"]:
            if item["id"] == call.path["item"]:
                found: Json = item
                return found
    raise StripeError(
        f"Invalid subscription_item id: {call.path['item']}",
        status=404,
        code="resource_missing",
        param="item",
    )
