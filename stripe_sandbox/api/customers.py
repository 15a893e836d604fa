"""Customers and payment methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.api.registry import Call, filters, merged_metadata, operation, page, page_of
from stripe_sandbox.domain import customers, subscriptions
from stripe_sandbox.errors import StripeError

if TYPE_CHECKING:
    from stripe_sandbox.store import Json

FIELDS = (
    "address", "balance", "description", "email", "name", "phone", "preferred_locales", "shipping", "tax_exempt",
)  # fmt: skip


def _check_email(params: Json) -> None:
    email = params.get("email")
    if email and (email.count("@") != 1 or email.startswith("@") or email.endswith("@") or " " in email):
        raise StripeError(f"Invalid email address: {email}", code="email_invalid", param="email")


@operation("POST /v1/customers")
def create(call: Call) -> Json:
    _check_email(call.params)
    fields = call.given("metadata", *FIELDS)
    method = call.params.get("payment_method")
    customer = customers.create(call.state, **fields)
    if method:
        found = customers.resolve_method(call.state, method, customer=None)
        customers.attach(call.state, found, customer["id"])
    settings = call.params.get("invoice_settings") or {}
    if settings.get("default_payment_method"):
        wanted = settings["default_payment_method"]
        chosen = (
            found
            if method == wanted
            else customers.resolve_method(call.state, wanted, customer=customer["id"])
        )
        if chosen["customer"] is None:
            customers.attach(call.state, chosen, customer["id"])
        customer["invoice_settings"]["default_payment_method"] = chosen["id"]
        call.state.save(customer)
    return customer


@operation("GET /v1/customers/{customer}")
def retrieve(call: Call) -> Json:
    return call.state.get("customer", call.path["customer"])


def _live(call: Call) -> Json:
    customer = call.state.get("customer", call.path["customer"])
    if customer.get("deleted"):
        raise StripeError(
            f"No such customer: '{customer['id']}'", status=404, code="resource_missing", param="id"
        )
    return customer


@operation("POST /v1/customers/{customer}")
def update(call: Call) -> Json:
    customer = _live(call)
    _check_email(call.params)
    fields = call.given(*FIELDS)
    if isinstance(call.params.get("invoice_settings"), dict):
        given = {key: value or None for key, value in call.params["invoice_settings"].items()}
        method = given.get("default_payment_method")
        if method:
            found = customers.resolve_method(call.state, method, customer=customer["id"])
            if found["customer"] != customer["id"]:
                raise StripeError(
                    f"The customer does not have a payment method with the ID {method}. The payment method must be "
                    "attached to the customer.",
                    code="resource_missing",
                    param="invoice_settings[default_payment_method]",
                )
            given["default_payment_method"] = found["id"]
        fields["invoice_settings"] = {**customer["invoice_settings"], **given}
    metadata = merged_metadata(customer, call.params.get("metadata"))
    return call.state.change(customer, "customer.updated", **fields, metadata=metadata)


@operation("DELETE /v1/customers/{customer}")
def delete(call: Call) -> Json:
    customer = _live(call)
    for subscription in call.state.store.find("subscription", customer=customer["id"]):
        if subscription["status"] not in subscriptions.ENDED:
            subscriptions.cancel(call.state, subscription)
    call.state.store.delete(customer["id"])
    call.state.emit("customer.deleted", customer)
    return {"id": customer["id"], "object": "customer", "deleted": True}


@operation("GET /v1/customers")
def list_customers(call: Call) -> Json:
    where, values = filters(call, "email")
    return page(call, "customer", where, values)


@operation("DELETE /v1/customers/{customer}/discount")
def delete_discount(call: Call) -> Json:
    customer = _live(call)
    discount = customer["discount"]
    if not discount:
        raise StripeError("No active discount for customer.", status=404, code="resource_missing")
    call.state.change(customer, "customer.updated", discount=None)
    call.state.store.delete(discount["id"])
    call.state.emit("customer.discount.deleted", discount)
    return {**{name: value for name, value in discount.items() if name != "end"}, "deleted": True}


@operation("GET /v1/customers/{customer}/discount")
def retrieve_discount(call: Call) -> Json:
    customer = _live(call)
    if not customer["discount"]:
        raise StripeError("No active discount for customer.", status=404, code="resource_missing")
    discount: Json = customer["discount"]
    return discount


@operation("GET /v1/customers/{customer}/sources")
def list_sources(call: Call) -> Json:
    _live(call)
    call.params.get("object")  # a sandbox's customers have payment methods, no sources of any type
    return page_of(call, [])


@operation("GET /v1/customers/{customer}/payment_methods")
def list_methods_of_customer(call: Call) -> Json:
    _live(call)
    where, values = filters(call, "type")
    mine = "json_extract(body, '$.customer') = ?"
    return page(
        call, "payment_method", f"{mine} {where and 'AND ' + where}", (call.path["customer"], *values)
    )


@operation("POST /v1/payment_methods")
def create_method(call: Call) -> Json:
    card = call.params.get("card") or {}
    if call.params.get("type") != "card":
        raise StripeError("The sandbox has cards only.", param="type")
    if card.get("token"):
        number = customers.TOKENS.get(card["token"])
        if number is None:
            raise StripeError(
                f"No such token: '{card['token']}'", code="resource_missing", param="card[token]"
            )
    else:
        number = card.get("number", "")
    method = customers.add_card(call.state, number=number)
    return call.state.change(method, metadata=call.params.get("metadata") or {})


@operation("GET /v1/payment_methods/{payment_method}")
def retrieve_method(call: Call) -> Json:
    return call.state.get("payment_method", call.path["payment_method"])


@operation("GET /v1/payment_methods")
def list_methods(call: Call) -> Json:
    where, values = filters(call, "customer", "type")
    return page(call, "payment_method", where, values)


@operation("POST /v1/payment_methods/{payment_method}/attach")
def attach_method(call: Call) -> Json:
    customer = call.params.get("customer")
    if not customer:
        raise StripeError("Missing required param: customer.", code="parameter_missing", param="customer")
    call.state.get("customer", customer, param="customer")
    method = customers.resolve_method(call.state, call.path["payment_method"], customer=customer, param="id")
    return customers.attach(call.state, method, customer)


@operation("POST /v1/payment_methods/{payment_method}/detach")
def detach_method(call: Call) -> Json:
    method = call.state.get("payment_method", call.path["payment_method"])
    if not method["customer"]:
        raise StripeError(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    owner = call.state.get("customer", method["customer"])
    if not owner.get("deleted") and owner["invoice_settings"]["default_payment_method"] == method["id"]:
        customers.set_default_method(call.state, owner, None)
    return call.state.change(method, "payment_method.detached", customer=None)
