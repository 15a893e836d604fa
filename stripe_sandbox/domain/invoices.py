"""Invoices: written, finalised, paid or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_sandbox.domain import customers, invoice_lines, payments
from stripe_sandbox.errors import StripeError
from stripe_sandbox.ids import letters
from stripe_sandbox.settings import ACCOUNT_ID
from stripe_sandbox.state import list_object

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

DAY = 86400
# Days after each failed attempt on which a payment is tried again; after the last one it is given up.
RETRY_DAYS = (3, 5, 7)


def create_draft(
    state: State,
    *,
    customer: Json,
    billing_reason: str,
    drafts: list[invoice_lines.LineDraft],
    subscription: Json | None = None,
    currency: str = "usd",
    metadata: Json | None = None,
    description: str | None = None,
) -> Json:
    """Return a new draft invoice with these lines, discounts and taxes applied."""
    invoice_id = f"in_{letters(24)}"
    written = invoice_lines.build(
        state, drafts, invoice=invoice_id, customer=customer, subscription=subscription, currency=currency
    )
    ids = [entry["discount"] for entry in written.discount_totals]
    starts = [draft.start for draft in drafts] or [state.now()]
    parent = None
    if subscription:
        details = {"metadata": subscription["metadata"], "subscription": subscription["id"]}
        parent = {"quote_details": None, "subscription_details": details, "type": "subscription_details"}
    invoice = state.add(
        "invoice",
        id=invoice_id,
        account_country="US",
        account_name="Stripe sandbox",
        amount_due=max(written.total, 0),
        amount_remaining=max(written.total, 0),
        auto_advance=True,
        automatic_tax={
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        billing_reason=billing_reason,
        collection_method=subscription["collection_method"] if subscription else "charge_automatically",
        currency=currency,
        customer=customer["id"],
        customer_email=customer["email"],
        customer_name=customer["name"],
        customer_address=customer["address"],
        customer_phone=customer["phone"],
        customer_shipping=customer["shipping"],
        customer_tax_exempt=customer["tax_exempt"],
        customer_tax_ids=[],
        default_payment_method=None,
        description=description,
        discounts=ids,
        issuer={"type": "self"},
        lines=list_object(written.lines, f"/v1/invoices/{invoice_id}/lines"),
        metadata=metadata or {},
        parent=parent,
        payment_settings={
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        period_start=min(starts),
        period_end=state.now() if billing_reason == "subscription_cycle" else min(starts),
        starting_balance=0,
        status="draft",
        subtotal=written.subtotal,
        subtotal_excluding_tax=written.subtotal,
        total=written.total,
        total_discount_amounts=written.discount_totals,
        total_excluding_tax=written.total - written.tax,
        total_pretax_credit_amounts=[],
        total_taxes=written.taxes,
    )
    state.emit("invoice.created", invoice)
    return invoice


def finalize(state: State, invoice: Json) -> Json:
    """Give a draft its number and open it for payment."""
    if invoice["status"] != "draft":
        raise StripeError("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    customer = state.get("customer", invoice["customer"])
    sequence = customer["next_invoice_sequence"]
    customer["next_invoice_sequence"] = sequence + 1
    state.save(customer)
    now = state.now()
    # A customer's balance is what they owe; credit is negative. It settles invoices before a card does.
    start = customer["balance"]
    due = max(invoice["total"] + start, 0)
    end = invoice["total"] + start - due
    if start != end:
        state.change(customer, "customer.updated", balance=end)
    base = state.settings.base_url
    state.change(
        invoice,
        "invoice.finalized",
        status="open",
        number=f"{customer['invoice_prefix']}-{sequence:04d}",
        effective_at=now,
        amount_due=due,
        amount_remaining=due,
        starting_balance=start,
        ending_balance=end,
        hosted_invoice_url=f"{base}/i/{ACCOUNT_ID}/{invoice['id']}",
        invoice_pdf=f"{base}/i/{ACCOUNT_ID}/{invoice['id']}?format=pdf",
        due_date=now + 30 * DAY if invoice["collection_method"] == "send_invoice" else None,
        status_transitions={**invoice["status_transitions"], "finalized_at": now},
    )
    if invoice["amount_due"]:
        intent = payments.create_intent(
            state,
            amount=invoice["amount_due"],
            currency=invoice["currency"],
            customer=invoice["customer"],
            description="Subscription creation"
            if invoice["billing_reason"] == "subscription_create"
            else "Invoice",
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
            status_transitions={"canceled_at": None, "paid_at": None},
        )
    return invoice


def invoice_payment_of(state: State, invoice_id: str) -> Json | None:
    """Return the payment that belongs to an invoice; None for an invoice over nothing."""
    return next(iter(state.store.find("invoice_payment", invoice=invoice_id)), None)


def pay(
    state: State, invoice: Json, *, method: str | None, first: bool = False, announce: bool = True
) -> Json | None:
    """Try to pay an open invoice; return the charge, or None when there was nothing to pay.

    Look at the invoice's status afterwards: a declined card leaves it open. With `announce` off the caller
    emits the payment's own events (`payments.emit_events`).
    """
    charge = None
    entry = invoice_payment_of(state, invoice["id"])
    if entry:
        intent = state.get("payment_intent", entry["payment"]["payment_intent"])
        charge = payments.confirm(state, intent, method, first=first)
        if charge["status"] != "succeeded":
            _record_failed_payment(state, invoice, charge)
            return charge
    mark_paid(state, invoice, attempted=entry is not None)
    if charge and announce:
        payments.emit_events(state, state.get("payment_intent", charge["payment_intent"]), charge)
    return charge


def mark_paid(state: State, invoice: Json, *, attempted: bool = True, out_of_band: bool = False) -> None:
    """Write down that an invoice is paid, and say so."""
    now = state.now()
    paid = 0 if out_of_band else invoice["amount_due"]
    invoice.update(
        status="paid",
        amount_paid=invoice["amount_due"],
        amount_paid_off_stripe=invoice["amount_due"] - paid,
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
    entry = invoice_payment_of(state, invoice["id"])
    if entry and not out_of_band:
        transitions = {"canceled_at": None, "paid_at": now}
        state.change(
            entry, "invoice_payment.paid", status="paid", amount_paid=paid, status_transitions=transitions
        )


def _record_failed_payment(state: State, invoice: Json, charge: Json) -> None:
    attempts = invoice["attempt_count"] + 1
    retries = invoice["billing_reason"] != "subscription_create" and attempts <= len(RETRY_DAYS)
    following = state.now() + RETRY_DAYS[attempts - 1] * DAY if retries else None
    payments.emit_events(state, state.get("payment_intent", charge["payment_intent"]), charge)
    state.change(invoice, None, attempted=True, attempt_count=attempts, next_payment_attempt=following)
    state.emit("invoice.payment_failed", invoice)


def void(state: State, invoice: Json) -> Json:
    """Cancel an open invoice for good."""
    if invoice["status"] not in {"open", "uncollectible"}:
        raise StripeError(
            f"You can only void an open or uncollectible invoice, not one that is {invoice['status']}."
        )
    return _close(state, invoice, "void", "voided_at", "invoice.voided")


def mark_uncollectible(state: State, invoice: Json) -> Json:
    """Give up on an open invoice; it may still be paid later."""
    if invoice["status"] != "open":
        raise StripeError("You can only mark an open invoice as uncollectible.")
    return _close(state, invoice, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible")


def _close(state: State, invoice: Json, status: str, stamp: str, event: str) -> Json:
    transitions = {**invoice["status_transitions"], stamp: state.now()}
    return state.change(
        invoice,
        event,
        status=status,
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions=transitions,
    )


def subscription_id_of(invoice: Json) -> str | None:
    """Return the id of the subscription that an invoice bills."""
    parent: Json = invoice.get("parent") or {}
    found: str | None = (parent.get("subscription_details") or {}).get("subscription")
    return found


def method_for(state: State, invoice: Json) -> str | None:
    """Return the payment method that an automatic payment of this invoice uses."""
    customer = state.get("customer", invoice["customer"])
    if customer.get("deleted"):
        return None
    subscription = state.get_or_none(subscription_id_of(invoice))
    return invoice["default_payment_method"] or customers.method_to_charge(
        customer=customer, subscription=subscription
    )


def for_subscription(state: State, subscription_id: str, **fields: Any) -> list[Json]:
    """Return a subscription's invoices, newest first."""
    where = "json_extract(body, '$.parent.subscription_details.subscription') = ?"
    values: list[Any] = [subscription_id]
    for name, value in fields.items():
        where += f" AND json_extract(body, '$.{name}') = ?"
        values.append(value)
    return state.store.select("invoice", where, tuple(values))
