"""The ledger and its holds, to be read: in lists, on pages of their own and on a user's page."""

from datetime import datetime, time
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.paginator import InfinitePaginator
from unfold.utils import parse_date_str

from common.admin import ReadOnlyInline, ReadOnlyMixin, badge, change_link, format_time
from credits.admin.formatting import credits_text
from credits.admin.verbs import RefundAdmin, refund_of
from credits.models import CONSUMPTION_ORDER, AiCreditLog, CreditGrant, CreditHold, EntryKind, HoldState

KIND_COLOURS = {
    EntryKind.GRANT: "success",
    EntryKind.REFUND: "info",
    EntryKind.ADJUSTMENT: "warning",
    EntryKind.EXPIRY: "danger",
    EntryKind.CLAWBACK: "danger",
}
HOLD_COLOURS = {HoldState.HELD: "warning", HoldState.CAPTURED: "success"}


class EntryColumns:
    """How an entry reads, in a list, in a user's tab and on its own page."""

    @admin.display(description="Kind", ordering="kind")
    def kind_badge(self, entry: AiCreditLog) -> SafeString:
        return badge(entry.get_kind_display(), KIND_COLOURS.get(EntryKind(entry.kind), "default"))

    @admin.display(description="Cause")
    def cause(self, entry: AiCreditLog) -> str:
        cause = capfirst(entry.action_type.replace("_", " "))
        if entry.reference_id:
            return f"{cause}: {entry.reference_type.replace('_', ' ')} {entry.reference_id}"
        return cause

    @admin.display(description="Credits", ordering="amount")
    def signed_amount(self, entry: AiCreditLog) -> SafeString:
        return format_html(
            '<span class="whitespace-nowrap font-semibold">{}</span>',
            credits_text(entry.amount, signed=True),
        )

    @admin.display(description="Balance after")
    def balance(self, entry: AiCreditLog) -> str:
        return credits_text(entry.balance_after)

    @admin.display(description="Who and why", empty_value="")
    def who_and_why(self, entry: AiCreditLog) -> str:
        return ": ".join(filter(None, [str(entry.actor) if entry.actor else "", entry.reason]))

    @admin.display(description="When")
    def when(self, entry: AiCreditLog) -> SafeString:
        return change_link(entry, format_time(entry.created_at))


class DayRangeFilter(RangeDateFilter):
    """From one day to another in the server's time zone, both included; Unfold's leaves the last one out."""

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        first, last = (
            parse_date_str(self.used_parameters.get(f"{self.parameter_name}_{end}", ""))
            for end in ("from", "to")
        )
        if first:
            at = timezone.make_aware(datetime.combine(first, time.min))
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": at})
        if last:
            at = timezone.make_aware(datetime.combine(last, time.max))
            queryset = queryset.filter(**{f"{self.parameter_name}__lte": at})
        return queryset


@admin.register(AiCreditLog)
class AiCreditLogAdmin(RefundAdmin, EntryColumns, ReadOnlyMixin, ModelAdmin):
    list_display = ["posted", "holder", "kind_badge", "cause", "signed_amount", "who_and_why"]
    list_filter = ["kind", "action_type", ("created_at", DayRangeFilter)]
    list_filter_submit = True
    list_select_related = ["user", "actor"]
    search_fields = ["user__email", "reference_id__exact", "idempotency_key__exact"]
    search_help_text = "A user's e-mail, or the exact id of what was paid for (an invoice, a question set)."
    show_full_result_count = False
    paginator = InfinitePaginator  # counting millions of rows takes longer than reading a page of them
    list_per_page = 50
    ordering = ["-id"]
    fields = [
        "holder",
        "posted",
        "kind_badge",
        "cause",
        "signed_amount",
        "balance",
        "who_and_why",
        "undone_by",
        "idempotency_key",
        "metadata",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.fields

    @admin.display(description="When", ordering="id")
    def posted(self, entry: AiCreditLog) -> SafeString | None:
        return format_time(entry.created_at)

    @admin.display(description="User", ordering="user__email")
    def holder(self, entry: AiCreditLog) -> SafeString:
        return change_link(entry.user, str(entry.user))

    @admin.display(description="Refunded by", empty_value="-")
    def undone_by(self, entry: AiCreditLog) -> SafeString | None:
        refund = refund_of(entry)
        return change_link(refund, f"entry {refund.pk}") if refund else None


class HoldColumns:
    @admin.display(description="Since", ordering="created_at")
    def created(self, hold: CreditHold) -> SafeString | None:
        return format_time(hold.created_at)

    @admin.display(description="Until", ordering="expires_at")
    def expires(self, hold: CreditHold) -> SafeString | None:
        return format_time(hold.expires_at)


@admin.register(CreditHold)
class CreditHoldAdmin(HoldColumns, ReadOnlyMixin, ModelAdmin):
    list_display = ["created", "holder", "action_type", "amount", "state_badge", "captured_amount", "expires"]
    list_filter = ["state", "action_type"]
    list_select_related = ["user"]
    search_fields = ["user__email", "idempotency_key__exact"]
    search_help_text = "A user's e-mail, or the exact Idempotency-Key of a request."
    show_full_result_count = False
    paginator = InfinitePaginator
    list_per_page = 50
    ordering = ["-created_at"]
    fields = [
        "holder",
        "action_type",
        "amount",
        "state_badge",
        "captured_amount",
        ("created", "expires", "closed_at"),
        ("endpoint", "idempotency_key", "response_status"),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["holder", "state_badge", "created", "expires"]

    @admin.display(description="User", ordering="user__email")
    def holder(self, hold: CreditHold) -> SafeString:
        return change_link(hold.user, str(hold.user))

    @admin.display(description="State", ordering="state")
    def state_badge(self, hold: CreditHold) -> SafeString:
        return badge(hold.get_state_display(), HOLD_COLOURS.get(HoldState(hold.state), "default"))


class CreditLogInline(EntryColumns, ReadOnlyInline):
    """A user's ledger, newest first: why their balance is what it is."""

    model = AiCreditLog
    fk_name = "user"
    verbose_name = "ledger entry"
    verbose_name_plural = "ledger entries"
    fields = readonly_fields = ["when", "kind_badge", "cause", "signed_amount", "balance", "who_and_why"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AiCreditLog]:
        entries: models.QuerySet[AiCreditLog] = super().get_queryset(request).select_related("actor")
        return entries


class OpenHoldInline(HoldColumns, ReadOnlyInline):
    """Credits that are reserved for work that is still running."""

    model = CreditHold
    verbose_name = "open hold"
    verbose_name_plural = "open holds"
    fields = readonly_fields = ["created", "action_type", "amount", "expires"]
    ordering = ["-created_at"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[CreditHold]:
        holds: models.QuerySet[CreditHold] = super().get_queryset(request)
        return holds.filter(state=HoldState.HELD)


class OpenGrantInline(ReadOnlyInline):
    """What is left of each grant, in the order in which it is spent, and until when it can be."""

    model = CreditGrant
    verbose_name = "grant with credits left"
    verbose_name_plural = "grants with credits left"
    fields = readonly_fields = ["given", "cause", "amount", "remaining", "reserved", "expires"]
    ordering = CONSUMPTION_ORDER

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[CreditGrant]:
        grants: models.QuerySet[CreditGrant] = super().get_queryset(request)
        return grants.filter(is_open=True).select_related("entry")

    @admin.display(description="Given")
    def given(self, grant: CreditGrant) -> SafeString:
        return change_link(grant.entry, format_time(grant.entry.created_at))

    @admin.display(description="Cause")
    def cause(self, grant: CreditGrant) -> str:
        return EntryColumns().cause(grant.entry)

    @admin.display(description="Expires", empty_value="never")
    def expires(self, grant: CreditGrant) -> SafeString | str | None:
        return format_time(grant.expires_at) if grant.expires_at else "never"
