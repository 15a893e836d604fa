"""Read-only admin pages of the ledger, holds and grants, and their tabs on a user's page."""

from datetime import datetime, time
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.utils import parse_date_str

from common.admin import (
    LargeTableAdmin,
    ReadOnlyInline,
    badge,
    change_link,
    column,
    format_time,
    time_column,
    user_column,
)
from credits.admin.actions import RefundAdmin, refund_of
from credits.admin.formatting import credits_text
from credits.claims import CreditClaim
from credits.consumption_order import CONSUMPTION_ORDER
from credits.models import AiCreditLog, CreditGrant, CreditHold, EntryKind, HoldState
from credits.spending_limits import SpendingLimit

KIND_COLOURS = {
    EntryKind.GRANT: "success",
    EntryKind.REFUND: "info",
    EntryKind.ADJUSTMENT: "warning",
    EntryKind.EXPIRY: "danger",
    EntryKind.CLAWBACK: "danger",
}
HOLD_COLOURS = {HoldState.HELD: "warning", HoldState.CAPTURED: "success"}


class EntryColumns:
    """The columns of an entry, in lists, in a user's tab and on its own page."""

    kind_badge = column(
        "Kind",
        lambda row: badge(row.get_kind_display(), KIND_COLOURS.get(row.kind, "default")),
        ordering="kind",
    )
    balance = column("Balance after", lambda entry: credits_text(entry.balance_after))
    when = column("Created at", lambda entry: change_link(entry, format_time(entry.created_at)))

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

    @admin.display(description="Actor and reason", empty_value="")
    def actor_and_reason(self, entry: AiCreditLog) -> str:
        return ": ".join(filter(None, [str(entry.actor) if entry.actor else "", entry.reason]))


class DayRangeFilter(RangeDateFilter):
    """Filter by days in the server's time zone, inclusive; Unfold's filter excludes the last day."""

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        for end, lookup, moment in (("from", "gte", time.min), ("to", "lte", time.max)):
            if day := parse_date_str(self.used_parameters.get(f"{self.parameter_name}_{end}", "")):
                at = timezone.make_aware(datetime.combine(day, moment))
                queryset = queryset.filter(**{f"{self.parameter_name}__{lookup}": at})
        return queryset


@admin.register(AiCreditLog)
class AiCreditLogAdmin(RefundAdmin, EntryColumns, LargeTableAdmin):
    list_display = ["posted", "holder", "kind_badge", "cause", "signed_amount", "actor_and_reason"]
    list_filter = ["kind", "action_type", ("created_at", DayRangeFilter)]
    list_filter_submit = True
    list_select_related = ["user", "actor"]
    search_fields = ["user__email", "reference_id__exact", "idempotency_key__exact"]
    search_help_text = "A user's email address, or the exact id of an entry's reference, such as an invoice."
    ordering = ["-id"]
    fields = [
        "holder",
        "posted",
        "kind_badge",
        "cause",
        "signed_amount",
        "balance",
        "actor_and_reason",
        "undone_by",
        "idempotency_key",
        "metadata",
    ]

    posted = time_column("Created at", "created_at", ordering="id")
    holder = user_column()

    @admin.display(description="Refunded by", empty_value="-")
    def undone_by(self, entry: AiCreditLog) -> SafeString | None:
        refund = refund_of(entry)
        return change_link(refund, f"entry {refund.pk}") if refund else None


class HoldColumns:
    created = time_column("Created at", "created_at")
    expires = time_column("Expires at", "expires_at")


@admin.register(CreditHold)
class CreditHoldAdmin(HoldColumns, LargeTableAdmin):
    list_display = ["created", "holder", "action_type", "amount", "state_badge", "captured_amount", "expires"]
    list_filter = ["state", "action_type"]
    list_select_related = ["user"]
    search_fields = ["user__email", "idempotency_key__exact"]
    search_help_text = "A user's email address, or the exact Idempotency-Key of a request."
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

    holder = user_column()
    state_badge = column(
        "State",
        lambda row: badge(row.get_state_display(), HOLD_COLOURS.get(row.state, "default")),
        ordering="state",
    )


class LedgerInline(EntryColumns, ReadOnlyInline):
    """A user's ledger, newest first."""

    model = AiCreditLog
    fk_name = "user"
    verbose_name = "ledger entry"
    verbose_name_plural = "ledger entries"
    fields = readonly_fields = ["when", "kind_badge", "cause", "signed_amount", "balance", "actor_and_reason"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AiCreditLog]:
        return super().get_queryset(request).select_related("actor")


class OpenHoldInline(HoldColumns, ReadOnlyInline):
    """Credits that are reserved for work in progress."""

    model = CreditHold
    verbose_name = "open hold"
    fields = readonly_fields = ["created", "action_type", "amount", "expires"]
    ordering = ["-created_at"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[CreditHold]:
        return super().get_queryset(request).filter(state=HoldState.HELD)


class OpenGrantInline(ReadOnlyInline):
    """The remaining credits of each grant, in consumption order."""

    model = CreditGrant
    verbose_name = "open grant"
    fields = readonly_fields = ["given", "cause", "amount", "remaining", "reserved", "expires"]
    ordering = CONSUMPTION_ORDER

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[CreditGrant]:
        return super().get_queryset(request).filter(is_open=True).select_related("entry")

    given = column("Created at", lambda row: change_link(row.entry, format_time(row.entry.created_at)))
    cause = column("Cause", lambda row: EntryColumns().cause(row.entry))
    expires = column("Expires at", lambda row: format_time(row.expires_at) or "never")


class OpenClaimInline(ReadOnlyInline):
    """Reserved credits that a clawback takes when a hold returns them."""

    model = CreditClaim
    verbose_name = "open claim"
    fields = readonly_fields = ["claimed", "cause", "open_amount", "collected_amount"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[CreditClaim]:
        return super().get_queryset(request).filter(open_amount__gt=0).select_related("entry")

    claimed = column("Created at", lambda row: change_link(row.entry, format_time(row.entry.created_at)))
    cause = column("Cause", lambda row: EntryColumns().cause(row.entry))


class SpendingLimitInline(ReadOnlyInline):
    """The user's spending limits, and their use in the current period."""

    model = SpendingLimit
    verbose_name = "spending limit"
    fields = readonly_fields = ["limited", "each", "amount", "spent", "reserved", "resets"]
    ordering = ["subject", "period"]

    limited = column("Limits", lambda row: row.subject or "the whole account")
    each = column("Each", lambda row: row.period)
    spent = column("Spent", lambda row: row.at(timezone.now()).used)
    reserved = column("Reserved", lambda row: row.at(timezone.now()).held)
    resets = column("Resets at", lambda row: format_time(row.at(timezone.now()).resets_at))
