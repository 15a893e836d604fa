"""Every error response is `{"message", "code", …}`."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions, serializers

from config.errors import bad_request, exception_handler, not_found, server_error
from config.tests.support import without_a_database


class TestExceptionHandler:
    @pytest.mark.parametrize(
        ("error", "status", "code", "message"),
        [
            (Http404(), 404, "not_found", "Not found."),
            (PermissionDenied(), 403, "permission_denied", "You do not have permission"),
            (exceptions.NotAuthenticated(), 401, "not_authenticated", "Authentication credentials"),
            (exceptions.ParseError(), 400, "parse_error", "Malformed request."),
            (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed", 'Method "PUT" not allowed.'),
            (exceptions.Throttled(wait=7), 429, "throttled", "Request was throttled."),
            (exceptions.APIException({"a": ["b"]}), 500, "error", ""),
            (exceptions.APIException(["a", "b"]), 500, "error", "a"),
        ],
    )
    def test_every_error_has_message_and_code(self, error, status, code, message):
        response = exception_handler(error, {})
        assert response.status_code == status
        assert set(response.data) == {"message", "code"}
        assert response.data["code"] == code
        assert message in response.data["message"]

    def test_unexpected_exceptions_are_left_to_django(self):
        assert exception_handler(RuntimeError("a secret"), {}) is None

    @pytest.mark.parametrize(
        ("detail", "errors", "message"),
        [
            ("wrong", {"nonFieldErrors": ["wrong"]}, "wrong"),
            (["one", "two"], {"nonFieldErrors": ["one", "two"]}, "one"),
            ({"name": ["too long"]}, {"name": ["too long"]}, "name: too long"),
            ({"non_field_errors": ["no"], "a": "b"}, {"nonFieldErrors": ["no"], "a": ["b"]}, "no"),
            ({"a": {"b": {"0": ["c"]}}}, {"a": ["b: 0: c"]}, "a: b: 0: c"),
            ({"a": [{}, {"b": ["c"]}]}, {"a": ["b: c"]}, "a: b: c"),
            ({}, {}, "The request is invalid."),
            ({"a": []}, {"a": []}, "The request is invalid."),
            ({"a": ["half: \ud800"]}, {"a": ["half: \\ud800"]}, "a: half: \\ud800"),
        ],
    )
    def test_validation_errors_are_listed_by_field(self, detail, errors, message):
        response = exception_handler(serializers.ValidationError(detail), {})
        assert response.status_code == 400
        assert response.data == {"message": message, "code": "invalid", "errors": errors}


class TestDjangosHandlers:
    """Errors outside the API's views. HTML pages keep Django's own handlers."""

    @pytest.mark.parametrize(
        ("handler", "status", "code"),
        [
            (lambda request: bad_request(request, SuspiciousOperation("a secret")), 400, "invalid"),
            (lambda request: not_found(request, Http404("a secret")), 404, "not_found"),
            (server_error, 500, "server_error"),
        ],
    )
    def test_djangos_errors_are_json_under_api_and_html_elsewhere(self, handler, status, code):
        browser = {"Accept": "text/html,*/*"}
        api, page = (handler(RequestFactory().get(path, headers=browser)) for path in ("/api/x", "/x"))
        assert (api.status_code, page.status_code) == (status, status)
        assert (api["Content-Type"], page["Content-Type"]) == ("application/json", "text/html; charset=utf-8")
        assert code in api.content.decode()
        assert "secret" not in api.content.decode() + page.content.decode()

    def test_a_disallowed_host_is_400(self, anonymous):
        answer = anonymous.get("/api/credits", headers={"Host": "evil.example"})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.django_db
def test_an_unavailable_database_is_503_with_retry_after(api):
    answer = without_a_database(lambda: api.get("/api/credits"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json() == {
        "message": "The service is not available for a moment.",
        "code": "database_unavailable",
    }
