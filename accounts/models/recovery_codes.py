"""Recovery codes: each replaces a code of the authenticator app once, for staff who lost the app."""

import hashlib
import secrets
from base64 import b32encode

from django.conf import settings
from django.db import models

RANDOM_BYTES = 10  # so much that a plain hash cannot be reversed by trying all codes
GROUP = 4


class RecoveryCode(models.Model):
    """An unused recovery code, stored as a hash. Its use deletes the row."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recovery_codes"
    )
    code_hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return str(self.pk)


def new_code() -> str:
    """Return a random code, such as `abcd-efgh-ijkl-mnop`."""
    text = b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().lower()
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def hash_of_code(code: str) -> str:
    """Return the hash of a code. The grouping of its letters makes no difference."""
    letters = "".join(filter(str.isalnum, code)).lower()
    return hashlib.sha256(letters.encode()).hexdigest()
