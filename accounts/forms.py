"""The admin's forms: login and second factor, with the throttles of the API, and the reason of a block."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from accounts.throttling import AuthThrottle, LoginThrottle, remember_address


class BlockForm(forms.Form):
    """The reason of a block, or of lifting one."""

    reason = forms.CharField(
        max_length=User._meta.get_field("blocked_reason").max_length,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "autofocus": True}),
        help_text="Kept in the history of this page, with your name. The user does not see it.",
    )


def count_attempt(request: HttpRequest, *, email: Any) -> Any:
    """Count an attempt to log in, as at the API, and return what the throttle read. Raises ValidationError."""
    attempt = SimpleNamespace(  # the attributes of a DRF request that the throttle reads
        _request=request, META=request.META, headers=request.headers, data={"email": email}
    )
    throttle = LoginThrottle()
    if not throttle.allow_request(attempt, None):  # type: ignore[arg-type]  # see above
        raise forms.ValidationError(
            f"Too many attempts. Try again in {throttle.wait()} seconds.", code="throttled"
        )
    return attempt


class AdminLoginForm(AuthenticationForm):  # type: ignore[misc]  # unfold has no types
    """Count login attempts together with those at the API, by address and by account."""

    def clean(self) -> dict[str, Any]:
        attempt = count_attempt(self.request, email=self.cleaned_data.get("username"))
        cleaned: dict[str, Any] = super().clean()
        if user := self.get_user():
            remember_address(email=user.email, request=attempt)
        return cleaned


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]  # unfold has no types
    """Count guesses of the current password as attempts to log in, as the API does."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        count_attempt(self.request, email=self.user.email)
        old_password: str = super().clean_old_password()
        return old_password


class SecondFactorForm(forms.Form):
    """Ask for a code. By address, attempts count together with logins; the device counts wrong codes."""

    code = forms.CharField(
        max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "autofocus": ""}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request: Any = request

    def clean(self) -> dict[str, Any]:
        throttle = AuthThrottle()
        if not throttle.allow_request(self.request, None):
            raise forms.ValidationError(
                f"Too many attempts. Try again in {throttle.wait()} seconds.", code="throttled"
            )
        return self.cleaned_data
