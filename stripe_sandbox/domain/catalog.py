"""Products and prices, with those that the demo sells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stripe_sandbox.errors import StripeError

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}  # Stripe bills every three years at least
PRICE_FIELDS = frozenset(
    [
        "active",
        "billing_scheme",
        "currency",
        "id",
        "lookup_key",
        "metadata",
        "nickname",
        "product",
        "tax_behavior",
        "unit_amount",
        "unit_amount_decimal",
    ]
)
PRODUCTS = {
    "prod_sandbox_pro": ("Elevate Pro Plan", "1,000 credits a month for question sets and marking."),
    "prod_sandbox_pack": ("500 credits", "A pack of credits, paid once."),
}
# id, product, cents, interval
PRICES = (
    ("price_sandbox_pro_monthly", "prod_sandbox_pro", 999, "month"),
    ("price_sandbox_pro_yearly", "prod_sandbox_pro", 9990, "year"),
    ("price_sandbox_pack_500", "prod_sandbox_pack", 499, None),
)


def seed(state: State) -> None:
    """Make the demo's products and prices where they are missing."""
    for product_id, (name, description) in PRODUCTS.items():
        if not state.get_or_none(product_id):
            add_product(state, id=product_id, name=name, description=description)
    for price_id, product, cents, interval in PRICES:
        if not state.get_or_none(price_id):
            recurring = {"interval": interval} if interval else None
            add_price(
                state, id=price_id, product=product, unit_amount=cents, currency="usd", recurring=recurring
            )


def add_product(state: State, **fields: Any) -> Json:
    """Return a new product."""
    values = {"active": True, "updated": state.now(), "metadata": {}, **fields}
    product = state.add("product", **{key: value for key, value in values.items() if value is not None})
    state.emit("product.created", product)
    return product


def add_price(state: State, *, recurring: Json | None = None, emits: bool = True, **fields: Any) -> Json:
    """Return a new price; recurring when it has an interval."""
    if (fields.get("unit_amount") is None) == (fields.get("unit_amount_decimal") is None):
        raise StripeError("You must pass one of `unit_amount` or `unit_amount_decimal`.", param="unit_amount")
    for name in set(fields) - PRICE_FIELDS:
        raise StripeError(f"The sandbox does not play prices with `{name}`.", param=name)
    amount = fields.get("unit_amount")
    decimal = fields.pop("unit_amount_decimal", None)
    if amount is None:
        if not str(decimal).replace(".", "", 1).isdecimal():
            raise StripeError(f"Invalid decimal: {decimal}", param="unit_amount_decimal")
        amount = int(float(decimal)) if float(decimal).is_integer() else None
    if amount is not None and amount < 0:
        raise StripeError("Invalid non-negative integer", param="unit_amount")
    if not re.fullmatch("[a-z]{3}", fields["currency"]):
        raise StripeError(f"Invalid currency: {fields['currency']}.", param="currency")
    values = {
        "active": True,
        "billing_scheme": "per_unit",
        "metadata": {},
        "tax_behavior": "unspecified",
        **{key: value for key, value in fields.items() if value is not None},
        "unit_amount": amount,
        "unit_amount_decimal": str(decimal if decimal is not None else amount),
        "recurring": _recurring(recurring) if recurring else None,
        "type": "recurring" if recurring else "one_time",
    }
    price = state.add("price", **values)
    if emits:
        state.emit("price.created", price)
    return price


def _recurring(given: Json) -> Json:
    if given.get("usage_type") == "metered" or given.get("meter"):
        raise StripeError("The sandbox does not play metered prices.", param="recurring[usage_type]")
    count, most = given.get("interval_count", 1), LONGEST[given["interval"]]
    if not 1 <= count <= most:
        raise StripeError(
            f"Invalid interval_count: must be between 1 and {most} for {given['interval']}s.",
            param="recurring[interval_count]",
        )
    return {"interval_count": 1, "meter": None, "usage_type": "licensed", **given}
