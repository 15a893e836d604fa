"""The creation of subscriptions, with the first invoice and its payment."""

from dataclasses import dataclass
from typing import Any

from stripe_sandbox.domain import billing_periods, discounts, invoices, payment_methods, payments
from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.domain.subscription_items import (
    build_item,
    check_prices,
    period_line_drafts,
    price_of_item,
)
from stripe_sandbox.errors import CardDeclined, StripeError
from stripe_sandbox.ids import new_id
from stripe_sandbox.state import State, list_object, without_none
from stripe_sandbox.store import Json


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
    state.save(subscription)

    terms = _PaymentTerms(
        method=payment_methods.method_to_charge(owner, subscription),
        behavior=payment_behavior,
        manual=subscription["collection_method"] == "send_invoice",
        trial=subscription["trial_end"] is not None,
        customer_present=customer_present,
    )
    created = _bill_first_period(state, subscription, terms, emits_payment=emits_payment)
    if subscription["status"] == "incomplete" and created.invoice["status"] == "paid":
        state.change(subscription, "customer.subscription.updated", status="active")
    return created


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
    prices = [price_of_item(state, item, f"items[{index}][price]") for index, item in enumerate(items)]
    check_prices(prices)
    now = state.now()
    if trial_period_days:
        trial_end = now + trial_period_days * DAY
    if trial_end is not None and trial_end <= now:
        raise StripeError(
            "Invalid timestamp: must be an integer Unix timestamp in the future.", param="trial_end"
        )
    subscription_id = new_id("subscription")
    end = trial_end or billing_periods.end_of_period(prices[0], start=now, anchor=now)
    built = [
        build_item(state, item, price, subscription_id=subscription_id, start=now, end=end)
        for item, price in zip(items, prices, strict=True)
    ]
    rates = [state.get("tax_rate", rate, param="default_tax_rates") for rate in default_tax_rates or []]
    values = {
        "id": subscription_id,
        "billing_cycle_anchor": trial_end or now,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "currency": prices[0]["currency"],
        "customer": customer,
        "default_tax_rates": rates,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": list_object(built, f"/v1/subscription_items?subscription={subscription_id}"),
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
        **without_none(fields),
    }
    if values.get("cancel_at_period_end"):
        values.update(cancel_at=end, canceled_at=now)
    return state.add("subscription", **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PaymentTerms:
    """How the first invoice is to be paid."""

    method: str | None
    behavior: str
    manual: bool
    trial: bool
    customer_present: bool

    @property
    def needs_method(self) -> bool:
        """Whether an amount due requires a payment method."""
        return not (self.manual or self.method or self.trial or self.behavior == "default_incomplete")

    @property
    def waits(self) -> bool:
        """Whether the client, not the sandbox, starts the first payment."""
        return self.behavior == "default_incomplete" and not self.trial


def _bill_first_period(
    state: State, subscription: Json, terms: _PaymentTerms, *, emits_payment: bool
) -> CreatedSubscription:
    drafts = period_line_drafts(state, subscription, trial=terms.trial)
    if terms.needs_method and any(draft.total for draft in drafts):
        raise StripeError(
            "This customer has no attached payment source or default payment method. Please consider adding a "
            "default payment method. For more information, visit "
            "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.",
            code="resource_missing",
        )
    decline = None
    if terms.method:
        decline = payments.decline_code(state, terms.method, customer_present=terms.customer_present)
    if not terms.manual and not terms.trial and (terms.waits or decline):
        subscription["status"] = "incomplete"
    state.emit("customer.subscription.created", subscription)
    invoice = invoices.create_draft(state, subscription, billing_reason="subscription_create", drafts=drafts)
    subscription["latest_invoice"] = invoice["id"]
    state.save(subscription)
    invoices.finalize(state, invoice)
    charge = None
    if not invoice["amount_due"] or not (terms.manual or terms.waits):
        charge = invoices.pay(
            state,
            invoice,
            method=terms.method,
            customer_present=terms.customer_present,
            emits_payment=emits_payment,
        )
    if charge and charge["status"] == "failed" and terms.behavior == "error_if_incomplete":
        raise CardDeclined(decline_code=decline or "generic_decline")
    return CreatedSubscription(subscription, invoice, charge)
