"""Admin pages of users and groups.

The user's page composes the admin classes of `credits` and `billing`. It writes no balance and no Stripe
field. Users are deactivated, or their account is deleted; their rows stay for the ledger.
"""

from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_otp.plugins.otp_totp import admin as totp_admin  # noqa: F401  (registers its page)
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin.account_actions import AccountActionsMixin
from accounts.admin.api_keys import ApiKeyInline
from accounts.admin.blocking import BlockedFilter, BlockingAdmin, blocked_badge, blocked_text
from accounts.admin.second_factor import ResetSecondFactorAdmin
from accounts.admin.sessions import EndSessionsAdmin, SessionInline
from accounts.admin.verification import VerificationAdmin
from accounts.models import User
from billing.admin import PaymentInline, status_badge, stripe_link
from billing.models import Plan
from billing.rules.catalog import FREE
from common.admin import OwnValuesFilter, StrictAdmin, badge, column, format_time, time_column
from credits.admin import (
    CreditHolderAdmin,
    LedgerInline,
    OpenClaimInline,
    OpenGrantInline,
    OpenHoldInline,
    SpendingLimitInline,
    credits_text,
    held_text,
)

admin.site.unregister(Group)
admin.site.unregister(TOTPDevice)  # its page shows the keys

EDITS = [
    *("add_user", "change_user", "block_user", "revoke_apikey", "delete_account", "export_account"),
    *("add_plan", "change_plan", "delete_plan"),
    *("add_creditpack", "change_creditpack", "delete_creditpack"),
    *("adjust_credits", "adjust_without_limit", "add_actionprice"),
]
PRIVILEGES = ["is_staff", "is_superuser", "groups", "user_permissions"]


class PlanFilter(OwnValuesFilter):
    title = "plan"
    parameter_name = "plan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Plan.objects.values_list("slug", "name"))

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[User]) -> models.QuerySet[User]:
        return queryset.filter(plan=self.value()) if self.value() else queryset


class VerifiedFilter(OwnValuesFilter):
    title = "email verified"
    parameter_name = "verified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "yes"), ("no", "no")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[User]) -> models.QuerySet[User]:
        return queryset.filter(email_verified_at__isnull=self.value() == "no") if self.value() else queryset


class StatusFilter(OwnValuesFilter):
    title = "subscription status"
    parameter_name = "subscription"
    # https://docs.stripe.com/api/subscriptions/object#subscription_object-status
    statuses = ("active", "trialing", "past_due", "unpaid", "incomplete", "paused", "canceled")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "none"), *((status, status.replace("_", " ")) for status in self.statuses)]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[User]) -> models.QuerySet[User]:
        if self.value() == "none":
            return queryset.filter(subscription_status__isnull=True)
        return queryset.filter(subscription_status=self.value()) if self.value() else queryset


def grantable_permissions() -> models.QuerySet[Permission]:
    """Return the permissions that have an effect in this admin. dj-stripe alone adds 200 others."""
    shown = ContentType.objects.get_for_models(*filter(admin.site.is_registered, apps.get_models())).values()
    return Permission.objects.filter(
        models.Q(content_type__in=shown, codename__startswith="view_")
        | models.Q(content_type__app_label__in=["accounts", "billing", "credits"], codename__in=EDITS)
    ).select_related("content_type")


class CheckboxesMixin:
    """Show groups and grantable permissions as checkboxes."""

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        if db_field.related_model is Permission:
            kwargs["queryset"] = grantable_permissions()
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]  # ModelAdmin's


@admin.register(User)
class UserAdmin(
    CheckboxesMixin,
    AccountActionsMixin,
    BlockingAdmin,
    VerificationAdmin,
    EndSessionsAdmin,
    ResetSecondFactorAdmin,
    CreditHolderAdmin,
    BaseUserAdmin,  # type: ignore[type-arg]  # not generic at runtime
    StrictAdmin,
):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    list_display = ["email", "name", "plan_badge", "status", "balance", "reserved", "blocked", "joined"]
    list_filter = [PlanFilter, StatusFilter, VerifiedFilter, BlockedFilter, "is_staff", "is_active"]
    search_fields = ["email", "name", "stripe_customer_id__exact", "subscription_id__exact"]
    search_help_text = "Email address, name, or the exact id of a Stripe customer or subscription."
    list_per_page = 50
    ordering = ["-id"]
    actions = None
    filter_horizontal = ()
    autocomplete_fields: ClassVar = []
    actions_detail: list[Any] = [
        "adjust_credits",
        *BlockingAdmin.actions_detail,
        # In a menu, so that the name of the user stays visible beside them.
        {
            "title": "Account",
            "icon": "manage_accounts",
            "items": [
                "send_verification",
                "end_sessions",
                "reset_second_factor",
                "export_account",
                "delete_account",
            ],
        },
    ]

    fieldsets = [
        (
            None,
            {"fields": [("email", "name"), ("verified", "is_active"), "block_details", ("joined", "seen")]},
        ),
        ("Balance", {"fields": [("available", "held")]}),
        (
            "Subscription",
            {"fields": [("plan_badge", "status"), ("period_end", "customer"), "subscription"]},
        ),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "password1", "password2"]})]
    readonly_fields = [
        *("verified", "joined", "seen", "available", "held", "block_details", "second_factor"),
        *("plan_badge", "status", "period_end", "customer", "subscription"),
    ]
    inlines = [
        *(LedgerInline, OpenGrantInline, OpenHoldInline, OpenClaimInline, SpendingLimitInline),
        *(PaymentInline, ApiKeyInline, SessionInline),
    ]

    joined = time_column("Joined", "date_joined")
    seen = column("Last admin login", lambda user: format_time(user.last_login), empty_value="never")
    plan_badge = column(
        "Plan",
        lambda user: badge(user.plan, "default" if user.plan == FREE else "primary"),
        ordering="plan",
    )
    status = column(
        "Subscription status",
        lambda user: status_badge(user.subscription_status),
        ordering="subscription_status",
    )
    balance = column("Credits", lambda user: credits_text(user.ai_credits), ordering="ai_credits")
    reserved = column("Reserved", lambda user: credits_text(user.ai_credits_held), ordering="ai_credits_held")
    available = column("Available", lambda user: f"{credits_text(user.ai_credits)} credits")
    held = column("Reserved", held_text)
    customer = column("Stripe customer", lambda user: stripe_link("customers", user.stripe_customer_id))
    subscription = column(
        "Stripe subscription", lambda user: stripe_link("subscriptions", user.subscription_id)
    )

    blocked = column("Blocked", blocked_badge, empty_value="", ordering="blocked_at")
    block_details = column("Blocked", blocked_text, empty_value="no")

    @admin.display(description="Current period ends")
    def period_end(self, user: User) -> SafeString | None:
        end = format_time(user.current_period_end)
        return format_html("{}, then cancels", end) if end and user.cancel_at_period_end else end

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        if request.user.is_superuser:
            return [*fieldsets, ("Access", {"fields": ["password", "second_factor", *PRIVILEGES]})]
        if self.has_change_permission(request, obj):
            return [*fieldsets, ("Access", {"fields": ["password"]})]
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Make the permission fields read-only for all but superusers, so that posted values are ignored."""
        fields = list(super().get_readonly_fields(request, obj))
        return fields if request.user.is_superuser else [*fields, *PRIVILEGES]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Allow only superusers to change staff.

        Otherwise, staff could set a colleague's password and use the colleague's permissions.
        """
        if obj is not None and obj.billing_closed_at:  # deleted: a form from before must not bring it back
            return False
        if obj is not None and (obj.is_staff or obj.is_superuser) and not request.user.is_superuser:
            return False
        return bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        return self.inlines if obj else []


@admin.register(Group)
class GroupAdmin(CheckboxesMixin, BaseGroupAdmin, StrictAdmin):
    """Sets of permissions, such as one for support. Only a superuser changes them."""

    actions = None
    filter_horizontal = ()

    def _is_superuser(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_add_permission = has_change_permission = has_delete_permission = _is_superuser
