"""A key is refused unless the view names a scope. Checked for every path of the server."""

import re

import pytest
from django.urls import URLResolver, get_resolver, include, path
from drf_spectacular.generators import SchemaGenerator
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts import services
from accounts.tests.api_key_helpers import client_with, create_key, key_client
from accounts.tests.factories import PASSWORD

# An operation that is added here is open to every key with the scope: it must not change the account.
ACCEPTED = {
    ("GET", "/api/users/profile"): "read",
    ("GET", "/api/auth/me"): "read",
    ("GET", "/api/credits"): "read",
    ("GET", "/api/credits/log"): "read",
    ("GET", "/api/credits/usage"): "read",
    ("GET", "/api/credits/limits"): "read",
    ("GET", "/api/payments/plans"): "read",
    ("GET", "/api/ai/question-sets"): "read",
    ("GET", "/api/ai/question-sets/{id}"): "read",
    ("GET", "/api/ai/questions/{id}"): "read",
    ("GET", "/api/ai/evaluations"): "read",
    ("GET", "/api/ai/jobs"): "read",
    ("GET", "/api/ai/jobs/{id}"): "read",
    ("DELETE", "/api/ai/jobs/{id}"): "spend",
    ("POST", "/api/ai/generate-from-source"): "spend",
    ("POST", "/api/ai/evaluate-answer"): "spend",
}
# Views without authentication: for them, a request with a key is one of an anonymous client.
PUBLIC = {
    "/api/schema",
    "/api/docs",
    "/api/auth/register",
    "/api/auth/login",
    "/api/auth/refresh",
    "/api/auth/logout",
    "/api/auth/verify-email",
    "/api/auth/password/forgot",
    "/api/auth/password/reset",
    "/api/auth/email/confirm",
}
PLAIN = {"/api/stripe-webhook"}  # Django's views, which know no bearer token


class CarelessView(APIView):
    """A new view whose author has not thought of keys."""

    permission_classes = [AllowAny]

    def get(self, request):
        return Response({"ok": True})

    post = patch = delete = get


class ReadableView(CarelessView):
    permission_classes = [IsAuthenticated]
    api_key_scopes = {"GET": "read"}

    def get(self, request):
        return Response({"subject": getattr(request.auth, "credit_subject", "")})


urlpatterns = [
    path("api/careless", CarelessView.as_view()),
    path("api/readable", ReadableView.as_view()),
    path("", include("config.urls")),
]


def routes(patterns, at="/"):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, at + str(pattern.pattern))
        else:
            yield re.sub(r"<[^>]*?(\w+)>", "{id}", at + str(pattern.pattern)), pattern


def api_routes():
    return [
        (at, one) for at, one in routes(get_resolver("config.urls").url_patterns) if at.startswith("/api/")
    ]


def operations():
    """Return every method of every view under /api/ that authenticates."""
    return [
        (method.upper(), at)
        for at, pattern in api_routes()
        if at not in PUBLIC | PLAIN
        for method in pattern.callback.cls.http_method_names
        if method not in {"head", "options", "trace"} and hasattr(pattern.callback.cls, method)
    ]


def send(client, method, at):
    patterns = dict(api_routes())
    converters = patterns[at].pattern.converters
    uuid = "0b0e3c1e-6a53-4a3f-8e0c-0f5a3f0a7b11"
    where = at.replace("{id}", "1" if "IntConverter" in str(converters) else uuid)
    return client.generic(method, where, b"{}" if method != "GET" else b"", content_type="application/json")


class TestEveryOperation:
    def test_the_lists_above_are_complete(self):
        assert {at for at, one in api_routes() if not hasattr(one.callback, "cls")} == PLAIN
        public = {
            at for at, one in api_routes() if at not in PLAIN and not one.callback.cls.authentication_classes
        }
        assert public == PUBLIC
        assert set(ACCEPTED) <= set(operations())

    @pytest.mark.django_db
    @pytest.mark.parametrize(("method", "at"), operations())
    def test_a_key_is_refused_unless_the_operation_is_listed(self, user, method, at):
        answer = send(key_client(user), method, at)
        if (method, at) in ACCEPTED:
            assert answer.status_code in {200, 400, 404}, answer.content
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "api_key_not_accepted")
            assert answer["Cache-Control"] == "no-store"

    @pytest.mark.django_db
    @pytest.mark.parametrize(("method", "at"), ACCEPTED)
    def test_a_key_without_the_scope_is_refused(self, user, method, at):
        scope = ACCEPTED[method, at]
        (other,) = {"read", "spend"} - {scope}
        answer = send(key_client(user, other), method, at)
        assert (answer.status_code, answer.json()["code"], answer.json()["scope"]) == (
            403,
            "api_key_scope_missing",
            scope,
        )
        assert send(key_client(user, scope), method, at).status_code in {200, 400, 404}

    def test_the_document_names_the_scheme_and_the_scope_of_exactly_these(self):
        document = SchemaGenerator().get_schema(request=None, public=True)
        told = {
            (method.upper(), at): requirement["apiKey"]
            for at, methods in document["paths"].items()
            for method, operation in methods.items()
            for requirement in operation.get("security", [])
            if "apiKey" in requirement
        }
        needs_none = {("GET", "/api/payments/plans")}
        assert told == {one: [scope] for one, scope in ACCEPTED.items() if one not in needs_none}
        assert document["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"


@pytest.mark.django_db
class TestNewViews:
    @pytest.fixture(autouse=True)
    def _new_views(self, settings):
        settings.ROOT_URLCONF = __name__

    @pytest.mark.parametrize("method", ["get", "post", "patch", "delete", "head", "options"])
    def test_a_view_that_says_nothing_refuses_keys_whatever_its_permissions(self, user, method):
        assert getattr(key_client(user), method)("/api/careless").status_code == 403
        assert getattr(APIClient(), method)("/api/careless").status_code == 200

    def test_a_view_accepts_keys_for_the_methods_that_it_names(self, user):
        client = key_client(user, "read")
        assert client.get("/api/readable").status_code == 200
        assert client.head("/api/readable").status_code == 200
        for method in ("post", "patch", "delete", "options"):
            assert getattr(client, method)("/api/readable").status_code == 403

    def test_request_auth_names_what_the_key_spends(self, user, api):
        new = create_key(user)
        assert client_with(new.text).get("/api/readable").json() == {"subject": f"key:{new.row.pk}"}
        services.rotate_api_key(key=new.row)
        assert new.row.credit_subject == f"key:{new.row.pk}"
        assert api.get("/api/readable").json() == {"subject": ""}

    def test_a_method_that_the_view_does_not_have_is_405(self, user, api):
        for client in (api, key_client(user)):
            assert client.put("/api/readable", {}, format="json").status_code == 405


@pytest.mark.django_db
def test_a_key_cannot_use_up_what_only_its_owner_may_do(user, api, settings):
    """A method that the view does not have is refused before the view's throttles count it."""
    settings.MAIL_THROTTLE_RATE = settings.EXPORT_THROTTLE_RATE = settings.LOGIN_THROTTLE_RATE = "1/hour"
    thief = key_client(user, "read")
    for at in ("/api/users/export", "/api/auth/verify-email/send", "/api/auth/email/change"):
        answers = [thief.put(at, {}, format="json") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [405, 405, 405]
        assert "Allow" in answers[0].headers
    assert api.get("/api/users/export").status_code == 200
    body = {"email": "new@example.com", "password": PASSWORD}
    assert api.post("/api/auth/email/change", body, format="json").status_code == 202


@pytest.mark.django_db
def test_a_key_has_no_more_rights_because_its_user_is_staff(staff):
    assert key_client(staff).get("/admin/").status_code == 302
    assert key_client(staff).get("/api/keys").status_code == 403
