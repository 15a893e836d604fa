"""Send a user to Stripe's Checkout, to pay. Nothing is applied here: the webhooks do that."""

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
from billing.rules.subscription_state import LIVE_STATUSES
from billing.services.customers import ensure_customer
from billing.services.portal import create_portal_session
from billing.stripe_api import fetch, mirror
from billing.stripe_api.client import deadline, stripe_client
from billing.stripe_objects import USER_ID, CheckoutSession
from billing.subscribers import SubscribedUser


@deadline()
def create_checkout_session(*, user: SubscribedUser, plan: str = "", pack: str = "") -> CheckoutSession:
    """Return a page where `user` subscribes to `plan`, or buys `pack` once. Neither: the plan `pro`.

    Raises PaymentsNotConfigured, NotForSale, AlreadySubscribed (with a link to the portal),
    StripeUnavailable, StripeFailed.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    product = {"pack": pack} if pack else {"plan": plan or Plan.DEFAULT}
    price_id = _price_of_pack(pack) if pack else _price_of_plan(product["plan"])
    if not pack and user.plan == product["plan"] and user.subscription_status in LIVE_STATUSES:
        raise AlreadySubscribed(plan=user.plan, portal_url=create_portal_session(user=user))
    metadata = {USER_ID: str(user.pk), **product}
    parameters = {
        "client_reference_id": str(user.pk),
        "line_items": [{"price": price_id, "quantity": 1}],
        "success_url": settings.STRIPE_SUCCESS_URL,
        "cancel_url": settings.STRIPE_CANCEL_URL,
        "metadata": metadata,
        "expand": ["line_items"],
    }
    if pack:
        parameters |= {"mode": "payment", "payment_intent_data": {"metadata": metadata}}
    else:
        parameters |= {"mode": "subscription", "subscription_data": {"metadata": metadata}}
    customer_id = ensure_customer(user=user)
    try:
        session = _create(customer_id, parameters)
    except StripeObjectMissing as error:
        if error.parameter != "customer":
            raise
        # Deleted in Stripe's dashboard. Webhooks and resync bring in what that customer paid.
        mirror.remember_deleted_customer(customer_id=customer_id, user_id=user.pk)
        customer_id = ensure_customer(user=user, instead_of=customer_id)
        session = _create(customer_id, parameters)
    page = session if pack else _only_page(session, customer_id=customer_id, price_id=price_id)
    if page is None:
        raise AlreadySubscribed(plan=product["plan"], portal_url=create_portal_session(user=user))
    return page


def _create(customer_id: str, parameters: dict[str, Any]) -> CheckoutSession:
    with stripe_client() as api:
        made = api.v1.checkout.sessions.create({"customer": customer_id, **parameters})  # type: ignore[arg-type]  # a plain dict
    return CheckoutSession.from_stripe(made.to_dict())


def _only_page(made: CheckoutSession, *, customer_id: str, price_id: str) -> CheckoutSession | None:
    """Return the one open page on which this customer can subscribe to this plan; None if they have, by now.

    Stripe is asked after the page was made, never before: of two tabs that ask at once, the later sees
    the page of the earlier. The oldest page stays and every tab gets it, so that it is paid once; the
    others are closed, those that sell the plan on other terms too. Whether one was paid is asked last:
    then all that could be paid have been seen.
    """
    pages = [
        page
        for page in fetch.list_open_pages(customer_id=customer_id)
        if page.plan == made.plan or price_id in [item.price_id for item in page.items]
    ]
    alike = [page for page in pages if page.terms == made.terms]
    oldest = alike[-1] if alike else None  # Stripe lists the newest first
    for page in pages:
        if page is not oldest:
            _close(page)
    subscriptions = fetch.list_subscriptions(customer_id=customer_id, price_id=price_id)
    if any(one.status in LIVE_STATUSES for one in subscriptions):
        if oldest:
            _close(oldest)
        return None
    if oldest is None:
        raise StripeUnavailable(retry_after=1)  # a request with other terms closed them all meanwhile
    return oldest


def _close(page: CheckoutSession) -> None:
    with stripe_client() as api, suppress(stripe.InvalidRequestError):  # closed or paid since it was listed
        api.v1.checkout.sessions.expire(page.id)


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
