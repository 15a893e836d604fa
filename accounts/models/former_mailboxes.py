"""The mailboxes that accounts have left, as keyed hashes."""

from django.db import models

KEY_LENGTH = 64  # hexadecimal digits of an HMAC-SHA256


class FormerMailbox(models.Model):
    """A mailbox that an account has left, by deletion or by a change of e-mail.

    A new account with this mailbox gets no sign-up credits. `key` is a keyed hash, so the table contains no
    e-mail. A row is deleted after FORMER_MAILBOX_DAYS.
    """

    key = models.CharField(max_length=KEY_LENGTH, primary_key=True)
    deleted_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "former mailboxes"

    def __str__(self) -> str:
        return self.key
