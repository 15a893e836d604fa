"""Renew subscriptions: bill the next period with pending items, and collect the invoice."""

from stripe_sandbox.domain import billing_periods, invoices, payment_methods, subscriptions
from stripe_sandbox.domain.invoice_lines import LineDraft
from stripe_sandbox.domain.subscription_items import period_line_drafts
from stripe_sandbox.state import State
from stripe_sandbox.store import Json


def renew(state: State, subscription: Json) -> None:
    """Start the next period and bill it, or end a subscription that cancels at the period's end.

    The invoice is finalized and paid at once. Stripe leaves it a draft for an hour.
    """
    if subscription["cancel_at_period_end"]:
        subscriptions.cancel(state, subscription)
        return
    owner = state.get("customer", subscription["customer"])
    method = payment_methods.method_to_charge(owner, subscription)
    was_trialing = subscription["status"] == "trialing"
    if was_trialing and not method and _ends_with_trial(state, subscription):
        return
    _start_next_period(subscription)
    invoice = draft_invoice(state, subscription, billing_reason="subscription_cycle")
    previous = {"latest_invoice": subscription["latest_invoice"]}
    if was_trialing:
        subscription["status"] = "active"
        previous["status"] = "trialing"
    subscription["latest_invoice"] = invoice["id"]
    state.save(subscription)
    state.emit("customer.subscription.updated", subscription, previous=previous)
    collect(state, subscription, invoice, method)


def _ends_with_trial(state: State, subscription: Json) -> bool:
    """Cancel or pause a subscription whose trial ends without a payment method; tell whether it did so."""
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if behavior == "cancel":
        subscriptions.cancel(state, subscription)
    elif behavior == "pause":
        state.change(subscription, None, status="paused")
        state.emit("customer.subscription.paused", subscription)
    return behavior in {"cancel", "pause"}


def _start_next_period(subscription: Json) -> None:
    for item in subscription["items"]["data"]:
        start = item["current_period_end"]
        item["current_period_start"] = start
        item["current_period_end"] = billing_periods.end_of_period(
            item["price"], start=start, anchor=subscription["billing_cycle_anchor"]
        )


def draft_invoice(
    state: State, subscription: Json, *, billing_reason: str, with_period: bool = True, trial: bool = False
) -> Json:
    """Return a draft invoice of the pending items and (`with_period`) of the current period.

    The period of a `trial` costs nothing.
    """
    pending = pending_items(state, subscription)
    drafts = [_item_draft(state, entry) for entry in reversed(pending)]
    if with_period:
        drafts += period_line_drafts(state, subscription, trial=trial)
    invoice = invoices.create_draft(state, subscription, billing_reason=billing_reason, drafts=drafts)
    for entry in pending:
        state.change(entry, None, invoice=invoice["id"])
    return invoice


def pending_items(state: State, subscription: Json) -> list[Json]:
    """Return the invoice items, such as prorations, of the next invoice."""
    unbilled = ("json_extract(body, '$.invoice') IS NULL", ())
    return state.store.select("invoiceitem", unbilled, invoices.bills_subscription(subscription["id"]))


def _item_draft(state: State, entry: Json) -> LineDraft:
    return LineDraft(
        price=state.get("price", entry["pricing"]["price_details"]["price"]),
        quantity=entry["quantity"],
        start=entry["period"]["start"],
        end=entry["period"]["end"],
        amount=entry["amount"],
        invoice_item=entry["id"],
        proration=entry["proration"],
        description=entry["description"],
    )


def collect(state: State, subscription: Json, invoice: Json, method: str | None) -> None:
    """Finalize and pay a draft invoice, unless its collection is paused or manual."""
    behavior = (subscription["pause_collection"] or {}).get("behavior")
    if behavior == "keep_as_draft" or subscription["status"] == "unpaid":
        state.change(invoice, None, auto_advance=False)
        return
    invoices.finalize(state, invoice)
    if behavior == "void":
        invoices.void(state, invoice)
    elif behavior:
        invoices.mark_uncollectible(state, invoice)
    elif invoice["collection_method"] == "charge_automatically" or not invoice["amount_due"]:
        _pay(state, invoice, method)


def retry(state: State, invoice: Json) -> None:
    """Try to pay an open invoice again, with the current payment method."""
    _pay(state, invoice, invoices.method_for(state, invoice))


def _pay(state: State, invoice: Json, method: str | None) -> None:
    invoices.pay(state, invoice, method=method)
    subscriptions.after_payment_attempt(state, invoice)
