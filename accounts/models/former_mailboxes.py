"""The mailboxes of deleted accounts, as keyed hashes."""

from django.db import models

KEY_LENGTH = 64  # hexadecimal digits of an HMAC-SHA256


class FormerMailbox(models.Model):
    """A mailbox whose account was deleted. A new account with it gets no sign-up credits.

    `key` is a keyed hash, so the table contains no e-mail. It is deleted after FORMER_MAILBOX_DAYS.
    """

    key = models.CharField(max_length=KEY_LENGTH, primary_key=True)
    deleted_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "former mailboxes"

    def __str__(self) -> str:
        return self.key
