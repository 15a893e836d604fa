"""The Content-Security-Policy of every response. Django's SecurityMiddleware sends the other headers.

Each exception from `'none'` and `'self'` has its reason here; there is no inline script anywhere.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
POLICIES = {
    "/admin/": (
        "default-src 'none'; connect-src 'self'; font-src 'self'; img-src 'self' data:; "
        # Alpine, which Unfold's pages use, compiles the expressions of attributes with `new Function`.
        "script-src 'self' 'unsafe-eval'; "
        # Unfold's colours are a <style> element, and Alpine sets style attributes.
        "style-src 'self' 'unsafe-inline'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "/api/docs": (
        "default-src 'none'; connect-src 'self'; img-src 'self' data:; script-src 'self'; "
        # The template of drf-spectacular has a <style> element.
        "style-src 'self' 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "/account/": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "/payments/": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}


class SecurityHeadersMiddleware:
    """Add the policy of the response's path; a JSON response needs nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = next((POLICIES[path] for path in POLICIES if request.path.startswith(path)), NOTHING)
        response.headers.setdefault(HEADER, policy)
        return response
