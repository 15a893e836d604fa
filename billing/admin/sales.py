"""Plans and payments: what is on sale, and what was paid for."""

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
from common.admin import ReadOnlyInline, ReadOnlyMixin, badge, change_link, format_time


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        """Say in words what a constraint of the table would say by its name."""
        data: dict[str, Any] = super().clean() or {}
        capped = data.get("unspent_credits") == UnspentCredits.ROLLOVER_CAPPED
        if capped and data.get("rollover_cap") is None:
            self.add_error("rollover_cap", "How many may roll over?")
        if not capped and data.get("rollover_cap") is not None:
            self.add_error("rollover_cap", "Only where unspent credits stay up to a cap.")
        return data


class OnSaleAdmin(ModelAdmin):
    """What is on sale. A change applies to what is paid from now on."""

    search_fields = ["name", "slug", "stripe_price_id"]
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []  # users and front ends name it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was paid for stays."""
        if obj is not None and obj.payments.exists():
            return False
        return bool(super().has_delete_permission(request, obj))


@admin.register(Plan)
class PlanAdmin(OnSaleAdmin):
    form = PlanForm
    list_display = ["name", "slug", "price_id", "credits_per_period", "unspent_credits", "is_active"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active"]}),
        ("At Stripe", {"fields": ["stripe_price_id"]}),
        (
            "What it gives",
            {"fields": ["credits_per_period", "instalments", "trial_credits", "upgrade_credits"]},
        ),
        ("What is not spent", {"fields": ["unspent_credits", "rollover_cap"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        """`free` stays too: it is what everybody without a subscription is on."""
        return not (obj and obj.slug == FREE) and super().has_delete_permission(request, obj)


@admin.register(CreditPack)
class CreditPackAdmin(OnSaleAdmin):
    list_display = ["name", "slug", "stripe_price_id", "credits", "is_active"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active"]}),
        ("At Stripe", {"fields": ["stripe_price_id"]}),
        ("What it gives", {"fields": ["credits"]}),
    ]


class AttentionFilter(admin.SimpleListFilter):
    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("needed", "No plan or pack knows this price")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Payment]) -> models.QuerySet[Payment]:
        return queryset.filter(credits__isnull=True) if self.value() == "needed" else queryset


class ReturnedFilter(admin.SimpleListFilter):
    title = "money returned"
    parameter_name = "returned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Refunded or disputed"), ("short", "Credits were spent by then")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Payment]) -> models.QuerySet[Payment]:
        if self.value() == "short":
            return queryset.filter(written_off__gt=0)
        return queryset.filter(amount_returned__gt=0) if self.value() == "yes" else queryset


class PaymentColumns:
    @admin.display(description="Paid", ordering="amount_paid")
    def paid(self, payment: Payment) -> str:
        return money(payment.amount_paid, payment.currency)

    @admin.display(description="Credits", ordering="credits")
    def gives(self, payment: Payment) -> SafeString | str:
        if payment.credits is None:
            return badge("unknown price", "danger")
        return f"{payment.credits:,}"

    @admin.display(description="For")
    def what_for(self, payment: Payment) -> str:
        """The plan or the pack, and the occasion."""
        occasion = (payment.billing_reason or payment.action_type).replace("_", " ")
        return ": ".join(filter(None, [str(payment.plan or payment.pack or ""), occasion]))

    @admin.display(description="Money returned", ordering="amount_returned")
    def returned(self, payment: Payment) -> SafeString | str | None:
        if not payment.amount_returned:
            return None
        return badge(money(payment.amount_returned, payment.currency), "warning")

    @admin.display(description="When")
    def when(self, payment: Payment) -> SafeString:
        return change_link(payment, format_time(payment.paid_at))

    @admin.display(description="At Stripe", ordering="stripe_id")
    def invoice(self, payment: Payment) -> SafeString | str | None:
        """The invoice, or the payment of a checkout: the dashboard has no page for a session."""
        if payment.stripe_id.startswith("cs_") and payment.payment_intent_id:
            return stripe_link("payments", payment.payment_intent_id)
        return stripe_link("invoices", payment.stripe_id)


@admin.register(Payment)
class PaymentAdmin(PaymentColumns, ReadOnlyMixin, ModelAdmin):
    list_display = ["paid_on", "payer", "what_for", "paid", "gives", "returned"]
    list_filter = [AttentionFilter, ReturnedFilter, "plan", "pack", "billing_reason"]
    list_select_related = ["user", "plan", "pack"]
    search_fields = ["user__email", "stripe_id__exact", "stripe_price_id__exact"]
    search_help_text = "A user's e-mail, or the exact id of an invoice or a price."
    list_per_page = 50
    ordering = ["-paid_at", "-id"]
    fieldsets = [
        (None, {"fields": ["payer", "paid_on", "paid", "what_for", "invoice"]}),
        ("What it gives", {"fields": ["gives", "what_to_do", "stripe_price_id", "expires_at", "ledger_key"]}),
        ("What was taken back", {"fields": ["returned", ("taken_back", "written_off")]}),
        ("Period", {"fields": [("period_start", "period_end")]}),
    ]
    readonly_fields = [
        "payer",
        "paid_on",
        "paid",
        "what_for",
        "invoice",
        "gives",
        "what_to_do",
        "ledger_key",
        "returned",
    ]

    @admin.display(description="User", ordering="user__email")
    def payer(self, payment: Payment) -> SafeString:
        return change_link(payment.user, str(payment.user))

    @admin.display(description="When", ordering="paid_at")
    def paid_on(self, payment: Payment) -> SafeString | None:
        return format_time(payment.paid_at)

    @admin.display(description="What to do")
    def what_to_do(self, payment: Payment) -> str | None:
        if payment.credits is not None:
            return None
        return (
            f"Give a plan or a pack the price {payment.stripe_price_id or '(none on the invoice)'}, then run "
            f"manage.py resync_customers --customer {payment.user.stripe_customer_id}: it grants the credits."
        )


class PaymentInline(PaymentColumns, ReadOnlyInline):
    """A user's payments, newest first."""

    model = Payment
    fields = readonly_fields = ["when", "what_for", "paid", "gives", "returned", "invoice"]
    ordering = ["-paid_at", "-id"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Payment]:
        payments: models.QuerySet[Payment] = super().get_queryset(request).select_related("plan", "pack")
        return payments
