"""Build the parameters of a Checkout Session from the options of a plan or pack."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TERMS = "terms"  # the key in a session's metadata of a hash of its parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutOptions:
    """The options that staff set on a plan or pack. `trial_days` is for plans, `invoice` for packs."""

    max_quantity: int = 1
    promotion_codes: bool = False
    automatic_tax: bool = False
    trial_days: int = 0
    invoice: bool = False


def checkout_parameters(
    *,
    product: Mapping[str, str],
    price_id: str,
    options: CheckoutOptions,
    user_id: str,
    user_id_key: str,
    success_url: str,
    cancel_url: str,
) -> dict[str, Any]:
    """Return the parameters, without the customer.

    `product` is `{"plan": slug}` or `{"pack": slug}`. The subscription, the payment intent and the invoice
    get the same metadata. The session's metadata also has a hash of the other parameters, because Stripe does
    not return all of them: two sessions with the same hash make the same offer.
    """
    metadata = {user_id_key: user_id, **product}
    parameters = {
        "client_reference_id": user_id,
        "line_items": [_line_item(price_id, max_quantity=options.max_quantity)],
        "success_url": success_url,
        "cancel_url": cancel_url,
        **(_plan(options, metadata) if "plan" in product else _pack(options, metadata)),
    }
    if options.promotion_codes:
        parameters["allow_promotion_codes"] = True
    if options.automatic_tax:
        # Stripe computes the tax from the customer's address, so Checkout must save it.
        parameters |= {"automatic_tax": {"enabled": True}, "customer_update": {"address": "auto"}}
    offered = json.dumps([parameters, metadata], sort_keys=True)
    terms = hashlib.sha256(offered.encode()).hexdigest()[:16]
    return {**parameters, "metadata": {**metadata, TERMS: terms}}


def _line_item(price_id: str, *, max_quantity: int) -> dict[str, Any]:
    item: dict[str, Any] = {"price": price_id, "quantity": 1}
    if max_quantity > 1:
        item["adjustable_quantity"] = {"enabled": True, "minimum": 1, "maximum": max_quantity}
    return item


def _plan(options: CheckoutOptions, metadata: Mapping[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {"metadata": metadata}
    if options.trial_days:
        data["trial_period_days"] = options.trial_days
    return {"mode": "subscription", "subscription_data": data}


def _pack(options: CheckoutOptions, metadata: Mapping[str, str]) -> dict[str, Any]:
    parameters: dict[str, Any] = {"mode": "payment", "payment_intent_data": {"metadata": metadata}}
    if options.invoice:
        parameters["invoice_creation"] = {"enabled": True, "invoice_data": {"metadata": metadata}}
    return parameters
