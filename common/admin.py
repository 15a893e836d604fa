"""Formatting and base classes that the apps' admin pages share. Needs django-unfold."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.paginator import InfinitePaginator


def badge(text: str, variant: str = "default") -> SafeString:
    """Return a coloured label; `variant` is success, info, warning, danger or default."""
    return render_to_string("unfold/helpers/label.html", {"text": text, "variant": variant})


def format_time(at: datetime | None) -> SafeString | None:
    """Format a time as every admin list shows it, such as 22 Nov 2026, 14:50."""
    if at is None:
        return None
    text = formats.date_format(timezone.localtime(at), "j M Y, H:i")
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def change_link(instance: models.Model, text: object) -> SafeString:
    """Link to the admin page of `instance`, or return plain text if the project registers none."""
    try:
        url = reverse(
            f"admin:{instance._meta.app_label}_{instance._meta.model_name}_change", args=[instance.pk]
        )
    except NoReverseMatch:
        return format_html("{}", text)
    return format_html('<a class="text-link" href="{}">{}</a>', url, text)


def column(description: str, show: Callable[[Any], object], **options: Any) -> Any:
    """Return a column that shows `show(row)`, for a class body. `options` are those of `admin.display`."""

    @admin.display(description=description, **options)
    def shown(model_admin: Any, row: Any) -> object:
        return show(row)

    return shown


def time_column(description: str, field: str, **options: Any) -> Any:
    """Return a column that shows a time, and sorts by its field unless `options` say otherwise."""
    return column(description, lambda row: format_time(getattr(row, field)), **{"ordering": field, **options})


def user_column() -> Any:
    """Return a column that links to the row's user."""
    return column("User", lambda row: change_link(row.user, str(row.user)), ordering="user__email")


class OwnValuesFilter(admin.SimpleListFilter):
    """A filter that ignores values which it does not offer, so that the database never sees them."""

    def value(self) -> str | None:
        value = super().value()
        return value if value in {str(choice) for choice, _ in self.lookup_choices} else None


class StrictChangeList(ChangeList):
    """A list that answers 400 to a query parameter which is not one of its filters.

    Django would filter by any column. Then staff could guess, letter by letter, a text that no page shows them.
    """

    def get_filters(self, request: HttpRequest) -> Any:
        found = super().get_filters(request)
        if unknown := found[2]:  # the parameters that no filter has taken
            raise DisallowedModelAdminLookup(f"Filtering by {', '.join(map(repr, unknown))} is not allowed.")
        return found


class StrictAdmin(ModelAdmin):
    """The base of all our pages. Its list can be filtered by `list_filter` only, and has no `date_hierarchy`."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StrictChangeList


class ReadOnlyMixin:
    """Forbid adding, changing and deleting, regardless of the user's permissions.

    So every field is read-only without being listed in `readonly_fields`.
    """

    actions = None

    def _refuse(self, *args: Any, **kwargs: Any) -> bool:
        return False

    has_add_permission = has_change_permission = has_delete_permission = _refuse


class ReadOnlyAdmin(ReadOnlyMixin, StrictAdmin):
    """A read-only page with 50 rows per page."""

    list_per_page = 50


class LargeTableAdmin(ReadOnlyAdmin):
    """A read-only page of a large table, paginated without counting its rows."""

    show_full_result_count = False
    paginator = InfinitePaginator


class ReadOnlyFormSet(PaginationInlineFormSet):
    """A formset that ignores posted data and saves nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "data": None, "files": None})

    def get_page_num(self) -> int:
        """Return the page that the query asks for, or the first one for digits that are no number, such as ²."""
        try:
            return int(super().get_page_num())
        except ValueError:
            return 1

    def is_valid(self) -> bool:
        return True

    def save(self, commit: bool = True) -> list[Any]:  # noqa: FBT001, FBT002  (Django's signature)
        self.new_objects: list[Any] = []
        self.changed_objects: list[Any] = []
        self.deleted_objects: list[Any] = []
        return []


class ReadOnlyInline(ReadOnlyMixin, TabularInline):
    """A tab of a user's page that lists rows, newest first, with pagination."""

    formset = ReadOnlyFormSet
    tab = True
    hide_title = True
    per_page = 15
    extra = 0
