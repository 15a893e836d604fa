"""The admin's login form, throttled like the API's login."""

from types import SimpleNamespace
from typing import Any

from django import forms
from unfold.forms import AuthenticationForm

from accounts.throttling import AccountThrottle, AuthThrottle


class AdminLoginForm(AuthenticationForm):  # type: ignore[misc]  # unfold has no types
    """Count login attempts with the API's, by address and by account. The rate is AUTH_THROTTLE_RATE."""

    def clean(self) -> dict[str, Any]:
        attempt: Any = SimpleNamespace(  # the attributes of a DRF request that the throttles read
            META=self.request.META,
            headers=self.request.headers,
            data={"email": self.cleaned_data.get("username")},
        )
        throttles = [AuthThrottle(), AccountThrottle()]
        refused = [throttle for throttle in throttles if not throttle.allow_request(attempt, None)]  # type: ignore[arg-type]  # no view
        if refused:
            seconds = int(max(throttle.wait() or 0 for throttle in refused)) + 1
            raise forms.ValidationError(
                f"Too many attempts. Try again in {seconds} seconds.", code="throttled"
            )
        cleaned: dict[str, Any] = super().clean()
        return cleaned
