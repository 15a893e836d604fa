"""System checks: the user model composes Subscriber, and a deployment uses Stripe's own API."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from billing.subscribers import Subscriber
from common.checks import check_user_composes


@register(Tags.models)
def check_subscriber(**kwargs: Any) -> list[CheckMessage]:
    """Check that the user model composes Subscriber with all its constraints."""
    return check_user_composes(Subscriber, app="billing")


@register(Tags.security, deploy=True)
def check_stripe_host(**kwargs: Any) -> list[CheckMessage]:
    """Check that a deployment sends its requests to Stripe, not to a sandbox."""
    if settings.STRIPE_SECRET_KEY and settings.STRIPE_API_HOST != "https://api.stripe.com":
        return [
            Error(
                f"STRIPE_API_HOST is {settings.STRIPE_API_HOST}, which is not Stripe.",
                hint="Unset it: a deployment must not use a sandbox.",
                id="billing.E003",
            )
        ]
    return []
