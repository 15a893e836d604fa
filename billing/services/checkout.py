"""Send a user to Stripe's pages: to pay, or to manage what they pay for."""

from dataclasses import dataclass
from typing import Any

import stripe
from django.conf import settings

from billing.exceptions import AlreadySubscribed, NoCustomer, NotForSale, PaymentsNotConfigured
from billing.models import CreditPack, Plan
from billing.services.convergence import reconcile_customer
from billing.services.customers import USER_ID, ensure_customer
from billing.state import CARRIES_THE_PLAN
from billing.stripe_api import client, is_absent, stripe_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSession:
    """A Checkout Session: send the user's browser to `url`."""

    id: str
    url: str


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
    return CheckoutSession(id=session.id, url=session.url or "")


def _create(customer_id: str, parameters: dict[str, Any]) -> stripe.checkout.Session:
    return client().v1.checkout.sessions.create({"customer": customer_id, **parameters})  # type: ignore[arg-type]


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
