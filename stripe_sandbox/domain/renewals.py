"""What time does: periods end, trials end, failed payments are tried again, sessions expire."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from stripe_sandbox.domain import billing_periods, customers, invoices, subscriptions
from stripe_sandbox.domain.invoice_lines import LineDraft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

DAY = 86400
INCOMPLETE_EXPIRES = 23 * 3600
TRIAL_NOTICE = 3 * DAY
LIVE = ("active", "trialing", "past_due", "unpaid", "incomplete")


def run_due(state: State, until: int) -> int:
    """Do everything that falls due up to `until`, in order, each at its own moment; return how many."""
    done = 0
    queue = [entry for entry in _due(state) if entry[0] <= until]
    heapify(queue)
    try:
        while queue:
            entry = heappop(queue)
            moment, action, object_id = entry
            if entry not in _due_of(state, object_id):
                continue  # something before it has made it void
            state.freeze_clock(moment)
            _act(state, action, object_id)
            done += 1
            for following in _due_around(state, object_id):
                if following[0] <= until:
                    heappush(queue, following)
    finally:
        state.freeze_clock(None)
    return done


Due = tuple[int, str, str]  # when, what, of which object


def _due(state: State) -> Iterator[Due]:
    """Yield all that waits for its time."""
    marks = ",".join("?" * len(LIVE))
    waiting = [
        *state.store.select("subscription", f"json_extract(body, '$.status') IN ({marks})", LIVE),
        *state.store.select("invoice", "json_extract(body, '$.next_payment_attempt') IS NOT NULL"),
        *state.store.find("checkout.session", status="open"),
    ]
    for body in waiting:
        yield from _due_of_body(state, body)


def _due_of(state: State, object_id: str) -> list[Due]:
    body = state.get_or_none(object_id)
    return list(_due_of_body(state, body)) if body else []


def _due_around(state: State, object_id: str) -> Iterator[Due]:
    """Yield what waits after something was done to an object: its own next, and a new invoice's."""
    yield from _due_of(state, object_id)
    for invoice in invoices.for_subscription(state, object_id, status="open"):
        yield from _due_of_body(state, invoice)


def _due_of_body(state: State, body: Json) -> Iterator[Due]:
    kind = body["object"]
    if kind == "subscription" and body["status"] in LIVE:
        yield from _due_of_subscription(state, body)
    elif kind == "invoice" and body["next_payment_attempt"]:
        yield body["next_payment_attempt"], "retry", body["id"]
    elif kind == "checkout.session" and body["status"] == "open":
        yield body["expires_at"], "expire", body["id"]


def _due_of_subscription(state: State, sub: Json) -> Iterator[Due]:
    if sub["status"] == "incomplete":
        yield sub["created"] + INCOMPLETE_EXPIRES, "give_up", sub["id"]
        return
    pause = sub["pause_collection"]
    if pause and pause["resumes_at"]:
        yield pause["resumes_at"], "resume", sub["id"]
    if sub["status"] == "trialing" and not state.store.private(sub["id"]).get("trial_notice"):
        yield max(sub["trial_end"] - TRIAL_NOTICE, sub["created"]), "trial_notice", sub["id"]
    end = min(item["current_period_end"] for item in sub["items"]["data"])
    if sub["cancel_at"] and sub["cancel_at"] <= end:
        yield sub["cancel_at"], "end", sub["id"]
    else:
        yield end, "cycle", sub["id"]


def _act(state: State, action: str, object_id: str) -> None:
    if action == "retry":
        retry(state, state.get("invoice", object_id))
        return
    if action == "expire":
        from stripe_sandbox.domain import checkout_payments

        checkout_payments.expire(state, state.get("checkout.session", object_id))
        return
    subscription = state.get("subscription", object_id)
    if action == "cycle":
        renew(state, subscription)
    elif action == "end":
        subscriptions.cancel(state, subscription)
    elif action == "resume":
        state.change(subscription, "customer.subscription.updated", pause_collection=None)
    elif action == "trial_notice":
        state.save(subscription, {**state.store.private(object_id), "trial_notice": True})
        state.emit("customer.subscription.trial_will_end", subscription)
    elif action == "give_up":
        expire_incomplete(state, subscription)


def expire_incomplete(state: State, subscription: Json) -> None:
    """Expire a subscription whose first payment never came."""
    for invoice in invoices.for_subscription(state, subscription["id"], status="open"):
        invoices.void(state, invoice)
    subscriptions.cancel(state, subscription, reason="payment_failed")


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
