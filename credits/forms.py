"""The forms of the admin actions on a balance."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget

from credits.models import AiCreditLog
from credits.services import MAX_AMOUNT

REASON_LENGTH = AiCreditLog._meta.get_field("reason").max_length


class ReasonForm(forms.Form):
    """The reason that is stored on the entry, with the name of the member of staff."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Stored on the entry, with your name. The user sees it in their log.",
    )


class AdjustCreditsForm(ReasonForm):
    """A signed amount. `key` is created when the form is shown, so that it posts once if it is sent twice."""

    amount = forms.IntegerField(
        label="Credits",
        min_value=-MAX_AMOUNT,
        max_value=MAX_AMOUNT,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"autofocus": True}),
        help_text="For example 50 to give, -50 to take. No more is taken than is available.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    field_order = ["amount", "reason", "key"]

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if not amount:
            raise ValidationError("Enter an amount other than 0.")
        return amount

    def add_conflict(self) -> None:
        """Report that the key was used for another amount, and set a new one."""
        self.add_error(
            None,
            "This form was sent before with another amount, which was posted. "
            "Check the ledger; to post this amount as well, send the form again.",
        )
        posted: Any = self.data
        data = posted.copy()
        data["key"] = str(uuid.uuid4())
        self.data = data
