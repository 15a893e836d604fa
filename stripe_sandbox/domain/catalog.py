"""Products and prices, and the catalog that every sandbox starts with."""

import re
from typing import Any

from stripe_sandbox.errors import StripeError
from stripe_sandbox.state import State, without_none
from stripe_sandbox.store import Json

MAX_INTERVAL_COUNT = {"day": 1095, "week": 156, "month": 36, "year": 3}  # three years
PRICE_FIELDS = frozenset(
    {
        "active", "billing_scheme", "currency", "id", "lookup_key", "metadata", "nickname", "product",
        "tax_behavior", "unit_amount", "unit_amount_decimal",
    }
)  # fmt: skip
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
    """Create the products and prices of the catalog that do not exist yet."""
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
    product = state.add("product", **{"active": True, "updated": state.now(), **without_none(fields)})
    state.emit("product.created", product)
    return product


def add_price(state: State, *, recurring: Json | None = None, emits: bool = True, **fields: Any) -> Json:
    """Return a new price; it is recurring if an interval is given."""
    amount, decimal = _unit_amount(fields)
    if not re.fullmatch("[a-z]{3}", fields["currency"]):
        raise StripeError(f"Invalid currency: {fields['currency']}.", param="currency")
    values = {
        "active": True,
        "tax_behavior": "unspecified",
        **without_none(fields),
        "unit_amount": amount,
        "unit_amount_decimal": decimal,
        "recurring": _recurring(recurring) if recurring else None,
        "type": "recurring" if recurring else "one_time",
    }
    price = state.add("price", **values)
    if emits:
        state.emit("price.created", price)
    return price


def _unit_amount(fields: Json) -> tuple[int | None, str]:
    """Return the price of a unit as an integer, if it is one, and as a decimal string."""
    amount: int | None = fields.get("unit_amount")
    decimal: str | None = fields.get("unit_amount_decimal")
    if (amount is None) == (decimal is None):
        raise StripeError("You must pass one of `unit_amount` or `unit_amount_decimal`.", param="unit_amount")
    for name in set(fields) - PRICE_FIELDS:
        raise StripeError(f"The sandbox does not support prices with `{name}`.", param=name)
    if decimal is not None:
        if not decimal.replace(".", "", 1).isdecimal():
            raise StripeError(f"Invalid decimal: {decimal}", param="unit_amount_decimal")
        return int(float(decimal)) if float(decimal).is_integer() else None, decimal
    if amount is None or amount < 0:
        raise StripeError("Invalid non-negative integer", param="unit_amount")
    return amount, str(amount)


def _recurring(given: Json) -> Json:
    if given.get("usage_type") == "metered" or given.get("meter"):
        raise StripeError("The sandbox does not support metered prices.", param="recurring[usage_type]")
    count, limit = given.get("interval_count", 1), MAX_INTERVAL_COUNT[given["interval"]]
    if not 1 <= count <= limit:
        raise StripeError(
            f"Invalid interval_count: must be between 1 and {limit} for {given['interval']}s.",
            param="recurring[interval_count]",
        )
    return {"interval_count": 1, "meter": None, "usage_type": "licensed", **given}
