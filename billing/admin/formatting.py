"""Formatting of amounts, statuses and Stripe ids in the admin."""

from decimal import Decimal

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.admin import badge

STRIPE_HOST = "https://api.stripe.com"
# Decimal places of the currencies whose minor unit is not a hundredth, as Stripe's API counts them:
# https://docs.stripe.com/currencies#zero-decimal and #three-decimal. ISK and UGX have no decimals either,
# but Stripe keeps counting them in hundredths: https://docs.stripe.com/currencies#special-cases
DECIMAL_PLACES = {
    **dict.fromkeys(["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"], 0),
    **dict.fromkeys(["pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"], 0),
    **dict.fromkeys(["bhd", "jod", "kwd", "omr", "tnd"], 3),
}
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


def money(amount: int | None, currency: str | None) -> str:
    """Format an amount in minor units in the currency's major unit: (2000, "eur") → 20.00 EUR."""
    if amount is None or not currency:
        return "-"
    places = DECIMAL_PLACES.get(currency, 2)
    return f"{Decimal(amount).scaleb(-places):,.{places}f}\N{NO-BREAK SPACE}{currency.upper()}"


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
