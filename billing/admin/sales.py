"""Plans and payments: what is on sale, and what was paid for."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from unfold.admin import ModelAdmin

from billing.admin.parts import LookOnlyInline, ReadOnlyMixin, badge, change_link, moment, money, stripe_link
from billing.models import Payment, Plan
from billing.subscribers import FREE


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


class PaymentInline(PaymentColumns, LookOnlyInline):
    """A user's payments, newest first."""

    model = Payment
    fields = readonly_fields = ["when", "plan", "what_for", "paid", "gives", "invoice"]
    ordering = ["-paid_at", "-id"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Payment]:
        payments: models.QuerySet[Payment] = super().get_queryset(request).select_related("plan")
        return payments
