"""Coupons and the discounts they give to a customer or a subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_sandbox.domain import billing_periods
from stripe_sandbox.errors import StripeError

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json


def add_coupon(state: State, **fields: Any) -> Json:
    """Return a new coupon: a percentage or an amount off, once, for some months, or for ever."""
    if (fields.get("percent_off") is None) == (fields.get("amount_off") is None):
        raise StripeError("You must pass exactly one of `percent_off` or `amount_off`.", param="percent_off")
    if fields.get("amount_off") is not None and len(fields.get("currency") or "") != len("usd"):
        raise StripeError("You must pass currency when passing amount_off", param="currency")
    if fields.get("percent_off") is not None and not 0 < fields["percent_off"] <= 100:  # noqa: PLR2004
        raise StripeError("Invalid percent_off: must be between 0 and 100", param="percent_off")
    if fields.get("id") and state.get_or_none(fields["id"]):
        raise StripeError("Coupon already exists.", code="resource_already_exists", param="id")
    fields = {"duration": "once", **{key: value for key, value in fields.items() if value is not None}}
    if (fields["duration"] == "repeating") != bool(fields.get("duration_in_months")):
        raise StripeError(
            "Coupon duration_in_months goes with duration=repeating.", param="duration_in_months"
        )
    coupon = state.add("coupon", **{"valid": True, "metadata": {}, "times_redeemed": 0, **fields})
    state.emit("coupon.created", coupon)
    return coupon


def create(
    state: State, *, coupon_id: str, customer: str, subscription: str | None = None, param: str = "coupon"
) -> Json:
    """Return a new discount: this coupon, for this customer or subscription."""
    coupon = state.get("coupon", coupon_id, param=param)
    if not coupon["valid"]:
        raise StripeError(f"Coupon {coupon_id} is expired or used up.", code="coupon_expired", param=param)
    redeemed = coupon["times_redeemed"] + 1
    most = coupon["max_redemptions"]
    state.change(coupon, times_redeemed=redeemed, valid=most is None or redeemed < most)
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
    """Return the coupon behind a discount; a deleted coupon goes on working for those who have it."""
    return state.get_including_deleted(discount["source"]["coupon"])


def active(state: State, discount_ids: list[str]) -> list[Json]:
    """Return the discounts that still reduce an invoice written now."""
    found = []
    for discount_id in discount_ids:
        discount = state.get_or_none(discount_id)
        if not discount or discount.get("deleted"):
            continue
        coupon = coupon_of(state, discount)
        used_up = coupon.get("duration") == "once" and state.store.private(discount_id).get("used")
        over = discount["end"] is not None and discount["end"] <= state.now()
        if not used_up and not over:
            found.append(discount)
    return found


def amount_off(coupon: Json, amount: int) -> int:
    """Return how much of `amount` (minor units) a coupon takes away."""
    if coupon["percent_off"] is not None:
        return round(amount * float(coupon["percent_off"]) / 100)
    return min(amount, int(coupon["amount_off"]))


def mark_used(state: State, discount: Json) -> None:
    """Remember that a discount reduced an invoice: a coupon that counts once is then spent."""
    state.save(discount, {**state.store.private(discount["id"]), "used": True})
