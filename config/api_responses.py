"""Common features of all API responses: the shape of errors, `Cache-Control`, and an `ETag` on reads."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware

from config.security_headers import HEADER as POLICY

JSON = "application/json"
CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    412: "precondition_failed",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "throttled",
    500: "server_error",
}


def is_api(request: HttpRequest) -> bool:
    """Return whether the path belongs to the API, including the health endpoints."""
    return f"{request.path}/".startswith(("/api/", "/healthz/", "/readyz/"))


class ApiResponseMiddleware(ConditionalGetMiddleware):
    """Complete the responses under /api/ and of the health endpoints. Put it outside the other middleware.

    A read may be stored by its own client, which revalidates it with the ETag. Any other response, such as
    tokens and errors, is not stored. A view that sets `Cache-Control` keeps it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not is_api(request):
            return response
        if response.status_code >= HTTPStatus.BAD_REQUEST and response.get("Content-Type") != JSON:
            response = _in_the_shape_of_errors(response)
        if "Cache-Control" not in response.headers:
            is_read = request.method in {"GET", "HEAD"} and response.status_code == HTTPStatus.OK
            response["Cache-Control"] = "private, no-cache" if is_read else "no-store"
        checked: HttpResponseBase = super().process_response(request, response)
        if checked.status_code == HTTPStatus.PRECONDITION_FAILED:  # of If-Match and the like
            checked = _in_the_shape_of_errors(checked)
            checked["Cache-Control"] = "no-store"
        if checked is not response:  # a 304 or 412; Django's has only the headers that caches need
            _copy_headers(response, to=checked)
        return checked


def _in_the_shape_of_errors(response: HttpResponseBase) -> HttpResponse:
    """Return an error of Django or a library, such as a 405, in the format of the API."""
    status = response.status_code
    code = CODES.get(status, "error")
    shaped = JsonResponse({"message": f"{HTTPStatus(status).phrase}.", "code": code}, status=status)
    _copy_headers(response, to=shaped)
    return shaped


def _copy_headers(response: HttpResponseBase, *, to: HttpResponseBase) -> None:
    """Copy the headers that do not describe the body. The policy only has a name like those that do."""
    for name, value in response.items():
        if name == POLICY or not name.startswith("Content-"):
            to.headers.setdefault(name, value)
