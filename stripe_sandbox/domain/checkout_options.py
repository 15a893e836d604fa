"""Choices of buyers on the Checkout page: quantity, promotion code, address for the automatic tax."""

from typing import Any

from stripe_sandbox.domain import checkout_sessions, discounts, invoice_lines
from stripe_sandbox.domain.money import unit_cost
from stripe_sandbox.errors import StripeError
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

DEFAULT_COUNTRY = "US"


def choose(
    state: State,
    session: Json,
    *,
    quantity: Any = None,
    promotion_code: str | None = None,
    country: str | None = None,
) -> None:
    """Apply a buyer's choices to an open session, and recompute its amounts.

    A promotion code is the id of a coupon. Raises StripeError for a choice that the page does not offer.
    """
    private = state.store.private(session["id"])
    rows = private["line_items"]
    taxed = session["automatic_tax"]["enabled"]
    if quantity is None and not promotion_code and not taxed:
        return
    if quantity is not None:
        _set_quantity(rows, quantity)
    if promotion_code:
        private["coupons"] = [discounts.find_promotion_code(state, session, promotion_code)]
    for row in rows:
        amount = round(unit_cost(row["price"]) * row["quantity"])
        row.update(amount_subtotal=amount, amount_total=amount, amount_discount=0, amount_tax=0)
    checkout_sessions.apply_coupons(state, rows, private["coupons"])
    if taxed:
        _add_tax(state, rows)
        session["automatic_tax"] = {**session["automatic_tax"], "status": "complete"}
        _save_address(state, session, private, country or DEFAULT_COUNTRY)
    session["discounts"] = [{"coupon": coupon, "promotion_code": None} for coupon in private["coupons"]]
    session.update(checkout_sessions.amounts(rows, trial=private["trial"]))
    state.save(session, private)


def _set_quantity(rows: list[Json], quantity: Any) -> None:
    allowed = rows[0]["adjustable_quantity"]
    try:
        wanted = int(quantity)
    except ValueError as error:
        raise StripeError("The quantity must be a number.", param="quantity") from error
    if wanted == rows[0]["quantity"]:
        return
    if not allowed or not allowed["enabled"]:
        raise StripeError("The quantity cannot be changed on this page.", param="quantity")
    if not allowed["minimum"] <= wanted <= allowed["maximum"]:
        limits = f"between {allowed['minimum']} and {allowed['maximum']}"
        raise StripeError(f"The quantity must be {limits}.", param="quantity")
    rows[0]["quantity"] = wanted


def _add_tax(state: State, rows: list[Json]) -> None:
    percent = invoice_lines.automatic_rate(state)["percentage"]
    for row in rows:
        row["amount_tax"] = round(row["amount_total"] * percent / 100)
        row["amount_total"] += row["amount_tax"]


def _save_address(state: State, session: Json, private: Json, country: str) -> None:
    address = {"city": None, "country": country, "line1": None, "line2": None, "postal_code": None}
    address["state"] = None
    if session["customer_details"]:
        session["customer_details"]["address"] = address
    if session["customer"] and private["saves_address"]:
        customer = state.get("customer", session["customer"])
        state.change(customer, "customer.updated", address=address)
