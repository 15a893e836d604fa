"""What the admin's pages of this app have in common."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet

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


def badge(text: str, variant: str = "default") -> SafeString:
    return render_to_string("unfold/helpers/label.html", {"text": text, "variant": variant})


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


def moment(at: datetime | None) -> SafeString | None:
    """A time as every list here writes it: 22 Nov 2026, 14:50."""
    if at is None:
        return None
    text = formats.date_format(timezone.localtime(at), "j M Y, H:i")
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def change_link(instance: models.Model, text: object) -> SafeString:
    """A link to the admin's page of `instance`, where it has one: the user of another project may not."""
    try:
        url = reverse(
            f"admin:{instance._meta.app_label}_{instance._meta.model_name}_change", args=[instance.pk]
        )
    except NoReverseMatch:
        return format_html("{}", text)
    return format_html('<a class="text-link" href="{}">{}</a>', url, text)


class ReadOnlyMixin:
    """Staff look; nobody adds, changes or deletes, whatever permissions they have."""

    actions = None

    def has_add_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False


class LookOnlyFormSet(PaginationInlineFormSet):
    """Rows to look at: nothing that is posted reaches them, and nothing of them is saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "data": None, "files": None})

    def is_valid(self) -> bool:
        return True

    def save(self, commit: bool = True) -> list[Any]:  # noqa: FBT001, FBT002
        self.new_objects: list[Any] = []
        self.changed_objects: list[Any] = []
        self.deleted_objects: list[Any] = []
        return []


class LookOnlyInline(ReadOnlyMixin, TabularInline):
    """A tab of a user's page: rows, newest first, page by page."""

    formset = LookOnlyFormSet
    tab = True
    hide_title = True
    per_page = 15
    extra = 0
