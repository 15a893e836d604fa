"""System checks: the user model, Stripe's host, return URLs, claimed customers, prices on sale, threads."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections
from djstripe.settings import djstripe_settings

from billing.models import CreditPack, Plan, Price
from billing.stripe_api.namespace import MAX_KEY_LENGTH, user_id_key
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


@register(Tags.compatibility)
def check_waiting_threads(**kwargs: Any) -> list[CheckMessage]:
    """Check that at least one thread may wait for Stripe."""
    most = getattr(settings, "STRIPE_MAX_WAITING_THREADS", None)
    if most is not None and most >= 1:
        return []
    return [
        Error(
            f"STRIPE_MAX_WAITING_THREADS must be at least 1, not {most}.",
            hint="With 0, every checkout would be refused. An empty STRIPE_SECRET_KEY disables payments.",
            id="billing.E007",
        )
    ]


@register(Tags.database)
def check_prices(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that every plan and pack that staff offer has an active price."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        with connection.cursor() as cursor:
            if Price._meta.db_table not in connection.introspection.table_names(cursor):
                continue  # it is not migrated yet
        prices = Price.objects.using(alias)
        active = prices.filter(is_active=True)
        first = settings.STRIPE_PRICE_ID  # it is stored when it is first needed
        is_first_to_come = first and not prices.filter(stripe_id=first).exists()
        for items in (Plan.objects.offered(), CreditPack.objects.offered()):
            messages += [
                CheckWarning(
                    f"The {item._meta.verbose_name} {item.slug!r} is not on sale: it has no active price.",
                    hint="Add a price to it in the admin. For the plan pro: run manage.py setup_stripe, or set "
                    "STRIPE_PRICE_ID.",
                    id="billing.W004",
                )
                for item in items.using(alias).exclude(prices__in=active)
                if not (item.slug == Plan.DEFAULT and is_first_to_come)
            ]
    return messages


@register(Tags.security, deploy=True)
def check_return_urls(**kwargs: Any) -> list[CheckMessage]:
    """Check that buyers return to a public address, not to this machine."""
    return [
        Error(
            f"{name} is {url}: buyers would be sent to their own machine.",
            hint=f"Set SITE_URL to the public address of the API, or {name} to a page of the front end.",
            id="billing.E004",
        )
        for name, url in (
            ("STRIPE_SUCCESS_URL", settings.STRIPE_SUCCESS_URL),
            ("STRIPE_CANCEL_URL", settings.STRIPE_CANCEL_URL),
        )
        if settings.STRIPE_SECRET_KEY and urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1", None}
    ]


@register(Tags.security)
def check_claims(**kwargs: Any) -> list[CheckMessage]:
    """Check that another product's customer in the same Stripe account cannot become a user's."""
    messages: list[CheckMessage] = []
    if len(user_id_key()) > MAX_KEY_LENGTH or not settings.STRIPE_NAMESPACE:
        messages.append(
            Error(
                f"The metadata key {user_id_key()!r} needs 9 to {MAX_KEY_LENGTH} characters.",
                hint="Set STRIPE_NAMESPACE to a short name of this installation.",
                id="billing.E005",
            )
        )
    # dj-stripe links a customer to a user by this key, even if another product wrote it.
    if djstripe_settings.SUBSCRIBER_CUSTOMER_KEY:
        messages.append(
            Error(
                "dj-stripe links customers to users by their metadata.",
                hint="Set DJSTRIPE_SUBSCRIBER_CUSTOMER_KEY = None.",
                id="billing.E006",
            )
        )
    return messages
