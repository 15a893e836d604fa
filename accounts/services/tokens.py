"""Access and refresh tokens. SIMPLE_JWT in the settings has their lifetimes."""

from dataclasses import dataclass

from django.db import transaction
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import RefreshToken
from rest_framework_simplejwt.utils import get_md5_hash_password

from accounts.exceptions import InvalidToken
from accounts.models import User


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token, and the refresh token that renews it. Lifetimes: SIMPLE_JWT in the settings."""

    access: str
    refresh: str


def issue_tokens(*, user: User) -> Tokens:
    """Return new tokens for `user`."""
    refresh = RefreshToken.for_user(user)
    return Tokens(access=str(refresh.access_token), refresh=str(refresh))


@transaction.atomic
def rotate_tokens(*, refresh_token: str) -> Tokens:
    """Exchange a refresh token for new tokens and revoke it. Raises InvalidToken.

    The user's row is locked, so only the first of two concurrent requests with one token succeeds.
    """
    token, user = _lock_owner(refresh_token)
    token.blacklist()
    return issue_tokens(user=user)


@transaction.atomic
def log_out(*, refresh_token: str) -> None:
    """Revoke a refresh token. Raises InvalidToken if it is not valid."""
    token, _ = _lock_owner(refresh_token)
    token.blacklist()


def _lock_owner(refresh_token: str) -> tuple[RefreshToken, User]:
    try:
        token = RefreshToken(refresh_token)  # type: ignore[arg-type]  # signature, expiry, blacklist
        user = User.objects.select_for_update(no_key=True).get(
            pk=token.get(api_settings.USER_ID_CLAIM), is_active=True
        )
        token.check_blacklist()  # again, under the lock
    except (User.DoesNotExist, TokenError):
        raise InvalidToken from None
    if token.get(api_settings.REVOKE_TOKEN_CLAIM) != get_md5_hash_password(user.password):
        raise InvalidToken  # the password was changed after it was issued
    return token, user
