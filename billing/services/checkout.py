"""Create Stripe Checkout Sessions. The webhooks apply the payment later."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import stripe
from django.conf import settings

from billing.exceptions import (
    AccountBlocked,
    AlreadySubscribed,
    BillingClosed,
    BillingError,
    PaymentsNotConfigured,
    StripeFailed,
    StripeObjectMissing,
    StripeUnavailable,
)
from billing.models import Payment, Plan, Price
from billing.rules.catalog import FREE, PlanTerms
from billing.rules.checkout_parameters import TERMS, CheckoutOptions, checkout_parameters
from billing.rules.subscription_state import CURRENT_STATUSES, NEVER_STARTED_STATUSES, find_current
from billing.services import catalog
from billing.services.customers import ensure_customer
from billing.services.portal_sessions import create_portal_session
from billing.stripe_api import fetch, mirror
from billing.stripe_api.client import deadline, stripe_client
from billing.stripe_api.namespace import user_id_key
from billing.stripe_objects import Subscription
from billing.stripe_payments import CheckoutSession
from billing.subscribers import SubscribedUser

logger = logging.getLogger(__name__)

MIN_SECONDS_LEFT = 30 * 60  # an open session that expires sooner is replaced


@deadline()
def create_checkout_session(
    *, user: SubscribedUser, plan: str = "", pack: str = "", **terms: Any
) -> CheckoutSession:
    """Return an open Checkout Session for a plan or, if `pack` is given, for a pack. The default plan is `pro`.

    `terms` (currency, interval, interval_count) select one of its prices. Without them, the default price is
    used. Raises AccountBlocked if the user may not buy, PaymentsNotConfigured, NotForSale, AlreadySubscribed
    (with a link to the portal), BillingClosed, StripeUnavailable, StripeBusy, StripeFailed.
    """
    if not user.may_buy:
        raise AccountBlocked
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    plan = plan or Plan.DEFAULT
    if plan == Plan.DEFAULT and not pack:
        catalog.load_first_price()
    price = catalog.find_price(plan=plan, pack=pack, **terms)
    try:
        if pack:
            return _create_session(user, price=price, options=price.item.checkout_options)
        return _create_plan_session(user, plan=plan, price=price)
    except StripeFailed as error:
        if not isinstance(error.__cause__, stripe.InvalidRequestError):
            raise
        if catalog.is_on_sale(price):
            if not pack:
                _refuse_second_currency(user, price=price)
            raise
    # The event of its archiving was lost. Another price may be on sale.
    return create_checkout_session(user=user, plan=plan, pack=pack, **terms)


def _create_plan_session(user: SubscribedUser, *, plan: str, price: Price) -> CheckoutSession:
    if user.plan != FREE and user.subscription_status in CURRENT_STATUSES and _is_exclusive(plan, user.plan):
        # An event about its end may be lost, so the row alone does not refuse.
        subscriptions = fetch.list_subscriptions(customer_id=str(user.stripe_customer_id), with_ended=False)
        if subscribed := _find_exclusive(subscriptions, plan=plan):
            raise AlreadySubscribed(plan=subscribed.slug, portal_url=_portal_url(user))
    options = price.item.checkout_options
    had_plan = Payment.objects.filter(user_id=user.pk, plan__slug=plan)
    if options.trial_days and (not user.may_try or had_plan.exists()):
        options = replace(options, trial_days=0)
    return _create_only_session(user, plan=plan, price=price, options=options)


def _refuse_second_currency(user: SubscribedUser, *, price: Price) -> None:
    """Raise AlreadySubscribed if the user has a current subscription to a plan in another currency.

    Stripe refuses to subscribe a customer in a second currency.
    """
    others = set(Price.objects.exclude(currency=price.currency).values_list("stripe_id", flat=True))
    plans = {one: terms for one, terms in Price.objects.all().plan_terms().items() if one in others}
    subscriptions = fetch.list_subscriptions(customer_id=str(user.stripe_customer_id), with_ended=False)
    if subscribed := find_current(subscriptions, plans=plans):
        raise AlreadySubscribed(plan=subscribed.slug, portal_url=_portal_url(user))


def _is_exclusive(plan: str, other: str) -> bool:
    """Whether a subscription to `other` rules out one to `plan`."""
    return plan == other or not settings.ALLOW_SEVERAL_SUBSCRIPTIONS


def _find_exclusive(subscriptions: Iterable[Subscription], *, plan: str) -> PlanTerms | None:
    """Return the plan of a current subscription that rules out one to `plan`."""
    plans = Price.objects.all().plan_terms()
    exclusive = {price_id: terms for price_id, terms in plans.items() if _is_exclusive(plan, terms.slug)}
    return find_current(subscriptions, plans=exclusive)


def _portal_url(user: SubscribedUser) -> str | None:
    try:
        return create_portal_session(user=user)
    except BillingError as error:
        logger.warning("No link to the customer portal: %s (%s)", error, error.__cause__)
        return None


def _create_session(user: SubscribedUser, *, price: Price, options: CheckoutOptions) -> CheckoutSession:
    """Create a session for the user's customer. Replace a customer that was deleted in Stripe."""
    parameters = checkout_parameters(
        product={"plan" if isinstance(price.item, Plan) else "pack": price.item.slug},
        price_id=price.stripe_id,
        options=options,
        user_id=str(user.pk),
        user_id_key=user_id_key(),
        success_url=settings.STRIPE_SUCCESS_URL,
        cancel_url=settings.STRIPE_CANCEL_URL,
    )
    customer_id = ensure_customer(user=user)
    try:
        return _create_unless_closed(user, customer_id, parameters)
    except StripeObjectMissing as error:
        if error.parameter != "customer":
            raise
        # Deleted in Stripe's dashboard, or with the account. Webhooks and resync still record its payments.
        user.refresh_from_db(fields=["billing_closed_at"])
        if user.billing_closed_at:
            raise BillingClosed from error
        mirror.remember_deleted_customer(customer_id=customer_id, user_id=user.pk)
        customer_id = ensure_customer(user=user, instead_of=customer_id)
        return _create_unless_closed(user, customer_id, parameters)


def _create_unless_closed(
    user: SubscribedUser, customer_id: str, parameters: dict[str, Any]
) -> CheckoutSession:
    """Create a session. Raises BillingClosed if the account was deleted before or in the meantime.

    The account's deletion closes the sessions that exist after its commit. This closes one that comes later.
    """
    session = _create(customer_id, parameters)
    user.refresh_from_db(fields=["billing_closed_at"])
    if user.billing_closed_at:
        _close(session)
        raise BillingClosed
    return session


def _create(customer_id: str, parameters: dict[str, Any]) -> CheckoutSession:
    with stripe_client() as api:
        session = api.v1.checkout.sessions.create({"customer": customer_id, **parameters})  # type: ignore[arg-type]  # a plain dict
    return CheckoutSession.from_stripe(session.to_dict())


def _create_only_session(
    user: SubscribedUser, *, plan: str, price: Price, options: CheckoutOptions
) -> CheckoutSession:
    """Return the user's only open session for a plan.

    The subscriptions are listed last, when no other session can be paid. Raises AlreadySubscribed if the
    user has subscribed by now, and creates a session without a trial if the user has had the plan before.
    """
    created = _create_session(user, price=price, options=options)
    customer_id = str(user.stripe_customer_id)
    oldest = _close_others(created, plan=plan, user_id=str(user.pk), customer_id=customer_id)
    # For a trial, ended subscriptions also count.
    subscriptions = fetch.list_subscriptions(customer_id=customer_id, with_ended=bool(options.trial_days))
    subscribed = _find_exclusive(subscriptions, plan=plan)
    had_trial = bool(options.trial_days) and _has_started(plan, subscriptions)
    if oldest and (subscribed or had_trial):
        _close(oldest)
    if subscribed:
        raise AlreadySubscribed(plan=subscribed.slug, portal_url=_portal_url(user))
    if had_trial:
        without = replace(options, trial_days=0)
        return _create_only_session(user, plan=plan, price=price, options=without)
    if oldest is None:
        raise StripeUnavailable(retry_after=1)  # a concurrent request with other terms closed them all
    return oldest


def _close_others(
    created: CheckoutSession, *, plan: str, user_id: str, customer_id: str
) -> CheckoutSession | None:
    """Close the user's open sessions for plans that rule one another out, but one. Return that one.

    The sessions are listed after `created` was created. So of two concurrent requests, the later one finds
    the session of the earlier one. The oldest session with the same terms stays open, and every request
    returns it, so that the user pays once.
    """
    ours = [
        session
        for session in fetch.list_open_sessions(customer_id=customer_id)
        if session.metadata.get(user_id_key()) == user_id
        and _is_exclusive(plan, session.metadata.get("plan", ""))
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


def _has_started(plan: str, subscriptions: Iterable[Subscription]) -> bool:
    """Return whether one of the subscriptions to a plan was ever paid or in a trial."""
    prices = Price.objects.filter(plan__slug=plan).values_list("stripe_id", flat=True)
    return any(
        subscription.status not in NEVER_STARTED_STATUSES and subscription.item_of(prices)
        for subscription in subscriptions
    )


def _close(session: CheckoutSession) -> None:
    # The session may have been closed or paid since it was listed.
    with stripe_client() as api, suppress(stripe.InvalidRequestError):
        api.v1.checkout.sessions.expire(session.id)
