"""The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header), read once."""

import hashlib
import json
import re

from rest_framework.request import Request

from credits.exceptions import InvalidIdempotencyKey
from credits.services import RequestKey

KEY = re.compile(r"[\x21-\x7e]{1,255}")


def request_key(request: Request) -> RequestKey | None:
    """What makes this request the same as another, or None without the header.

    The scope of a key is the user and the endpoint; the body counts as parsed, so that white space
    makes no difference. Raises InvalidIdempotencyKey.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise InvalidIdempotencyKey
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    return RequestKey(
        endpoint=f"{request.method} {request.path}",
        key=key,
        request_hash=hashlib.sha256(body.encode()).hexdigest(),
    )
