"""What time does: periods end, trials end, failed payments are tried again, sessions expire."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from stripe_sandbox.engine import customers, invoices, periods, subscriptions
from stripe_sandbox.engine.lines import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stripe_sandbox.store import Json
    from stripe_sandbox.world import World

DAY = 86400
INCOMPLETE_EXPIRES = 23 * 3600
TRIAL_NOTICE = 3 * DAY
LIVE = ("active", "trialing", "past_due", "unpaid", "incomplete")


def run_due(world: World, until: int) -> int:
    """Do everything that falls due up to `until`, in order, each at its own moment; return how many."""
    done = 0
    queue = [entry for entry in _due(world) if entry[0] <= until]
    heapify(queue)
    try:
        while queue:
            entry = heappop(queue)
            moment, action, object_id = entry
            if entry not in _due_of(world, object_id):
                continue  # something before it has made it void
            world.stand_at(moment)
            _act(world, action, object_id)
            done += 1
            for following in _due_around(world, object_id):
                if following[0] <= until:
                    heappush(queue, following)
    finally:
        world.stand_at(None)
    return done


Due = tuple[int, str, str]  # when, what, of which object


def _due(world: World) -> Iterator[Due]:
    """Yield all that waits for its time."""
    marks = ",".join("?" * len(LIVE))
    waiting = [
        *world.store.select("subscription", f"json_extract(body, '$.status') IN ({marks})", LIVE),
        *world.store.select("invoice", "json_extract(body, '$.next_payment_attempt') IS NOT NULL"),
        *world.store.find("checkout.session", status="open"),
    ]
    for body in waiting:
        yield from _due_of_body(world, body)


def _due_of(world: World, object_id: str) -> list[Due]:
    body = world.peek(object_id)
    return list(_due_of_body(world, body)) if body else []


def _due_around(world: World, object_id: str) -> Iterator[Due]:
    """Yield what waits after something was done to an object: its own next, and a new invoice's."""
    yield from _due_of(world, object_id)
    for invoice in invoices.for_subscription(world, object_id, status="open"):
        yield from _due_of_body(world, invoice)


def _due_of_body(world: World, body: Json) -> Iterator[Due]:
    kind = body["object"]
    if kind == "subscription" and body["status"] in LIVE:
        yield from _due_of_subscription(world, body)
    elif kind == "invoice" and body["next_payment_attempt"]:
        yield body["next_payment_attempt"], "retry", body["id"]
    elif kind == "checkout.session" and body["status"] == "open":
        yield body["expires_at"], "expire", body["id"]


def _due_of_subscription(world: World, sub: Json) -> Iterator[Due]:
    if sub["status"] == "incomplete":
        yield sub["created"] + INCOMPLETE_EXPIRES, "give_up", sub["id"]
        return
    pause = sub["pause_collection"]
    if pause and pause["resumes_at"]:
        yield pause["resumes_at"], "resume", sub["id"]
    if sub["status"] == "trialing" and not world.store.private(sub["id"]).get("trial_notice"):
        yield max(sub["trial_end"] - TRIAL_NOTICE, sub["created"]), "trial_notice", sub["id"]
    end = min(item["current_period_end"] for item in sub["items"]["data"])
    if sub["cancel_at"] and sub["cancel_at"] <= end:
        yield sub["cancel_at"], "end", sub["id"]
    else:
        yield end, "cycle", sub["id"]


def _act(world: World, action: str, object_id: str) -> None:
    if action == "retry":
        retry(world, world.get("invoice", object_id))
        return
    if action == "expire":
        from stripe_sandbox.engine import checkout

        checkout.expire(world, world.get("checkout.session", object_id))
        return
    subscription = world.get("subscription", object_id)
    if action == "cycle":
        cycle(world, subscription)
    elif action == "end":
        subscriptions.cancel(world, subscription)
    elif action == "resume":
        world.change(subscription, "customer.subscription.updated", pause_collection=None)
    elif action == "trial_notice":
        world.save(subscription, {**world.store.private(object_id), "trial_notice": True})
        world.emit("customer.subscription.trial_will_end", subscription)
    elif action == "give_up":
        give_up(world, subscription)


def give_up(world: World, subscription: Json) -> None:
    """Expire a subscription whose first payment never came."""
    for invoice in invoices.for_subscription(world, subscription["id"], status="open"):
        invoices.void(world, invoice)
    subscriptions.cancel(world, subscription, reason="payment_failed")


def retry(world: World, invoice: Json) -> None:
    """Try a failed payment again, with the card that the customer has now."""
    invoices.pay(world, invoice, method=invoices.method_for(world, invoice))
    if invoice["status"] == "paid":
        subscriptions.after_payment(world, invoice)
    else:
        subscriptions.after_failure(world, invoice)


def cycle(world: World, subscription: Json) -> Json | None:
    """Begin the next period and bill it; return the invoice.

    Unlike Stripe, which leaves the draft open for an hour, the invoice is finalised and paid at once.
    """
    if subscription["cancel_at_period_end"]:
        subscriptions.cancel(world, subscription)
        return None
    owner = world.get("customer", subscription["customer"])
    method = customers.method_to_charge(customer=owner, subscription=subscription)
    was_trialing = subscription["status"] == "trialing"
    if was_trialing and not method:
        behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
        if behavior == "cancel":
            subscriptions.cancel(world, subscription)
            return None
        if behavior == "pause":
            world.change(subscription, None, status="paused")
            world.emit("customer.subscription.paused", subscription)
            return None
    _next_period(subscription)
    invoice = invoices.write(
        world,
        customer=owner,
        subscription=subscription,
        billing_reason="subscription_cycle",
        drafts=[*pending_drafts(world, subscription), *subscriptions.period_drafts(world, subscription)],
        currency=subscription["currency"],
    )
    take_pending(world, subscription, invoice["id"])
    previous = {"latest_invoice": subscription["latest_invoice"]}
    if was_trialing:
        subscription["status"] = "active"
        previous["status"] = "trialing"
    subscription["latest_invoice"] = invoice["id"]
    world.save(subscription)
    world.emit("customer.subscription.updated", subscription, previous=previous)
    settle(world, subscription, invoice, method)
    return invoice


def settle(world: World, subscription: Json, invoice: Json, method: str | None) -> None:
    """Finalise and pay a subscription's invoice, as its collection says."""
    pause = subscription["pause_collection"]
    if pause and pause["behavior"] == "keep_as_draft":
        world.change(invoice, None, auto_advance=False)
        return
    if subscription["status"] == "unpaid":
        world.change(invoice, None, auto_advance=False)
        return
    invoices.finalize(world, invoice)
    if pause and pause["behavior"] == "void":
        invoices.void(world, invoice)
    elif pause:
        invoices.mark_uncollectible(world, invoice)
    elif invoice["collection_method"] == "charge_automatically" or not invoice["amount_due"]:
        invoices.pay(world, invoice, method=method)
        if invoice["status"] == "paid":
            subscriptions.after_payment(world, invoice)
        else:
            subscriptions.after_failure(world, invoice)


def _next_period(subscription: Json) -> None:
    for item in subscription["items"]["data"]:
        recurring = item["price"]["recurring"]
        start = item["current_period_end"]
        item["current_period_start"] = start
        item["current_period_end"] = periods.after(
            start,
            interval=recurring["interval"],
            count=recurring["interval_count"],
            anchor=subscription["billing_cycle_anchor"],
        )


def pending_drafts(world: World, subscription: Json) -> list[Draft]:
    """Return the lines of what was prorated since the last invoice."""
    found = []
    for entry in reversed(_pending(world, subscription)):
        price = world.get("price", entry["pricing"]["price_details"]["price"])
        found.append(
            Draft(
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


def take_pending(world: World, subscription: Json, invoice_id: str) -> None:
    """Tie what was pending to the invoice that now bills it."""
    for entry in _pending(world, subscription):
        world.change(entry, None, invoice=invoice_id)


def _pending(world: World, subscription: Json) -> list[Json]:
    return world.store.select(
        "invoiceitem",
        "json_extract(body, '$.invoice') IS NULL "
        "AND json_extract(body, '$.parent.subscription_details.subscription') = ?",
        (subscription["id"],),
    )
