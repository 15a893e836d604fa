"""Error responses: `{"message", "code", …}`, with `"errors"` for validation errors."""

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseNotFound
from django.utils.log import log_response
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework.views import set_rollback

from accounts.exceptions import AccountBusy
from ai.engines.exceptions import EngineBusy
from billing.exceptions import StripeBusy
from config.api_responses import is_api
from credits.exceptions import HoldClosed

# A user causes `hold_closed` by deleting the account, or spending the credits of an expired hold, during a call.
CAUSED_BY_CLIENTS = {AccountBusy.code, EngineBusy.code, StripeBusy.code, HoldClosed.code}

logger = logging.getLogger(__name__)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Return the API's response to an exception, or None if it is unexpected (500)."""
    if isinstance(exc, (OperationalError, InterfaceError)):
        logger.error("The database failed during a request.", exc_info=exc)
        set_rollback()
        return Response(
            {"message": "The service is not available for a moment.", "code": "database_unavailable"},
            status=503,
            headers={"Retry-After": "5"},
        )
    response = drf_exception_handler(exc, context)
    if response is None:
        return None
    data = response.data
    if isinstance(data, dict) and "message" in data and "code" in data:
        if data["code"] in CAUSED_BY_CLIENTS and "request" in context:
            _log_as_warning(response, context["request"])
        return response
    if isinstance(exc, exceptions.ValidationError):
        errors = _by_field(data)
        response.data = {"message": _first(errors), "code": "invalid", "errors": errors}
        return response
    # The handler turns Django's own Http404 and PermissionDenied into these two.
    code = {404: "not_found", 403: "permission_denied"}.get(response.status_code, "error")
    if isinstance(exc, exceptions.APIException):
        codes = exc.get_codes()
        code = codes if isinstance(codes, str) else exc.default_code
    message = data.get("detail", "") if isinstance(data, dict) else data
    if isinstance(message, dict):  # simplejwt nests its message
        message = message.get("detail", "")
    response.data = {"message": str(message), "code": str(code)}
    return response


def _log_as_warning(response: Response, request: HttpRequest) -> None:
    """Log a 5xx as a WARNING. Django would log it as an ERROR, which alerts an operator."""
    log_response(
        "%s: %s", response.status_text, request.path, response=response, request=request, level="warning"
    )


def _by_field(errors: Any) -> dict[str, list[str]]:
    """Return DRF's tree of errors as messages by field. A nested message starts with its position."""
    if not isinstance(errors, dict):
        errors = {api_settings.NON_FIELD_ERRORS_KEY: errors}
    return {
        "nonFieldErrors" if field == api_settings.NON_FIELD_ERRORS_KEY else str(field): list(_messages(tree))
        for field, tree in errors.items()
    }


def _messages(tree: Any, place: str = "") -> Iterator[str]:
    if isinstance(tree, dict):
        for where, branch in tree.items():
            yield from _messages(branch, f"{place}{where}: ")
    elif isinstance(tree, list):
        for branch in tree:
            yield from _messages(branch, place)
    else:
        # A message may quote the input, and a lone surrogate cannot be encoded as UTF-8.
        yield place + str(tree).encode(errors="backslashreplace").decode()


def _first(errors: dict[str, list[str]]) -> str:
    """Return the first message, prefixed by its field."""
    for field, messages in errors.items():
        for message in messages:
            return message if field == "nonFieldErrors" else f"{field}: {message}"
    return "The request is invalid."


def _wants_json(request: HttpRequest) -> bool:
    """Return whether an error is JSON: always in the API, otherwise for clients that do not ask for HTML."""
    return is_api(request) or "text/html" not in request.META.get("HTTP_ACCEPT", "")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return JsonResponse({"message": "The body is too large.", "code": "body_too_large"}, status=413)
    if _wants_json(request):
        return JsonResponse(
            {"message": "The request is invalid.", "code": "invalid", "errors": {}}, status=400
        )
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse | HttpResponseNotFound:
    if _wants_json(request):
        return JsonResponse({"message": "There is nothing at this path.", "code": "not_found"}, status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse(
            {
                "message": "Something went wrong on our side. Nothing was charged.",
                "code": "server_error",
                "requestId": getattr(request, "request_id", ""),
            },
            status=500,
        )
    return defaults.server_error(request)
