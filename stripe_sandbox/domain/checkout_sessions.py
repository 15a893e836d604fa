"""The creation of Checkout sessions."""

from stripe_sandbox.contract.blank_objects import blank
from stripe_sandbox.domain import discounts
from stripe_sandbox.domain.billing_periods import DAY
from stripe_sandbox.domain.invoice_lines import tax_entry
from stripe_sandbox.domain.money import unit_cost
from stripe_sandbox.domain.subscription_items import check_currency, price_of_item
from stripe_sandbox.errors import StripeError, missing_parameter
from stripe_sandbox.ids import new_id
from stripe_sandbox.state import State, list_object
from stripe_sandbox.store import Json

COPIED_PARAMS = (
    "allow_promotion_codes", "billing_address_collection", "cancel_url", "client_reference_id", "customer_email",
    "locale", "submit_type", "success_url",
)  # fmt: skip
MAX_QUANTITY = 999_999  # https://docs.stripe.com/api/checkout/sessions/create


def create(state: State, params: Json) -> Json:
    """Return a new, open session with the URL of its page."""
    mode = params.get("mode") or "payment"
    _check_params(params, mode)
    customer = _customer_fields(state, params, mode)
    coupons = [entry["coupon"] for entry in params.get("discounts") or [] if entry.get("coupon")]
    rows = _line_items(state, params["line_items"], mode)
    if mode == "subscription" and params.get("customer"):
        check_currency(state, params["customer"], [row["price"] for row in rows])
    apply_coupons(state, rows, coupons)
    rates = _apply_tax_rates(state, rows, params["line_items"])
    data = params.get("subscription_data") or {}
    trial = bool(data.get("trial_period_days") or data.get("trial_end"))
    session_id = new_id("checkout.session")
    session = state.build(
        "checkout.session",
        **{name: params.get(name) for name in COPIED_PARAMS},
        **customer,
        **amounts(rows, trial=trial),
        id=session_id,
        adaptive_pricing={"enabled": False},
        automatic_tax=_automatic_tax(state, params),
        discounts=[{"coupon": coupon, "promotion_code": None} for coupon in coupons],
        expires_at=_expires_at(state, params),
        invoice_creation=_invoice_creation(params) if mode == "payment" else None,
        metadata=params.get("metadata") or {},
        mode=mode,
        payment_method_collection=params.get("payment_method_collection", _collection(mode)),
        payment_method_options={},
        payment_method_types=params.get("payment_method_types") or ["card"],
        payment_status="unpaid",
        phone_number_collection={"enabled": False},
        status="open",
        ui_mode="hosted_page",
        url=f"{state.settings.base_url}/c/pay/{session_id}",
    )
    intent_data = params.get("payment_intent_data") or {}
    private: Json = {"line_items": rows, "subscription_data": data, "payment_intent_data": intent_data}
    private["saves_address"] = (params.get("customer_update") or {}).get("address") == "auto"
    state.save(session, {**private, "coupons": coupons, "tax_rates": rates, "trial": trial})
    return session


def _collection(mode: str) -> str:
    return "always" if mode == "subscription" else "if_required"


def _automatic_tax(state: State, params: Json) -> Json:
    """Return the session's field. Raises StripeError if the tax could not be computed."""
    if not (params.get("automatic_tax") or {}).get("enabled"):
        return blank("payment_pages_checkout_session_automatic_tax")
    customer, update = params.get("customer"), params.get("customer_update") or {}
    has_address = customer and state.get("customer", customer, param="customer").get("address")
    if customer and not has_address and "auto" not in (update.get("address"), update.get("shipping")):
        raise StripeError(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to "
            "the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' "
            "to save the address entered in Checkout to the Customer.",
            code="customer_tax_location_invalid",
        )
    return {
        "enabled": True,
        "liability": {"type": "self"},
        "provider": "stripe",
        "status": "requires_location_inputs",
    }


def _adjustable_quantity(item: Json, param: str) -> Json | None:
    given = item.get("adjustable_quantity")
    if not given:
        return None
    found = {"enabled": given["enabled"], "minimum": 0, "maximum": 99, **given}
    if not 0 <= found["minimum"] <= item["quantity"] <= found["maximum"] <= MAX_QUANTITY:
        raise StripeError(
            f"The quantity must be within `{param}[adjustable_quantity]`, whose maximum is at most {MAX_QUANTITY}.",
            param=f"{param}[adjustable_quantity]",
        )
    return found


def _customer_fields(state: State, params: Json, mode: str) -> Json:
    """Return the session's fields about its customer."""
    owner = state.get("customer", params["customer"], param="customer") if params.get("customer") else None
    return {
        "customer": owner["id"] if owner else None,
        "customer_creation": None if owner else params.get("customer_creation", _collection(mode)),
        "customer_details": customer_details(owner, params.get("customer_email")),
    }


def _check_params(params: Json, mode: str) -> None:
    """Raise StripeError for parameters that Stripe rejects or the sandbox does not support."""
    for name in ("line_items", "success_url"):
        if not params.get(name):
            raise missing_parameter(name)
    if mode == "setup":
        raise StripeError("The sandbox does not support Checkout in setup mode.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise StripeError("The sandbox supports hosted Checkout pages only.", param="ui_mode")
    if params.get("customer") and params.get("customer_email"):
        raise StripeError("You may only specify one of these parameters: customer, customer_email.")
    for name in ("success_url", "cancel_url"):
        if params.get(name) and not params[name].startswith(("http://", "https://")):
            raise StripeError("Not a valid URL", code="url_invalid", param=name)
    other = "payment_intent_data" if mode == "subscription" else "subscription_data"
    if params.get(other):
        raise StripeError(f"You can not pass `{other}` in `{mode}` mode.", param=other)


def _line_items(state: State, items: list[Json], mode: str) -> list[Json]:
    rows = [_line_item(state, item, mode, f"line_items[{index}]") for index, item in enumerate(items)]
    if mode == "subscription" and not any(row["price"]["recurring"] for row in rows):
        raise StripeError(
            "You must provide at least one recurring price in `subscription` mode when using prices.",
            param="line_items",
        )
    return rows


def _line_item(state: State, item: Json, mode: str, param: str) -> Json:
    price = price_of_item(state, item, f"{param}[price]")
    if mode == "payment" and price["recurring"]:
        raise StripeError(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode "
            "or use only one-time prices.",
            param="line_items",
        )
    quantity = item.get("quantity")
    if quantity is None:
        raise StripeError(f"Quantity is required. Add `quantity` to `{param}`", param=param)
    amount = round(unit_cost(price) * quantity)
    return state.build(
        "item",
        adjustable_quantity=_adjustable_quantity(item, param),
        amount_subtotal=amount,
        amount_total=amount,
        currency=price["currency"],
        description=(state.get_or_none(price["product"]) or {}).get("name"),
        price=price,
        quantity=quantity,
    )


def apply_coupons(state: State, rows: list[Json], coupons: list[str]) -> None:
    """Take coupons off the amounts of line items."""
    for coupon_id in coupons:
        coupon = state.get("coupon", coupon_id, param="discounts[0][coupon]")
        amounts = [row["amount_total"] for row in rows]
        parts = discounts.distribute(discounts.amount_off(coupon, sum(amounts)), amounts)
        for row, part in zip(rows, parts, strict=True):
            row["amount_total"] -= part
            row["amount_discount"] += part


def _apply_tax_rates(state: State, rows: list[Json], items: list[Json]) -> list[Json]:
    """Add the taxes of the items' rates to the rows, and return the rates. All items must have the same."""
    ids = items[0].get("tax_rates") or []
    if any((item.get("tax_rates") or []) != ids for item in items):
        raise StripeError("The sandbox supports the same tax rates for all items only.", param="line_items")
    rates = [state.get("tax_rate", rate_id, param="line_items[0][tax_rates]") for rate_id in ids]
    for row in rows:
        taxes = [tax_entry(rate, row["amount_total"]) for rate in rates]
        row["amount_tax"] = sum(tax["amount"] for tax in taxes)
        row["amount_total"] += sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")
    return rates


def amounts(rows: list[Json], *, trial: bool) -> Json:
    """Return the session's currency and amounts; a trial costs nothing today."""
    billed = [] if trial else rows
    return {
        "currency": rows[0]["currency"],
        "amount_subtotal": sum(row["amount_subtotal"] for row in billed),
        "amount_total": sum(row["amount_total"] for row in billed),
        "total_details": {
            "amount_discount": sum(row["amount_discount"] for row in billed),
            "amount_shipping": 0,
            "amount_tax": sum(row["amount_tax"] for row in billed),
        },
    }


def _expires_at(state: State, params: Json) -> int:
    now = state.now()
    expires_at: int = params.get("expires_at") or now + DAY
    if not now + 30 * 60 - 60 <= expires_at <= now + DAY + 60:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours and more than 30 minutes from "
            "Checkout Session creation.",
            param="expires_at",
        )
    return expires_at


def _invoice_creation(params: Json) -> Json:
    names = ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")
    given = params.get("invoice_creation") or {}
    data = {**dict.fromkeys(names), "metadata": {}, **(given.get("invoice_data") or {})}
    return {"enabled": bool(given.get("enabled")), "invoice_data": data}


def customer_details(owner: Json | None, email: str | None) -> Json | None:
    """Return a session's fields about its customer."""
    found = owner["email"] if owner else email
    if not owner and not found:
        return None
    name = owner["name"] if owner else None
    details = blank("payment_pages_checkout_session_customer_details")
    known = {"address": owner["address"], "tax_exempt": owner["tax_exempt"]} if owner else {}
    return details | {"email": found, "name": name, "tax_exempt": "none"} | known


def line_items(state: State, session: Json) -> Json:
    """Return the line items of a session, as a list object."""
    rows = state.store.private(session["id"]).get("line_items", [])
    return list_object(rows, f"/v1/checkout/sessions/{session['id']}/line_items")
