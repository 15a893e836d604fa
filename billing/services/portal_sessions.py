"""Create sessions of Stripe's customer portal."""

from django.conf import settings

from billing.exceptions import (
    NoCustomer,
    PaymentsNotConfigured,
    PortalNotConfigured,
    StripeFailed,
    StripeObjectMissing,
)
from billing.stripe_api.client import deadline, stripe_client
from billing.subscribers import SubscribedUser


@deadline()
def create_portal_session(*, user: SubscribedUser) -> str:
    """Return the URL of a portal session, in which `user` manages subscription, cards and invoices.

    Raises PaymentsNotConfigured, NoCustomer, PortalNotConfigured, StripeUnavailable, StripeFailed.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    if not user.stripe_customer_id:
        raise NoCustomer
    parameters = {"customer": user.stripe_customer_id, "return_url": settings.STRIPE_CANCEL_URL}
    if configuration := settings.STRIPE_PORTAL_CONFIGURATION:
        parameters["configuration"] = configuration
    try:
        with stripe_client() as api:
            session = api.v1.billing_portal.sessions.create(parameters)  # type: ignore[arg-type]  # a plain dict
    except StripeObjectMissing as error:
        if error.parameter == "customer":  # deleted in Stripe's dashboard
            raise NoCustomer from error
        if error.parameter == "configuration":
            raise PortalNotConfigured from error
        raise
    except StripeFailed as error:
        # Stripe has no code for an account without a default configuration.
        if "No configuration provided" in str(error.__cause__):
            raise PortalNotConfigured from error
        raise
    return session.url
