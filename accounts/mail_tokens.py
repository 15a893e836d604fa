"""The tokens in the links of emails.

A token contains the id of a row and a digest of the row's state, and is signed for one purpose. Its use
changes that state, so it works once. It is invalid for another row or purpose, and after its lifetime.
SECRET_KEY signs it. A token that one of SECRET_KEY_FALLBACKS signed is also valid.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from django.conf import settings
from django.core import signing
from django.db import models

from accounts.exceptions import InvalidLink
from accounts.models import EmailChange, User

MAX_TOKEN = 512  # characters
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Claim:
    """The content of a token with a valid signature: the id of a row, and a digest of the row's state."""

    row_id: int
    digest: str


@dataclass(frozen=True)
class MailToken(Generic[Row]):
    """Make and check the tokens of one purpose. `lifetime` is the name of a setting, in hours."""

    purpose: str
    lifetime: str
    state: Callable[[Row], tuple[object, ...]]

    def make(self, row: Row) -> str:
        """Return a token for the row in its current state."""
        return signing.dumps([row.pk, self._digest(row)], salt=self._salt)

    def read(self, token: str) -> Claim:
        """Return the content of a token, without a query. Raises InvalidLink."""
        lifetime = timedelta(hours=getattr(settings, self.lifetime))
        try:
            row_id, digest = signing.loads(token, salt=self._salt, max_age=lifetime)
        except signing.BadSignature:
            raise InvalidLink from None
        return Claim(row_id, digest)

    def check(self, claim: Claim, row: Row | None) -> Row:
        """Return the row if its state is still the claimed one. Raises InvalidLink. Lock the row first."""
        if row is None or claim.digest != self._digest(row):
            raise InvalidLink
        return row

    @property
    def _salt(self) -> str:
        return f"accounts.mail_tokens.{self.purpose}"

    def _digest(self, row: Row) -> str:
        state = (row.pk, *self.state(row))
        return hashlib.sha256(repr(state).encode()).hexdigest()[:32]


VERIFY_EMAIL: MailToken[User] = MailToken(
    "verify_email", "VERIFY_EMAIL_HOURS", lambda user: (user.email, user.email_verified_at)
)
# A password's hash is salted, so setting the same password again also changes the state.
RESET_PASSWORD: MailToken[User] = MailToken(
    "reset_password", "RESET_PASSWORD_HOURS", lambda user: (user.email, user.password)
)
CONFIRM_EMAIL: MailToken[EmailChange] = MailToken(
    "confirm_email",
    "CONFIRM_EMAIL_HOURS",
    lambda change: (change.new_email, change.confirmed_at, change.user.email, change.user.password),
)
