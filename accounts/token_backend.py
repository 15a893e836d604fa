"""Verification of tokens that a former SECRET_KEY signed, which simplejwt does not do."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from rest_framework_simplejwt import state
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.settings import api_settings


class RotatingTokenBackend(TokenBackend):
    """Sign with SECRET_KEY, and verify with it or with one of SECRET_KEY_FALLBACKS."""

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002  (simplejwt's signature)
        try:
            return super().decode(token, verify)
        except TokenBackendError:
            for key in settings.SECRET_KEY_FALLBACKS:
                with suppress(TokenBackendError):
                    return TokenBackend(self.algorithm, key, leeway=self.leeway).decode(token, verify)
            raise


def install() -> None:
    """Make simplejwt use this backend, for which it has no setting."""
    state.token_backend = RotatingTokenBackend(
        api_settings.ALGORITHM, api_settings.SIGNING_KEY, leeway=api_settings.LEEWAY
    )
