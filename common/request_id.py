"""Name each request, so that a client, a log line and an entry of the ledger can be matched.

A caller's `X-Request-ID` is kept if it is sane. Otherwise the request gets a random one. The response
carries it, and `request.request_id` has it.
"""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
SANE = re.compile(r"[\x21-\x7e]{1,128}")  # printable ASCII without spaces


class RequestIdMiddleware:
    """Put it first in MIDDLEWARE, so that every response has the header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if SANE.fullmatch(given) else str(uuid.uuid4())
        request.request_id = request_id  # type: ignore[attr-defined]  # read by views, as Django's own are
        response = self.get_response(request)
        response.headers.setdefault(HEADER, request_id)
        return response
