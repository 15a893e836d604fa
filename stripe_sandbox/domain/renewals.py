"""Renewals: a subscription's next period is billed and its invoice collected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.domain import billing_periods, customers, invoices, subscriptions
from stripe_sandbox.domain.invoice_lines import LineDraft

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json


def retry(state: State, invoice: Json) -> None:
    """Try a failed payment again, with the card that the customer has now."""
    invoices.pay(state, invoice, method=invoices.method_for(state, invoice))
    if invoice["status"] == "paid":
        subscriptions.after_invoice_paid(state, invoice)
    else:
        subscriptions.after_payment_failed(state, invoice)


def renew(state: State, subscription: Json) -> Json | None:
    """Begin the next period and bill it; return the invoice.

    Unlike Stripe, which leaves the draft open for an hour, the invoice is finalised and paid at once.
    """
    if subscription["cancel_at_period_end"]:
        subscriptions.cancel(state, subscription)
        return None
    owner = state.get("customer", subscription["customer"])
    method = customers.method_to_charge(customer=owner, subscription=subscription)
    was_trialing = subscription["status"] == "trialing"
    if was_trialing and not method:
        behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
        if behavior == "cancel":
            subscriptions.cancel(state, subscription)
            return None
        if behavior == "pause":
            state.change(subscription, None, status="paused")
            state.emit("customer.subscription.paused", subscription)
            return None
    _next_period(subscription)
    invoice = invoices.create_draft(
        state,
        customer=owner,
        subscription=subscription,
        billing_reason="subscription_cycle",
        drafts=[*pending_item_drafts(state, subscription), *subscriptions.period_drafts(state, subscription)],
        currency=subscription["currency"],
    )
    assign_pending_items(state, subscription, invoice["id"])
    previous = {"latest_invoice": subscription["latest_invoice"]}
    if was_trialing:
        subscription["status"] = "active"
        previous["status"] = "trialing"
    subscription["latest_invoice"] = invoice["id"]
    state.save(subscription)
    state.emit("customer.subscription.updated", subscription, previous=previous)
    collect(state, subscription, invoice, method)
    return invoice


def collect(state: State, subscription: Json, invoice: Json, method: str | None) -> None:
    """Finalise and pay a subscription's invoice, as its collection says."""
    pause = subscription["pause_collection"]
    if pause and pause["behavior"] == "keep_as_draft":
        state.change(invoice, None, auto_advance=False)
        return
    if subscription["status"] == "unpaid":
        state.change(invoice, None, auto_advance=False)
        return
    invoices.finalize(state, invoice)
    if pause and pause["behavior"] == "void":
        invoices.void(state, invoice)
    elif pause:
        invoices.mark_uncollectible(state, invoice)
    elif invoice["collection_method"] == "charge_automatically" or not invoice["amount_due"]:
        invoices.pay(state, invoice, method=method)
        if invoice["status"] == "paid":
            subscriptions.after_invoice_paid(state, invoice)
        else:
            subscriptions.after_payment_failed(state, invoice)


def _next_period(subscription: Json) -> None:
    for item in subscription["items"]["data"]:
        recurring = item["price"]["recurring"]
        start = item["current_period_end"]
        item["current_period_start"] = start
        item["current_period_end"] = billing_periods.after(
            start,
            interval=recurring["interval"],
            count=recurring["interval_count"],
            anchor=subscription["billing_cycle_anchor"],
        )


def pending_item_drafts(state: State, subscription: Json) -> list[LineDraft]:
    """Return the lines of what was prorated since the last invoice."""
    found = []
    for entry in reversed(_pending(state, subscription)):
        price = state.get("price", entry["pricing"]["price_details"]["price"])
        found.append(
            LineDraft(
                price=price,
                quantity=entry["quantity"],
                start=entry["period"]["start"],
                end=entry["period"]["end"],
                amount=entry["amount"],
                invoice_item=entry["id"],
                proration=entry["proration"],
                description=entry["description"],
            )
        )
    return found


def assign_pending_items(state: State, subscription: Json, invoice_id: str) -> None:
    """Tie what was pending to the invoice that now bills it."""
    for entry in _pending(state, subscription):
        state.change(entry, None, invoice=invoice_id)


def _pending(state: State, subscription: Json) -> list[Json]:
    return state.store.select(
        "invoiceitem",
        "json_extract(body, '$.invoice') IS NULL "
        "AND json_extract(body, '$.parent.subscription_details.subscription') = ?",
        (subscription["id"],),
    )
