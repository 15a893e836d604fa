"""Send a user to Stripe's pages: to pay, or to manage what they pay for."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import stripe
from django.conf import settings

from billing.exceptions import (
    AlreadySubscribed,
    NoCustomer,
    NotForSale,
    PaymentsNotConfigured,
    StripeUnavailable,
)
from billing.models import CreditPack, Plan
from billing.rules.subscription_state import CARRIES_THE_PLAN
from billing.services.customers import USER_ID, ensure_customer
from billing.services.reconciliation import reconcile_customer
from billing.stripe_api.client import client, deadline, is_absent, stripe_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSession:
    """A Checkout Session: send the user's browser to `url`."""

    id: str
    url: str


@deadline()
def create_checkout_session(*, user: Any, plan: str = "", pack: str = "") -> CheckoutSession:
    """A page of Stripe's where `user` subscribes to `plan`, or buys `pack` once. Neither: the plan `pro`.

    Raises PaymentsNotConfigured, NotForSale, AlreadySubscribed (with a link to the portal),
    StripeUnavailable, StripeFailed.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    what = {"pack": pack} if pack else {"plan": plan or Plan.DEFAULT}
    price_id = _price_of_pack(pack) if pack else _price_of_plan(what["plan"])
    if not pack and user.plan == what["plan"] and user.subscription_status in CARRIES_THE_PLAN:
        raise AlreadySubscribed(plan=user.plan, portal_url=create_portal_session(user=user))
    metadata = {USER_ID: str(user.pk), **what}
    parameters = {
        "client_reference_id": str(user.pk),
        "line_items": [{"price": price_id, "quantity": 1}],
        "success_url": settings.STRIPE_SUCCESS_URL,
        "cancel_url": settings.STRIPE_CANCEL_URL,
        "metadata": metadata,
        "expand": ["line_items"],
        **(
            {"mode": "payment", "payment_intent_data": {"metadata": metadata}}
            if pack
            else {"mode": "subscription", "subscription_data": {"metadata": metadata}}
        ),
    }
    customer_id = ensure_customer(user=user)
    with stripe_errors():
        try:
            session = _create(customer_id, parameters)
        except stripe.InvalidRequestError as error:
            if not (is_absent(error) and error.param == "customer"):
                raise
            # The customer was deleted in Stripe, by hand. What it paid is the user's all the same.
            reconcile_customer(customer_id=customer_id)
            session = _create(ensure_customer(user=user, instead_of=customer_id), parameters)
        page = session if pack else _only_page(session, price_id=price_id)
    if page is None:
        raise AlreadySubscribed(plan=what["plan"], portal_url=create_portal_session(user=user))
    return CheckoutSession(id=page.id, url=page.url or "")


def _create(customer_id: str, parameters: dict[str, Any]) -> stripe.checkout.Session:
    return client().v1.checkout.sessions.create({"customer": customer_id, **parameters})  # type: ignore[arg-type]


def _only_page(made: stripe.checkout.Session, *, price_id: str) -> stripe.checkout.Session | None:
    """The one open page on which this customer can subscribe to this plan; None if they have, by now.

    Stripe is looked at after the page was made, never before: of two tabs that ask at once, the later
    sees the page of the earlier. The oldest page stays and every tab gets it, so that it is paid once;
    the others are closed, those that sell the plan on other terms too. Whether one was paid is asked
    last: then all that could be paid have been seen.
    """
    api = client().v1
    customer_id, plan = str(made.customer), _plan(made)
    found = api.checkout.sessions.list(
        {"customer": customer_id, "status": "open", "limit": 100, "expand": ["data.line_items"]}
    )
    pages = [
        page
        for page in found.auto_paging_iter()
        if page.mode == "subscription" and (price_id in _prices(page) or _plan(page) == plan)
    ]
    alike = [page for page in pages if _terms(page) == _terms(made)]
    oldest = alike[-1] if alike else None  # Stripe lists the newest first
    for page in pages:
        if page is not oldest:
            _close(page)
    subscriptions = api.subscriptions.list({"customer": customer_id, "price": price_id, "limit": 100})
    if any(subscription.status in CARRIES_THE_PLAN for subscription in subscriptions.data):
        if oldest:
            _close(oldest)
        return None
    if oldest is None:
        raise StripeUnavailable(retry_after=1)  # a request with other terms closed them all meanwhile
    return oldest


def _terms(page: stripe.checkout.Session) -> tuple[Any, ...]:
    return _prices(page), page.success_url, page.cancel_url, page.client_reference_id, page.metadata


def _plan(page: stripe.checkout.Session) -> str:
    return str(page.metadata["plan"]) if page.metadata and "plan" in page.metadata else ""


def _prices(page: stripe.checkout.Session) -> list[str]:
    return [item.price.id for item in page.line_items.data if item.price] if page.line_items else []


def _close(page: stripe.checkout.Session) -> None:
    with suppress(stripe.InvalidRequestError):  # it was closed or paid since we looked
        client().v1.checkout.sessions.expire(page.id)


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


@deadline()
def create_portal_session(*, user: Any) -> str:
    """The address of a page of Stripe's where `user` manages subscription, cards and invoices.

    Raises PaymentsNotConfigured, NoCustomer, StripeUnavailable, StripeFailed.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    if not user.stripe_customer_id:
        raise NoCustomer
    parameters = {"customer": user.stripe_customer_id, "return_url": settings.STRIPE_CANCEL_URL}
    if configuration := settings.STRIPE_PORTAL_CONFIGURATION:
        parameters["configuration"] = configuration
    with stripe_errors():
        try:
            session = client().v1.billing_portal.sessions.create(parameters)  # type: ignore[arg-type]
        except stripe.InvalidRequestError as error:
            if is_absent(error) and error.param == "customer":  # it was deleted in Stripe, by hand
                raise NoCustomer from error
            raise
    return session.url
