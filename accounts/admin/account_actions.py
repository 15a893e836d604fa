"""Admin actions on an account: export its data, and delete it.

Each has its own permission and a page that asks for confirmation.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import services
from accounts.exceptions import AccountBusy, StaffAccount
from accounts.models import User
from accounts.views.account import export_response
from billing.models import CustomerDeletion

DELETE_PERMISSION, EXPORT_PERMISSION = "accounts.delete_account", "accounts.export_account"


class ConfirmEmailForm(forms.Form):
    """Ask for the email address of the account, to confirm the action."""

    email = forms.CharField(
        label="Email address of the account",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="Type it to confirm. Unspent credits are lost, the subscription ends, and nothing can be restored. "
        "The ledger, payments, and reasons that staff entered stay.",
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = email

    def clean_email(self) -> str:
        if self.cleaned_data["email"] != self.expected:
            raise ValidationError("This is not the email address of the account.")
        return self.expected


class AccountActionsMixin:
    """The actions, for the admin of users."""

    # Methods, because a system check of Unfold looks up a permission with a dot in the database, before the
    # migration that creates it has run.

    def has_delete_account_permission(self: Any, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(DELETE_PERMISSION) and self.has_view_permission(request)

    def has_export_account_permission(self: Any, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(EXPORT_PERMISSION) and self.has_view_permission(request)

    @action(
        description="Export data", url_path="export-account", permissions=["export_account"], icon="download"
    )
    def export_account(self: Any, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Return all stored data of the user as a download, after a confirmation."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if (user.is_staff or user.is_superuser) and not request.user.is_superuser:
            raise PermissionDenied("Only a superuser can export the data of staff.")
        if request.method == "POST":
            self.log_change(request, user, "Exported the data of the account.")
            return export_response(user)
        return _confirmation(self, request, user, form=forms.Form(), title="Export data", submit="Export")

    @action(
        description="Delete account",
        url_path="delete-account",
        permissions=["delete_account"],
        icon="person_remove",
        variant=ActionVariant.DANGER,
    )
    def delete_account(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Delete the account after a confirmation, with the same effect as the user's own request."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        page = redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", user.pk)
        if user.billing_closed_at:
            messages.info(request, "This account has already been deleted.")
            return page
        form = ConfirmEmailForm(request.POST if request.method == "POST" else None, email=user.email)
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    self.log_change(request, user, "Deleted the account.")
                    services.erase_account(user_id=user.pk)
            except (StaffAccount, AccountBusy) as error:
                form.add_error(None, str(error))
            else:
                _tell_deleted(request, user)
                return page
        return _confirmation(self, request, user, form=form, title="Delete account", submit="Delete for good")


def _tell_deleted(request: HttpRequest, user: User) -> None:
    pending = CustomerDeletion.objects.filter(user=user, finished_at=None).exists()
    text = "The account is deleted."
    messages.success(request, f"{text} Its customer in Stripe will be deleted shortly." if pending else text)


def _confirmation(
    model_admin: Any, request: HttpRequest, user: User, *, form: forms.Form, title: str, submit: str
) -> TemplateResponse:
    opts = user._meta
    return TemplateResponse(
        request,
        "credits/admin/post_entry.html",
        {
            **model_admin.admin_site.each_context(request),
            "opts": opts,
            "original": user,
            "title": title,
            "form": form,
            "facts": [
                ("User", user),
                ("Plan", user.plan),
                ("Credits", user.ai_credits + user.ai_credits_held),
            ],
            "button": submit,
            "back": reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[user.pk]),
        },
    )
