"""Coupons, and the discounts that they give to customers and subscriptions."""

from typing import Any

from stripe_sandbox.domain import billing_periods
from stripe_sandbox.errors import StripeError
from stripe_sandbox.state import State, without_none
from stripe_sandbox.store import Json

ONE_HUNDRED_PERCENT = 100


def add_coupon(state: State, **fields: Any) -> Json:
    """Return a new coupon: a percentage or an amount off; once, for some months, or forever."""
    fields = {"duration": "once", **without_none(fields)}
    _check_value(fields)
    if fields.get("id") and state.get_or_none(fields["id"]):
        raise StripeError("Coupon already exists.", code="resource_already_exists", param="id")
    if (fields["duration"] == "repeating") != bool(fields.get("duration_in_months")):
        raise StripeError(
            "Coupon duration_in_months goes with duration=repeating.", param="duration_in_months"
        )
    coupon = state.add("coupon", **{"valid": True, **fields})
    state.emit("coupon.created", coupon)
    return coupon


def find_promotion_code(state: State, session: Json, code: str) -> str:
    """Return the id of the coupon that a buyer names on the page of a checkout. The code is the id."""
    if not session["allow_promotion_codes"]:
        raise StripeError("This page accepts no promotion codes.", param="promotion_code")
    coupon = state.get_or_none(code)
    if coupon is None or coupon["object"] != "coupon" or not coupon.get("valid"):
        raise StripeError("This code is invalid.", param="promotion_code")
    return code


def _check_value(fields: Json) -> None:
    percent_off = fields.get("percent_off")
    if (percent_off is None) == ("amount_off" not in fields):
        raise StripeError("You must pass exactly one of `percent_off` or `amount_off`.", param="percent_off")
    if percent_off is None and len(fields.get("currency", "")) != len("usd"):
        raise StripeError("You must pass currency when passing amount_off", param="currency")
    if percent_off is not None and not 0 < percent_off <= ONE_HUNDRED_PERCENT:
        raise StripeError("Invalid percent_off: must be between 0 and 100", param="percent_off")


def create(
    state: State, *, coupon_id: str, customer: str, subscription: str | None = None, param: str = "coupon"
) -> Json:
    """Redeem a coupon for a customer or a subscription; return the discount."""
    coupon = state.get("coupon", coupon_id, param=param)
    if not coupon["valid"]:
        raise StripeError(f"Coupon {coupon_id} is expired or used up.", code="coupon_expired", param=param)
    redeemed, limit = coupon["times_redeemed"] + 1, coupon["max_redemptions"]
    state.change(coupon, times_redeemed=redeemed, valid=limit is None or redeemed < limit)
    months = coupon["duration_in_months"]
    start = state.now()
    discount = state.build(
        "discount",
        customer=customer,
        subscription=subscription,
        start=start,
        end=billing_periods.after(start, interval="month", count=months) if months else None,
        source={"type": "coupon", "coupon": coupon_id},
    )
    state.save(discount, {"used": False})
    state.emit("customer.discount.created", discount)
    return discount


def coupon_of(state: State, discount: Json) -> Json:
    """Return the coupon of a discount. A deleted coupon stays valid for the discounts that it gave."""
    return state.get_including_deleted(discount["source"]["coupon"])


def active(state: State, discount_ids: list[str]) -> list[Json]:
    """Return the discounts that reduce an invoice created now."""
    discounts = [state.get_or_none(discount_id) for discount_id in discount_ids]
    return [discount for discount in discounts if discount and _is_active(state, discount)]


def _is_active(state: State, discount: Json) -> bool:
    if discount.get("deleted"):
        return False
    once = coupon_of(state, discount)["duration"] == "once"
    if once and state.store.private(discount["id"]).get("used"):
        return False
    return discount["end"] is None or discount["end"] > state.now()


def amount_off(coupon: Json, amount: int) -> int:
    """Return the part of `amount` (minor units) that a coupon takes off."""
    if coupon["percent_off"] is not None:
        return round(amount * float(coupon["percent_off"]) / 100)
    return min(amount, int(coupon["amount_off"]))


def distribute(off: int, amounts: list[int]) -> list[int]:
    """Return the share of each amount in a discount, in proportion; the shares add up to `off`."""
    whole, parts = sum(amounts), []
    for amount in amounts:
        part = round(off * amount / whole) if whole > 0 else 0
        whole, off = whole - amount, off - part
        parts.append(part)
    return parts


def mark_used(state: State, discount: Json) -> None:
    """Record that a discount reduced an invoice: a coupon with duration `once` does so only once."""
    state.save(discount, {**state.store.private(discount["id"]), "used": True})
