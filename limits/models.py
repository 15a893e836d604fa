"""The counters of the rate limits, and the addresses from which an account has logged in.

Both tables store keyed hashes, so they contain no client addresses and no email addresses.
"""

from typing import ClassVar

from django.db import models

KEY_LENGTH = 64  # hexadecimal digits of an HMAC-SHA256


class RequestCount(models.Model):
    """The requests of one subject in the current window of one limit.

    The table is unlogged: a request writes it without waiting for the disk, and a crash of the server
    empties it.
    """

    key = models.CharField(max_length=KEY_LENGTH, primary_key=True)
    count = models.BigIntegerField()
    resets_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["resets_at"], name="limits_count_resets_at")]

    def __str__(self) -> str:
        return f"{self.count} until {self.resets_at}"


class KnownAddress(models.Model):
    """An address block from which an account has logged in.

    `key` is the hash of the account and the block, `account` the hash of the account alone.
    """

    key = models.CharField(max_length=KEY_LENGTH, primary_key=True)
    account = models.CharField(max_length=KEY_LENGTH, blank=True, default="", db_index=True)
    last_login_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "known addresses"

    def __str__(self) -> str:
        return self.key
