"""Refuse requests that could harm the rest of the server.

- Bodies and queries are UTF-8 (RFC 8259). Other codecs of Python are slow on hostile input, or raise.
- A path, a query or a cookie contains no NUL, which PostgreSQL cannot store.
- The size of a body is known in advance, and within the limit of the view (`max_body_bytes`).
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import parse_header_parameters

from config import errors

UTF_8 = {"utf-8", "utf8"}
UNREADABLE = "application/octet-stream; charset=unreadable"  # refused below


def readable_content_type(header: str) -> str:
    """Return the header or, if Django cannot parse it, a value that is refused later.

    Django parses it before any middleware runs, and an exception there is a 500 without a response.
    """
    try:
        parse_header_parameters(header)
    except (TypeError, ValueError):
        return UNREADABLE
    return header


def readable_accept(header: str) -> str:
    """Return the header, or `*/*` if it has an extended parameter (RFC 8187), which no client needs there.

    Two of one name make the parser raise TypeError.
    """
    return "*/*" if "*=" in header else header


class RequestGuardMiddleware:
    """Put it before all middleware that reads the query or the body, and after that of CORS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in UTF_8:
            return _refuse(415, "unsupported_media_type", "The charset of a body must be UTF-8.")
        if "HTTP_TRANSFER_ENCODING" in request.META:
            # Django would treat the body as empty.
            return _refuse(411, "length_required", "A body needs a Content-Length.")
        if "\0" in request.path:
            return errors.not_found(request, Http404("NUL in the path."))
        if any("\0" in value for value in request.COOKIES.values()):  # Django decodes "\000" in quotes
            return errors.bad_request(request, SuspiciousOperation("NUL in a cookie."))
        if "%00" in request.META.get("QUERY_STRING", ""):
            return errors.bad_request(request, SuspiciousOperation("NUL in the query."))
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse a body that is larger than the view accepts, before anything reads it, and a form that cannot be parsed."""
        view_class = getattr(view, "cls", None) or getattr(view, "view_class", None)
        most = getattr(view_class, "max_body_bytes", settings.MAX_BODY_BYTES)
        if _content_length(request) > most:
            return _refuse(413, "body_too_large", f"A body here has at most {most:,} bytes.")
        if request.content_type == "multipart/form-data" and not hasattr(view, "cls"):  # DRF reads its own
            try:
                request.POST  # noqa: B018  (parses the body)
            except TypeError:  # two extended parameters of one name, in the header of a part
                return errors.bad_request(request, SuspiciousOperation("A part's header cannot be parsed."))
        return None


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # Django reads nothing then


def _refuse(status: int, code: str, message: str) -> JsonResponse:
    # Django logs each 4xx response in one line.
    return JsonResponse({"message": message, "code": code}, status=status)
