"""API keys, with which customers' servers call the API."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.api_key_text import PREFIX_LENGTH

READ = "read"
SPEND = "spend"
SCOPES = (READ, SPEND)
NAME_LENGTH = 100
HASH_LENGTH = 64  # hexadecimal digits of a SHA-256


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def of(self, user_id: int) -> Self:
        """Select the keys of a user that are not revoked."""
        return self.filter(user=user_id, revoked_at__isnull=True)

    def live(self, at: datetime) -> Self:
        """Select the keys that are neither revoked nor expired."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), revoked_at__isnull=True)


class ApiKey(models.Model):
    """A key of a user. Its text is shown once; only its hash is stored.

    `request.auth` of a request with a key is its row.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=NAME_LENGTH)
    prefix = models.CharField(max_length=PREFIX_LENGTH)
    secret_hash = models.CharField(max_length=HASH_LENGTH, editable=False)
    can_read = models.BooleanField()
    can_spend = models.BooleanField()
    created_at = models.DateTimeField()
    # Accurate to a minute. Null until the current secret is used: a rotation clears it.
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["ApiKey"]] = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prefix"], name="accounts_apikey_prefix"),
            models.UniqueConstraint(fields=["secret_hash"], name="accounts_apikey_secret_hash"),
            models.CheckConstraint(
                condition=Q(can_read=True) | Q(can_spend=True), name="accounts_apikey_has_a_scope"
            ),
        ]
        permissions: ClassVar = [("revoke_apikey", "Can revoke API keys of users")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def scopes(self) -> list[str]:
        """The scopes of the key: `read`, `spend` or both."""
        return [scope for scope, given in zip(SCOPES, (self.can_read, self.can_spend), strict=True) if given]

    @property
    def credit_subject(self) -> str:
        """The subject of the key's charges, which spending limits count."""
        return f"key:{self.pk}"
