"""The creation of subscriptions, with the first invoice and its payment."""

from dataclasses import dataclass
from typing import Any

from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.domain import billing_periods, discounts, invoices, payment_methods, payments
from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.domain.invoice_lines import LineDraft
from stripe_sandbox.domain.subscription_items import (
    build_item,
    check_currency,
    check_prices,
    period_line_drafts,
    price_of_item,
)
from stripe_sandbox.errors import CardDeclined, StripeError
from stripe_sandbox.ids import new_id
from stripe_sandbox.state import State, list_object, without_none
from stripe_sandbox.store import Json

NO_METHOD = (
    "This customer has no attached payment source or default payment method. Please consider adding a default "
    "payment method. For more information, visit "
    "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority."
)


@dataclass(frozen=True, slots=True)
class CreatedSubscription:
    """A new subscription, its first invoice, and the charge if a payment was tried."""

    subscription: Json
    invoice: Json
    charge: Json | None


def create(
    state: State,
    *,
    customer: str,
    items: list[Json],
    coupons: list[str],
    payment_behavior: str = "allow_incomplete",
    customer_present: bool = False,
    emits_payment: bool = True,
    **fields: Any,
) -> CreatedSubscription:
    """Create a subscription and bill its first period.

    If the card is declined, the subscription is `incomplete`; with `payment_behavior` `error_if_incomplete`,
    raises CardDeclined. With `emits_payment` off, the caller emits the events of the payment.
    """
    owner = state.get("customer", customer, param="customer")
    subscription = _add_subscription(state, customer, items, **fields)
    if owner["currency"] is None:
        owner["currency"] = subscription["currency"]
        state.save(owner)
    for coupon in coupons:
        discount = discounts.create(
            state, coupon_id=coupon, customer=customer, subscription=subscription["id"], param="discounts"
        )
        subscription["discounts"].append(discount["id"])
    method = payment_methods.method_to_charge(owner, subscription)
    decline = payments.decline_code(state, method, customer_present=customer_present) if method else None
    trial = subscription["trial_end"] is not None
    manual = subscription["collection_method"] == "send_invoice"
    waits = payment_behavior == "default_incomplete" and not trial  # for the client to start the payment
    drafts = period_line_drafts(state, subscription, trial=trial)
    if any(draft.total for draft in drafts) and not (method or manual or trial or waits):
        raise StripeError(NO_METHOD, code="resource_missing")
    if (waits or decline) and not (manual or trial):
        subscription["status"] = "incomplete"
    invoice = _first_invoice(state, subscription, drafts)
    charge = None
    if not (manual or waits) or not invoice["amount_due"]:
        charge = invoices.pay(
            state, invoice, method=method, customer_present=customer_present, emits_payment=emits_payment
        )
    if payment_behavior == "error_if_incomplete" and charge and charge["status"] == "failed":
        raise CardDeclined(decline_code=decline or "generic_decline")
    if subscription["status"] == "incomplete" and invoice["status"] == "paid":
        state.change(subscription, "customer.subscription.updated", status="active")
    return CreatedSubscription(subscription, invoice, charge)


def _add_subscription(
    state: State,
    customer: str,
    items: list[Json],
    *,
    trial_end: int | None = None,
    trial_period_days: int | None = None,
    default_tax_rates: list[str] | None = None,
    **fields: Any,
) -> Json:
    now = state.now()
    prices = [price_of_item(state, item, f"items[{index}][price]") for index, item in enumerate(items)]
    check_prices(prices)
    check_currency(state, customer, prices)
    if trial_period_days:
        trial_end = now + trial_period_days * DAY
    if trial_end is not None and trial_end <= now:
        raise StripeError(
            "Invalid timestamp: must be an integer Unix timestamp in the future.", param="trial_end"
        )
    end = trial_end or billing_periods.end_of_period(prices[0], start=now, anchor=now)
    subscription_id = new_id("subscription")
    built = [
        build_item(state, item, price, subscription_id=subscription_id, start=now, end=end)
        for item, price in zip(items, prices, strict=True)
    ]
    values = {
        "id": subscription_id,
        "billing_cycle_anchor": trial_end or now,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "cancellation_details": blank("cancellation_details"),
        "currency": prices[0]["currency"],
        "customer": customer,
        "default_tax_rates": [
            state.get("tax_rate", rate_id, param="default_tax_rates") for rate_id in default_tax_rates or []
        ],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": list_object(built, f"/v1/subscription_items?subscription={subscription_id}"),
        "payment_settings": blank("subscriptions_resource_payment_settings")
        | {"save_default_payment_method": "off"},
        "start_date": now,
        "status": "trialing" if trial_end else "active",
        "trial_end": trial_end,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": now if trial_end else None,
        **({"cancel_at": end, "canceled_at": now} if fields.get("cancel_at_period_end") else {}),
        **without_none(fields),
    }
    return state.add("subscription", **values)


def _first_invoice(state: State, subscription: Json, drafts: list[LineDraft]) -> Json:
    """Emit the creation of the subscription, and return its first invoice, finalized."""
    state.emit("customer.subscription.created", subscription)
    invoice = invoices.create_draft(state, subscription, billing_reason="subscription_create", drafts=drafts)
    subscription["latest_invoice"] = invoice["id"]
    state.save(subscription)
    return invoices.finalize(state, invoice)
