"""The sessions of a user in the admin: a tab that lists them, and an action that ends them all."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from accounts import services
from accounts.models import Session, User
from common.admin import ReadOnlyInline, column, time_column

DEACTIVATION = (
    "Deactivate a user instead of deleting the row. Deactivation revokes all API keys and ends all sessions "
    "permanently: after a reactivation, the user signs in again and creates new keys."
)


class SessionInline(ReadOnlyInline):
    """The user's open sessions at the API, without their tokens."""

    model = Session
    verbose_name_plural = "API sessions"
    fields = readonly_fields = ["created", "used", "address", "client"]
    created = time_column("Signed in", "created_at")
    used = time_column("Last refresh", "last_used_at")
    client = column("User agent", lambda session: session.user_agent)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Session]:
        queryset: models.QuerySet[Session] = super().get_queryset(request)
        return queryset.filter(pk__in=Session.objects.open(at=timezone.now()))

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return bool(request.user.has_perm("accounts.view_user"))


class EndSessionsAdmin:
    """A user admin that can end all sessions of a user."""

    def has_end_sessions_permission(self: Any, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(self.has_change_permission(request))

    def get_form(self, request: HttpRequest, obj: User | None = None, *args: Any, **kwargs: Any) -> Any:
        """Say beside the field what a deactivation ends."""
        kwargs["help_texts"] = {"is_active": DEACTIVATION}
        return super().get_form(request, obj, *args, **kwargs)  # type: ignore[misc]  # ModelAdmin's

    def save_model(self: Any, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        """Save the user. Deactivation revokes sessions and API keys, so that reactivation restores none."""
        if change and not obj.is_active:
            services.deactivate(user=obj)  # first, because it needs the strongest lock of the row
        elif change and "is_active" in form.changed_data:
            services.end_admin_sessions(user=obj)  # of a login that was in progress during the deactivation
        super().save_model(request, obj, form, change)  # type: ignore[misc]  # ModelAdmin's

    @action(
        description="End API sessions", url_path="end-sessions", permissions=["end_sessions"], icon="logout"
    )
    def end_sessions(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Sign the user out everywhere."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if request.method == "POST":
            with transaction.atomic():
                ended = services.revoke_sessions(user=user)
                self.log_change(request, user, f"Ended all API sessions: {ended}.")
            messages.success(request, f"{ended} sessions ended. Their tokens are refused from now on.")
            return redirect("admin:accounts_user_change", user.pk)
        note = "The user is signed out on every device and can sign in again."
        return confirmation(self, request, user, title="End API sessions", note=note)


def confirmation(
    model_admin: Any, request: HttpRequest, user: User, *, title: str, note: str
) -> TemplateResponse:
    """Return a page that asks to confirm an action on a user."""
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": user._meta,
        "original": user,
        "title": title,
        "note": note,
        "back": reverse("admin:accounts_user_change", args=[user.pk]),
    }
    return TemplateResponse(request, "accounts/admin/confirm.html", context)
