"""Plans and payments for staff, and a few of Stripe's objects as dj-stripe mirrors them.

dj-stripe brings an admin for each of its tables, with forms that would let staff edit the mirror.
All of them are taken away; seven come back, to be looked at. What is true of Stripe is changed in
Stripe's dashboard.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from djstripe import admin as djstripe_admin  # noqa: F401  (registers what is taken away below)
from djstripe import models as mirror
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

from billing.models import Payment, Plan
from billing.subscribers import FREE

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
        return f"{amount:,} {currency.upper()}"
    return f"{amount / 100:,.2f} {currency.upper()}"


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
    """A link to the admin's page of `instance`."""
    url = reverse(f"admin:{instance._meta.app_label}_{instance._meta.model_name}_change", args=[instance.pk])
    return format_html('<a class="text-link" href="{}">{}</a>', url, text)


class ReadOnlyMixin:
    """Staff look; nobody adds, changes or deletes, whatever permissions they have."""

    actions = None

    def has_add_permission(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        return False


@admin.register(Plan)
class PlanAdmin(ModelAdmin):
    """What is on sale. A change applies to what is paid from now on."""

    list_display = ["name", "slug", "price_id", "credits_per_period", "trial_credits", "is_active"]
    search_fields = ["name", "slug", "stripe_price_id"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active"]}),
        ("At Stripe", {"fields": ["stripe_price_id"]}),
        ("What it gives", {"fields": [("credits_per_period", "trial_credits")]}),
    ]
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> list[str]:  # noqa: ARG002
        return ["slug"] if obj else []  # users carry it

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        """`free` stays: it is what everybody without a subscription is on. So does what was paid for."""
        if obj is not None and (obj.slug == FREE or obj.payments.exists()):
            return False
        return bool(super().has_delete_permission(request, obj))


class AttentionFilter(admin.SimpleListFilter):
    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [("needed", "No plan knows this price")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Payment]) -> models.QuerySet[Payment]:  # noqa: ARG002
        return queryset.filter(credits__isnull=True) if self.value() == "needed" else queryset


class PaymentColumns:
    @admin.display(description="Paid", ordering="amount_paid")
    def paid(self, payment: Payment) -> str:
        return money(payment.amount_paid, payment.currency)

    @admin.display(description="Credits", ordering="credits")
    def gives(self, payment: Payment) -> SafeString | str:
        if payment.credits is None:
            return badge("no plan knows this price", "danger")
        return f"{payment.credits:,}"

    @admin.display(description="For")
    def what_for(self, payment: Payment) -> str:
        return capfirst((payment.billing_reason or payment.action_type).replace("_", " "))

    @admin.display(description="When")
    def when(self, payment: Payment) -> SafeString:
        return change_link(payment, moment(payment.paid_at))

    @admin.display(description="Stripe invoice", ordering="stripe_id")
    def invoice(self, payment: Payment) -> SafeString | str | None:
        return stripe_link("invoices", payment.stripe_id)


@admin.register(Payment)
class PaymentAdmin(PaymentColumns, ReadOnlyMixin, ModelAdmin):
    list_display = ["paid_on", "payer", "plan", "what_for", "paid", "gives", "invoice"]
    list_filter = [AttentionFilter, "plan", "billing_reason"]
    list_select_related = ["user", "plan"]
    search_fields = ["user__email", "stripe_id__exact", "stripe_price_id__exact"]
    search_help_text = "A user's e-mail, or the exact id of an invoice or a price."
    list_per_page = 50
    ordering = ["-paid_at", "-id"]
    fieldsets = [
        (None, {"fields": ["payer", "paid_on", "paid", "what_for", "invoice"]}),
        ("What it gives", {"fields": ["gives", "what_to_do", "plan", "stripe_price_id", "ledger_key"]}),
        ("Period", {"fields": [("period_start", "period_end")]}),
    ]
    readonly_fields = ["payer", "paid_on", "paid", "what_for", "invoice", "gives", "what_to_do", "ledger_key"]

    @admin.display(description="User", ordering="user__email")
    def payer(self, payment: Payment) -> SafeString:
        return change_link(payment.user, str(payment.user))

    @admin.display(description="When", ordering="paid_at")
    def paid_on(self, payment: Payment) -> SafeString | None:
        return moment(payment.paid_at)

    @admin.display(description="What to do")
    def what_to_do(self, payment: Payment) -> str | None:
        if payment.credits is not None:
            return None
        return (
            f"Give a plan the price {payment.stripe_price_id or '(none on the invoice)'}, then run "
            f"manage.py resync_customers --customer {payment.user.stripe_customer_id}: it grants the credits."  # type: ignore[attr-defined]
        )


class PaymentInline(PaymentColumns, ReadOnlyMixin, TabularInline):
    """A user's payments, newest first."""

    model = Payment
    fields = readonly_fields = ["when", "plan", "what_for", "paid", "gives", "invoice"]
    ordering = ["-paid_at", "-id"]
    tab = True
    hide_title = True
    per_page = 15
    extra = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Payment]:
        payments: models.QuerySet[Payment] = super().get_queryset(request).select_related("plan")
        return payments


# Stripe's objects


def _unregister(models_of_app: Iterable[type[models.Model]]) -> None:
    for model in models_of_app:
        if admin.site.is_registered(model):
            admin.site.unregister(model)


_unregister(apps.get_app_config("djstripe").get_models())


class MirrorAdmin(ReadOnlyMixin, ModelAdmin):
    """A table of dj-stripe's. What Stripe sent is in `stripe_data`; columns are few."""

    stripe_kind = ""  # what Stripe's dashboard calls it
    show_full_result_count = False
    paginator = InfinitePaginator  # counting millions of rows takes longer than reading a page of them
    list_per_page = 50
    search_fields = ["id__exact"]
    ordering = ["-created"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:  # noqa: ARG002
        return ["at_stripe", *self.columns, "made", "stripe_data"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        return ["at_stripe", *self.columns, "made"]

    columns: tuple[str, ...] = ()

    def get_list_display(self, request: HttpRequest) -> list[str]:  # noqa: ARG002
        return ["id", *self.columns, "made"]

    @admin.display(description="Created", ordering="created")
    def made(self, row: Any) -> SafeString | None:
        return moment(row.created)

    @admin.display(description="At Stripe")
    def at_stripe(self, row: Any) -> SafeString | str | None:
        return stripe_link(self.stripe_kind, row.id)

    @admin.display(description="Status", ordering="stripe_data__status")
    def status(self, row: Any) -> SafeString | None:
        return status_badge(row.stripe_data.get("status"))

    @admin.display(description="Customer")
    def owner(self, row: Any) -> SafeString | str | None:
        """The user, or Stripe's id of a customer that is not ours."""
        customer = row if isinstance(row, mirror.Customer) else row.customer
        if customer is None:
            return None
        return (
            change_link(customer.subscriber, str(customer.subscriber)) if customer.subscriber else customer.id
        )


class StatusFilter(admin.SimpleListFilter):
    title = "status"
    parameter_name = "status"
    statuses: tuple[str, ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [(status, status.replace("_", " ")) for status in self.statuses]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:  # noqa: ARG002
        return queryset.filter(stripe_data__status=self.value()) if self.value() else queryset


class SubscriptionStatusFilter(StatusFilter):
    # https://docs.stripe.com/api/subscriptions/object#subscription_object-status
    statuses = (
        "active",
        "trialing",
        "past_due",
        "unpaid",
        "incomplete",
        "incomplete_expired",
        "paused",
        "canceled",
    )


class InvoiceStatusFilter(StatusFilter):
    # https://docs.stripe.com/api/invoices/object#invoice_object-status
    statuses = ("draft", "open", "paid", "uncollectible", "void")


@admin.register(mirror.Customer)
class CustomerAdmin(MirrorAdmin):
    columns = ("owner", "email")
    stripe_kind = "customers"
    search_fields = ["id__exact", "email", "subscriber__email"]
    list_select_related = ["subscriber"]


@admin.register(mirror.Subscription)
class SubscriptionAdmin(MirrorAdmin):
    columns = ("owner", "status", "price", "period_end")
    stripe_kind = "subscriptions"
    search_fields = ["id__exact", "customer__id__exact", "customer__email"]
    list_filter = [SubscriptionStatusFilter]
    list_select_related = ["customer__subscriber"]

    @admin.display(description="Price")
    def price(self, row: Any) -> str | None:
        items = (row.stripe_data.get("items") or {}).get("data") or []
        return ((items[0].get("price") or {}).get("id") if items else None) or None

    @admin.display(description="Period ends")
    def period_end(self, row: Any) -> SafeString | None:
        items = (row.stripe_data.get("items") or {}).get("data") or []
        end = row.stripe_data.get("current_period_end") or (items and items[0].get("current_period_end"))
        return moment(datetime.fromtimestamp(end, UTC)) if end else None


@admin.register(mirror.Invoice)
class InvoiceAdmin(MirrorAdmin):
    columns = ("owner", "status", "reason", "paid")
    stripe_kind = "invoices"
    search_fields = ["id__exact", "customer__id__exact", "customer__email"]
    list_filter = [InvoiceStatusFilter]
    list_select_related = ["customer__subscriber"]

    @admin.display(description="Reason")
    def reason(self, row: Any) -> str | None:
        return (row.stripe_data.get("billing_reason") or "").replace("_", " ") or None

    @admin.display(description="Paid")
    def paid(self, row: Any) -> str:
        return money(row.stripe_data.get("amount_paid"), row.stripe_data.get("currency"))


@admin.register(mirror.Price)
class PriceAdmin(MirrorAdmin):
    columns = ("product_name", "amount", "interval")
    stripe_kind = "prices"
    list_select_related = ["product"]

    @admin.display(description="Product")
    def product_name(self, row: Any) -> str | None:
        return row.product.name if row.product else None

    @admin.display(description="Amount")
    def amount(self, row: Any) -> str:
        return money(row.stripe_data.get("unit_amount"), row.stripe_data.get("currency"))

    @admin.display(description="Every")
    def interval(self, row: Any) -> str | None:
        return (row.stripe_data.get("recurring") or {}).get("interval")


@admin.register(mirror.Product)
class ProductAdmin(MirrorAdmin):
    columns = ("name",)
    stripe_kind = "products"
    search_fields = ["id__exact", "name"]


@admin.register(mirror.Event)
class EventAdmin(MirrorAdmin):
    columns = ("type", "api_version")
    stripe_kind = "events"
    search_fields = ["id__exact", "type"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:  # noqa: ARG002
        return ["at_stripe", *self.columns, "made", "data"]


@admin.register(mirror.WebhookEventTrigger)
class WebhookEventTriggerAdmin(ReadOnlyMixin, ModelAdmin):
    """What was sent to the webhook endpoint with a good signature, and what became of it."""

    list_display = ["received", "event_type", "processed", "exception", "remote_ip"]
    list_filter = ["processed", "valid"]
    list_select_related = ["event"]
    search_fields = ["event__id__exact", "event__type"]
    show_full_result_count = False
    paginator = InfinitePaginator
    list_per_page = 50
    ordering = ["-id"]
    fields = [
        ("received", "remote_ip"),
        ("valid", "processed"),
        "event_type",
        "exception",
        "traceback",
        "headers",
        "body",
    ]
    readonly_fields = ["received", "event_type"]

    @admin.display(description="Received", ordering="id")
    def received(self, row: Any) -> SafeString | None:
        return moment(row.created)

    @admin.display(description="Event")
    def event_type(self, row: Any) -> SafeString | None:
        return change_link(row.event, row.event.type) if row.event else None
