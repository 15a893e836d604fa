"""Admin pages of payments."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from billing.admin.formatting import money, stripe_link
from billing.models import Payment
from common.admin import (
    ReadOnlyAdmin,
    ReadOnlyInline,
    badge,
    change_link,
    column,
    format_time,
    time_column,
    user_column,
)


class AttentionFilter(admin.SimpleListFilter):
    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("needed", "Unmapped price")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Payment]) -> models.QuerySet[Payment]:
        return queryset.filter(credits__isnull=True) if self.value() == "needed" else queryset


class ReturnedFilter(admin.SimpleListFilter):
    title = "refunds and disputes"
    parameter_name = "returned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Refunded or disputed"), ("short", "Credits written off")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Payment]) -> models.QuerySet[Payment]:
        if self.value() == "short":
            return queryset.filter(written_off__gt=0)
        return queryset.filter(amount_returned__gt=0) if self.value() == "yes" else queryset


class PaymentColumns:
    paid = column("Amount paid", lambda row: money(row.amount_paid, row.currency), ordering="amount_paid")
    when = column("Paid at", lambda payment: change_link(payment, format_time(payment.paid_at)))

    @admin.display(description="Credits granted", ordering="credits")
    def granted(self, payment: Payment) -> SafeString | str:
        if payment.credits is None:
            return badge("unmapped price", "danger")
        return f"{payment.credits:,}"

    @admin.display(description="Item")
    def item(self, payment: Payment) -> str:
        """Return the plan or pack and Stripe's billing reason."""
        occasion = (payment.billing_reason or payment.action_type).replace("_", " ")
        return ": ".join(filter(None, [str(payment.plan or payment.pack or ""), occasion]))

    @admin.display(description="Refunded or disputed", ordering="amount_returned")
    def returned(self, payment: Payment) -> SafeString | str | None:
        if not payment.amount_returned:
            return None
        return badge(money(payment.amount_returned, payment.currency), "warning")

    @admin.display(description="Stripe ID", ordering="stripe_id")
    def invoice(self, payment: Payment) -> SafeString | str | None:
        """Link to the invoice. The dashboard has no page for a session, but the payment's parts have one."""
        if payment.invoice_id:
            return stripe_link("invoices", payment.invoice_id)
        return payment.stripe_id


@admin.register(Payment)
class PaymentAdmin(PaymentColumns, ReadOnlyAdmin):
    list_display = ["paid_on", "payer", "item", "paid", "granted", "returned"]
    list_filter = [AttentionFilter, ReturnedFilter, "plan", "pack", "billing_reason"]
    list_select_related = ["user", "plan", "pack"]
    search_fields = ["user__email", "stripe_id__exact", "invoice_id__exact", "stripe_price_id__exact"]
    search_help_text = "A user's email address, or the exact id of an invoice or a price."
    ordering = ["-paid_at", "-id"]
    fieldsets = [
        (None, {"fields": ["payer", "paid_on", "paid", "item", "invoice"]}),
        (
            "Amounts",
            {
                "fields": [
                    ("before_tax", "tax_included", "total_amount"),
                    ("tax_country", "tax_exempt"),
                    "paid_with",
                ]
            },
        ),
        (
            "Credits granted",
            {"fields": ["granted", "action_required", "stripe_price_id", "expires_at", "ledger_key"]},
        ),
        ("Clawed back", {"fields": ["returned", ("clawed_back", "not_clawed_back")]}),
        ("Period", {"fields": [("period_start", "period_end")]}),
    ]

    payer = user_column()
    paid_on = time_column("Paid at", "paid_at")
    before_tax = column("Subtotal", lambda payment: money(payment.subtotal, payment.currency))
    tax_included = column("Tax", lambda payment: money(payment.tax, payment.currency))
    total_amount = column("Total", lambda payment: money(payment.total, payment.currency))
    clawed_back = column("Clawed back", lambda payment: f"{payment.credits_clawed_back:,}")
    not_clawed_back = column("Written off", lambda payment: f"{payment.written_off:,}")

    @admin.display(description="Paid with")
    def paid_with(self, payment: Payment) -> SafeString | None:
        """List the payment's parts with their amounts."""
        lines = []
        for part in payment.parts.all():
            amounts = {"": part.amount, "refunded ": part.amount_refunded, "disputed ": part.amount_disputed}
            text = ", ".join(f"{what}{money(of, payment.currency)}" for what, of in amounts.items() if of)
            lines.append((stripe_link("payments", part.stripe_id), text))
        return format_html_join("\n", "<div>{}: {}</div>", lines) if lines else None

    @admin.display(description="Action required")
    def action_required(self, payment: Payment) -> str | None:
        if payment.credits is not None:
            return None
        return (
            f"Map the price {payment.stripe_price_id or '(none on the invoice)'} to a plan or a pack, then run "
            f"manage.py resync_customers --customer {payment.user.stripe_customer_id} to grant the credits."
        )


class PaymentInline(PaymentColumns, ReadOnlyInline):
    """The tab of a user's page that lists payments, newest first."""

    model = Payment
    fields = readonly_fields = ["when", "item", "paid", "granted", "returned", "invoice"]
    ordering = ["-paid_at", "-id"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Payment]:
        return super().get_queryset(request).select_related("plan", "pack")
