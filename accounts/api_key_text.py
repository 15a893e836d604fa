"""The text of an API key: `pck_<prefix>_<secret>`.

`pck` is API_KEY_PREFIX, by which secret scanners recognize a key. The prefix identifies the key in lists. The
secret is random and ends with a checksum, so that a mistyped key costs no query.
"""

import hashlib
import re
import secrets
import string
import zlib

from django.conf import settings

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
PREFIX_LENGTH = 8
RANDOM_LENGTH = 33  # 196 bits
CHECKSUM_LENGTH = 6  # 62**6 > 2**32
BRAND = re.compile(r"[a-z][a-z0-9]{1,14}")  # what API_KEY_PREFIX may be; a JWT starts with "eyJ"
SHAPE = re.compile(rf"[0-9A-Za-z]{{{PREFIX_LENGTH}}}_[0-9A-Za-z]{{{RANDOM_LENGTH + CHECKSUM_LENGTH}}}")


def new_key_text() -> str:
    """Return the text of a new key."""
    text = f"{settings.API_KEY_PREFIX}_{_random(PREFIX_LENGTH)}_{_random(RANDOM_LENGTH)}"
    return text + _checksum(text)


def claims_to_be_key(text: str) -> bool:
    """Return whether a bearer token looks like an API key, well-formed or not."""
    return text.startswith(f"{settings.API_KEY_PREFIX}_")


def is_well_formed(text: str) -> bool:
    """Return whether a text has the form of a key and the right checksum."""
    brand, _, rest = text.partition("_")
    body, checksum = text[:-CHECKSUM_LENGTH], text[-CHECKSUM_LENGTH:]
    return brand == settings.API_KEY_PREFIX and bool(SHAPE.fullmatch(rest)) and checksum == _checksum(body)


def prefix_of(text: str) -> str:
    """Return the visible prefix of a well-formed key."""
    return text.split("_")[1]


def hash_of(text: str) -> str:
    """Return the hash to store for a key: SHA-256. A key is random, so a slow hash would add nothing."""
    return hashlib.sha256(text.encode()).hexdigest()


def redact(text: str) -> str:
    """Truncate each key in the text after its visible prefix, and each JWT after its header."""
    brand = re.escape(settings.API_KEY_PREFIX)
    text = re.sub(rf"\b({brand}_[0-9A-Za-z]{{{PREFIX_LENGTH}}}_)[0-9A-Za-z]+", r"\1[redacted]", text)
    return re.sub(r"\b(eyJ[\w-]+\.)eyJ[\w.-]+", r"\1[redacted]", text)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
