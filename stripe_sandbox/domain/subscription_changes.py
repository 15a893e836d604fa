"""A subscription in mid-period: other prices, other quantities, an early end of the trial, a resume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.domain import (
    billing_periods,
    customers,
    discounts,
    invoice_lines,
    invoices,
    renewals,
    subscriptions,
)
from stripe_sandbox.errors import StripeError

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json


def change_items(
    state: State, subscription: Json, given: list[Json], *, proration_behavior: str, anchor: str | None = None
) -> None:
    """Change, add or remove items, with prorations for what is left of the period.

    Going to another interval starts a new period, which is billed at once, as Stripe does.
    """
    before = [dict(item) for item in subscription["items"]["data"]]
    after = _apply(state, subscription, given)
    if not after:
        raise StripeError("A subscription must have at least one active plan.", param="items")
    now = state.now()
    old, new = before[0]["price"]["recurring"], after[0]["price"]["recurring"]
    restarts = anchor == "now" or (old["interval"], old["interval_count"]) != (
        new["interval"],
        new["interval_count"],
    )
    trial = subscription["status"] == "trialing"
    if proration_behavior != "none" and not trial:
        _prorate(state, subscription, before, after, now, only_credit=restarts)
    previous = {"items": {**subscription["items"], "data": before}}
    if restarts and not trial:
        end = billing_periods.after(now, interval=new["interval"], count=new["interval_count"], anchor=now)
        for item in after:
            item.update(current_period_start=now, current_period_end=end)
        subscription["billing_cycle_anchor"] = now
    subscription["items"]["data"] = after
    state.save(subscription)
    state.emit("customer.subscription.updated", subscription, previous=previous)
    if not trial and (restarts or proration_behavior == "always_invoice"):
        _bill_now(state, subscription, with_period=restarts)


def _apply(state: State, subscription: Json, given: list[Json]) -> list[Json]:
    """Return the items as they will be; those of the subscription are copied, never changed."""
    items = {item["id"]: dict(item) for item in subscription["items"]["data"]}
    for index, change in enumerate(given):
        param = f"items[{index}]"
        item = items.get(change.get("id", ""))
        if change.get("id") and item is None:
            raise StripeError(
                f"No such subscription item: '{change['id']}'",
                status=404,
                code="resource_missing",
                param=f"{param}[id]",
            )
        if change.get("deleted"):
            if item is None:
                raise StripeError(
                    f"Missing required param: {param}[id].", code="parameter_missing", param=param
                )
            del items[item["id"]]
            continue
        if item is None:
            first = next(iter(subscription["items"]["data"]))
            price = subscriptions.price_of_item(state, change, f"{param}[price]")
            item = state.build(
                "subscription_item",
                price=price,
                subscription=subscription["id"],
                quantity=1,
                metadata=change.get("metadata") or {},
                tax_rates=[],
                current_period_start=first["current_period_start"],
                current_period_end=first["current_period_end"],
            )
            items[item["id"]] = item
        if change.get("price") or change.get("price_data"):
            item["price"] = subscriptions.price_of_item(state, change, f"{param}[price]")
        if change.get("quantity") is not None:
            item["quantity"] = change["quantity"]
    kept = list(items.values())
    subscriptions.check_prices([item["price"] for item in kept])
    return kept


def _prorate(
    state: State, subscription: Json, before: list[Json], after: list[Json], now: int, *, only_credit: bool
) -> None:
    """Write a credit for the unused time of what was, and a charge for the rest of the period of what is."""
    was = {item["id"]: item for item in before}
    will = {item["id"]: item for item in after}
    for item_id in {**was, **will}:
        old, new = was.get(item_id), will.get(item_id)
        same = old and new and old["price"]["id"] == new["price"]["id"] and old["quantity"] == new["quantity"]
        if same and not only_credit:
            continue
        if old:
            _pend(state, subscription, old, now, sign=-1)
        if new and not only_credit:
            _pend(state, subscription, new, now, sign=1)


def _pend(state: State, subscription: Json, item: Json, now: int, *, sign: int) -> None:
    start, end = item["current_period_start"], item["current_period_end"]
    whole = invoice_lines.unit_cost(item["price"]) * item["quantity"]
    amount = sign * round(whole * max(end - now, 0) / (end - start))
    name = (state.get_or_none(item["price"]["product"]) or {}).get("name", "")
    words = "Unused time on" if sign < 0 else "Remaining time on"
    details = {"subscription": subscription["id"], "subscription_item": item["id"]}
    entry = state.add(
        "invoiceitem",
        amount=amount,
        currency=subscription["currency"],
        customer=subscription["customer"],
        date=now,
        description=f"{words} {item['quantity']} {invoice_lines.TIMES} {name}",
        discountable=False,
        discounts=[],
        metadata={},
        net_amount=amount,
        parent={"subscription_details": details, "type": "subscription_details"},
        period={"start": now, "end": end},
        pricing={
            "price_details": {"price": item["price"]["id"], "product": item["price"]["product"]},
            "type": "price_details",
            "unit_amount_decimal": item["price"]["unit_amount_decimal"],
        },
        proration=True,
        proration_details={"discount_amounts": []},
        quantity=item["quantity"],
        quantity_decimal=str(item["quantity"]),
        tax_rates=[],
    )
    entry["proration_details"] = {"credited_items": None, "discount_amounts": []}
    state.save(entry)
    state.emit("invoiceitem.created", entry)


def _bill_now(state: State, subscription: Json, *, with_period: bool) -> None:
    owner = state.get("customer", subscription["customer"])
    drafts = renewals.pending_item_drafts(state, subscription)
    if with_period:
        drafts += subscriptions.period_drafts(state, subscription)
    if not drafts:
        return
    invoice = invoices.create_draft(
        state,
        customer=owner,
        subscription=subscription,
        billing_reason="subscription_update",
        drafts=drafts,
        currency=subscription["currency"],
    )
    renewals.assign_pending_items(state, subscription, invoice["id"])
    state.change(subscription, None, latest_invoice=invoice["id"])
    method = customers.method_to_charge(customer=owner, subscription=subscription)
    renewals.collect(state, subscription, invoice, method)
    subscription.update(state.get("subscription", subscription["id"]))


def end_trial(state: State, subscription: Json) -> None:
    """End a trial now: the first paid period begins."""
    now = state.now()
    for item in subscription["items"]["data"]:
        item["current_period_end"] = now
    subscription.update(trial_end=now, billing_cycle_anchor=now)
    state.save(subscription)
    renewals.renew(state, subscription)
    subscription.update(state.get("subscription", subscription["id"]))


def resume(state: State, subscription: Json) -> Json:
    """Resume a subscription that is paused for want of a payment method."""
    if subscription["status"] != "paused":
        raise StripeError("Only paused subscriptions can be resumed.")
    now = state.now()
    for item in subscription["items"]["data"]:
        item["current_period_end"] = now
    subscription.update(status="active", billing_cycle_anchor=now)
    state.save(subscription)
    state.emit("customer.subscription.resumed", subscription)
    renewals.renew(state, subscription)
    return state.get("subscription", subscription["id"])


def replace_discounts(state: State, subscription: Json, given: list[Json]) -> list[str]:
    """Return the ids of a subscription's discounts after an update names them anew."""
    kept = []
    for index, entry in enumerate(given):
        if entry.get("discount"):
            kept.append(state.get("discount", entry["discount"], param=f"discounts[{index}][discount]")["id"])
        elif entry.get("coupon"):
            new = discounts.create(
                state,
                coupon_id=entry["coupon"],
                customer=subscription["customer"],
                subscription=subscription["id"],
                param=f"discounts[{index}][coupon]",
            )
            kept.append(new["id"])
    for gone in set(subscription["discounts"]) - set(kept):
        discount = state.get("discount", gone)
        state.store.delete(gone)
        state.emit("customer.discount.deleted", discount)
    return kept
