"""The admin actions on a balance: adjust it, refund a spend. Both go through the services."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant

from credits import services as ledger
from credits.admin.formatting import credits_text
from credits.admin.forms import AdjustCreditsForm, ReasonForm
from credits.exceptions import AdjustmentTooLarge, GrantBalanceMismatch, IdempotencyConflict, NotRefundable
from credits.holders import Holder, UserId
from credits.models import AiCreditLog, EntryKind

ADJUST_PERMISSION = "credits.adjust_credits"
EXCEED_PERMISSION = "credits.adjust_without_limit"


class AdjustCreditsPermissionMixin:
    """The permission for both actions."""

    # A method, because a system check of Unfold looks up a permission with a dot in the database, before the
    # migration that creates it has run.

    def has_adjust_credits_permission(self: Any, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(ADJUST_PERMISSION) and self.has_view_permission(request)


class CreditHolderAdmin(AdjustCreditsPermissionMixin):
    """A user admin that can adjust a balance, with a reason and the name of the member of staff."""

    actions_detail = ["adjust_credits"]

    def get_object(self: Any, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Load the holder and process due work, so that staff and holder see the same balance."""
        holder = super().get_object(request, object_id, from_field)  # type: ignore[misc]  # ModelAdmin's
        if holder is not None:
            try:
                ledger.process_due(user_id=holder.pk)
            except GrantBalanceMismatch as error:
                messages.error(request, str(error))
            balance = ["ai_credits", "ai_credits_held", "ai_credits_claimed"]
            holder.refresh_from_db(fields=[*balance, "credits_due_at"])
        return holder

    @action(
        description="Adjust credits",
        url_path="adjust-credits",
        permissions=["adjust_credits"],
        icon="exposure",
        variant=ActionVariant.PRIMARY,
    )
    def adjust_credits(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give or take credits. Sending the same form again has no second effect."""
        holder = self.get_object(request, unquote(object_id))
        if holder is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        _refuse_own_account(request, holder.pk)
        form = AdjustCreditsForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and form.cleaned_data["confirmed"]:
            wanted, reason = form.cleaned_data["amount"], form.cleaned_data["reason"]
            may_exceed = request.user.has_perm(EXCEED_PERMISSION)
            try:
                with transaction.atomic():
                    posted = ledger.adjust(
                        user_id=holder.pk,
                        amount=wanted,
                        actor_id=_actor_id(request),
                        reason=reason,
                        key=f"adjust:{form.cleaned_data['key']}",
                        limit=None if may_exceed else settings.CREDIT_ADJUSTMENT_LIMIT,
                    )
                    if posted.created:
                        self.log_change(
                            request, holder, f"Adjusted the credits by {posted.amount:+d}: {reason}"
                        )
            except IdempotencyConflict:
                form.add_conflict()
            except AdjustmentTooLarge as error:
                form.add_error("amount", str(error))
            else:
                _tell_adjusted(request, posted, wanted=wanted)
                return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", holder.pk)
        facts = [
            ("User", holder),
            ("Available", credits_text(holder.ai_credits)),
            ("Reserved", credits_text(holder.ai_credits_held)),
        ]
        title, submit = "Adjust credits", "Continue"
        if request.method == "POST" and form.is_valid():
            title, submit = "Confirm the adjustment", "Apply adjustment"
            facts += _consequences(holder, form.cleaned_data)
            form.ask()
        return form_page(self, request, form, facts=facts, original=holder, title=title, submit=submit)


class RefundAdmin(AdjustCreditsPermissionMixin):
    """A ledger admin that can refund a spend."""

    actions_detail = ["refund_spend"]

    def get_actions_detail(self: Any, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer the refund on the page of a spend that has not been refunded."""
        entry = self.get_object(request, unquote(str(object_id)))
        if entry is None or entry.kind != EntryKind.SPEND or refund_of(entry):
            return []
        return super().get_actions_detail(request, object_id)  # type: ignore[misc]  # ModelAdmin's

    @action(
        description="Refund spend",
        url_path="refund",
        permissions=["adjust_credits"],
        icon="undo",
        variant=ActionVariant.PRIMARY,
    )
    def refund_spend(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Refund a whole spend, once."""
        entry = self.get_object(request, unquote(object_id))
        if entry is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        _refuse_own_account(request, entry.user_id)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    posted = ledger.refund(
                        entry_id=entry.pk, actor_id=_actor_id(request), reason=form.cleaned_data["reason"]
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
            ("Cause", self.cause(entry)),
            ("Refund", credits_text(-entry.amount)),
        ]
        return form_page(
            self, request, form, facts=facts, original=entry, title="Refund spend", submit="Refund"
        )


def refund_of(entry: AiCreditLog) -> AiCreditLog | None:
    """Return the entry that refunded a spend, or None."""
    return AiCreditLog.objects.of(entry.user_id).filter(idempotency_key=f"refund:{entry.pk}").first()


def _actor_id(request: HttpRequest) -> UserId:
    """Return the id of the user, who is authenticated: the permission check has passed."""
    return cast("Holder", request.user).pk


def _refuse_own_account(request: HttpRequest, holder_id: UserId) -> None:
    if holder_id == _actor_id(request):
        raise PermissionDenied("Staff cannot move credits of their own account. Ask a colleague.")


def _consequences(holder: Holder, wanted: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the rows of a confirmation: the amount, the resulting balance, and the reason."""
    after = max(0, holder.ai_credits + wanted["amount"])
    return [
        ("Adjustment", credits_text(wanted["amount"], signed=True)),
        ("Available afterwards", credits_text(after)),
        ("Reason", wanted["reason"]),
    ]


def _tell_adjusted(request: HttpRequest, posted: ledger.Posted, *, wanted: int) -> None:
    available = f"{credits_text(posted.available)} credits are available now."
    if not posted.created:
        messages.info(request, f"This adjustment had already been posted. Nothing was changed. {available}")
    elif posted.amount != wanted:
        messages.warning(
            request,
            f"{credits_text(-posted.amount)} of {credits_text(-wanted)} credits taken: no more were available. "
            f"{available}",
        )
    else:
        messages.success(request, f"{credits_text(posted.amount, signed=True)} credits posted. {available}")


def _tell_refunded(request: HttpRequest, posted: ledger.Posted) -> None:
    if posted.created:
        messages.success(request, f"{credits_text(posted.amount, signed=True)} credits refunded.")
    else:
        messages.info(request, "This spend had already been refunded. Nothing was changed.")


def form_page(
    model_admin: Any,
    request: HttpRequest,
    form: forms.Form,
    *,
    facts: list[tuple[str, Any]],
    original: models.Model,
    title: str,
    submit: str,
) -> TemplateResponse:
    """Return the page of an action: facts, a form and one button."""
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
