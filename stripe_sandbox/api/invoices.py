"""Invoices, their lines, items and payments."""

from stripe_sandbox.api.pagination import filters, list_operation, page, page_of_embedded
from stripe_sandbox.api.registry import (
    Call,
    action_operation,
    operation,
    retrieve_operation,
    update_operation,
)
from stripe_sandbox.domain import invoices, payment_methods, subscriptions
from stripe_sandbox.errors import CardDeclined, StripeError, missing_parameter
from stripe_sandbox.store import Json, equals

retrieve_operation("GET /v1/invoices/{invoice}", "invoice")
retrieve_operation("GET /v1/invoice_payments/{invoice_payment}", "invoice_payment")
retrieve_operation("GET /v1/invoiceitems/{invoiceitem}", "invoiceitem")
update_operation(
    "POST /v1/invoices/{invoice}", "invoice", "invoice.updated", "auto_advance", "description", "footer"
)
action_operation("POST /v1/invoices/{invoice}/finalize", "invoice", invoices.finalize)
action_operation("POST /v1/invoices/{invoice}/void", "invoice", invoices.void)
action_operation("POST /v1/invoices/{invoice}/mark_uncollectible", "invoice", invoices.mark_uncollectible)
list_operation("GET /v1/invoiceitems", "invoiceitem", "customer", "invoice")


@operation("GET /v1/invoices")
def list_invoices(call: Call) -> Json:
    clauses = filters(call, "customer", "status", "collection_method")
    if call.params.get("subscription"):
        clauses.append(invoices.bills_subscription(call.params["subscription"]))
    return page(call, "invoice", *clauses)


@operation("GET /v1/invoices/{invoice}/lines")
def list_lines(call: Call) -> Json:
    return page_of_embedded(call, call.target("invoice")["lines"]["data"])


@operation("POST /v1/invoices/{invoice}/pay")
def pay(call: Call) -> Json:
    state, invoice = call.state, call.target("invoice")
    if invoice["status"] == "draft":
        invoices.finalize(state, invoice)
    if invoice["status"] == "paid":
        raise StripeError("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] == "void":
        raise StripeError("You can't pay a voided invoice.", code="invoice_not_editable")
    if call.params.get("paid_out_of_band"):
        invoices.mark_paid(state, invoice, attempted=False, out_of_band=True)
        subscriptions.after_payment_attempt(state, invoice)
        return invoice
    named = call.params.get("payment_method")
    if named:
        method = payment_methods.resolve(state, named, customer=invoice["customer"])["id"]
    else:
        method = invoices.method_for(state, invoice)
    charge = invoices.pay(state, invoice, method=method)
    subscriptions.after_payment_attempt(state, invoice)
    if charge and charge["status"] == "failed":
        # The failed attempt stays on record.
        raise CardDeclined(decline_code=charge["outcome"]["reason"], charge=charge["id"], keeps_changes=True)
    return invoice


@operation("GET /v1/invoice_payments")
def list_payments(call: Call) -> Json:
    clauses = filters(call, "invoice", "status")
    payment = call.params.get("payment")
    if payment:
        if not payment.get(payment["type"]):
            raise missing_parameter(f"payment[{payment['type']}]")
        clauses.append(equals("payment.payment_intent", payment.get("payment_intent", "")))
    return page(call, "invoice_payment", *clauses)
