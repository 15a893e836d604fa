"""Sessions: one row for each login at the API, with the refresh token that is valid now.

A session ends when its row is deleted: by logout, by the user, by staff, or by the reuse of a refresh token.
Every token contains the id of its session, so no token is valid without the row.
"""

import hashlib
import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.models.user import User

MAX_USER_AGENT = 200
MAX_ADDRESS = 43  # of an IPv6 address with its prefix length
JTI_LENGTH = 32  # hexadecimal digits of a UUID


class HashOfPassword(models.Func):
    """`hash_of_password` in SQL."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = models.CharField()


class SessionQuerySet(models.QuerySet["Session"]):
    def open(self, *, at: datetime) -> "SessionQuerySet":
        """Return the sessions whose tokens are valid."""
        return self.filter(self._is_open(at))

    def ended(self, *, at: datetime) -> "SessionQuerySet":
        """Return the sessions that expired, or whose user is inactive or has another password."""
        return self.exclude(self._is_open(at))

    @staticmethod
    def _is_open(at: datetime) -> models.Q:
        same_password = models.Q(password_hash=HashOfPassword("user__password"))
        return models.Q(expires_at__gt=at, user__is_active=True) & same_password


class Session(models.Model):
    """A login at the API: a family of refresh tokens, of which one is valid."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="sessions",
        db_index=False,  # an index below begins with it
    )
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(help_text="When its tokens were issued last.")
    expires_at = models.DateTimeField(help_text="When its refresh token expires.")
    refresh_jti = models.CharField(max_length=JTI_LENGTH, help_text="The id of the valid refresh token.")
    previous_jti = models.CharField(
        max_length=JTI_LENGTH, blank=True, default="", help_text="The id of the token that it replaced."
    )
    password_hash = models.CharField(
        max_length=64, help_text="A hash of the user's password field: another password ends the session."
    )
    user_agent = models.CharField(max_length=MAX_USER_AGENT, blank=True, default="")
    address = models.CharField(
        max_length=MAX_ADDRESS, blank=True, default="", help_text="The address block of the login."
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at", "-id"], name="accounts_session_of_user"),
            models.Index(fields=["expires_at"], name="accounts_session_expires_at"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_usable(self) -> bool:
        """Whether the user is active and has the password with which the session began. Reads `user`."""
        return self.user.is_active and self.password_hash == hash_of_password(self.user)


def hash_of_password(user: User) -> str:
    """Return a hash of the stored password, so that a session notices a new one.

    The stored password is a salted hash itself.
    """
    return hashlib.sha256(user.password.encode()).hexdigest()
