"""The second factor of staff on a user's page: whether there is one, and an action that resets it."""

from typing import Any

from django.contrib import auth, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import action

from accounts import services
from accounts.admin.sessions import confirmation
from common.admin import column

NOTE = (
    "The authenticator app and the recovery codes stop working, and the user's sessions in the admin end. At the "
    "next login, the password is enough to set up a new app. Make sure that the request came from the user."
)


class ResetSecondFactorAdmin:
    """A user admin with which superusers reset a second factor. Every reset is in the user's history."""

    second_factor = column(
        "Second factor", lambda user: "set up" if services.has_second_factor(user) else "none"
    )

    def has_reset_second_factor_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.is_superuser)

    @action(
        description="Reset second factor",
        url_path="reset-second-factor",
        permissions=["reset_second_factor"],
        icon="phonelink_erase",
    )
    def reset_second_factor(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Delete a user's device and recovery codes."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if request.method != "POST":
            return confirmation(self, request, user, title="Reset second factor", note=NOTE)
        with transaction.atomic():
            if services.reset_second_factor(user=user):
                self.log_change(request, user, "Reset the second factor.")
                messages.success(request, "The second factor was reset.")
            else:
                messages.info(request, "There was no second factor.")
        if user == request.user:
            auth.logout(request)  # the reset has ended this session, too
        return redirect("admin:accounts_user_change", user.pk)
