"""Send a user to Stripe's pages: to pay, or to manage what they pay for."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from billing.exceptions import AlreadySubscribed, NoCustomer, PaymentsNotConfigured, PlanNotForSale
from billing.models import Plan
from billing.services.customers import USER_ID, ensure_customer
from billing.state import CARRIES_THE_PLAN
from billing.stripe_api import client, stripe_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSession:
    """A Checkout Session: send the user's browser to `url`."""

    id: str
    url: str


def create_checkout_session(*, user: Any, plan: str = Plan.DEFAULT) -> CheckoutSession:
    """A page of Stripe's where `user` subscribes to `plan`.

    Raises PaymentsNotConfigured, PlanNotForSale, AlreadySubscribed (with a link to the portal),
    StripeUnavailable, StripeFailed.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    on_sale = Plan.objects.on_sale().filter(slug=plan).first()
    if on_sale is None or not on_sale.price_id:
        raise PlanNotForSale(plan=plan)
    if user.plan == plan and user.subscription_status in CARRIES_THE_PLAN:
        raise AlreadySubscribed(plan=plan, portal_url=create_portal_session(user=user))
    customer_id = ensure_customer(user=user)
    metadata = {USER_ID: str(user.pk), "plan": plan}
    with stripe_errors():
        session = client().v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "customer": customer_id,
                "client_reference_id": str(user.pk),
                "line_items": [{"price": on_sale.price_id, "quantity": 1}],
                "success_url": settings.STRIPE_SUCCESS_URL,
                "cancel_url": settings.STRIPE_CANCEL_URL,
                "metadata": metadata,
                "subscription_data": {"metadata": metadata},
            }
        )
    return CheckoutSession(id=session.id, url=session.url or "")


def create_portal_session(*, user: Any) -> str:
    """The address of a page of Stripe's where `user` manages subscription, cards and invoices.

    Raises PaymentsNotConfigured, NoCustomer, StripeUnavailable, StripeFailed.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    if not user.stripe_customer_id:
        raise NoCustomer
    with stripe_errors():
        session = client().v1.billing_portal.sessions.create(
            {"customer": user.stripe_customer_id, "return_url": settings.STRIPE_CANCEL_URL}
        )
    return session.url
