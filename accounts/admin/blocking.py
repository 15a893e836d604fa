"""Blocked users in the admin: a filter, badges, and the actions that block a user and lift the block."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.enums import ActionVariant

from accounts import services
from accounts.forms import BlockForm
from accounts.models import User
from common.admin import OwnValuesFilter, badge, format_time
from credits.admin import form_page

BLOCK_PERMISSION = "accounts.block_user"


class BlockedFilter(OwnValuesFilter):
    title = "blocked"
    parameter_name = "blocked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[User]) -> models.QuerySet[User]:
        return queryset.filter(blocked_at__isnull=self.value() == "no") if self.value() else queryset


def blocked_badge(user: User) -> SafeString | None:
    """Return a red label for a blocked user."""
    return badge("blocked", "danger") if user.blocked_at else None


def blocked_text(user: User) -> SafeString | None:
    """Return the label, the time and the reason for a blocked user."""
    if user.blocked_at is None:
        return None
    return format_html(
        "{} {}: {}", badge("blocked", "danger"), format_time(user.blocked_at), user.blocked_reason
    )


class BlockingAdmin:
    """A user admin with the actions Block and Unblock. Both need `accounts.block_user` and a reason."""

    actions_detail = ["block", "unblock"]

    def has_block_user_permission(self: Any, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(BLOCK_PERMISSION) and self.has_view_permission(request)

    def get_actions_detail(self: Any, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer Block or Unblock, depending on the user."""
        user = self.get_object(request, unquote(str(object_id)))
        hidden = f"accounts_user_{'block' if user and user.blocked_at else 'unblock'}"
        offered = super().get_actions_detail(request, object_id)  # type: ignore[misc]  # ModelAdmin's
        return [one for one in offered if one.action_name != hidden]

    @action(
        description="Block",
        url_path="block",
        permissions=["block_user"],
        icon="block",
        variant=ActionVariant.DANGER,
    )
    def block(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Block a user, who can then neither spend credits nor buy."""
        return _change(self, request, object_id, "Block", services.block)

    @action(
        description="Unblock",
        url_path="unblock",
        permissions=["block_user"],
        icon="check_circle",
    )
    def unblock(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lift the block of a user."""
        return _change(self, request, object_id, "Unblock", services.unblock)


def _change(model_admin: Any, request: HttpRequest, object_id: str, verb: str, service: Any) -> HttpResponse:
    """Show the form of an action, or perform it. Submitting the same form twice has no second effect."""
    user = model_admin.get_object(request, unquote(object_id))
    if user is None:
        response: HttpResponse = model_admin._get_obj_does_not_exist_redirect(  # noqa: SLF001  (Django's own views call it)
            request, model_admin.opts, object_id
        )
        return response
    _refuse_own_account_and_staff(request, user)
    form = BlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if service(user=user, reason=form.cleaned_data["reason"], actor=request.user):
            messages.success(request, f"{user} is {verb.lower()}ed.")
        else:
            messages.info(request, f"{user} was {verb.lower()}ed before. Nothing was changed.")
        return redirect("admin:accounts_user_change", user.pk)
    facts = [("User", user), ("Blocked", blocked_text(user) or "no")]
    return form_page(
        model_admin, request, form, facts=facts, original=user, title=f"{verb} user", submit=verb
    )


def _refuse_own_account_and_staff(request: HttpRequest, user: User) -> None:
    if user.pk == request.user.pk:
        raise PermissionDenied("Staff cannot block or unblock their own account. Ask a colleague.")
    if (user.is_staff or user.is_superuser) and not request.user.is_superuser:
        raise PermissionDenied("Only superusers can block and unblock staff.")
