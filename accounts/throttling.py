"""Throttles of sign-up, login, tokens and emails.

The address of a client is its address block (limits/addresses.py). Wrong passwords from other addresses
cannot lock out the owner of an account: the limit for an account neither counts nor refuses attempts from an
address from which the account has logged in before.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from rest_framework.request import Request

from accounts.models import UserManager
from limits import counter
from limits.addresses import client_block
from limits.rates import Limit
from limits.throttling import Throttle


class AuthThrottle(Throttle):
    """Allow at most AUTH_THROTTLE_RATE attempts from one address, at any of these endpoints."""

    def limits(self, request: Request, view: Any) -> Iterator[tuple[Limit, str]]:
        if limit := Limit.from_rate("auth", settings.AUTH_THROTTLE_RATE):
            yield limit, client_block(request)


class SignUpThrottle(AuthThrottle):
    """Allow at most SIGNUP_THROTTLE_RATE attempts to sign up from one address."""

    def limits(self, request: Request, view: Any) -> Iterator[tuple[Limit, str]]:
        yield from super().limits(request, view)
        if limit := Limit.from_rate("signup", settings.SIGNUP_THROTTLE_RATE):
            yield limit, client_block(request)


class LoginThrottle(AuthThrottle):
    """Limit the attempts to log in to an account.

    Allow LOGIN_THROTTLE_RATE attempts from each address, and ACCOUNT_THROTTLE_RATE from all addresses from
    which the account has not logged in before. The second limit is for guesses from many addresses. It has no
    headers, because they would reveal to an attacker how often others log in.
    """

    def limits(self, request: Request, view: Any) -> Iterator[tuple[Limit, str]]:
        yield from super().limits(request, view)
        email = self.email_of(request)
        if not isinstance(email, str):
            return
        account, block = UserManager.normalize_email(email), client_block(request)
        if limit := Limit.from_rate("login", settings.LOGIN_THROTTLE_RATE):
            yield limit, f"{account} {block}"
        limit = Limit.from_rate("account", settings.ACCOUNT_THROTTLE_RATE, reported=False)
        if limit and not counter.is_known_address(account=account, block=block):
            yield limit, account

    def email_of(self, request: Request) -> Any:
        """Return the account's email address. This reads the body, so call it after the limit by address."""
        body: Any = request.data
        return body.get("email") if isinstance(body, dict) else None


class PasswordThrottle(LoginThrottle):
    """Count guesses of the signed-in user's password as attempts to log in."""

    def email_of(self, request: Request) -> Any:
        return request.user.email  # type: ignore[union-attr]  # IsAuthenticated has passed


class MailThrottle(Throttle):
    """Allow at most MAIL_THROTTLE_RATE requests of a user for emails."""

    def limits(self, request: Request, view: Any) -> Iterator[tuple[Limit, str]]:
        if limit := Limit.from_rate("mail", settings.MAIL_THROTTLE_RATE):
            yield limit, f"user {request.user.pk}"


class ChangeEmailThrottle(PasswordThrottle):
    """Limit guesses of the password first, and then emails."""

    def limits(self, request: Request, view: Any) -> Iterator[tuple[Limit, str]]:
        yield from super().limits(request, view)
        yield from MailThrottle().limits(request, view)


class ExportThrottle(Throttle):
    """Allow at most EXPORT_THROTTLE_RATE exports of one user."""

    def limits(self, request: Request, view: Any) -> Iterator[tuple[Limit, str]]:
        if request.user and (limit := Limit.from_rate("export", settings.EXPORT_THROTTLE_RATE)):
            yield limit, f"user {request.user.pk}"


def remember_address(*, email: str, request: Any) -> None:
    """Remember that the account has logged in at the client's address."""
    counter.remember_address(account=UserManager.normalize_email(email), block=client_block(request))
