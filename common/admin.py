"""What the admin pages of the apps share: formatting, and pages that only show rows.

Needs django-unfold.
"""

from datetime import datetime
from typing import Any

from django.db import models
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet


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


class ReadOnlyMixin:
    """Refuse to add, change and delete, whatever permissions a user has."""

    actions = None

    def has_add_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False


class ReadOnlyFormSet(PaginationInlineFormSet):
    """A formset that ignores posted data and saves nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "data": None, "files": None})

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
