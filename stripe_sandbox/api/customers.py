"""Customers."""

from stripe_sandbox.api.pagination import list_operation, page_of_embedded
from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.domain import customers, payment_methods, subscriptions
from stripe_sandbox.errors import StripeError, not_found
from stripe_sandbox.store import Json

FIELDS = (
    "address", "balance", "description", "email", "name", "phone", "preferred_locales", "shipping", "tax_exempt",
)  # fmt: skip

retrieve_operation("GET /v1/customers/{customer}", "customer")
list_operation("GET /v1/customers", "customer", "email")


def existing_customer(call: Call) -> Json:
    """Return the customer that the path names. Raises StripeError if it is deleted."""
    customer = call.target("customer")
    if customer.get("deleted"):
        raise not_found("customer", customer["id"])
    return customer


def _check_email(email: str | None) -> None:
    if email and (email.count("@") != 1 or email.startswith("@") or email.endswith("@") or " " in email):
        raise StripeError(f"Invalid email address: {email}", code="email_invalid", param="email")


@operation("POST /v1/customers")
def create(call: Call) -> Json:
    state = call.state
    _check_email(call.params.get("email"))
    customer = customers.create(state, **call.given("metadata", *FIELDS))
    first = call.params.get("payment_method")
    default = (call.params.get("invoice_settings") or {}).get("default_payment_method")
    if first:
        method = payment_methods.resolve(state, first, customer=None)
        payment_methods.attach(state, method, customer["id"])
    if default and default != first:
        method = payment_methods.resolve(state, default, customer=customer["id"])
        if method["customer"] is None:
            payment_methods.attach(state, method, customer["id"])
    if default:
        customer["invoice_settings"]["default_payment_method"] = method["id"]
        state.save(customer)
    return customer


@operation("POST /v1/customers/{customer}")
def update(call: Call) -> Json:
    customer = existing_customer(call)
    _check_email(call.params.get("email"))
    fields = {}
    if isinstance(call.params.get("invoice_settings"), dict):
        fields["invoice_settings"] = _merged_invoice_settings(call, customer)
    return call.update(customer, "customer.updated", *FIELDS, **fields)


def _merged_invoice_settings(call: Call, customer: Json) -> Json:
    given = {key: value or None for key, value in call.params["invoice_settings"].items()}
    name = given.get("default_payment_method")
    if name:
        method = payment_methods.resolve(call.state, name, customer=customer["id"])
        if method["customer"] != customer["id"]:
            raise StripeError(
                f"The customer does not have a payment method with the ID {name}. The payment method must be "
                "attached to the customer.",
                code="resource_missing",
                param="invoice_settings[default_payment_method]",
            )
        given["default_payment_method"] = method["id"]
    return {**customer["invoice_settings"], **given}


@operation("DELETE /v1/customers/{customer}")
def delete(call: Call) -> Json:
    customer = existing_customer(call)
    for subscription in call.state.store.find("subscription", customer=customer["id"]):
        if subscription["status"] not in subscriptions.ENDED:
            subscriptions.cancel(call.state, subscription)
    return call.state.delete(customer, "customer.deleted")


@operation("GET /v1/customers/{customer}/sources")
def list_sources(call: Call) -> Json:
    existing_customer(call)
    call.params.get("object")  # the list is empty for every type: customers have payment methods only
    return page_of_embedded(call, [])
