"""The admin page of prices: a list of all, and a form that adds one. Nothing is edited or deleted."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html

from common.admin import StrictAdmin, badge, change_link, column, format_time, time_column
from credits import services as ledger
from credits.admin.formatting import price_text
from credits.admin.forms import PriceForm
from credits.models import PRICE_NUMBERS, ActionPrice
from credits.pricing import price_in_settings, price_of_row

IN_FORCE, SCHEDULED, PAST, REPLACED = "In force", "Scheduled", "Past", "Replaced"
STATE_COLOURS = {IN_FORCE: "success", SCHEDULED: "info"}


@admin.register(ActionPrice)
class ActionPriceAdmin(StrictAdmin):
    """The newest effective price is in force. Open holds keep their price."""

    form = PriceForm
    list_display = ["named", "price", "state", "starts", "added"]
    list_filter = ["action"]
    list_select_related = ["created_by"]
    list_per_page = 50
    list_before_template = "credits/admin/prices_in_force.html"
    ordering = ["action", "-effective_from", "-id"]
    actions = None
    fieldsets = [
        (None, {"fields": ["action", ("base", "minimum"), ("per_unit", "unit")]}),
        ("Tokens of a model", {"fields": [("per_million_input_tokens", "per_million_output_tokens")]}),
        ("Change", {"fields": ["effective_from", "note", "seen"]}),
    ]

    named = column("Action", lambda row: row.action, ordering="action")
    price = column("Credits", lambda row: price_text(price_of_row(row)))
    starts = time_column("Effective from", "effective_from")
    added = column(
        "Created by", lambda row: format_html("{}<br>{}", row.created_by, format_time(row.created_at))
    )

    @admin.display(description="State")
    def state(self, row: ActionPrice) -> str:
        state = state_of(row)
        return badge(state, STATE_COLOURS.get(state, "default"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields of an existing price, or those of the form for a new one."""
        if obj is None:
            return self.fieldsets
        return [(None, {"fields": ["action", "price", "state", "starts", "note", "added"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["price", "state", "starts", "added"] if obj else []

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ActionPrice]:
        same = ActionPrice.objects.filter(action=OuterRef("action"))
        current = ActionPrice.objects.not_superseded(at=timezone.now()).filter(pk=OuterRef("pk"))
        replaced = same.filter(effective_from=OuterRef("effective_from"), pk__gt=OuterRef("pk"))
        return (
            super().get_queryset(request).annotate(is_current=Exists(current), is_replaced=Exists(replaced))
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ActionPrice, form: Any, change: Any) -> None:
        """Add the row through the service, with the time at which the form was validated."""
        row = ledger.set_price(
            action=obj.action,
            unit=obj.unit,
            effective_from=obj.effective_from,
            note=obj.note,
            actor_id=request.user.pk,  # type: ignore[arg-type]  # authenticated: has_add_permission has passed
            at=form.now,
            **{name: getattr(obj, name) for name in PRICE_NUMBERS},
        )
        obj.pk, obj.effective_from = row.pk, row.effective_from

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "in_force": _in_force_table()})


def state_of(row: Any) -> str:
    """Return the state of a row of the list, which has the annotations of `get_queryset`."""
    if row.is_replaced:
        return REPLACED
    if not row.is_current:
        return PAST
    return SCHEDULED if row.effective_from > timezone.now() else IN_FORCE


def _in_force_table() -> dict[str, Any]:
    """Return the table of the current price of each action, read from the database."""
    now = timezone.now()
    rows = {row.action: row for row in ActionPrice.objects.effective(at=now).not_superseded(at=now)}
    cells = []
    for action in sorted({*rows, *settings.CREDIT_PRICES}):
        if row := rows.get(action):
            cells.append([action, price_text(price_of_row(row)), change_link(row, f"price {row.pk}")])
        else:
            cells.append([action, price_text(price_in_settings(action)), "CREDIT_PRICES"])
    return {"headers": ["Action", "Credits", "Set by"], "rows": cells}
