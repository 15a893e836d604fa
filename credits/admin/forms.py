"""The forms of the admin: the actions on a balance, and a new price."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
)

from credits.models import PRICE_NUMBERS, ActionPrice, AiCreditLog
from credits.paid_views import views_of
from credits.services import MAX_AMOUNT

REASON_LENGTH = AiCreditLog._meta.get_field("reason").max_length


class ReasonForm(forms.Form):
    """The reason that is stored on the entry, with the name of the member of staff."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Stored on the entry, with your name. The user sees it in their log. It stays after the account "
        "is deleted, so enter no personal data.",
    )


class AdjustCreditsForm(ReasonForm):
    """A signed amount. `key` is created when the form is shown, so that sending the form twice posts once."""

    amount = forms.IntegerField(
        label="Credits",
        min_value=-MAX_AMOUNT,
        max_value=MAX_AMOUNT,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"autofocus": True}),
        help_text="For example 50 to give, -50 to take. At most the available credits are taken.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    confirmed = forms.BooleanField(widget=forms.HiddenInput, required=False)

    field_order = ["amount", "reason", "key", "confirmed"]

    def ask(self) -> None:
        """Turn the valid form into one that only confirms what was entered."""
        posted: Any = self.data
        self.data = {**posted.dict(), "confirmed": "on"}
        for field in self.fields.values():
            field.widget = forms.HiddenInput()

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if not amount:
            raise ValidationError("Enter an amount other than 0.")
        return amount

    def add_conflict(self) -> None:
        """Report that the key was used for another amount, and set a new one."""
        self.add_error(
            None,
            "This form has already been sent with another amount, which was posted. "
            "Check the ledger; to post this amount as well, send the form again.",
        )
        posted: Any = self.data
        data = posted.copy()
        data["key"] = str(uuid.uuid4())
        self.data = data


def actions_on_sale() -> list[str]:
    """Return the actions that can have a price: those in settings, of paid views, or with a price row."""
    priced = ActionPrice.objects.order_by().values_list("action", flat=True).distinct()
    return sorted({*settings.CREDIT_PRICES, *priced, *(view.credit_action for view in views_of())})


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at runtime
    """A new price. `seen` is the newest price when the form was shown; the form reports a later one, once."""

    action = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    effective_from = forms.SplitDateTimeField(
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text="Leave this empty to start at once. A price cannot start in the past.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ActionPrice
        fields = ("action", *PRICE_NUMBERS, "unit", "effective_from", "note")
        labels = {"base": "Base", "per_unit": "Per unit", "minimum": "Minimum"}
        help_texts = {
            "base": "Credits for each call.",
            "per_unit": "Credits for each unit delivered.",
            "unit": "The name of a unit, such as question.",
            "per_million_input_tokens": "Credits for a million tokens that a model reads.",
            "per_million_output_tokens": "Credits for a million tokens that a model writes.",
            "minimum": "The lowest cost of a call.",
            "note": "The reason for the price. Only staff see it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = timezone.now()
        self.fields["action"].choices = [(action, action) for action in actions_on_sale()]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["seen"].initial = self._newest()

    def clean_effective_from(self) -> Any:
        start = self.cleaned_data["effective_from"]
        if start and start < self.now:
            raise ValidationError("A price cannot start in the past. Leave this empty to start at once.")
        return start

    def clean(self) -> dict[str, Any]:
        """Refuse a price that the views cannot charge, and a form that is older than the newest price."""
        data: dict[str, Any] = super().clean() or {}
        views = views_of(data.get("action", ""))
        if views and not any(view.counts_tokens() for view in views):
            for name in ("per_million_input_tokens", "per_million_output_tokens"):
                if data.get(name):
                    self.add_error(name, "This action does not count tokens.")
        newer = ActionPrice.objects.filter(action=data.get("action", ""), pk__gt=data.get("seen") or 0)
        if not self.errors and (other := newer.order_by("pk").last()):
            self.add_error(
                None,
                f"{other.created_by} has added a price for this action since you opened the form. "
                "Check the list; to add this price as well, send the form again.",
            )
            posted: Any = self.data
            resent = posted.copy()
            resent["seen"] = str(self._newest())
            self.data = resent
        return data

    def _newest(self) -> int:
        return ActionPrice.objects.order_by("pk").values_list("pk", flat=True).last() or 0
