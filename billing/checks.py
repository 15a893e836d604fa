"""System checks: the user model is a subscriber, and Stripe is Stripe in production."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register

from billing.subscribers import Subscriber


@register(Tags.models)
def check_subscriber(**kwargs: Any) -> list[CheckMessage]:
    """The user model is a Subscriber, and did not lose its constraints by declaring a Meta of its own."""
    user: type[Any] = get_user_model()
    if not issubclass(user, Subscriber):
        return [
            Error(
                f"{user.__name__} is not a subscriber.",
                hint="Let it inherit billing.subscribers.Subscriber, and run makemigrations.",
                obj=user,
                id="billing.E001",
            )
        ]
    names = {"app_label": user._meta.app_label.lower(), "class": user.__name__.lower()}
    wanted = {constraint.name % names for constraint in Subscriber.Meta.constraints}
    lost = wanted - {constraint.name for constraint in user._meta.constraints}
    return [
        Error(
            f"{user.__name__} lost the constraint {name}.",
            hint="Django inherits a single Meta: list (*Subscriber.Meta.constraints, …) in yours.",
            obj=user,
            id="billing.E002",
        )
        for name in sorted(lost)
    ]


@register(Tags.security, deploy=True)
def check_stripe_host(**kwargs: Any) -> list[CheckMessage]:
    """A deployment talks to Stripe, not to a sandbox."""
    if settings.STRIPE_SECRET_KEY and settings.STRIPE_API_HOST != "https://api.stripe.com":
        return [
            Error(
                f"STRIPE_API_HOST is {settings.STRIPE_API_HOST}, which is not Stripe.",
                hint="Unset it: a sandbox has no place in a deployment.",
                id="billing.E003",
            )
        ]
    return []
