"""Invoices of subscriptions: drafted, finalized, paid, voided."""

from stripe_sandbox.domain import invoice_lines, payment_methods, payment_retries, payments
from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.domain.invoice_lines import LineDraft
from stripe_sandbox.errors import CardDeclined, StripeError
from stripe_sandbox.ids import new_id
from stripe_sandbox.settings import ACCOUNT_ID
from stripe_sandbox.state import State, list_object
from stripe_sandbox.store import Clause, Json, SqlValue, equals

CUSTOMER_FIELDS = ("address", "email", "name", "phone", "shipping", "tax_exempt")


def create_draft(state: State, subscription: Json, *, billing_reason: str, drafts: list[LineDraft]) -> Json:
    """Return a new draft invoice of a subscription, with discounts and taxes applied to its lines."""
    customer = state.get("customer", subscription["customer"])
    invoice_id = new_id("invoice")
    built = invoice_lines.build(
        state, drafts, invoice_id=invoice_id, customer=customer, subscription=subscription
    )
    start = min([draft.start for draft in drafts] or [state.now()])
    invoice = state.add(
        "invoice",
        id=invoice_id,
        account_country="US",
        account_name="Stripe sandbox",
        amount_due=max(built.total, 0),
        amount_remaining=max(built.total, 0),
        auto_advance=True,
        billing_reason=billing_reason,
        collection_method=subscription["collection_method"],
        currency=subscription["currency"],
        customer=customer["id"],
        **{f"customer_{name}": customer[name] for name in CUSTOMER_FIELDS},
        customer_tax_ids=[],
        discounts=[entry["discount"] for entry in built.discount_totals],
        issuer={"type": "self"},
        lines=list_object(built.lines, f"/v1/invoices/{invoice_id}/lines"),
        parent=_parent(subscription),
        period_start=start,
        period_end=state.now() if billing_reason == "subscription_cycle" else start,
        status="draft",
        subtotal=built.subtotal,
        subtotal_excluding_tax=built.subtotal,
        total=built.total,
        total_discount_amounts=built.discount_totals,
        total_excluding_tax=built.total - built.tax,
        total_pretax_credit_amounts=[],
        total_taxes=built.taxes,
    )
    state.emit("invoice.created", invoice)
    return invoice


def _parent(subscription: Json) -> Json:
    details = {"metadata": subscription["metadata"], "subscription": subscription["id"]}
    return {"quote_details": None, "subscription_details": details, "type": "subscription_details"}


def finalize(state: State, invoice: Json) -> Json:
    """Number a draft and open it for payment."""
    if invoice["status"] != "draft":
        raise StripeError("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    customer = state.get("customer", invoice["customer"])
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    customer["next_invoice_sequence"] += 1
    state.save(customer)
    balance = _apply_customer_balance(state, customer, invoice["total"])
    now, page = state.now(), f"{state.settings.base_url}/i/{ACCOUNT_ID}/{invoice['id']}"
    state.change(
        invoice,
        "invoice.finalized",
        **balance,
        status="open",
        number=number,
        effective_at=now,
        hosted_invoice_url=page,
        invoice_pdf=f"{page}?format=pdf",
        due_date=now + 30 * DAY if invoice["collection_method"] == "send_invoice" else None,
        status_transitions={**invoice["status_transitions"], "finalized_at": now},
    )
    if invoice["amount_due"]:
        _create_payment(state, invoice)
    return invoice


def _apply_customer_balance(state: State, customer: Json, total: int) -> Json:
    """Apply the customer's balance (credit is negative) to a total; return the invoice's fields."""
    start = customer["balance"]
    due = max(total + start, 0)
    end = total + start - due
    if start != end:
        state.change(customer, "customer.updated", balance=end)
    return {"amount_due": due, "amount_remaining": due, "starting_balance": start, "ending_balance": end}


def _create_payment(state: State, invoice: Json) -> None:
    """Create the default payment. Stripe keeps its amount equal to what remains to be paid."""
    is_first = invoice["billing_reason"] == "subscription_create"
    intent = payments.create_intent(
        state,
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        description="Subscription creation" if is_first else "Invoice",
    )
    state.emit("payment_intent.created", intent)
    state.add(
        "invoice_payment",
        amount_requested=invoice["amount_due"],
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=True,
        payment={"payment_intent": intent["id"], "type": "payment_intent"},
        status="open",
    )


def payment_intent_of(state: State, invoice: Json) -> Json | None:
    """Return an invoice's payment intent (one that succeeded if there is any), or None if it has none."""
    entries = state.store.find("invoice_payment", invoice=invoice["id"])
    entries.sort(key=lambda entry: (entry["status"] == "paid", entry["is_default"]))
    return state.get("payment_intent", entries[-1]["payment"]["payment_intent"]) if entries else None


def _default_payment(state: State, invoice: Json) -> Json | None:
    return next(iter(state.store.find("invoice_payment", invoice=invoice["id"], is_default=True)), None)


def pay(
    state: State,
    invoice: Json,
    *,
    method: str | None,
    customer_present: bool = False,
    emits_payment: bool = True,
) -> Json | None:
    """Try to pay an open invoice; return the charge, or None when there is nothing to pay.

    A declined card leaves the invoice open. With `emits_payment` off, the caller emits the events of a
    successful payment (`payments.emit_events`).
    """
    charge = intent = None
    default = _default_payment(state, invoice)
    if default:
        intent = state.get("payment_intent", default["payment"]["payment_intent"])
        charge = payments.confirm(state, intent, method, customer_present=customer_present)
        if charge["status"] != "succeeded":
            _record_failed_payment(state, invoice, intent, charge)
            return charge
    mark_paid(state, invoice, attempted=intent is not None)
    if intent and charge and emits_payment:
        payments.emit_events(state, intent, charge)
    return charge


def mark_paid(state: State, invoice: Json, *, attempted: bool = True, out_of_band: bool = False) -> None:
    """Record that an invoice is paid, and emit the events."""
    now, remaining = state.now(), invoice["amount_remaining"]
    invoice.update(
        status="paid",
        amount_paid=invoice["amount_due"],
        amount_paid_off_stripe=remaining if out_of_band else 0,
        amount_remaining=0,
        attempted=True,
        attempt_count=invoice["attempt_count"] + (1 if attempted else 0),
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions={**invoice["status_transitions"], "paid_at": now},
    )
    state.save(invoice)
    state.emit("invoice.paid", invoice)
    state.emit("invoice.payment_succeeded", invoice)
    payment = _default_payment(state, invoice)
    if payment and remaining and not out_of_band:
        _mark_payment_paid(state, payment, remaining)
    elif payment:
        _cancel_payment(state, payment)


def _mark_payment_paid(state: State, payment: Json, amount: int) -> None:
    transitions = {"canceled_at": None, "paid_at": state.now()}
    state.change(
        payment, "invoice_payment.paid", status="paid", amount_paid=amount, status_transitions=transitions
    )


def _cancel_payment(state: State, payment: Json) -> None:
    """Cancel a default payment that is no longer needed, because the invoice was paid in another way."""
    now = state.now()
    intent = state.get("payment_intent", payment["payment"]["payment_intent"])
    state.change(intent, "payment_intent.canceled", status="canceled", canceled_at=now)
    transitions = {"canceled_at": now, "paid_at": None}
    state.change(payment, None, status="canceled", status_transitions=transitions)


def pay_part(state: State, invoice: Json, *, amount: int, method: str | None) -> Json:
    """Pay a part of an open invoice with a separate payment intent, as if it was attached. Return the invoice.

    https://docs.stripe.com/invoicing/partial-payments. A declined card raises CardDeclined.
    """
    if invoice["status"] != "open":
        raise StripeError(f"This invoice is {invoice['status']}: no payment can be attached to it.")
    if not 0 < amount <= invoice["amount_remaining"]:
        raise StripeError("The amount must be positive and at most what remains.", param="amount")
    intent = payments.create_intent(
        state, amount=amount, currency=invoice["currency"], customer=invoice["customer"]
    )
    charge = payments.confirm(state, intent, method)
    if charge["status"] == "failed":
        raise CardDeclined(decline_code=charge["outcome"]["reason"], charge=charge["id"])
    payments.emit_events(state, intent, charge)
    return attach_payment(state, invoice, intent)


def attach_payment(state: State, invoice: Json, intent: Json) -> Json:
    """Attach a payment intent that succeeded to an open invoice; return the invoice."""
    amount = min(intent["amount_received"], invoice["amount_remaining"])
    entry = state.add(
        "invoice_payment",
        amount_requested=amount,
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=False,
        payment={"payment_intent": intent["id"], "type": "payment_intent"},
        status="open",
    )
    _mark_payment_paid(state, entry, amount)
    remaining = invoice["amount_remaining"] - amount
    paid = invoice["amount_paid"] + amount
    state.change(invoice, "invoice.updated", amount_paid=paid, amount_remaining=remaining)
    if not remaining:
        mark_paid(state, invoice, attempted=False)
    elif default := _default_payment(state, invoice):
        state.change(default, None, amount_requested=remaining)
        state.change(
            state.get("payment_intent", default["payment"]["payment_intent"]), None, amount=remaining
        )
    return invoice


def _record_failed_payment(state: State, invoice: Json, intent: Json, charge: Json) -> None:
    payments.emit_events(state, intent, charge)
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    state.change(invoice, None, next_payment_attempt=payment_retries.next_attempt(state, invoice))
    state.emit("invoice.payment_failed", invoice)


def void(state: State, invoice: Json) -> Json:
    """Void an open or uncollectible invoice."""
    if invoice["status"] not in {"open", "uncollectible"}:
        raise StripeError(
            f"You can only void an open or uncollectible invoice, not one that is {invoice['status']}."
        )
    return _close(state, invoice, "void", "voided_at", "invoice.voided")


def mark_uncollectible(state: State, invoice: Json) -> Json:
    """Mark an open invoice as uncollectible; it can still be paid."""
    if invoice["status"] != "open":
        raise StripeError("You can only mark an open invoice as uncollectible.")
    return _close(state, invoice, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible")


def _close(state: State, invoice: Json, status: str, timestamp: str, event: str) -> Json:
    return state.change(
        invoice,
        event,
        status=status,
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions={**invoice["status_transitions"], timestamp: state.now()},
    )


def subscription_id_of(invoice: Json) -> str:
    """Return the id of the subscription that an invoice bills."""
    return str(invoice["parent"]["subscription_details"]["subscription"])


def method_for(state: State, invoice: Json) -> str | None:
    """Return the payment method of an automatic payment of this invoice, or None."""
    customer = state.get("customer", invoice["customer"])
    if customer.get("deleted"):
        return None
    subscription = state.get("subscription", subscription_id_of(invoice))
    return payment_methods.method_to_charge(customer, subscription)


def bills_subscription(subscription_id: str) -> Clause:
    """Return the clause that selects the invoices or invoice items of a subscription."""
    return equals("parent.subscription_details.subscription", subscription_id)


def for_subscription(state: State, subscription_id: str, **fields: SqlValue) -> list[Json]:
    """Return a subscription's invoices with these values, newest first."""
    clauses = [equals(name, value) for name, value in fields.items()]
    return state.store.select("invoice", bills_subscription(subscription_id), *clauses)
