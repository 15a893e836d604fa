"""Formatting of amounts, statuses and Stripe ids in the admin."""

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from billing.money import money
from common.admin import badge

__all__ = ["money", "status_badge", "stripe_link"]

STRIPE_HOST = "https://api.stripe.com"
STATUS_COLOURS = {
    "active": "success",
    "trialing": "info",
    "past_due": "warning",
    "paid": "success",
    "open": "warning",
    "unpaid": "danger",
    "canceled": "danger",
    "uncollectible": "danger",
    "incomplete": "warning",
}


def status_badge(status: str | None) -> SafeString | None:
    """Return Stripe's status as a label, coloured by its severity."""
    return badge(status.replace("_", " "), STATUS_COLOURS.get(status, "default")) if status else None


def stripe_link(kind: str, stripe_id: str | None) -> SafeString | str | None:
    """Link to an object in Stripe's dashboard; `kind` is customers, subscriptions, invoices and so on.

    Returns the plain id when STRIPE_API_HOST is not Stripe's: the sandbox has no dashboard.
    """
    if not stripe_id or settings.STRIPE_API_HOST != STRIPE_HOST:
        return stripe_id or None
    mode = "" if settings.STRIPE_LIVE_MODE else "test/"
    return format_html(
        '<a class="text-link" href="https://dashboard.stripe.com/{}{}/{}" target="_blank" rel="noopener">{}</a>',
        mode,
        kind,
        stripe_id,
        stripe_id,
    )
