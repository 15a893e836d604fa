"""Create Stripe Checkout Sessions. The webhooks apply the payment later."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import stripe
from django.conf import settings

from billing.exceptions import (
    AlreadySubscribed,
    PaymentsNotConfigured,
    StripeObjectMissing,
    StripeUnavailable,
)
from billing.models import Plan, Price
from billing.rules.catalog import FREE, PlanTerms
from billing.rules.subscription_state import CURRENT_STATUSES, find_current
from billing.services import catalog
from billing.services.customers import ensure_customer
from billing.services.portal import create_portal_session
from billing.stripe_api import fetch, mirror
from billing.stripe_api.client import deadline, stripe_client
from billing.stripe_objects import USER_ID, CheckoutSession
from billing.subscribers import SubscribedUser


@deadline()
def create_checkout_session(
    *, user: SubscribedUser, plan: str = "", pack: str = "", **terms: Any
) -> CheckoutSession:
    """Return an open Checkout Session for a plan or, if `pack` is given, for a pack. The default plan is `pro`.

    `terms` (currency, interval, interval_count) pick one of its prices. Without them it is the default one.
    Raises PaymentsNotConfigured, NotForSale, AlreadySubscribed (with a link to the portal),
    StripeUnavailable, StripeFailed.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    product = {"pack": pack} if pack else {"plan": plan or Plan.DEFAULT}
    price_id = _price_of_pack(pack, **terms) if pack else _price_of_plan(product["plan"], **terms)
    subscribed = user.plan != FREE and user.subscription_status in CURRENT_STATUSES
    if not pack and subscribed and _is_exclusive(product["plan"], user.plan):
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
    single = _single_open_session(session, customer_id=customer_id)
    if not isinstance(single, CheckoutSession):
        raise AlreadySubscribed(plan=single.slug, portal_url=create_portal_session(user=user))
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


def _is_exclusive(plan: str, other: str) -> bool:
    """Whether a subscription to `other` rules out one to `plan`."""
    return plan == other or not settings.ALLOW_SEVERAL_SUBSCRIPTIONS


def _single_open_session(created: CheckoutSession, *, customer_id: str) -> CheckoutSession | PlanTerms:
    """Return the customer's only open session for a plan, or the plan to which the customer has subscribed.

    The open sessions are listed after `created` was created. So of two concurrent requests, the later one
    finds the session of the earlier one. The oldest session with the same terms stays open, and every
    request returns it, so that the user pays once. The others are closed. The subscriptions are listed
    last, when no other session can be paid.
    """
    plans = Price.objects.all().plan_terms()
    sessions = [
        session
        for session in fetch.list_open_sessions(customer_id=customer_id)
        if (slug := _plan_of(session, plans)) and _is_exclusive(created.plan, slug)
    ]
    same_terms = [session for session in sessions if session.terms == created.terms]
    oldest = same_terms[-1] if same_terms else None  # Stripe lists the newest first
    for session in sessions:
        if session is not oldest:
            _close(session)
    subscriptions = fetch.list_subscriptions(customer_id=customer_id, with_ended=False)
    exclusive = {
        price_id: terms for price_id, terms in plans.items() if _is_exclusive(created.plan, terms.slug)
    }
    if subscribed := find_current(subscriptions, plans=exclusive):
        if oldest:
            _close(oldest)
        return subscribed
    if oldest is None:
        raise StripeUnavailable(retry_after=1)  # a concurrent request with other terms closed them all
    return oldest


def _close(session: CheckoutSession) -> None:
    # The session may have been closed or paid since it was listed.
    with stripe_client() as api, suppress(stripe.InvalidRequestError):
        api.v1.checkout.sessions.expire(session.id)


def _plan_of(session: CheckoutSession, plans: Mapping[str, PlanTerms]) -> str:
    """Return the slug of the plan that a session sells, or an empty string for another product."""
    found = (plans[item.price_id].slug for item in session.items if item.price_id in plans)
    return session.plan or next(found, "")


def _price_of_plan(slug: str, **terms: Any) -> str:
    if slug == Plan.DEFAULT:
        catalog.load_first_price()
    return catalog.find_price(plan=slug, **terms).stripe_id


def _price_of_pack(slug: str, **terms: Any) -> str:
    return catalog.find_price(pack=slug, **terms).stripe_id
