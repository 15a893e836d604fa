"""Give each request an id, so that responses, log lines and ledger entries can be matched.

A caller's `X-Request-ID` is kept if it is valid. Otherwise the request gets a random id. The response and
`request.request_id` contain it and, with `RequestIdFilter`, log records too.
"""

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
NO_REQUEST = "-"
VALID = re.compile(r"[\x21-\x7e]{1,128}")  # printable ASCII without spaces

_current: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)


class RequestIdMiddleware:
    """Put it first in MIDDLEWARE, so that every response has the header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if VALID.fullmatch(given) else str(uuid.uuid4())
        request.request_id = request_id  # type: ignore[attr-defined]  # read by views, as Django's own are
        token = _current.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response.headers.setdefault(HEADER, request_id)
        return response


class RequestIdFilter(logging.Filter):
    """Set `request_id` on each record, for a formatter; "-" outside requests. It drops no record."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django logs a response with its request after the middleware has run.
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or _current.get()
        return True
