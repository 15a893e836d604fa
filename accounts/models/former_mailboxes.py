"""The mailboxes that accounts have left, as keyed hashes."""

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

from accounts.mailboxes import mailbox

KEY_LENGTH = 64  # hexadecimal digits of an HMAC-SHA256


class FormerMailbox(models.Model):
    """A mailbox that an account has left, by deletion or by a change of email address.

    A new account with it gets no sign-up credits and no trial. `key` is a keyed hash, so the table contains no
    email address. It is deleted after FORMER_MAILBOX_DAYS.
    """

    key = models.CharField(max_length=KEY_LENGTH, primary_key=True)
    deleted_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "former mailboxes"

    def __str__(self) -> str:
        return self.key

    @classmethod
    def has(cls, email: str) -> bool:
        """Return whether an account has left the mailbox of this normalized email address."""
        secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return cls.objects.filter(key__in=[key_of(email, secret) for secret in secrets]).exists()


def key_of(email: str, secret: str) -> str:
    """Return the key of the mailbox of a normalized email address."""
    return salted_hmac(
        "accounts.former_mailbox", mailbox(email), secret=secret, algorithm="sha256"
    ).hexdigest()
