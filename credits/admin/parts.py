"""What the admin's pages of this app have in common."""

from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import models
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet


def badge(text: str, variant: str = "default") -> SafeString:
    return render_to_string("unfold/helpers/label.html", {"text": text, "variant": variant})


def credits_text(amount: int, *, signed: bool = False) -> str:
    """1234 → 1,234, with a real minus; `signed` puts a plus before what was given."""
    sign = "\N{MINUS SIGN}" if amount < 0 else "+" if signed and amount else ""
    return f"{sign}{intcomma(abs(amount))}"


def moment(at: datetime) -> SafeString:
    """A time as every list here writes it: 22 Nov 2026, 14:50."""
    text = formats.date_format(timezone.localtime(at), "j M Y, H:i")
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def change_link(instance: models.Model, text: object) -> SafeString:
    """A link to the admin's page of `instance`, where it has one: the user of another project may not."""
    try:
        url = reverse(
            f"admin:{instance._meta.app_label}_{instance._meta.model_name}_change", args=[instance.pk]
        )
    except NoReverseMatch:
        return format_html("{}", text)
    return format_html('<a class="text-link" href="{}">{}</a>', url, text)


class ReadOnlyMixin:
    """Staff look; nobody adds, changes or deletes, whatever permissions they have."""

    actions = None

    def has_add_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False


class LookOnlyFormSet(PaginationInlineFormSet):
    """Rows to look at: nothing that is posted reaches them, and nothing of them is saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "data": None, "files": None})

    def is_valid(self) -> bool:
        return True

    def save(self, commit: bool = True) -> list[Any]:  # noqa: FBT001, FBT002
        self.new_objects: list[Any] = []
        self.changed_objects: list[Any] = []
        self.deleted_objects: list[Any] = []
        return []


class LookOnlyInline(ReadOnlyMixin, TabularInline):
    """A tab of a user's page: rows, newest first, page by page."""

    formset = LookOnlyFormSet
    tab = True
    hide_title = True
    per_page = 15
    extra = 0
