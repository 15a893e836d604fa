"""Subscriptions: begun, changed, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_sandbox.domain import billing_periods, customers, discounts, invoices, payments
from stripe_sandbox.domain.invoice_lines import LineDraft
from stripe_sandbox.errors import CardDeclined, StripeError
from stripe_sandbox.ids import letters
from stripe_sandbox.state import list_object

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

ENDED = frozenset({"canceled", "incomplete_expired"})
DAY = 86400
MAX_ITEMS = 20


def create(  # one subscription, many options: reads best in order
    state: State,
    *,
    customer: str,
    items: list[Json],
    first: bool = False,
    announce: bool = True,
    trial_end: int | None = None,
    trial_period_days: int | None = None,
    payment_behavior: str = "allow_incomplete",
    coupons: list[str] | None = None,
    **fields: Any,
) -> tuple[Json, Json, Json | None]:
    """Begin a subscription; return it, its first invoice, and the charge if there was one.

    A declined card leaves it `incomplete`, or raises CardDeclined for
    `payment_behavior=error_if_incomplete`. `announce` off leaves the payment's events to the caller.
    """
    owner = state.get("customer", customer, param="customer")
    prices = [price_of_item(state, item, f"items[{index}][price]") for index, item in enumerate(items)]
    check_prices(prices)
    now = state.now()
    if trial_period_days:
        trial_end = now + trial_period_days * DAY
    if trial_end is not None and trial_end <= now:
        raise StripeError(
            "Invalid timestamp: must be an integer Unix timestamp in the future.", param="trial_end"
        )
    subscription_id = f"sub_{letters(24)}"
    recurring = prices[0]["recurring"]
    end = trial_end or billing_periods.after(
        now, interval=recurring["interval"], count=recurring["interval_count"], anchor=now
    )
    parts = [
        _item(state, item, price, subscription=subscription_id, start=now, end=end)
        for item, price in zip(items, prices, strict=True)
    ]
    rates = [
        state.get("tax_rate", rate, param="default_tax_rates")
        for rate in fields.pop("default_tax_rates", None) or []
    ]
    subscription = state.add(
        "subscription",
        **{
            "id": subscription_id,
            "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
            "billing_cycle_anchor": trial_end or now,
            "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
            "cancellation_details": {"comment": None, "feedback": None, "reason": None},
            "collection_method": "charge_automatically",
            "currency": prices[0]["currency"],
            "customer": customer,
            "default_tax_rates": rates,
            "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
            "items": {**list_object(parts, f"/v1/subscription_items?subscription={subscription_id}")},
            "metadata": {},
            "payment_settings": {
                "payment_method_options": None,
                "payment_method_types": None,
                "save_default_payment_method": "off",
            },
            "start_date": now,
            "status": "trialing" if trial_end else "active",
            "trial_end": trial_end,
            "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
            "trial_start": now if trial_end else None,
            **{key: value for key, value in fields.items() if value is not None},
        },
    )
    if subscription["cancel_at_period_end"]:
        subscription.update(cancel_at=end, canceled_at=now)
    if owner["currency"] is None:
        owner["currency"] = prices[0]["currency"]
        state.save(owner)
    subscription["discounts"] = [
        discounts.create(
            state, coupon_id=coupon, customer=customer, subscription=subscription_id, param="discounts"
        )["id"]
        for coupon in coupons or []
    ]
    state.save(subscription)

    method = customers.method_to_charge(customer=owner, subscription=subscription)
    drafts = period_drafts(state, subscription, trial=bool(trial_end))
    manual = subscription["collection_method"] == "send_invoice"
    if not (manual or method or trial_end or payment_behavior == "default_incomplete") and any(
        draft.total for draft in drafts
    ):
        raise StripeError(
            "This customer has no attached payment source or default payment method. Please consider adding a "
            "default payment method. For more information, visit "
            "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.",
            code="resource_missing",
        )
    waits = payment_behavior == "default_incomplete" and not trial_end
    declines = bool(method) and payments.decline_code(state, method, first=first)
    goes_unpaid = not manual and not trial_end and (waits or declines)
    subscription["status"] = "incomplete" if goes_unpaid else subscription["status"]
    state.emit("customer.subscription.created", subscription)
    invoice = invoices.create_draft(
        state,
        customer=owner,
        subscription=subscription,
        billing_reason="subscription_create",
        drafts=drafts,
        currency=subscription["currency"],
    )
    subscription["latest_invoice"] = invoice["id"]
    state.save(subscription)
    invoices.finalize(state, invoice)
    charge = None
    if not invoice["amount_due"] or (not manual and not waits):
        charge = invoices.pay(state, invoice, method=method, first=first, announce=announce)
    if charge and charge["status"] == "failed" and payment_behavior == "error_if_incomplete":
        raise CardDeclined(decline_code=declines or "generic_decline")
    if subscription["status"] == "incomplete" and invoice["status"] == "paid":
        state.change(subscription, "customer.subscription.updated", status="active")
    return subscription, invoice, charge


def price_of_item(state: State, item: Json, param: str) -> Json:
    """Return the price that an item names."""
    if item.get("price_data"):
        from stripe_sandbox.domain import catalog

        data = dict(item["price_data"])
        product = data.pop("product", None)
        if product is None:
            product = catalog.add_product(state, **data.pop("product_data"))["id"]
        data.pop("product_data", None)
        return catalog.add_price(state, product=product, emits=False, **data)
    if not item.get("price"):
        raise StripeError(f"Missing required param: {param}.", code="parameter_missing", param=param)
    price = state.get("price", item["price"], param=param)
    if not price["active"]:
        raise StripeError(
            f"The price specified is inactive. This field only accepts active prices: {price['id']}.",
            param=param,
        )
    return price


def check_prices(prices: list[Json]) -> None:
    """Refuse prices that cannot be billed together."""
    if not prices:
        raise StripeError("Missing required param: items.", code="parameter_missing", param="items")
    if len(prices) > MAX_ITEMS:
        raise StripeError("A subscription can have at most 20 items.", param="items")
    if len({price["id"] for price in prices}) < len(prices):
        raise StripeError("Cannot add multiple subscription items with the same price.", param="items")
    for price in prices:
        if not price["recurring"]:
            raise StripeError(
                f"The price specified is set to `type=one_time` but this field only accepts prices with "
                f"`type=recurring`. Price: {price['id']}.",
                param="items[0][price]",
            )
    if len({price["currency"] for price in prices}) > 1:
        raise StripeError("All prices on a subscription must have the same currency.", param="items")
    if len({(p["recurring"]["interval"], p["recurring"]["interval_count"]) for p in prices}) > 1:
        raise StripeError("All prices on a subscription must have the same interval here.", param="items")


def _item(state: State, item: Json, price: Json, *, subscription: str, start: int, end: int) -> Json:
    return state.build(
        "subscription_item",
        current_period_end=end,
        current_period_start=start,
        metadata=item.get("metadata") or {},
        price=price,
        quantity=1 if item.get("quantity") is None else item["quantity"],
        subscription=subscription,
        tax_rates=[],
    )


def period_drafts(state: State, subscription: Json, *, trial: bool = False) -> list[LineDraft]:
    """Return the lines that bill each item's current period; a trial's cost nothing."""
    drafts = []
    for item in subscription["items"]["data"]:
        name = (state.get_or_none(item["price"]["product"]) or {}).get("name", "")
        drafts.append(
            LineDraft(
                price=item["price"],
                quantity=item["quantity"],
                start=item["current_period_start"],
                end=item["current_period_end"],
                amount=0 if trial else None,
                item=item["id"],
                description=f"Trial period for {name}" if trial else "",
            )
        )
    return drafts


def cancel(
    state: State, subscription: Json, *, reason: str = "cancellation_requested", details: Json | None = None
) -> Json:
    """End a subscription now."""
    if subscription["status"] in ENDED:
        raise StripeError(
            f"No such subscription: '{subscription['id']}'", status=404, code="resource_missing", param="id"
        )
    now = state.now()
    for invoice in invoices.for_subscription(state, subscription["id"], status="draft"):
        state.change(invoice, None, auto_advance=False)
    for invoice in invoices.for_subscription(state, subscription["id"], status="open"):
        state.change(invoice, None, auto_advance=False, next_payment_attempt=None)
    expired = subscription["status"] == "incomplete"
    subscription.update(
        status="incomplete_expired" if expired else "canceled",
        canceled_at=subscription["canceled_at"] or now,
        ended_at=now,
        cancel_at_period_end=False,
        cancel_at=None,
        pause_collection=None,
        cancellation_details={"comment": None, "feedback": None, "reason": reason, **(details or {})},
    )
    state.save(subscription)
    if expired:
        state.emit("customer.subscription.updated", subscription, previous={"status": "incomplete"})
    else:
        state.emit("customer.subscription.deleted", subscription)
    return subscription


def set_cancel_at_period_end(
    state: State, subscription: Json, *, cancels: bool, details: Json | None = None
) -> Json:
    """Let a subscription end with its period, or let it go on after all."""
    if subscription["status"] in ENDED:
        raise StripeError("This subscription has ended already.", param="cancel_at_period_end")
    end = min(item["current_period_end"] for item in subscription["items"]["data"])
    reason = {"comment": None, "feedback": None, "reason": "cancellation_requested" if cancels else None}
    return state.change(
        subscription,
        "customer.subscription.updated",
        cancel_at_period_end=cancels,
        cancel_at=end if cancels else None,
        canceled_at=state.now() if cancels else None,
        cancellation_details={**reason, **(details or {})},
    )


def after_invoice_paid(state: State, invoice: Json) -> None:
    """Bring a subscription's status in line once one of its invoices was paid."""
    subscription = state.get_or_none(invoices.subscription_id_of(invoice))
    if not subscription or subscription["status"] not in {"incomplete", "past_due", "unpaid"}:
        return
    if subscription["latest_invoice"] == invoice["id"] or not invoices.for_subscription(
        state, subscription["id"], status="open"
    ):
        state.change(subscription, "customer.subscription.updated", status="active")


def after_payment_failed(state: State, invoice: Json) -> None:
    """Bring a subscription's status in line after a payment failed: past due, and ended when retries are over."""
    subscription = state.get_or_none(invoices.subscription_id_of(invoice))
    if not subscription:
        return
    if invoice["next_payment_attempt"] is None and subscription["status"] == "past_due":
        outcome = state.store.meta("after_retries", "canceled")
        if outcome == "canceled":
            cancel(state, subscription, reason="payment_failed")
        elif outcome == "unpaid":
            state.change(subscription, "customer.subscription.updated", status="unpaid")
    elif subscription["status"] in {"active", "trialing"}:
        state.change(subscription, "customer.subscription.updated", status="past_due")
