"""Customers."""

from typing import Any

from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.domain import discounts
from stripe_sandbox.errors import StripeError
from stripe_sandbox.state import State
from stripe_sandbox.store import Json


def create(state: State, **fields: Any) -> Json:
    """Return a new customer."""
    customer = state.build(
        "customer",
        **{
            "balance": 0,
            "delinquent": False,
            "next_invoice_sequence": 1,
            "preferred_locales": [],
            "tax_exempt": "none",
            **{key: value for key, value in fields.items() if value not in (None, "")},
        },
        invoice_settings=blank("invoice_setting_customer_setting"),
    )
    customer["invoice_prefix"] = customer["id"][-8:].upper()
    state.save(customer, {})
    state.emit("customer.created", customer)
    return customer


def add_discount(state: State, customer: Json, coupon: str) -> Json:
    """Give a customer a discount. Stripe's dashboard can do that; this version of its API cannot."""
    if customer.get("deleted"):
        raise StripeError("This customer is deleted and cannot get a discount.")
    discount = discounts.create(state, coupon_id=coupon, customer=customer["id"])
    return state.change(customer, "customer.updated", discount=discount)


def set_default_method(state: State, customer: Json, method: str | None) -> None:
    """Set the payment method that pays the customer's invoices."""
    settings = {**customer["invoice_settings"], "default_payment_method": method}
    state.change(customer, "customer.updated", invoice_settings=settings)
