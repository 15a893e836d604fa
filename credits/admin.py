"""The ledger for staff: read-only, but for two verbs that go through the services.

`CreditHolderAdmin` is the part that a project's user admin composes:

    @admin.register(User)
    class UserAdmin(CreditHolderAdmin, ModelAdmin):
        inlines = [CreditLogInline, OpenHoldInline]
"""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.paginator import InfinitePaginator

from credits import services as ledger
from credits.exceptions import IdempotencyConflict, NotRefundable
from credits.forms import AdjustCreditsForm, ReasonForm
from credits.models import AiCreditLog, CreditHold, EntryKind, HoldState

MAY_POST = "credits.adjust_credits"

KIND_COLOURS = {
    EntryKind.GRANT: "success",
    EntryKind.REFUND: "info",
    EntryKind.ADJUSTMENT: "warning",
    EntryKind.EXPIRY: "danger",
    EntryKind.CLAWBACK: "danger",
}
HOLD_COLOURS = {HoldState.HELD: "warning", HoldState.CAPTURED: "success"}


def badge(text: str, variant: str = "default") -> SafeString:
    return render_to_string("unfold/helpers/label.html", {"text": text, "variant": variant})


def credits_text(amount: int, *, signed: bool = False) -> str:
    """1234 → 1,234, with a real minus; `signed` puts a plus before what was given."""
    sign = "\N{MINUS SIGN}" if amount < 0 else "+" if signed and amount else ""
    return f"{sign}{intcomma(abs(amount))}"


def moment(at: datetime) -> SafeString:
    """A time as every list here writes it: 22 Nov 2026, 14:50."""
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


class MayPostMixin:
    """Who may use the verbs."""

    # A method, because Unfold looks up a permission that is named with a dot in the database, in a
    # system check: on a new database that is before the migration that brings it.

    def has_post_credits_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        return request.user.has_perm(MAY_POST)


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
        return change_link(entry, moment(entry.created_at))


@admin.register(AiCreditLog)
class AiCreditLogAdmin(EntryColumns, MayPostMixin, ReadOnlyMixin, ModelAdmin):
    list_display = ["posted", "holder", "kind_badge", "cause", "signed_amount", "who_and_why"]
    list_filter = ["kind", "action_type", ("created_at", RangeDateFilter)]
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
    actions_detail = ["refund_spend"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        return self.fields

    @admin.display(description="When", ordering="id")
    def posted(self, entry: AiCreditLog) -> SafeString:
        return moment(entry.created_at)

    @admin.display(description="User", ordering="user__email")
    def holder(self, entry: AiCreditLog) -> SafeString:
        return change_link(entry.user, str(entry.user))

    @admin.display(description="Refunded by", empty_value="-")
    def undone_by(self, entry: AiCreditLog) -> SafeString | None:
        refund = self._refund_of(entry)
        return change_link(refund, f"entry {refund.pk}") if refund else None

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The refund, on the page of a spend that has none yet."""
        entry = self.get_object(request, unquote(str(object_id)))
        if entry is None or entry.kind != EntryKind.SPEND or self._refund_of(entry):
            return []
        actions: list[Any] = super().get_actions_detail(request, object_id)
        return actions

    @action(
        description="Refund this spend",
        url_path="refund",
        permissions=["post_credits"],
        icon="undo",
        variant=ActionVariant.PRIMARY,
    )
    def refund_spend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give back what a spend took, whole and once."""
        entry = self.get_object(request, unquote(object_id))
        if entry is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    posted = ledger.refund(
                        entry_id=entry.pk, actor_id=request.user.pk, reason=form.cleaned_data["reason"]
                    )
                    if posted.created:
                        self.log_change(
                            request, entry.user, f"Refunded entry {entry.pk}: {posted.amount:+d}."
                        )
            except NotRefundable as error:
                messages.error(request, str(error))
            else:
                _tell_refunded(request, posted)
            return redirect("admin:credits_aicreditlog_change", entry.pk)
        facts = [
            ("User", entry.user),
            ("Spent on", self.cause(entry)),
            ("To give back", credits_text(-entry.amount)),
        ]
        return _form_page(
            self, request, form, facts=facts, original=entry, title="Refund a spend", submit="Refund"
        )

    @staticmethod
    def _refund_of(entry: AiCreditLog) -> AiCreditLog | None:
        return AiCreditLog.objects.of(entry.user_id).filter(idempotency_key=f"refund:{entry.pk}").first()


class HoldColumns:
    @admin.display(description="Since", ordering="created_at")
    def created(self, hold: CreditHold) -> SafeString:
        return moment(hold.created_at)

    @admin.display(description="Until", ordering="expires_at")
    def expires(self, hold: CreditHold) -> SafeString:
        return moment(hold.expires_at)


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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        return ["holder", "state_badge", "created", "expires"]

    @admin.display(description="User", ordering="user__email")
    def holder(self, hold: CreditHold) -> SafeString:
        return change_link(hold.user, str(hold.user))

    @admin.display(description="State", ordering="state")
    def state_badge(self, hold: CreditHold) -> SafeString:
        return badge(hold.get_state_display(), HOLD_COLOURS.get(HoldState(hold.state), "default"))


class CreditLogInline(EntryColumns, ReadOnlyMixin, TabularInline):
    """A user's ledger, newest first: why their balance is what it is."""

    model = AiCreditLog
    fk_name = "user"
    verbose_name = "ledger entry"
    verbose_name_plural = "ledger entries"
    fields = readonly_fields = ["when", "kind_badge", "cause", "signed_amount", "balance", "who_and_why"]
    ordering = ["-id"]
    tab = True
    hide_title = True
    per_page = 15
    extra = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AiCreditLog]:
        entries: models.QuerySet[AiCreditLog] = super().get_queryset(request).select_related("actor")
        return entries


class OpenHoldInline(HoldColumns, ReadOnlyMixin, TabularInline):
    """Credits that are reserved for work that is still running."""

    model = CreditHold
    verbose_name = "open hold"
    verbose_name_plural = "open holds"
    fields = readonly_fields = ["created", "action_type", "amount", "expires"]
    ordering = ["-created_at"]
    tab = True
    hide_title = True
    per_page = 15
    extra = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[CreditHold]:
        holds: models.QuerySet[CreditHold] = super().get_queryset(request)
        return holds.filter(state=HoldState.HELD)


class CreditHolderAdmin(MayPostMixin):
    """The part of a user admin that adjusts a balance: with a reason, and the name of who did it."""

    actions_detail = ["adjust_credits"]

    @action(
        description="Adjust credits",
        url_path="adjust-credits",
        permissions=["post_credits"],
        icon="exposure",
        variant=ActionVariant.PRIMARY,
    )
    def adjust_credits(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give or take credits, once for each form that was shown, however often it is sent."""
        holder = self.get_object(request, unquote(object_id))
        if holder is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = AdjustCreditsForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            wanted, reason = form.cleaned_data["amount"], form.cleaned_data["reason"]
            try:
                with transaction.atomic():
                    posted = ledger.adjust(
                        user_id=holder.pk,
                        amount=wanted,
                        actor_id=request.user.pk,
                        reason=reason,
                        key=f"adjust:{form.cleaned_data['key']}",
                    )
                    if posted.created:
                        self.log_change(
                            request, holder, f"Adjusted the credits by {posted.amount:+d}: {reason}"
                        )
            except IdempotencyConflict:
                form.add_conflict()
            else:
                _tell_adjusted(request, posted, wanted=wanted)
                return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", holder.pk)
        facts = [
            ("User", holder),
            ("Available", credits_text(holder.ai_credits)),
            ("Held for work in progress", credits_text(holder.ai_credits_held)),
        ]
        return _form_page(
            self,
            request,
            form,
            facts=facts,
            original=holder,
            title="Adjust credits",
            submit="Post to the ledger",
        )


def _tell_adjusted(request: HttpRequest, posted: ledger.Posted, *, wanted: int) -> None:
    available = f"{credits_text(posted.available)} credits are available now."
    if not posted.created:
        messages.info(
            request, f"This adjustment had been posted already; nothing more was changed. {available}"
        )
    elif posted.amount != wanted:
        messages.warning(
            request,
            f"Asked to take {credits_text(-wanted)}, but only {credits_text(-posted.amount)} were available: "
            f"{credits_text(-posted.amount)} taken. {available}",
        )
    else:
        messages.success(request, f"{credits_text(posted.amount, signed=True)} credits posted. {available}")


def _tell_refunded(request: HttpRequest, posted: ledger.Posted) -> None:
    if posted.created:
        messages.success(request, f"{credits_text(posted.amount, signed=True)} credits given back.")
    else:
        messages.info(request, "This spend had been refunded already; nothing more was changed.")


def _form_page(
    model_admin: Any,
    request: HttpRequest,
    form: ReasonForm,
    *,
    facts: list[tuple[str, Any]],
    original: models.Model,
    title: str,
    submit: str,
) -> TemplateResponse:
    opts = original._meta
    return TemplateResponse(
        request,
        "credits/admin/post_entry.html",
        {
            **model_admin.admin_site.each_context(request),
            "opts": opts,
            "original": original,
            "title": title,
            "form": form,
            "facts": facts,
            "button": submit,
            "back": reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[original.pk]),
        },
    )
