"""Payment methods: cards, attached to customers or not."""

from stripe_sandbox.api.customers import existing_customer
from stripe_sandbox.api.pagination import filters, list_operation, page
from stripe_sandbox.api.registry import Call, operation, retrieve_operation
from stripe_sandbox.domain import customers, payment_methods
from stripe_sandbox.errors import StripeError
from stripe_sandbox.store import Json, equals

retrieve_operation("GET /v1/payment_methods/{payment_method}", "payment_method")
list_operation("GET /v1/payment_methods", "payment_method", "customer", "type")


@operation("GET /v1/customers/{customer}/payment_methods")
def list_of_customer(call: Call) -> Json:
    customer = existing_customer(call)
    return page(call, "payment_method", equals("customer", customer["id"]), *filters(call, "type"))


@operation("POST /v1/payment_methods")
def create(call: Call) -> Json:
    card = call.params.get("card") or {}
    if call.params.get("type") != "card":
        raise StripeError("The sandbox supports cards only.", param="type")
    number = card.get("number", "")
    if card.get("token"):
        if card["token"] not in payment_methods.TOKENS:
            raise StripeError(
                f"No such token: '{card['token']}'", code="resource_missing", param="card[token]"
            )
        number = payment_methods.TOKENS[card["token"]]
    method = payment_methods.create_card(call.state, number=number)
    return call.state.change(method, metadata=call.params.get("metadata") or {})


@operation("POST /v1/payment_methods/{payment_method}/attach")
def attach(call: Call) -> Json:
    customer = call.required("customer")
    call.state.get("customer", customer, param="customer")
    method = payment_methods.resolve(call.state, call.path["payment_method"], customer=customer, param="id")
    return payment_methods.attach(call.state, method, customer)


@operation("POST /v1/payment_methods/{payment_method}/detach")
def detach(call: Call) -> Json:
    method = call.target("payment_method")
    if not method["customer"]:
        raise StripeError(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    customer = call.state.get("customer", method["customer"])
    if not customer.get("deleted") and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        customers.set_default_method(call.state, customer, None)
    return call.state.change(method, "payment_method.detached", customer=None)
