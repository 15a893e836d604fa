"""Checkout sessions."""

from stripe_sandbox.api.pagination import filters, page, page_of_embedded
from stripe_sandbox.api.registry import (
    Call,
    action_operation,
    operation,
    retrieve_operation,
    update_operation,
)
from stripe_sandbox.domain import checkout_payments, checkout_sessions
from stripe_sandbox.store import Json, equals

update_operation("POST /v1/checkout/sessions/{session}", "checkout.session", None)
action_operation("POST /v1/checkout/sessions/{session}/expire", "checkout.session", checkout_payments.expire)
retrieve_operation("GET /v1/checkout/sessions/{session}", "checkout.session")


@operation("POST /v1/checkout/sessions")
def create(call: Call) -> Json:
    return checkout_sessions.create(call.state, call.params)


@operation("GET /v1/checkout/sessions")
def list_sessions(call: Call) -> Json:
    clauses = filters(call, "customer", "payment_intent", "subscription", "status")
    email = (call.params.get("customer_details") or {}).get("email")
    if email:
        clauses.append(equals("customer_details.email", email))
    return page(call, "checkout.session", *clauses)


@operation("GET /v1/checkout/sessions/{session}/line_items")
def list_line_items(call: Call) -> Json:
    session = call.target("checkout.session")
    return page_of_embedded(call, checkout_sessions.line_items(call.state, session)["data"])
