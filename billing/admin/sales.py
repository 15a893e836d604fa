"""Admin pages of the catalog and of payments."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from billing.admin.formatting import money, stripe_link
from billing.models import CreditPack, Payment, Plan, UnspentCredits
from billing.rules.catalog import FREE
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


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at runtime
    def clean(self) -> dict[str, Any]:
        """Report a missing or superfluous cap before the table's constraint does."""
        data: dict[str, Any] = super().clean() or {}
        capped = data.get("unspent_credits") == UnspentCredits.ROLLOVER_CAPPED
        if capped and data.get("rollover_cap") is None:
            self.add_error("rollover_cap", "Required for a rollover up to a cap.")
        if not capped and data.get("rollover_cap") is not None:
            self.add_error("rollover_cap", "Only for a rollover up to a cap.")
        return data


class CatalogAdmin(ModelAdmin):
    """Base of plans and packs. An edit applies to later payments only."""

    search_fields = ["name", "slug", "stripe_price_id"]
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []  # users and API clients refer to it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep a row that a payment refers to."""
        if obj is not None and obj.payments.exists():
            return False
        return bool(super().has_delete_permission(request, obj))


@admin.register(Plan)
class PlanAdmin(CatalogAdmin):
    form = PlanForm
    list_display = ["name", "slug", "price_id", "granted", "unspent_credits", "is_active"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active"]}),
        ("Stripe", {"fields": ["stripe_price_id"]}),
        ("Credits granted", {"fields": ["credits_per_period", "trial_credits", "upgrade_credits"]}),
        ("Instalments", {"fields": ["instalments"]}),
        ("Unused credits", {"fields": ["unspent_credits", "rollover_cap"]}),
        (
            "Checkout",
            {"fields": ["trial_days", "max_quantity", "promotion_codes", "automatic_tax"]},
        ),
    ]

    price_id = column("Stripe price", lambda plan: plan.price_id)
    granted = column(
        "Credits per period", lambda plan: f"{plan.credits_per_period:,}", ordering="credits_per_period"
    )

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        """Keep `free`, the plan of every user without a subscription."""
        return not (obj and obj.slug == FREE) and super().has_delete_permission(request, obj)


@admin.register(CreditPack)
class CreditPackAdmin(CatalogAdmin):
    list_display = ["name", "slug", "stripe_price_id", "granted", "is_active"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active"]}),
        ("Stripe", {"fields": ["stripe_price_id"]}),
        ("Credits granted", {"fields": ["credits"]}),
        ("Checkout", {"fields": ["max_quantity", "promotion_codes", "automatic_tax", "invoice"]}),
    ]

    granted = column("Credits", lambda pack: f"{pack.credits:,}", ordering="credits")


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
        """Link to the invoice, or to the payment of a checkout: the dashboard has no page for a session."""
        if payment.stripe_id.startswith("cs_") and payment.payment_intent_id:
            return stripe_link("payments", payment.payment_intent_id)
        return stripe_link("invoices", payment.stripe_id)


@admin.register(Payment)
class PaymentAdmin(PaymentColumns, ReadOnlyAdmin):
    list_display = ["paid_on", "payer", "item", "paid", "granted", "returned"]
    list_filter = [AttentionFilter, ReturnedFilter, "plan", "pack", "billing_reason"]
    list_select_related = ["user", "plan", "pack"]
    search_fields = ["user__email", "stripe_id__exact", "stripe_price_id__exact"]
    search_help_text = "A user's e-mail, or the exact id of an invoice or a price."
    ordering = ["-paid_at", "-id"]
    fieldsets = [
        (None, {"fields": ["payer", "paid_on", "paid", "item", "invoice"]}),
        (
            "Credits granted",
            {"fields": ["granted", "action_required", "stripe_price_id", "expires_at", "ledger_key"]},
        ),
        ("Clawed back", {"fields": ["returned", ("clawed_back", "not_clawed_back")]}),
        ("Period", {"fields": [("period_start", "period_end")]}),
    ]

    payer = user_column()
    paid_on = time_column("Paid at", "paid_at")
    clawed_back = column("Clawed back", lambda payment: f"{payment.credits_clawed_back:,}")
    not_clawed_back = column("Written off", lambda payment: f"{payment.written_off:,}")

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
