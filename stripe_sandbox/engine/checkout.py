"""Checkout: a session is made by the API, and paid, declined, left or forgotten on the hosted page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_sandbox.engine import customers, discounts, payments, subscriptions
from stripe_sandbox.errors import CardDeclined, StripeError
from stripe_sandbox.ids import new_id
from stripe_sandbox.world import listed

if TYPE_CHECKING:
    from stripe_sandbox.store import Json
    from stripe_sandbox.world import World

DAY = 86400


def create(world: World, params: Json) -> Json:
    """Return a new, open session with the address of its page."""
    mode = params.get("mode") or "payment"
    items = params.get("line_items") or []
    if not items and mode != "setup":
        raise StripeError("Missing required param: line_items.", code="parameter_missing", param="line_items")
    if mode == "setup":
        raise StripeError("The sandbox has no Checkout in setup mode.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise StripeError("The sandbox has hosted Checkout pages only.", param="ui_mode")
    if not params.get("success_url"):
        raise StripeError(
            "Missing required param: success_url.", code="parameter_missing", param="success_url"
        )
    if params.get("customer") and params.get("customer_email"):
        raise StripeError("You may only specify one of these parameters: customer, customer_email.")
    for url in ("success_url", "cancel_url"):
        if params.get(url) and not str(params[url]).startswith(("http://", "https://")):
            raise StripeError("Not a valid URL", code="url_invalid", param=url)
    if mode == "subscription" and params.get("payment_intent_data"):
        raise StripeError(
            "You can not pass `payment_intent_data` in `subscription` mode.", param="payment_intent_data"
        )
    if mode == "payment" and params.get("subscription_data"):
        raise StripeError(
            "You can not pass `subscription_data` in `payment` mode.", param="subscription_data"
        )
    owner = world.get("customer", params["customer"], param="customer") if params.get("customer") else None
    coupons = [entry["coupon"] for entry in params.get("discounts") or [] if entry.get("coupon")]
    rows = _line_items(world, items, mode, coupons)
    session_id = new_id("checkout.session")
    now = world.now()
    subtotal = sum(row["amount_subtotal"] for row in rows)
    total = sum(row["amount_total"] for row in rows)
    trial = bool((params.get("subscription_data") or {}).get("trial_period_days")) or bool(
        (params.get("subscription_data") or {}).get("trial_end")
    )
    session = world.build(
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
        customer_creation=None
        if owner
        else "always"
        if mode == "subscription"
        else params.get("customer_creation", "if_required"),
        customer_details=_details(owner, params.get("customer_email")),
        customer_email=params.get("customer_email"),
        discounts=[],
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
        url=f"{world.settings.base_url}/c/pay/{session_id}",
    )
    if not now + 30 * 60 - 60 <= session["expires_at"] <= now + DAY + 60:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours and more than 30 minutes from "
            "Checkout Session creation.",
            param="expires_at",
        )
    world.save(
        session,
        {
            "line_items": rows,
            "subscription_data": params.get("subscription_data") or {},
            "payment_intent_data": params.get("payment_intent_data") or {},
            "coupons": coupons,
            "trial": trial,
        },
    )
    return session


def _no_invoice(mode: str) -> Json | None:
    if mode != "payment":
        return None
    names = ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")
    return {"enabled": False, "invoice_data": {**dict.fromkeys(names), "metadata": {}}}


def _details(owner: Json | None, email: str | None) -> Json | None:
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


def _line_items(world: World, items: list[Json], mode: str, coupons: list[str]) -> list[Json]:
    rows = []
    for index, item in enumerate(items):
        price = subscriptions.price_of(world, item, f"line_items[{index}][price]")
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
        amount = round(subscriptions.invoices.lines.unit_cost(price) * quantity)
        rows.append(
            world.build(
                "item",
                amount_subtotal=amount,
                amount_total=amount,
                currency=price["currency"],
                description=(world.peek(price["product"]) or {}).get("name"),
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
        world.get("coupon", coupon_id, param="discounts[0][coupon]")
        rest = sum(row["amount_total"] for row in rows)
        fake = {"source": {"coupon": coupon_id}}
        off = discounts.amount_off(world, fake, rest)
        for row in rows:
            part = round(off * row["amount_total"] / rest) if rest else 0
            rest, off = rest - row["amount_total"], off - part
            row["amount_total"] -= part
            row["amount_discount"] += part
    return rows


def line_items(world: World, session: Json) -> Json:
    """Return what a session sells, as a list object."""
    rows = world.store.private(session["id"])["line_items"]
    return listed(rows, f"/v1/checkout/sessions/{session['id']}/line_items")


def require_open(session: Json) -> None:
    """Refuse to go on with a session that is complete or expired."""
    if session["status"] != "open":
        raise StripeError(f"This Checkout Session is {session['status']}: it can no longer be paid.")


def expire(world: World, session: Json) -> Json:
    """Close an open session unpaid."""
    if session["status"] != "open":
        raise StripeError(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a '
            f"status of {session['status']}."
        )
    return world.change(session, "checkout.session.expired", status="expired", url=None)


def pay(
    world: World,
    session: Json,
    *,
    card: str = "4242424242424242",
    email: str | None = None,
    later: bool = False,
) -> Json:
    """Complete a session with one of Stripe's test cards.

    Raises CardDeclined when the bank refuses; the session then stays open. `later` pays by a delayed method:
    the session completes unpaid, and `settle_later` tells how it ended.
    """
    require_open(session)
    private = world.store.private(session["id"])
    if session["customer"] is None and (
        session["customer_creation"] == "always" or session["mode"] == "subscription"
    ):
        owner = customers.create(world, email=email or session["customer_email"] or "customer@example.com")
        session["customer"] = owner["id"]
        session["customer_details"] = _details(owner, None)
    method = customers.add_card(world, number=card)
    if session["customer"]:
        declined = world.store.private(method["id"]).get("decline")
        if declined:
            raise CardDeclined(decline_code=declined)
        customers.attach(world, method, session["customer"])
    if session["mode"] == "subscription":
        return _complete_subscription(world, session, private, method["id"])
    return _complete_payment(world, session, private, method["id"], later=later)


def record_decline(world: World, session: Json, *, decline_code: str = "generic_decline") -> Json:
    """Leave the traces of a declined payment; the session stays open."""
    require_open(session)
    if session["amount_total"]:
        intent = payments.open_intent(
            world, amount=session["amount_total"], currency=session["currency"], customer=session["customer"]
        )
        method = customers.add_card(world, number="4000000000000002")
        world.save(method, {"decline": decline_code, "decline_later": decline_code})
        charge = payments.confirm(world, intent, method["id"], first=True)
        payments.announce(world, intent, charge)
    return session


def _complete_subscription(world: World, session: Json, private: Json, method: str) -> Json:
    data = dict(private["subscription_data"])
    once = [row for row in private["line_items"] if not row["price"]["recurring"]]
    items = [
        {"price": row["price"]["id"], "quantity": row["quantity"]}
        for row in private["line_items"]
        if row["price"]["recurring"]
    ]
    if once:
        raise StripeError("The sandbox cannot mix one-time prices into a subscription's session.")
    fields: dict[str, Any] = {
        name: data[name]
        for name in (
            "metadata",
            "description",
            "default_tax_rates",
            "trial_end",
            "trial_period_days",
            "trial_settings",
        )
        if data.get(name)
    }
    subscription, invoice, charge = subscriptions.create(
        world,
        customer=session["customer"],
        items=items,
        first=True,
        announce=False,
        default_payment_method=method,
        coupons=private["coupons"],
        **fields,
    )
    if charge and charge["status"] == "failed":
        raise CardDeclined(decline_code="generic_decline")
    session.update(
        subscription=subscription["id"],
        invoice=invoice["id"],
        payment_status="paid" if invoice["amount_due"] or not private["trial"] else "no_payment_required",
    )
    _complete(world, session)
    if charge:
        payments.announce(world, world.get("payment_intent", charge["payment_intent"]), charge)
    return session


def _complete_payment(world: World, session: Json, private: Json, method: str, *, later: bool) -> Json:
    data = private["payment_intent_data"]
    if not session["amount_total"]:
        session["payment_status"] = "no_payment_required"
        return _complete(world, session)
    intent = payments.open_intent(
        world,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        description=data.get("description"),
        metadata=data.get("metadata") or {},
        receipt_email=data.get("receipt_email"),
    )
    world.emit("payment_intent.created", intent)
    session["payment_intent"] = intent["id"]
    if later:
        world.change(intent, "payment_intent.processing", status="processing", payment_method=method)
        return _complete(world, session)
    charge = payments.confirm(world, intent, method, first=True)
    if charge["status"] == "failed":
        raise CardDeclined(decline_code="generic_decline")
    session["payment_status"] = "paid"
    _complete(world, session)
    payments.announce(world, intent, charge)
    return session


def _complete(world: World, session: Json) -> Json:
    session.update(status="complete", url=None)
    world.save(session)
    world.emit("checkout.session.completed", session)
    return session


def settle_later(world: World, session: Json, *, succeeds: bool) -> Json:
    """End a delayed payment, days after the session was completed."""
    if session["status"] != "complete" or session["payment_status"] != "unpaid":
        raise StripeError("This Checkout Session does not wait for a delayed payment.")
    intent = world.get("payment_intent", session["payment_intent"])
    method = intent["payment_method"]
    if not succeeds:
        world.save(world.get("payment_method", method), {"decline": "generic_decline"})
    charge = payments.confirm(world, intent, method)
    if succeeds:
        world.change(session, "checkout.session.async_payment_succeeded", payment_status="paid")
    else:
        world.emit("checkout.session.async_payment_failed", session)
    payments.announce(world, intent, charge)
    return session


def success_url(session: Json) -> str:
    """Return where a paid session sends its customer."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
