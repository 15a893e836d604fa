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

NO_METHOD = (
    "This customer has no attached payment source or default payment method. Please consider adding a default "
    "payment method. For more information, visit "
    "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority."
)
PAYMENT_SETTINGS = {
    "payment_method_options": None,
    "payment_method_types": None,
    "save_default_payment_method": "off",
}


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
    _redeem(state, subscription, coupons)
    method = payment_methods.method_to_charge(owner, subscription)
    decline = payments.decline_code(state, method, customer_present=customer_present) if method else None
    terms = _PaymentTerms(
        method=method,
        decline=decline,
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
    now = state.now()
    prices = [price_of_item(state, item, f"items[{index}][price]") for index, item in enumerate(items)]
    check_prices(prices)
    trial_end = _check_trial_end(now, now + trial_period_days * DAY if trial_period_days else trial_end)
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
        "cancellation_details": dict.fromkeys(("comment", "feedback", "reason")),
        "currency": prices[0]["currency"],
        "customer": customer,
        "default_tax_rates": _tax_rates(state, default_tax_rates or []),
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": list_object(built, f"/v1/subscription_items?subscription={subscription_id}"),
        "payment_settings": PAYMENT_SETTINGS,
        "start_date": now,
        "status": "trialing" if trial_end else "active",
        "trial_end": trial_end,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": now if trial_end else None,
        **({"cancel_at": end, "canceled_at": now} if fields.get("cancel_at_period_end") else {}),
        **without_none(fields),
    }
    return state.add("subscription", **values)


def _tax_rates(state: State, ids: list[str]) -> list[Json]:
    return [state.get("tax_rate", rate_id, param="default_tax_rates") for rate_id in ids]


def _redeem(state: State, subscription: Json, coupons: list[str]) -> None:
    customer, subscription_id = subscription["customer"], subscription["id"]
    for coupon in coupons:
        discount = discounts.create(
            state, coupon_id=coupon, customer=customer, subscription=subscription_id, param="discounts"
        )
        subscription["discounts"].append(discount["id"])
    state.save(subscription)


def _check_trial_end(now: int, trial_end: int | None) -> int | None:
    if trial_end is not None and trial_end <= now:
        raise StripeError(
            "Invalid timestamp: must be an integer Unix timestamp in the future.", param="trial_end"
        )
    return trial_end


@dataclass(frozen=True, slots=True, kw_only=True)
class _PaymentTerms:
    """How the first invoice is to be paid."""

    method: str | None
    decline: str | None  # the code with which the bank declines the method
    behavior: str
    manual: bool
    trial: bool
    customer_present: bool

    @property
    def needs_method(self) -> bool:
        """Whether an amount due requires a payment method."""
        return not (self.manual or self.method or self.trial or self.behavior == "default_incomplete")

    @property
    def starts_incomplete(self) -> bool:
        """Whether the first payment is not made at once."""
        return not (self.manual or self.trial) and (self.waits or self.decline is not None)

    @property
    def pays_at_once(self) -> bool:
        """Whether the sandbox pays an amount due now."""
        return not (self.manual or self.waits)

    @property
    def waits(self) -> bool:
        """Whether the client, not the sandbox, starts the first payment."""
        return self.behavior == "default_incomplete" and not self.trial


def _bill_first_period(
    state: State, subscription: Json, terms: _PaymentTerms, *, emits_payment: bool
) -> CreatedSubscription:
    drafts = period_line_drafts(state, subscription, trial=terms.trial)
    if terms.needs_method and any(draft.total for draft in drafts):
        raise StripeError(NO_METHOD, code="resource_missing")
    if terms.starts_incomplete:
        subscription["status"] = "incomplete"
    state.emit("customer.subscription.created", subscription)
    invoice = invoices.create_draft(state, subscription, billing_reason="subscription_create", drafts=drafts)
    subscription["latest_invoice"] = invoice["id"]
    state.save(subscription)
    invoices.finalize(state, invoice)
    charge = None
    if terms.pays_at_once or not invoice["amount_due"]:
        present = terms.customer_present
        charge = invoices.pay(
            state, invoice, method=terms.method, customer_present=present, emits_payment=emits_payment
        )
    if terms.behavior == "error_if_incomplete" and charge and charge["status"] == "failed":
        raise CardDeclined(decline_code=terms.decline or "generic_decline")
    return CreatedSubscription(subscription, invoice, charge)
