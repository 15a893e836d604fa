"""Customers and their cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_sandbox.domain import discounts
from stripe_sandbox.errors import CardDeclined, StripeError

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

# Stripe's test cards: number → (brand, decline code on the first payment, decline code later).
# Source: https://docs.stripe.com/testing
CARDS = {
    "4242424242424242": ("visa", None, None),
    "5555555555554444": ("mastercard", None, None),
    "378282246310005": ("amex", None, None),
    "4000000000000002": ("visa", "generic_decline", "generic_decline"),
    "4000000000009995": ("visa", "insufficient_funds", "insufficient_funds"),
    "4000000000000069": ("visa", "expired_card", "expired_card"),
    "4000000000000341": ("visa", None, "generic_decline"),
}
TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "tok_visa": "4242424242424242",
}


def create(state: State, **fields: Any) -> Json:
    """Return a new customer."""
    balance_settings = fields.pop("invoice_settings", None) or {}
    customer = state.build(
        "customer",
        **{
            "balance": 0,
            "delinquent": False,
            "invoice_prefix": "".join(filter(str.isalnum, fields.get("id") or ""))[-8:].upper() or None,
            "metadata": {},
            "next_invoice_sequence": 1,
            "preferred_locales": [],
            "tax_exempt": "none",
            **{key: value for key, value in fields.items() if value not in (None, "")},
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
                **balance_settings,
            },
        },
    )
    customer["invoice_prefix"] = customer["id"][-8:].upper()
    state.save(customer, {})
    state.emit("customer.created", customer)
    return customer


def add_discount(state: State, customer: Json, coupon: str) -> Json:
    """Give a customer a discount, as the dashboard does: this version of the API has no call for it."""
    if customer.get("deleted"):
        raise StripeError("This customer is deleted: there is nothing to discount.")
    given = discounts.create(state, coupon_id=coupon, customer=customer["id"])
    return state.change(customer, "customer.updated", discount=given)


def add_card(state: State, *, number: str = "4242424242424242", customer: str | None = None) -> Json:
    """Return a new payment method for one of Stripe's test cards, attached when a customer is given."""
    digits = "".join(filter(str.isdigit, number))
    if digits not in CARDS:
        raise StripeError(
            "Your card was declined. Your request was in test mode, but used a non test card. For a list of "
            "valid test cards, visit: https://stripe.com/docs/testing.",
            status=402,
            kind="card_error",
            code="card_declined",
            decline_code="test_mode_live_card",
        )
    brand, now, later = CARDS[digits]
    method = state.build(
        "payment_method",
        type="card",
        allow_redisplay="limited",
        billing_details={
            "address": dict.fromkeys(ADDRESS),
            **dict.fromkeys(("email", "name", "phone", "tax_id")),
        },
        metadata={},
        card={
            "brand": brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "US",
            "display_brand": brand,
            "exp_month": 12,
            "exp_year": 2040,
            "fingerprint": f"Sandbox{digits[-8:]}",
            "funding": "credit",
            "generated_from": None,
            "last4": digits[-4:],
            "networks": {"available": [brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
    )
    state.save(method, {"decline": now, "decline_later": later})
    if customer:
        attach(state, method, customer)
    return method


ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def attach(state: State, method: Json, customer: str) -> Json:
    """Attach a payment method. Raises CardDeclined for a card that the bank refuses outright."""
    if method["customer"] not in (None, customer):
        raise StripeError(
            "The payment method you provided has already been attached to a customer.",
            param="payment_method",
        )
    decline = state.store.private(method["id"]).get("decline")
    if decline:
        raise CardDeclined(decline_code=decline)
    state.change(method, "payment_method.attached", customer=customer)
    return method


def resolve_method(state: State, value: str, *, customer: str | None, param: str = "payment_method") -> Json:
    """Return the payment method of this id; Stripe's test names (`pm_card_visa`) make a new one."""
    if value in TOKENS:
        return add_card(state, number=TOKENS[value])
    method = state.get("payment_method", value, param=param)
    if customer and method["customer"] not in (None, customer):
        raise StripeError(
            f"The payment method {value} does not belong to the customer {customer}.", param=param
        )
    return method


def set_default_method(state: State, customer: Json, method: str | None) -> None:
    """Make a payment method the one that invoices are paid with."""
    settings = {**customer["invoice_settings"], "default_payment_method": method}
    state.change(customer, "customer.updated", invoice_settings=settings)


def method_to_charge(*, customer: Json, subscription: Json | None = None) -> str | None:
    """Return the payment method that an automatic payment uses."""
    own: str | None = subscription["default_payment_method"] if subscription else None
    of_customer: str | None = customer["invoice_settings"]["default_payment_method"]
    return own or of_customer


def set_decline(state: State, customer: str, decline_code: str | None) -> int:
    """Make every card of a customer decline with this code from now on; None makes them good again."""
    methods = state.store.find("payment_method", customer=customer)
    for method in methods:
        state.save(method, {"decline": None, "decline_later": decline_code})
    return len(methods)
