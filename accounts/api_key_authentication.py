"""Authentication by API key: `Authorization: Bearer pck_…`.

A view refuses keys unless it names the scope that a method needs:

    class JobView(GenericAPIView):
        api_key_scopes = {"GET": "read", "DELETE": "spend"}

Authentication checks the scope, not a permission class. So a view with its own permission classes refuses
keys too.
"""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, MethodNotAllowed
from rest_framework.request import Request

from accounts.api_key_text import claims_to_be_key, hash_of, is_well_formed
from accounts.exceptions import ApiKeyNotAccepted, ApiKeyScopeMissing, InvalidApiKey
from accounts.models import ApiKey, User
from accounts.services import note_use


class ApiKeyAuthentication(BaseAuthentication):
    """Authenticate by API key. List this class before the class for JWTs, which handles all other tokens."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Return the user and the key, loaded in one query, or None if the token is not an API key."""
        text = _bearer_token(request)
        if not claims_to_be_key(text):
            return None
        if not is_well_formed(text):
            raise InvalidApiKey
        now = timezone.now()
        keys = ApiKey.objects.live(now).select_related("user")
        try:
            key = keys.get(secret_hash=hash_of(text), user__is_active=True)
        except ApiKey.DoesNotExist:
            raise InvalidApiKey from None
        note_use(key=key, at=now)
        _check_scope(request, key)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'

    def documented_errors(self, view: Any, method: str) -> list[type[APIException]]:
        """Return the errors of a request with a key, for the OpenAPI document."""
        accepted = scope_of(view, method) is not None
        return [InvalidApiKey, ApiKeyScopeMissing if accepted else ApiKeyNotAccepted]


def scope_of(view: Any, method: str) -> str | None:
    """Return the scope that a key needs for a method of a view, or None if keys are refused."""
    scopes: dict[str, str] = getattr(view, "api_key_scopes", {})
    return scopes.get("GET" if method == "HEAD" else method)


def _bearer_token(request: Request) -> str:
    kind, _, token = get_authorization_header(request).partition(b" ")
    return token.strip().decode("latin-1") if kind.lower() == b"bearer" else ""


def _check_scope(request: Request, key: ApiKey) -> None:
    view = request.parser_context.get("view")
    method = request.method or ""
    if view is not None and method not in view.allowed_methods:
        # Here, not by the view: its throttles would count the request first, and so a key that is refused
        # everywhere else could use up what its owner may do.
        raise MethodNotAllowed(method)
    scope = scope_of(view, method)
    if scope is None:
        raise ApiKeyNotAccepted
    if scope not in key.scopes:
        raise ApiKeyScopeMissing(scope=scope)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf_spectacular's registration
    """The security scheme of keys, on the operations that accept them."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_requirement(self, auto_schema: Any) -> Any:
        scope = scope_of(auto_schema.view, auto_schema.method)
        return {self.name: [scope]} if scope else None

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "API key",
            "description": "A key of the account, `pck_…`, for servers. `POST /api/keys` creates one.",
        }
