"""Checkout sessions as the API makes them: what is sold, to whom, and the address of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_sandbox.domain import discounts, invoice_lines, subscriptions
from stripe_sandbox.errors import StripeError
from stripe_sandbox.ids import new_id

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

DAY = 86400


def create(state: State, params: Json) -> Json:
    """Return a new, open session with the address of its page."""
    mode = params.get("mode") or "payment"
    _refuse(params, mode)
    owner = state.get("customer", params["customer"], param="customer") if params.get("customer") else None
    coupons = [entry["coupon"] for entry in params.get("discounts") or [] if entry.get("coupon")]
    rows = _line_items(state, params["line_items"], mode, coupons)
    session_id = new_id("checkout.session")
    now = state.now()
    subtotal = sum(row["amount_subtotal"] for row in rows)
    total = sum(row["amount_total"] for row in rows)
    data = params.get("subscription_data") or {}
    trial = bool(data.get("trial_period_days") or data.get("trial_end"))
    creation = "always" if mode == "subscription" else "if_required"
    session = state.build(
        "checkout.session",
        id=session_id,
        adaptive_pricing={"enabled": False},
        amount_subtotal=0 if trial else subtotal,
        amount_total=0 if trial else total,
        allow_promotion_codes=params.get("allow_promotion_codes"),
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        billing_address_collection=params.get("billing_address_collection"),
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=rows[0]["currency"],
        custom_fields=[],
        custom_text=dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        customer=owner["id"] if owner else None,
        customer_creation=None if owner else params.get("customer_creation", creation),
        customer_details=customer_details(owner, params.get("customer_email")),
        customer_email=params.get("customer_email"),
        discounts=[{"coupon": coupon, "promotion_code": None} for coupon in coupons],
        expires_at=params.get("expires_at") or now + DAY,
        invoice_creation=_no_invoice(mode),
        locale=params.get("locale"),
        metadata=params.get("metadata") or {},
        mode=mode,
        payment_method_collection=params.get(
            "payment_method_collection", "always" if mode == "subscription" else "if_required"
        ),
        payment_method_options={},
        payment_method_types=params.get("payment_method_types") or ["card"],
        payment_status="unpaid",
        phone_number_collection={"enabled": False},
        saved_payment_method_options=None,
        shipping_options=[],
        status="open",
        submit_type=params.get("submit_type"),
        success_url=params.get("success_url"),
        total_details={
            "amount_discount": subtotal - total if not trial else 0,
            "amount_shipping": 0,
            "amount_tax": 0,
        },
        ui_mode="hosted_page",
        url=f"{state.settings.base_url}/c/pay/{session_id}",
    )
    if not now + 30 * 60 - 60 <= session["expires_at"] <= now + DAY + 60:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours and more than 30 minutes from "
            "Checkout Session creation.",
            param="expires_at",
        )
    state.save(
        session,
        {
            "line_items": rows,
            "subscription_data": data,
            "payment_intent_data": params.get("payment_intent_data") or {},
            "coupons": coupons,
            "trial": trial,
        },
    )
    return session


def _refuse(params: Json, mode: str) -> None:
    """Refuse what Stripe would refuse, and what the sandbox does not play."""
    for name in ("line_items", "success_url"):
        if not params.get(name):
            raise StripeError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if mode == "setup":
        raise StripeError("The sandbox has no Checkout in setup mode.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise StripeError("The sandbox has hosted Checkout pages only.", param="ui_mode")
    if params.get("customer") and params.get("customer_email"):
        raise StripeError("You may only specify one of these parameters: customer, customer_email.")
    for name in ("success_url", "cancel_url"):
        if params.get(name) and not params[name].startswith(("http://", "https://")):
            raise StripeError("Not a valid URL", code="url_invalid", param=name)
    others = "payment_intent_data" if mode == "subscription" else "subscription_data"
    if params.get(others):
        raise StripeError(f"You can not pass `{others}` in `{mode}` mode.", param=others)


def _no_invoice(mode: str) -> Json | None:
    if mode != "payment":
        return None
    names = ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")
    return {"enabled": False, "invoice_data": {**dict.fromkeys(names), "metadata": {}}}


def customer_details(owner: Json | None, email: str | None) -> Json | None:
    """Return what a session knows about who pays."""
    found = owner["email"] if owner else email
    if not owner and not found:
        return None
    return {
        "address": None,
        "business_name": None,
        "email": found,
        "individual_name": None,
        "name": owner["name"] if owner else None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def _line_items(state: State, items: list[Json], mode: str, coupons: list[str]) -> list[Json]:
    rows = []
    for index, item in enumerate(items):
        price = subscriptions.price_of_item(state, item, f"line_items[{index}][price]")
        if mode == "payment" and price["recurring"]:
            raise StripeError(
                "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode "
                "or use only one-time prices.",
                param="line_items",
            )
        quantity = item.get("quantity")
        if quantity is None:
            raise StripeError(
                f"Quantity is required. Add `quantity` to `line_items[{index}]`", param=f"line_items[{index}]"
            )
        amount = round(invoice_lines.unit_cost(price) * quantity)
        rows.append(
            state.build(
                "item",
                amount_subtotal=amount,
                amount_total=amount,
                currency=price["currency"],
                description=(state.get_or_none(price["product"]) or {}).get("name"),
                metadata={},
                price=price,
                quantity=quantity,
            )
        )
    if mode == "subscription" and not any(row["price"]["recurring"] for row in rows):
        raise StripeError(
            "You must provide at least one recurring price in `subscription` mode when using prices.",
            param="line_items",
        )
    for coupon_id in coupons:
        coupon = state.get("coupon", coupon_id, param="discounts[0][coupon]")
        rest = sum(row["amount_total"] for row in rows)
        off = discounts.amount_off(coupon, rest)
        for row in rows:
            part = round(off * row["amount_total"] / rest) if rest else 0
            rest, off = rest - row["amount_total"], off - part
            row["amount_total"] -= part
            row["amount_discount"] += part
    return rows
