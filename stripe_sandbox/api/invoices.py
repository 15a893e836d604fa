"""Invoices, their lines and their payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.api.registry import Call, filters, merged_metadata, operation, page, page_of
from stripe_sandbox.domain import customers, invoices, subscriptions
from stripe_sandbox.errors import CardDeclined, StripeError

if TYPE_CHECKING:
    from stripe_sandbox.store import Json


def _invoice(call: Call) -> Json:
    return call.state.get("invoice", call.path["invoice"])


@operation("GET /v1/invoices/{invoice}")
def retrieve(call: Call) -> Json:
    return _invoice(call)


@operation("POST /v1/invoices/{invoice}")
def update(call: Call) -> Json:
    invoice = _invoice(call)
    fields = call.given("auto_advance", "description", "footer")
    metadata = merged_metadata(invoice, call.params.get("metadata"))
    return call.state.change(invoice, "invoice.updated", **fields, metadata=metadata)


@operation("GET /v1/invoices")
def list_invoices(call: Call) -> Json:
    where, values = filters(call, "customer", "status", "collection_method")
    if call.params.get("subscription"):
        clause = "json_extract(body, '$.parent.subscription_details.subscription') = ?"
        where, values = f"{where and where + ' AND '}{clause}", (*values, call.params["subscription"])
    return page(call, "invoice", where, values)


@operation("GET /v1/invoices/{invoice}/lines")
def list_lines(call: Call) -> Json:
    return page_of(call, _invoice(call)["lines"]["data"])


@operation("POST /v1/invoices/{invoice}/finalize")
def finalize(call: Call) -> Json:
    return invoices.finalize(call.state, _invoice(call))


@operation("POST /v1/invoices/{invoice}/pay")
def pay(call: Call) -> Json:
    state, invoice = call.state, _invoice(call)
    if invoice["status"] == "draft":
        invoices.finalize(state, invoice)
    if invoice["status"] == "paid":
        raise StripeError("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] == "void":
        raise StripeError("You can't pay a voided invoice.", code="invoice_not_editable")
    if call.params.get("paid_out_of_band"):
        invoices.mark_paid(state, invoice, attempted=False, out_of_band=True)
        subscriptions.after_invoice_paid(state, invoice)
        return invoice
    method = call.params.get("payment_method")
    if method:
        method = customers.resolve_method(state, method, customer=invoice["customer"])["id"]
    charge = invoices.pay(state, invoice, method=method or invoices.method_for(state, invoice))
    if charge and charge["status"] == "failed":
        subscriptions.after_payment_failed(state, invoice)
        declined = CardDeclined(decline_code=charge["outcome"]["reason"], charge=charge["id"])
        declined.keeps_changes = True  # the failed attempt stays on record
        raise declined
    subscriptions.after_invoice_paid(state, invoice)
    return invoice


@operation("POST /v1/invoices/{invoice}/void")
def void(call: Call) -> Json:
    return invoices.void(call.state, _invoice(call))


@operation("POST /v1/invoices/{invoice}/mark_uncollectible")
def mark_uncollectible(call: Call) -> Json:
    return invoices.mark_uncollectible(call.state, _invoice(call))


@operation("GET /v1/invoice_payments")
def list_payments(call: Call) -> Json:
    where, values = filters(call, "invoice", "status")
    payment = call.params.get("payment")
    if payment:
        if not payment.get(payment["type"]):
            name = f"payment[{payment['type']}]"
            raise StripeError(f"Missing required param: {name}.", code="parameter_missing", param=name)
        clause = "json_extract(body, '$.payment.payment_intent') = ?"
        where = f"{where and where + ' AND '}{clause}"
        values = (*values, payment.get("payment_intent", ""))
    return page(call, "invoice_payment", where, values)


@operation("GET /v1/invoice_payments/{invoice_payment}")
def retrieve_payment(call: Call) -> Json:
    return call.state.get("invoice_payment", call.path["invoice_payment"])


@operation("GET /v1/invoiceitems")
def list_items(call: Call) -> Json:
    where, values = filters(call, "customer", "invoice")
    return page(call, "invoiceitem", where, values)


@operation("GET /v1/invoiceitems/{invoiceitem}")
def retrieve_item(call: Call) -> Json:
    return call.state.get("invoiceitem", call.path["invoiceitem"])
