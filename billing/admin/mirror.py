"""Stripe data: read-only pages of seven of dj-stripe's tables.

dj-stripe registers an editable admin page for each of its tables. They are unregistered, since an edit
would only change the local copy: Stripe's objects are changed in Stripe's dashboard.
"""

from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from djstripe import admin as djstripe_admin  # noqa: F401  (registers the pages that are unregistered below)
from djstripe import models as mirror

from billing.admin.formatting import money, status_badge, stripe_link
from common.admin import LargeTableAdmin, OwnValuesFilter, change_link, column, format_time, time_column

_djstripe = apps.get_app_config("djstripe")
_djstripe.verbose_name = "Stripe data"  # the default is "Djstripe"
for _model in _djstripe.get_models():
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
# Not in the migrations' state: Django records only what a model's own Meta declares.
mirror.WebhookEventTrigger._meta.verbose_name = "webhook delivery"
mirror.WebhookEventTrigger._meta.verbose_name_plural = "webhook deliveries"


class StripeDataAdmin(LargeTableAdmin):
    """Base of the pages. It names a row by `title_of`, since dj-stripe's names are wrong or technical."""

    def title_of(self, row: Any) -> str:
        return str(row.id)

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """Return the row with `admin_title`, which our breadcrumbs show."""
        row = super().get_object(*args, **kwargs)
        if row is not None:
            row.admin_title = self.title_of(row)
        return row

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        context["subtitle"] = context["original"].admin_title
        return super().render_change_form(request, context, *args, **kwargs)


class MirrorAdmin(StripeDataAdmin):
    """Base of the pages of Stripe's objects. `stripe_data` holds the object as Stripe sent it."""

    stripe_kind = ""  # the object's path in Stripe's dashboard
    columns: tuple[str, ...] = ()
    source = "stripe_data"
    search_fields = ["id__exact"]
    ordering = ["-created"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["stripe_id", *self.columns, "created_at", self.source]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return ["object_id", *self.columns, "created_at"]

    created_at = time_column("Created", "created")
    object_id = column("Stripe ID", lambda row: row.id, ordering="id")
    status = column(
        "Status", lambda row: status_badge(row.stripe_data.get("status")), ordering="stripe_data__status"
    )

    @admin.display(description="Stripe ID")
    def stripe_id(self, row: Any) -> SafeString | str | None:
        return stripe_link(self.stripe_kind, row.id)

    @admin.display(description="Customer")
    def owner(self, row: Any) -> SafeString | str | None:
        """Link to the user, or return the Stripe ID of a customer that belongs to no user."""
        customer = row if isinstance(row, mirror.Customer) else row.customer
        if customer is None:
            return None
        return (
            change_link(customer.subscriber, str(customer.subscriber)) if customer.subscriber else customer.id
        )


class StatusFilter(OwnValuesFilter):
    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(status, status.replace("_", " ")) for status in model_admin.statuses]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(stripe_data__status=self.value()) if self.value() else queryset


def _items(row: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (row.stripe_data.get("items") or {}).get("data") or []
    return found


def _money(row: Any, amount: str) -> str:
    return money(row.stripe_data.get(amount), row.stripe_data.get("currency"))


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
    list_filter = [StatusFilter]
    list_select_related = ["customer__subscriber"]
    statuses = (  # https://docs.stripe.com/api/subscriptions/object#subscription_object-status
        *("active", "trialing", "past_due", "unpaid", "incomplete"),
        *("incomplete_expired", "paused", "canceled"),
    )

    price = column(
        "Price",
        lambda row: ", ".join((item.get("price") or {}).get("id", "") for item in _items(row)) or None,
    )

    @admin.display(description="Period ends")
    def period_end(self, row: Any) -> SafeString | None:
        ends = [item.get("current_period_end") for item in _items(row)]
        end = row.stripe_data.get("current_period_end") or next(filter(None, ends), None)
        return format_time(datetime.fromtimestamp(end, UTC)) if end else None


@admin.register(mirror.Invoice)
class InvoiceAdmin(MirrorAdmin):
    columns = ("owner", "status", "reason", "paid")
    stripe_kind = "invoices"
    search_fields = ["id__exact", "customer__id__exact", "customer__email"]
    list_filter = [StatusFilter]
    list_select_related = ["customer__subscriber"]
    # https://docs.stripe.com/api/invoices/object#invoice_object-status
    statuses = ("draft", "open", "paid", "uncollectible", "void")

    paid = column("Amount paid", lambda row: _money(row, "amount_paid"))

    @admin.display(description="Billing reason")
    def reason(self, row: Any) -> str | None:
        return (row.stripe_data.get("billing_reason") or "").replace("_", " ") or None


@admin.register(mirror.Price)
class PriceAdmin(MirrorAdmin):
    columns = ("product_name", "amount", "interval")
    stripe_kind = "prices"
    list_select_related = ["product"]

    product_name = column("Product", lambda row: row.product.name if row.product else None)
    amount = column("Amount", lambda row: _money(row, "unit_amount"))
    interval = column("Interval", lambda row: (row.stripe_data.get("recurring") or {}).get("interval"))


@admin.register(mirror.Product)
class ProductAdmin(MirrorAdmin):
    columns = ("name",)
    stripe_kind = "products"
    search_fields = ["id__exact", "name"]


@admin.register(mirror.Event)
class EventAdmin(MirrorAdmin):
    columns = ("type", "api_version")
    stripe_kind = "events"
    source = "data"
    search_fields = ["id__exact", "type"]


@admin.register(mirror.WebhookEventTrigger)
class WebhookEventTriggerAdmin(StripeDataAdmin):
    """Signed requests to the webhook endpoint, with the outcome of each."""

    list_display = ["received", "event_type", "processed", "exception", "remote_ip"]
    list_filter = ["processed", "valid"]
    list_select_related = ["event"]
    search_fields = ["event__id__exact", "event__type"]
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

    received = time_column("Received", "created", ordering="id")
    event_type = column("Event", lambda row: change_link(row.event, row.event.type) if row.event else None)

    def title_of(self, row: Any) -> str:
        return f"#{row.pk}"
