"""Read the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
import json
import re
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from rest_framework.request import Request

from credits.exceptions import InvalidIdempotencyKey
from credits.services import RequestKey

KEY = re.compile(r"[\x21-\x7e]{1,255}")


def request_key(request: Request) -> RequestKey | None:
    """Return the key of a request with the hash of its content, or None without the header.

    A key is unique per user and endpoint. The hash covers the parsed query string and body, so that white
    space makes no difference, and the content of files. Raises InvalidIdempotencyKey.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise InvalidIdempotencyKey
    body = json.dumps(_comparable(request.data), sort_keys=True, separators=(",", ":"), default=str)
    if request.query_params:
        body += json.dumps(_comparable(request.query_params), sort_keys=True)
    return RequestKey(
        endpoint=f"{request.method} {request.path}",
        key=key,
        request_hash=hashlib.sha256(body.encode()).hexdigest(),
    )


def _comparable(data: Any) -> Any:
    """Return parsed data in JSON's types: a form's fields have several values each, and files."""
    if not isinstance(data, MultiValueDict):
        return data
    return {name: [_digest(value) for value in values] for name, values in data.lists()}


def _digest(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)  # the view reads it from the start
    return [value.name, digest.hexdigest()]
