"""The form of the admin page of margins."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

DAYS = 30
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)  # the days around them exist


def day_input() -> Any:
    """Return Unfold's text input as the browser's picker of a date, which needs no script."""
    widget = UnfoldAdminTextInputWidget()
    widget.input_type = "date"
    return widget


class PeriodForm(forms.Form):
    """Days (UTC), both included. Default: the last 30 days."""

    first = forms.DateField(label="From", required=False, widget=day_input())
    last = forms.DateField(label="To", required=False, widget=day_input())

    @classmethod
    def of(cls, query: Any) -> "PeriodForm":
        """Return the form of a query string; what is missing gets the default."""
        today = timezone.now().date()
        default = {"first": str(today - timedelta(days=DAYS - 1)), "last": str(today)}
        return cls({name: query.get(name) or day for name, day in default.items()})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name, day in list(data.items()):
            if not FIRST_DAY <= day <= LAST_DAY:
                self.add_error(name, f"From {FIRST_DAY} to {LAST_DAY}.")
        if not self.errors and data["first"] > data["last"]:
            self.add_error("first", "This is after the last day.")
        return data

    def bounds(self) -> tuple[datetime, datetime]:
        """Return the first moment of the first day, and the one after the last day."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return (
            datetime.combine(first, time.min, UTC),
            datetime.combine(last, time.min, UTC) + timedelta(days=1),
        )
