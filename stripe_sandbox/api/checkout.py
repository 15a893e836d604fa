"""Checkout sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.api.registry import Call, filters, merged_metadata, operation, page, page_of
from stripe_sandbox.domain import checkout_payments, checkout_sessions

if TYPE_CHECKING:
    from stripe_sandbox.store import Json


@operation("POST /v1/checkout/sessions")
def create(call: Call) -> Json:
    return checkout_sessions.create(call.state, call.params)


@operation("GET /v1/checkout/sessions/{session}")
def retrieve(call: Call) -> Json:
    return call.state.get("checkout.session", call.path["session"])


@operation("POST /v1/checkout/sessions/{session}")
def update(call: Call) -> Json:
    session = call.state.get("checkout.session", call.path["session"])
    return call.state.change(session, metadata=merged_metadata(session, call.params.get("metadata")))


@operation("GET /v1/checkout/sessions")
def list_sessions(call: Call) -> Json:
    where, values = filters(call, "customer", "payment_intent", "subscription", "status")
    email = (call.params.get("customer_details") or {}).get("email")
    if email:
        where = f"{where and where + ' AND '}json_extract(body, '$.customer_details.email') = ?"
        values = (*values, email)
    return page(call, "checkout.session", where, values)


@operation("POST /v1/checkout/sessions/{session}/expire")
def expire(call: Call) -> Json:
    return checkout_payments.expire(call.state, call.state.get("checkout.session", call.path["session"]))


@operation("GET /v1/checkout/sessions/{session}/line_items")
def line_items(call: Call) -> Json:
    session = call.state.get("checkout.session", call.path["session"])
    return page_of(call, checkout_payments.line_items(call.state, session)["data"])
