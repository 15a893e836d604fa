"""Read-only page of the customers of deleted accounts."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString

from billing.admin.formatting import stripe_link
from billing.models import CustomerDeletion
from common.admin import OwnValuesFilter, ReadOnlyAdmin, badge, column, time_column, user_column


class StateFilter(OwnValuesFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("pending", "Pending"), ("done", "Deleted in Stripe")]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[CustomerDeletion]
    ) -> models.QuerySet[CustomerDeletion]:
        if self.value() is None:
            return queryset
        return queryset.filter(finished_at__isnull=self.value() == "pending")


@admin.register(CustomerDeletion)
class CustomerDeletionAdmin(ReadOnlyAdmin):
    """The customers of deleted accounts, and whether Stripe has deleted them."""

    list_display = ["customer_id", "holder", "state", "requested", "finished", "attempts", "failure"]
    list_filter = [StateFilter]
    list_select_related = ["user"]
    search_fields = ["customer_id__exact", "user__id__exact"]
    search_help_text = "The exact id of a Stripe customer or of a user."
    fields = ["customer", "holder", "state", ("requested", "finished"), "attempts", "failure"]

    holder = user_column()
    requested = time_column("Requested at", "requested_at")
    finished = time_column("Finished at", "finished_at")
    customer = column("Stripe customer", lambda row: stripe_link("customers", row.customer_id))

    @admin.display(description="State")
    def state(self, row: CustomerDeletion) -> SafeString:
        if row.finished_at:
            return badge("deleted", "success")
        return badge("failing", "danger") if row.failure else badge("pending", "warning")
