"""Email verification on a user's admin page."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action

from accounts import services
from accounts.models import User
from common.admin import badge, format_time


class VerificationAdmin:
    """A user admin that shows whether the email address is verified, and can send the verification email."""

    @admin.display(description="Email verified")
    def verified(self, user: User) -> SafeString | None:
        return format_time(user.email_verified_at) or badge("not verified", "warning")

    def has_send_verification_permission(self: Any, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(self.has_change_permission(request, self.get_object(request, unquote(str(object_id)))))

    def get_actions_detail(self: Any, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer the email only while the address is not verified."""
        actions: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]  # ModelAdmin's
        user = self.get_object(request, unquote(str(object_id)))
        if user is None or user.email_verified or not user.is_active:
            actions = [one for one in actions if not one.action_name.endswith("send_verification")]
        return actions

    @action(
        description="Send verification email",
        url_path="send-verification",
        permissions=["send_verification"],
        icon="mail",
    )
    def send_verification(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for confirmation on GET, and send the email on POST."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        back = reverse("admin:accounts_user_change", args=[user.pk])
        if request.method == "POST":
            if services.send_verification(user=user):
                self.log_change(request, user, "Sent the verification email.")
                messages.success(request, f"An email to {user.email} is on its way.")
            else:
                messages.warning(
                    request,
                    "No email was sent: the address is verified, or has just received several emails.",
                )
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": user,
            "title": "Send verification email",
            "form": forms.Form(),
            "facts": [("User", user)],
            "button": "Send",
            "back": back,
        }
        return TemplateResponse(request, "credits/admin/post_entry.html", context)

    def save_model(self: Any, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        """Save the user. An email address that staff change becomes unverified, and the old mailbox is remembered."""
        moves = change and "email" in form.initial and form.initial["email"] != obj.email
        if moves:
            # The full lock, which the UPDATE of a unique column needs.
            former = User.objects.select_for_update(no_key=False).get(pk=obj.pk)
            services.remember_mailbox(user=former, at=timezone.now())
        super().save_model(request, obj, form, change)  # type: ignore[misc]  # ModelAdmin's
        if moves:
            services.reset_verification(user=obj)
