"""Create Stripe Checkout Sessions. The webhooks apply the payment later."""

from contextlib import suppress
from typing import Any

import stripe
from django.conf import settings

from billing.exceptions import (
    AlreadySubscribed,
    NotForSale,
    PaymentsNotConfigured,
    StripeObjectMissing,
    StripeUnavailable,
)
from billing.models import CreditPack, Plan
from billing.rules.subscription_state import CURRENT_STATUSES
from billing.services.customers import ensure_customer
from billing.services.portal import create_portal_session
from billing.stripe_api import fetch, mirror
from billing.stripe_api.client import deadline, stripe_client
from billing.stripe_objects import USER_ID, CheckoutSession
from billing.subscribers import SubscribedUser


@deadline()
def create_checkout_session(*, user: SubscribedUser, plan: str = "", pack: str = "") -> CheckoutSession:
    """Return an open Checkout Session for a plan or, if `pack` is given, for a pack. The default plan is `pro`.

    Raises PaymentsNotConfigured, NotForSale, AlreadySubscribed (with a link to the portal),
    StripeUnavailable, StripeFailed.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    product = {"pack": pack} if pack else {"plan": plan or Plan.DEFAULT}
    price_id = _price_of_pack(pack) if pack else _price_of_plan(product["plan"])
    if not pack and user.plan == product["plan"] and user.subscription_status in CURRENT_STATUSES:
        raise AlreadySubscribed(plan=user.plan, portal_url=create_portal_session(user=user))
    parameters = _parameters(user, price_id=price_id, product=product)
    customer_id = ensure_customer(user=user)
    try:
        session = _create(customer_id, parameters)
    except StripeObjectMissing as error:
        if error.parameter != "customer":
            raise
        # Deleted in Stripe's dashboard. Webhooks and resync still record that customer's payments.
        mirror.remember_deleted_customer(customer_id=customer_id, user_id=user.pk)
        customer_id = ensure_customer(user=user, instead_of=customer_id)
        session = _create(customer_id, parameters)
    if pack:
        return session
    single = _single_open_session(session, customer_id=customer_id, price_id=price_id)
    if single is None:
        raise AlreadySubscribed(plan=product["plan"], portal_url=create_portal_session(user=user))
    return single


def _parameters(user: SubscribedUser, *, price_id: str, product: dict[str, str]) -> dict[str, Any]:
    """Return the session's parameters. Its metadata goes to the subscription or the payment intent, too."""
    metadata = {USER_ID: str(user.pk), **product}
    mode: dict[str, Any] = {"mode": "subscription", "subscription_data": {"metadata": metadata}}
    if "pack" in product:
        mode = {"mode": "payment", "payment_intent_data": {"metadata": metadata}}
    return {
        "client_reference_id": str(user.pk),
        "line_items": [{"price": price_id, "quantity": 1}],
        "success_url": settings.STRIPE_SUCCESS_URL,
        "cancel_url": settings.STRIPE_CANCEL_URL,
        "metadata": metadata,
        "expand": ["line_items"],
        **mode,
    }


def _create(customer_id: str, parameters: dict[str, Any]) -> CheckoutSession:
    with stripe_client() as api:
        session = api.v1.checkout.sessions.create({"customer": customer_id, **parameters})  # type: ignore[arg-type]  # a plain dict
    return CheckoutSession.from_stripe(session.to_dict())


def _single_open_session(
    created: CheckoutSession, *, customer_id: str, price_id: str
) -> CheckoutSession | None:
    """Return the customer's only open session for this plan, or None if the customer has subscribed by now.

    The open sessions are listed after `created` was created. So of two concurrent requests, the later one
    finds the session of the earlier one. The oldest session with the same terms stays open, and every
    request returns it, so that the user pays once. The others are closed. The subscriptions are listed
    last, when no other session can be paid.
    """
    sessions = [
        session
        for session in fetch.list_open_sessions(customer_id=customer_id)
        if session.plan == created.plan or price_id in [item.price_id for item in session.items]
    ]
    same_terms = [session for session in sessions if session.terms == created.terms]
    oldest = same_terms[-1] if same_terms else None  # Stripe lists the newest first
    for session in sessions:
        if session is not oldest:
            _close(session)
    subscriptions = fetch.list_subscriptions(customer_id=customer_id, price_id=price_id)
    if any(subscription.status in CURRENT_STATUSES for subscription in subscriptions):
        if oldest:
            _close(oldest)
        return None
    if oldest is None:
        raise StripeUnavailable(retry_after=1)  # a concurrent request with other terms closed them all
    return oldest


def _close(session: CheckoutSession) -> None:
    # The session may have been closed or paid since it was listed.
    with stripe_client() as api, suppress(stripe.InvalidRequestError):
        api.v1.checkout.sessions.expire(session.id)


def _price_of_plan(slug: str) -> str:
    plan = Plan.objects.on_sale().filter(slug=slug).first()
    if plan is None or not plan.price_id:
        raise NotForSale(plan=slug)
    return plan.price_id


def _price_of_pack(slug: str) -> str:
    pack = CreditPack.objects.filter(is_active=True, slug=slug).first()
    if pack is None:
        raise NotForSale(pack=slug)
    return pack.stripe_price_id
