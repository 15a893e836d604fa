"""Admin pages of API keys. They show no secrets, because none are stored. Staff can revoke a key."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.enums import ActionVariant

from accounts.models import ApiKey
from accounts.services import revoke_api_key
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


class ApiKeyColumns:
    named = column("Key", lambda key: change_link(key, key.name), ordering="name")
    scopes = column("Scopes", lambda key: ", ".join(key.scopes))
    created = time_column("Created at", "created_at")
    used = column("Last used", lambda key: format_time(key.last_used_at) or "never", ordering="last_used_at")
    expires = column("Expires at", lambda key: format_time(key.expires_at) or "never", ordering="expires_at")

    @admin.display(description="State")
    def state(self, key: ApiKey) -> SafeString:
        if key.revoked_at:
            return badge("revoked", "danger")
        if key.expires_at and key.expires_at <= timezone.now():
            return badge("expired", "warning")
        return badge("live", "success") if key.user.is_active else badge("user inactive", "warning")


@admin.register(ApiKey)
class ApiKeyAdmin(ApiKeyColumns, LargeTableAdmin):
    list_display = ["prefix", "holder", "name", "scopes", "created", "used", "expires", "state"]
    list_select_related = ["user"]
    search_fields = ["user__email", "prefix__exact"]
    search_help_text = "A user's email address, or the prefix of a key: the part after its first underscore."
    ordering = ["-id"]
    fields = ["holder", ("name", "prefix"), ("scopes", "state"), ("created", "used"), ("expires", "revoked")]
    actions_detail = ["revoke"]

    holder = user_column()
    revoked = column("Revoked at", lambda key: format_time(key.revoked_at))

    # A method, because a system check of Unfold looks up a permission with a dot in the database, before the
    # migration that creates it has run.
    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("accounts.revoke_apikey") and self.has_view_permission(request)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer to revoke a key that is not revoked."""
        key = self.get_object(request, unquote(str(object_id)))
        return [] if key is None or key.revoked_at else super().get_actions_detail(request, object_id)

    @action(
        description="Revoke",
        url_path="revoke",
        permissions=["revoke"],
        icon="key_off",
        variant=ActionVariant.DANGER,
    )
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Revoke a key, after a page that asks for confirmation."""
        key = self.get_object(request, unquote(object_id))
        if key is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if (key.user.is_staff or key.user.is_superuser) and not request.user.is_superuser:
            raise PermissionDenied("Only a superuser can revoke the keys of staff.")
        back = reverse("admin:accounts_apikey_change", args=[key.pk])
        if request.method == "POST":
            with transaction.atomic():
                if revoke_api_key(key=key):
                    self.log_change(request, key, "Revoked the key.")
            messages.success(request, "The key is revoked. The next request with it is refused.")
            return redirect(back)
        facts = [("User", key.user), ("Key", key), ("Last used", self.used(key))]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": key,
            "title": "Revoke the API key",
            "form": forms.Form(),
            "facts": facts,
            "button": "Revoke",
            "back": back,
        }
        return TemplateResponse(request, "credits/admin/post_entry.html", context)


class ApiKeyInline(ApiKeyColumns, ReadOnlyInline):
    """A tab of the user's page that lists API keys, newest first, including revoked ones."""

    model = ApiKey
    fields = readonly_fields = ["named", "prefix", "scopes", "created", "used", "expires", "state"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ApiKey]:
        return super().get_queryset(request).select_related("user")
