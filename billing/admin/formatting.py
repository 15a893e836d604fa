"""How the admin shows amounts, statuses and ids of Stripe."""

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.admin import badge

STRIPE_HOST = "https://api.stripe.com"
# https://docs.stripe.com/currencies#zero-decimal
WITHOUT_MINOR_UNITS = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split()  # noqa: SIM905
)
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
    """Stripe's own word, coloured by whether somebody should worry."""
    return badge(status.replace("_", " "), STATUS_COLOURS.get(status, "default")) if status else None


def money(amount: int | None, currency: str | None) -> str:
    """Minor units of a currency as people write them: (2000, "eur") → 20.00 EUR."""
    if amount is None or not currency:
        return "-"
    if currency in WITHOUT_MINOR_UNITS:
        return f"{amount:,}\N{NO-BREAK SPACE}{currency.upper()}"
    return f"{amount / 100:,.2f}\N{NO-BREAK SPACE}{currency.upper()}"


def stripe_link(kind: str, stripe_id: str | None) -> SafeString | str | None:
    """A link into Stripe's dashboard (`kind`: customers, subscriptions, invoices …).

    Without a link where the sandbox stands in for Stripe: there is no dashboard of it.
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
