"""Changes of a subscription within its period: items, proration, end of the trial, resumption."""

from stripe_sandbox.domain import billing_periods, discounts, payment_methods, renewals
from stripe_sandbox.domain.invoice_lines import TIMES, pricing
from stripe_sandbox.domain.money import unit_cost
from stripe_sandbox.domain.subscription_items import build_item, check_prices, interval_of, price_of_item
from stripe_sandbox.errors import StripeError, missing_parameter, not_found
from stripe_sandbox.state import State
from stripe_sandbox.store import Json


def change_items(
    state: State, subscription: Json, given: list[Json], *, proration_behavior: str, anchor: str | None = None
) -> None:
    """Change, add or remove items, and prorate the rest of the period.

    Another interval starts a new period, which is billed at once, as Stripe does.
    """
    before = [dict(item) for item in subscription["items"]["data"]]
    after = _changed_items(state, subscription, given)
    restarts = anchor == "now" or interval_of(before[0]["price"]) != interval_of(after[0]["price"])
    trial = subscription["status"] == "trialing"
    if proration_behavior != "none" and not trial:
        _prorate(state, subscription, before, after, restarts=restarts)
    previous = {"items": {**subscription["items"], "data": before}}
    if restarts and not trial:
        _restart_period(subscription, after, state.now())
    subscription["items"]["data"] = after
    state.save(subscription)
    state.emit("customer.subscription.updated", subscription, previous=previous)
    if not trial and (restarts or proration_behavior == "always_invoice"):
        _bill_now(state, subscription, with_period=restarts)


def _restart_period(subscription: Json, items: list[Json], now: int) -> None:
    end = billing_periods.end_of_period(items[0]["price"], start=now, anchor=now)
    for item in items:
        item.update(current_period_start=now, current_period_end=end)
    subscription["billing_cycle_anchor"] = now


def _changed_items(state: State, subscription: Json, given: list[Json]) -> list[Json]:
    """Return copies of the subscription's items after the changes."""
    items = {item["id"]: dict(item) for item in subscription["items"]["data"]}
    for index, change in enumerate(given):
        param = f"items[{index}]"
        item_id = change.get("id")
        if item_id and item_id not in items:
            raise not_found("subscription_item", item_id, param=f"{param}[id]")
        if change.get("deleted"):
            if not item_id:
                raise missing_parameter(f"{param}[id]", param=param)
            del items[item_id]
        elif item_id:
            _change_item(state, items[item_id], change, param)
        else:
            added = _added_item(state, subscription, change, param)
            items[added["id"]] = added
    changed = list(items.values())
    check_prices([item["price"] for item in changed])
    return changed


def _change_item(state: State, item: Json, change: Json, param: str) -> None:
    if change.get("price") or change.get("price_data"):
        item["price"] = price_of_item(state, change, f"{param}[price]")
    if change.get("quantity") is not None:
        item["quantity"] = change["quantity"]


def _added_item(state: State, subscription: Json, change: Json, param: str) -> Json:
    first = subscription["items"]["data"][0]
    return build_item(
        state,
        change,
        price_of_item(state, change, f"{param}[price]"),
        subscription_id=subscription["id"],
        start=first["current_period_start"],
        end=first["current_period_end"],
    )


def _prorate(
    state: State, subscription: Json, before: list[Json], after: list[Json], *, restarts: bool
) -> None:
    """Add a credit for the unused time of the old items, and a charge for the rest of the period.

    If the period restarts, the next invoice bills the new items in full: only the credits are added.
    """
    old_items = {item["id"]: item for item in before}
    new_items = {item["id"]: item for item in after}
    for item_id in {**old_items, **new_items}:
        old, new = old_items.get(item_id), new_items.get(item_id)
        if restarts:
            new = None
        elif old and new and (old["price"]["id"], old["quantity"]) == (new["price"]["id"], new["quantity"]):
            continue
        if old:
            _add_proration(state, subscription, old, sign=-1)
        if new:
            _add_proration(state, subscription, new, sign=1)


def _add_proration(state: State, subscription: Json, item: Json, *, sign: int) -> None:
    now, price, quantity = state.now(), item["price"], item["quantity"]
    start, end = item["current_period_start"], item["current_period_end"]
    amount = sign * round(unit_cost(price) * quantity * max(end - now, 0) / (end - start))
    name = (state.get_or_none(price["product"]) or {}).get("name", "")
    words = "Unused time on" if sign < 0 else "Remaining time on"
    details = {"subscription": subscription["id"], "subscription_item": item["id"]}
    entry = state.add(
        "invoiceitem",
        amount=amount,
        currency=subscription["currency"],
        customer=subscription["customer"],
        date=now,
        description=f"{words} {quantity} {TIMES} {name}",
        discounts=[],
        net_amount=amount,
        parent={"subscription_details": details, "type": "subscription_details"},
        period={"start": now, "end": end},
        pricing=pricing(price),
        proration=True,
        proration_details={"credited_items": None, "discount_amounts": []},
        quantity=quantity,
        quantity_decimal=str(quantity),
        tax_rates=[],
    )
    state.emit("invoiceitem.created", entry)


def _bill_now(state: State, subscription: Json, *, with_period: bool, trial: bool = False) -> None:
    if not with_period and not renewals.pending_items(state, subscription):
        return
    invoice = renewals.draft_invoice(
        state,
        subscription,
        billing_reason="subscription_update",
        with_period=with_period,
        trial=trial,
    )
    state.change(subscription, None, latest_invoice=invoice["id"])
    owner = state.get("customer", subscription["customer"])
    method = payment_methods.method_to_charge(owner, subscription)
    renewals.collect(state, subscription, invoice, method)
    _reload(state, subscription)


def end_trial(state: State, subscription: Json) -> None:
    """End a trial now and start the first paid period."""
    _renew_now(state, subscription, trial_end=state.now())


def extend_trial(state: State, subscription: Json, *, trial_end: int) -> None:
    """Move the end of a trial. Stripe makes another invoice of 0 for it."""
    now = state.now()
    if trial_end <= now:
        raise StripeError(
            "Invalid timestamp: must be an integer Unix timestamp in the future.", param="trial_end"
        )
    for item in subscription["items"]["data"]:
        item.update(current_period_start=now, current_period_end=trial_end)
    previous = {"trial_end": subscription["trial_end"]}
    subscription.update(trial_end=trial_end, billing_cycle_anchor=trial_end)
    state.save(subscription)
    state.emit("customer.subscription.updated", subscription, previous=previous)
    _bill_now(state, subscription, with_period=True, trial=True)


def resume(state: State, subscription: Json) -> Json:
    """Resume a subscription that was paused for lack of a payment method; return it."""
    if subscription["status"] != "paused":
        raise StripeError("Only paused subscriptions can be resumed.")
    _renew_now(state, subscription, event="customer.subscription.resumed", status="active")
    return subscription


def _renew_now(state: State, subscription: Json, *, event: str | None = None, **fields: object) -> None:
    """End the current period now, set the fields, and bill the next period."""
    now = state.now()
    for item in subscription["items"]["data"]:
        item["current_period_end"] = now
    subscription.update(billing_cycle_anchor=now, **fields)
    state.save(subscription)
    if event:
        state.emit(event, subscription)
    renewals.renew(state, subscription)
    _reload(state, subscription)


def _reload(state: State, subscription: Json) -> None:
    subscription.update(state.get("subscription", subscription["id"]))


def replace_discounts(state: State, subscription: Json, given: list[Json]) -> list[str]:
    """Return the ids of a subscription's discounts after an update that lists them."""
    kept = []
    for index, entry in enumerate(given):
        param = f"discounts[{index}]"
        if entry.get("discount"):
            kept.append(state.get("discount", entry["discount"], param=f"{param}[discount]")["id"])
        elif entry.get("coupon"):
            discount = discounts.create(
                state,
                coupon_id=entry["coupon"],
                customer=subscription["customer"],
                subscription=subscription["id"],
                param=f"{param}[coupon]",
            )
            kept.append(discount["id"])
    for removed in set(subscription["discounts"]) - set(kept):
        state.delete(state.get("discount", removed), "customer.discount.deleted")
    return kept
