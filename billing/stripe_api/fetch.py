"""Read from Stripe, in one request, an object and all that it takes to follow it; and mirror it.

dj-stripe's own receivers would ask for the same object again. They do not hear of what is read here
(`djstripe_patches`), and its tables get what was read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import stripe
from djstripe import models as mirror

from billing.exceptions import StripeUnavailable
from billing.rules.subscription_state import CARRIES_THE_PLAN
from billing.services.customers import id_of
from billing.stripe_api.client import client, is_absent, stripe_errors

Json = dict[str, Any]

SUBSCRIPTIONS = "customer.subscriptions"
# dj-stripe fails on a discount that is not expanded; the payments are for us.
INVOICE_PARTS = ("discounts", "lines.data.discounts", "payments")
SESSION_PARTS = (*mirror.Session.expand_fields, "invoice.payments")
UNMIRRORED = {"customer", "invoice"}  # but for their ids: they have tables of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An object of Stripe's as it is now, and its customer with the current subscriptions; None: a guest's."""

    data: Json
    customer: Json | None


def read_subscription(subscription_id: str, *, customer_id: str | None) -> Reading | None:
    """The subscription; None when Stripe does not know it. Raises StripeUnavailable, StripeFailed."""
    return _read(mirror.Subscription, client().v1.subscriptions, subscription_id, (), customer_id)


def read_invoice(invoice_id: str, *, customer_id: str | None) -> Reading | None:
    """The invoice with its payments; None when Stripe does not know it. Raises StripeUnavailable, StripeFailed."""
    return _read(mirror.Invoice, client().v1.invoices, invoice_id, INVOICE_PARTS, customer_id)


def read_session(session_id: str, *, customer_id: str | None) -> Reading | None:
    """The Checkout Session with what it sold, and its invoice with its payments.

    None when Stripe does not know it. Raises StripeUnavailable, StripeFailed.
    """
    return _read(mirror.Session, client().v1.checkout.sessions, session_id, SESSION_PARTS, customer_id)


def _read(
    model: Any, service: Any, object_id: str, parts: tuple[str, ...], customer_id: str | None
) -> Reading | None:
    with stripe_errors():
        try:
            found = service.retrieve(object_id, {"expand": [*parts, SUBSCRIPTIONS]})
        except stripe.InvalidRequestError as error:
            if is_absent(error):
                return None
            raise
        data: Json = found.to_dict(for_json=True)
        if id_of(data.get("customer")) != customer_id:
            raise StripeUnavailable  # whoever's turn it is, it is not this customer's
        for name in UNMIRRORED & data.keys():
            found[name] = id_of(data[name])
        model.sync_from_stripe_data(found)
    return Reading(data=data, customer=data.get("customer"))


def subscriptions_of(customer_id: str, customer: Mapping[str, Any] | None = None) -> list[Json]:
    """The subscriptions of a customer among which the one that counts is.

    Those that came with the `customer`, if one of them is live: what is not among them has ended, or
    counts less. Otherwise all there are. Raises StripeUnavailable, StripeFailed.
    """
    current = (customer or {}).get("subscriptions") or {}
    found: list[Json] = current.get("data") or []
    if not current.get("has_more") and any(one["status"] in CARRIES_THE_PLAN for one in found):
        return found
    return [one.to_dict() for one in list_subscriptions(customer_id)]


def list_subscriptions(customer_id: str) -> list[stripe.Subscription]:
    """All subscriptions of a customer, the ended ones too; none when Stripe lists none for a deleted one."""
    with stripe_errors():
        try:
            found = client().v1.subscriptions.list({"customer": customer_id, "status": "all", "limit": 100})
            return list(found.auto_paging_iter())
        except stripe.InvalidRequestError as error:
            if is_absent(error):
                return []
            raise
