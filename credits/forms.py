"""The forms of the admin: what staff may do to a balance."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget

from credits.models import AiCreditLog
from credits.services import MAX_AMOUNT

REASON_LENGTH = AiCreditLog._meta.get_field("reason").max_length


class ReasonForm(forms.Form):
    """Why staff move credits; it stays on the entry for ever, with their name."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Stays on the entry, with your name. The user sees it in their log.",
    )


class AdjustCreditsForm(ReasonForm):
    """A signed amount. `key` is made when the form is shown, so that it posts once however often it is sent."""

    amount = forms.IntegerField(
        label="Credits",
        min_value=-MAX_AMOUNT,
        max_value=MAX_AMOUNT,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"autofocus": True}),
        help_text="For example 50 to give, -50 to take. Taking stops at what is available.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    field_order = ["amount", "reason", "key"]

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if not amount:
            raise ValidationError("0 credits change nothing.")
        return amount

    def add_conflict(self) -> None:
        """Say that the key has been used for another amount, and bring a new one."""
        self.add_error(
            None,
            "This form has been sent before with another amount, which was posted. "
            "Check the ledger; to post this one as well, send it again.",
        )
        posted: Any = self.data
        data = posted.copy()
        data["key"] = str(uuid.uuid4())
        self.data = data
