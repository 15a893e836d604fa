"""The email address of a user: its verification, and pending changes."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from common.models import ServiceManagedModel

MAX_EMAIL = 254


class EmailHolder(ServiceManagedModel):
    """A user whose email address may be verified."""

    email_verified_at = models.DateTimeField(
        "email verified", null=True, blank=True, editable=False, help_text="Empty: not verified."
    )

    class Meta:
        abstract = True

    @property
    def email_verified(self) -> bool:
        """Whether the user has proved to receive emails at this address."""
        return self.email_verified_at is not None


class EmailChange(models.Model):
    """A change of a user's email address, requested and then confirmed by a link sent to the new address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="email_changes")
    old_email = models.EmailField(max_length=MAX_EMAIL)
    new_email = models.EmailField(max_length=MAX_EMAIL)
    requested_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            # A new request replaces the previous one, so that only the newest link can confirm a change.
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(confirmed_at=None),
                name="accounts_emailchange_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.old_email} to {self.new_email}"
