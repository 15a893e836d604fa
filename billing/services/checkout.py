"""Create Stripe Checkout Sessions. The webhooks apply the payment later."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import stripe
from django.conf import settings

from billing.exceptions import (
    AlreadySubscribed,
    BillingError,
    NotForSale,
    PaymentsNotConfigured,
    StripeObjectMissing,
    StripeUnavailable,
)
from billing.models import CreditPack, Payment, Plan
from billing.rules.checkout_parameters import TERMS, CheckoutOptions, checkout_parameters
from billing.rules.subscription_state import CURRENT_STATUSES, NEVER_STARTED_STATUSES
from billing.services.customers import ensure_customer
from billing.services.portal import create_portal_session
from billing.stripe_api import fetch, mirror
from billing.stripe_api.client import deadline, stripe_client
from billing.stripe_api.namespace import user_id_key
from billing.stripe_objects import CheckoutSession, Subscription
from billing.subscribers import SubscribedUser

logger = logging.getLogger(__name__)

MIN_SECONDS_LEFT = 30 * 60  # an open session that expires sooner is replaced


@deadline()
def create_checkout_session(*, user: SubscribedUser, plan: str = "", pack: str = "") -> CheckoutSession:
    """Return an open Checkout Session for a plan or, if `pack` is given, for a pack. The default plan is `pro`.

    Raises PaymentsNotConfigured, NotForSale, AlreadySubscribed (with a link to the portal),
    StripeUnavailable, StripeFailed.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    if pack:
        price_id = _price_of_pack(pack)
        options = CreditPack.objects.get(slug=pack).checkout_options
        return _create_session(user, product={"pack": pack}, price_id=price_id, options=options)
    plan = plan or Plan.DEFAULT
    price_id = _price_of_plan(plan)
    if user.plan == plan and user.subscription_status in CURRENT_STATUSES and _is_still_subscribed(user):
        raise AlreadySubscribed(plan=plan, portal_url=_portal_url(user))
    options = Plan.objects.get(slug=plan).checkout_options
    if options.trial_days and Payment.objects.filter(user_id=user.pk, plan__slug=plan).exists():
        options = replace(options, trial_days=0)
    return _create_only_session(user, plan=plan, price_id=price_id, options=options)


def _is_still_subscribed(user: SubscribedUser) -> bool:
    """Return whether Stripe has the subscription of the user's row. An event about its end may be lost."""
    subscriptions = fetch.list_subscriptions(customer_id=str(user.stripe_customer_id))
    return any(subscription.status in CURRENT_STATUSES for subscription in subscriptions)


def _portal_url(user: SubscribedUser) -> str | None:
    try:
        return create_portal_session(user=user)
    except BillingError as error:
        logger.warning("No link to the customer portal: %s (%s)", error, error.__cause__)
        return None


def _create_session(
    user: SubscribedUser, *, product: dict[str, str], price_id: str, options: CheckoutOptions
) -> CheckoutSession:
    """Create a session for the user's customer. Replace a customer that was deleted in Stripe."""
    parameters = checkout_parameters(
        product=product,
        price_id=price_id,
        options=options,
        user_id=str(user.pk),
        user_id_key=user_id_key(),
        success_url=settings.STRIPE_SUCCESS_URL,
        cancel_url=settings.STRIPE_CANCEL_URL,
    )
    customer_id = ensure_customer(user=user)
    try:
        return _create(customer_id, parameters)
    except StripeObjectMissing as error:
        if error.parameter != "customer":
            raise
        # Deleted in Stripe's dashboard. Webhooks and resync still record that customer's payments.
        mirror.remember_deleted_customer(customer_id=customer_id, user_id=user.pk)
        customer_id = ensure_customer(user=user, instead_of=customer_id)
        return _create(customer_id, parameters)


def _create(customer_id: str, parameters: dict[str, Any]) -> CheckoutSession:
    with stripe_client() as api:
        session = api.v1.checkout.sessions.create({"customer": customer_id, **parameters})  # type: ignore[arg-type]  # a plain dict
    return CheckoutSession.from_stripe(session.to_dict())


def _create_only_session(
    user: SubscribedUser, *, plan: str, price_id: str, options: CheckoutOptions
) -> CheckoutSession:
    """Return the user's only open session for this plan.

    The subscriptions are listed last, when no other session can be paid. Raises AlreadySubscribed if the
    user has subscribed by now, and creates a session without a trial if the user has had the plan before.
    """
    created = _create_session(user, product={"plan": plan}, price_id=price_id, options=options)
    customer_id = str(user.stripe_customer_id)
    oldest = _close_others(created, plan=plan, user_id=str(user.pk), customer_id=customer_id)
    if options.trial_days:  # ended subscriptions count, too
        subscriptions = fetch.list_subscriptions(customer_id=customer_id)
        had = [found for found in subscriptions if _is_for(plan, found)]
    else:
        had = list(fetch.list_subscriptions(customer_id=customer_id, price_id=price_id))
    is_subscribed = any(subscription.status in CURRENT_STATUSES for subscription in had)
    had_trial = bool(options.trial_days) and _has_started(had)
    if oldest and (is_subscribed or had_trial):
        _close(oldest)
    if is_subscribed:
        raise AlreadySubscribed(plan=plan, portal_url=_portal_url(user))
    if had_trial:
        without = replace(options, trial_days=0)
        return _create_only_session(user, plan=plan, price_id=price_id, options=without)
    if oldest is None:
        raise StripeUnavailable(retry_after=1)  # a concurrent request with other terms closed them all
    return oldest


def _close_others(
    created: CheckoutSession, *, plan: str, user_id: str, customer_id: str
) -> CheckoutSession | None:
    """Close the user's open sessions for a plan but one. Return that one.

    The sessions are listed after `created` was created. So of two concurrent requests, the later one finds
    the session of the earlier one. The oldest session with the same terms stays open, and every request
    returns it, so that the user pays once.
    """
    ours = [
        session
        for session in fetch.list_open_sessions(customer_id=customer_id)
        if session.metadata.get(user_id_key()) == user_id and session.metadata.get("plan") == plan
    ]
    usable = [
        session
        for session in ours
        if session.metadata.get(TERMS) == created.metadata.get(TERMS)
        and session.expires_at - created.created >= MIN_SECONDS_LEFT
    ]
    oldest = usable[-1] if usable else None  # Stripe lists the newest first
    for session in ours:
        if session is not oldest:
            _close(session)
    return oldest


def _is_for(plan: str, subscription: Subscription) -> bool:
    terms = Plan.objects.all().terms_by_price().get(subscription.price_id)
    return bool(terms and terms.slug == plan)


def _has_started(subscriptions: Iterable[Subscription]) -> bool:
    """Return whether one of the subscriptions was ever paid or in a trial."""
    return any(subscription.status not in NEVER_STARTED_STATUSES for subscription in subscriptions)


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
