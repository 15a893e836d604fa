"""Subscriptions and their items."""

from stripe_sandbox.api.pagination import filters, page, page_of_embedded
from stripe_sandbox.api.registry import Call, action_operation, operation, retrieve_operation
from stripe_sandbox.domain import payment_methods, subscription_changes, subscription_creation, subscriptions
from stripe_sandbox.errors import StripeError
from stripe_sandbox.store import Json, equals

action_operation("POST /v1/subscriptions/{subscription}/resume", "subscription", subscription_changes.resume)
retrieve_operation("GET /v1/subscriptions/{subscription_exposed_id}", "subscription")


@operation("POST /v1/subscriptions")
def create(call: Call) -> Json:
    params = call.params
    fields = call.given(
        "cancel_at_period_end", "collection_method", "days_until_due", "default_tax_rates", "description", "metadata",
        "payment_behavior", "trial_period_days", "trial_settings",
    )  # fmt: skip
    fields |= _default_payment_method(call, params.get("customer"))
    if params.get("trial_end") not in (None, "", "now"):
        fields["trial_end"] = int(params["trial_end"])
    customer = call.required("customer")
    created = subscription_creation.create(
        call.state,
        customer=customer,
        items=params.get("items") or [],
        coupons=[entry["coupon"] for entry in params.get("discounts") or [] if entry.get("coupon")],
        **fields,
    )
    return call.state.get("subscription", created.subscription["id"])


def _default_payment_method(call: Call, customer: str | None) -> Json:
    named = call.params.get("default_payment_method")
    if not named:
        return {}
    method = payment_methods.resolve(call.state, named, customer=customer, param="default_payment_method")
    return {"default_payment_method": method["id"]}


@operation("POST /v1/subscriptions/{subscription_exposed_id}")
def update(call: Call) -> Json:
    state, params = call.state, call.params
    subscription = call.target("subscription")
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
    if params.get("trial_end") and subscription["status"] == "trialing":
        if params["trial_end"] == "now":
            subscription_changes.end_trial(state, subscription)
        else:
            subscription_changes.extend_trial(state, subscription, trial_end=int(params["trial_end"]))
    if "cancel_at_period_end" in params:
        subscriptions.set_cancel_at_period_end(
            state,
            subscription,
            cancels=params["cancel_at_period_end"],
            details=params.get("cancellation_details"),
        )
    names = ("description", "days_until_due", "collection_method")
    fields = _changed_fields(call, subscription)
    return call.update(subscription, "customer.subscription.updated", *names, **fields)


def _changed_fields(call: Call, subscription: Json) -> Json:
    """Return the values of fields that are not copied from a parameter as they are."""
    fields: Json = {}
    if "cancel_at" in call.params:
        moment = call.given("cancel_at")["cancel_at"]
        fields.update(cancel_at=moment, canceled_at=call.state.now() if moment else None)
    if "pause_collection" in call.params:
        pause = call.params["pause_collection"]
        fields["pause_collection"] = {"resumes_at": None, **pause} if isinstance(pause, dict) else None
    fields |= _default_payment_method(call, subscription["customer"])
    if "discounts" in call.params:
        fields["discounts"] = subscription_changes.replace_discounts(
            call.state, subscription, call.params["discounts"] or []
        )
    return fields


@operation("DELETE /v1/subscriptions/{subscription_exposed_id}")
def cancel(call: Call) -> Json:
    subscription = call.target("subscription")
    if call.params.get("prorate") or call.params.get("invoice_now"):
        raise StripeError("The sandbox does not prorate a cancellation.", param="prorate")
    details = {key: value or None for key, value in (call.params.get("cancellation_details") or {}).items()}
    return subscriptions.cancel(call.state, subscription, details=details)


@operation("GET /v1/subscriptions")
def list_subscriptions(call: Call) -> Json:
    clauses = filters(call, "customer", "collection_method")
    status, price = call.params.get("status"), call.params.get("price")
    if status in (None, ""):
        clauses.append(subscriptions.NOT_ENDED)
    elif status == "ended":
        clauses.append(("json_extract(body, '$.status') IN ('canceled', 'incomplete_expired')", ()))
    elif status != "all":
        clauses.append(equals("status", status))
    if price:
        clauses.append(("instr(body, ?) > 0", (f'"id": "{price}"',)))
    return page(call, "subscription", *clauses)


@operation("GET /v1/subscription_items")
def list_items(call: Call) -> Json:
    subscription = call.state.get("subscription", call.params["subscription"], param="subscription")
    return page_of_embedded(call, subscription["items"]["data"])
