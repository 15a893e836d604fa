"""System checks: the user model, the host of Stripe's API, and prices of what is on sale."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

from billing.models import CreditPack, Plan, Price
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


@register(Tags.database)
def check_prices(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that every plan and pack that staff offer has an active price."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        with connection.cursor() as cursor:
            if Price._meta.db_table not in connection.introspection.table_names(cursor):
                continue  # it is not migrated yet
        active = Price.objects.using(alias).filter(is_active=True)
        for items in (Plan.objects.offered(), CreditPack.objects.offered()):
            messages += [
                CheckWarning(
                    f"The {item._meta.verbose_name} {item.slug!r} is not on sale: it has no active price.",
                    hint="Add a price to it in the admin. For the plan pro: run manage.py setup_stripe, or set "
                    "STRIPE_PRICE_ID, which is stored when it is first needed.",
                    id="billing.W004",
                )
                for item in items.using(alias).exclude(prices__in=active)
            ]
    return messages
