"""What every response has: Cache-Control, an ETag on reads, and the shape of errors."""

import logging

import pytest
from django.test import Client
from django.utils import timezone

from ai.tests.factories import QuestionFactory
from common.request_id import RequestIdFilter
from credits import services as ledger
from credits.tests.paid_view_examples import PRICES

pytestmark = pytest.mark.django_db

READS = [
    "/api/users/profile",
    "/api/auth/me",
    "/api/credits",
    "/api/credits/log",
    "/api/credits/usage",
    "/api/ai/question-sets",
    "/api/ai/evaluations",
    "/api/ai/jobs",
]


class TestCaching:
    @pytest.mark.parametrize("path", READS)
    def test_a_read_is_revalidated_with_its_etag(self, api, path):
        first = api.get(path)
        assert first["Cache-Control"] == "private, no-cache"
        again = api.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], first["Cache-Control"])
        assert again["X-Request-ID"]

    def test_a_changed_balance_is_sent_again(self, api, user):
        etag = api.get("/api/credits")["ETag"]
        ledger.spend(user_id=user.pk, amount=1, action_type="test", key="k")
        answer = api.get("/api/credits", headers={"If-None-Match": etag})
        assert (answer.status_code, answer.json()["aiCredits"]) == (200, 99)

    def test_another_users_etag_is_not_confirmed(self, api, client_of, staff):
        etag = api.get("/api/users/profile")["ETag"]
        answer = client_of(staff).get("/api/users/profile", headers={"If-None-Match": etag})
        assert (answer.status_code, answer.json()["id"]) == (200, staff.pk)

    def test_a_condition_that_fails_has_the_shape_of_errors(self, api):
        answer = api.get("/api/credits", headers={"If-Match": '"another"'})
        assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/json", "no-store")
        assert answer["X-Request-ID"]

    def test_a_304_of_an_open_job_says_when_to_ask_again(self, api, user):
        body = {"questionId": str(QuestionFactory(user=user).pk), "userAnswer": "x"}
        prefer = {"Prefer": "respond-async"}
        job = api.post("/api/ai/evaluate-answer", body, format="json", headers=prefer)["Location"]
        etag = api.get(job)["ETag"]
        again = api.get(job, headers={"If-None-Match": etag})
        assert (again.status_code, again["Retry-After"]) == (304, "1")

    def test_tokens_and_errors_are_not_stored(self, anonymous, api):
        credentials = {"email": "ada@example.com", "password": "correct horse battery"}
        answers = [
            anonymous.post("/api/auth/register", credentials, format="json"),
            anonymous.post("/api/auth/login", credentials, format="json"),
            anonymous.get("/api/credits"),
            api.get("/api/nowhere"),
            api.get(f"/api/credits/usage?from={timezone.now():%Y}"),
        ]
        assert [answer.status_code for answer in answers] == [201, 200, 401, 404, 400]
        assert {answer["Cache-Control"] for answer in answers} == {"no-store"}
        assert [answer for answer in answers if "ETag" in answer.headers] == []

    def test_pages_are_left_alone(self, client):
        assert client.get("/admin/login/").get("ETag") is None


class TestErrors:
    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("get", "/api/stripe-webhook", 405, "method_not_allowed"),
            ("post", "/healthz", 405, "method_not_allowed"),
            ("delete", "/readyz", 405, "method_not_allowed"),
            ("post", "/api/schema", 405, "method_not_allowed"),
            ("get", "/api", 404, "not_found"),
            ("get", "/api/nowhere", 404, "not_found"),
            ("get", "/nowhere", 404, "not_found"),
            ("post", "/nowhere", 404, "not_found"),
        ],
    )
    def test_every_error_has_the_shape(self, method, path, status, code):
        answer = getattr(Client(enforce_csrf_checks=True), method)(path)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
        assert answer.json()["code"] == code
        assert answer.json()["message"]
        assert ("Allow" in answer.headers) == (status == 405)
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")

    def test_a_browser_gets_a_page_outside_of_the_api(self, client):
        answer = client.get("/nowhere", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")

    @pytest.mark.urls("credits.tests.paid_view_examples")
    def test_a_crash_names_the_request(self, api, settings):
        settings.CREDIT_PRICES = PRICES
        answer = api.post(
            "/api/failing-work", {"text": "hello"}, format="json", headers={"X-Request-ID": "r-1"}
        )
        assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
        assert answer.json()["requestId"] == answer["X-Request-ID"] == "r-1"

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/api/users/profile", {"name": 5}),
            ("/api/ai/generate-from-source", {"sourceText": "x" * 300, "questionCount": "5"}),
            ("/api/ai/generate-from-source", {"sourceText": "x" * 300, "topics": [5]}),
            ("/api/auth/login", {"email": "ada@example.com", "password": 12345678.5}),
        ],
    )
    def test_a_number_is_no_string_and_a_string_no_number(self, api, path, body):
        send = api.patch if path.endswith("profile") else api.post
        answer = send(path, body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert set(answer.json()["errors"]) == {list(body)[-1]}


class TestLogLines:
    @pytest.fixture
    def lines(self, caplog):
        """The lines as the console shows them."""
        caplog.handler.addFilter(RequestIdFilter())
        caplog.set_level(logging.INFO)
        return caplog

    @pytest.mark.parametrize("path", ["/api/nowhere", "/api/credits"])
    def test_the_line_of_an_error_names_the_request(self, client, lines, path):
        client.get(path, headers={"X-Request-ID": "r-7"})
        assert [record.request_id for record in lines.records] == ["r-7"]

    def test_a_line_outside_of_requests_names_none(self, client, lines):
        client.get("/healthz", headers={"X-Request-ID": "r-8"})
        logging.getLogger("anything").warning("outside")
        assert lines.records[-1].request_id == "-"

    def test_the_console_shows_it(self, settings):
        assert "{request_id}" in settings.LOGGING["formatters"]["line"]["format"]
        assert "request_id" in settings.LOGGING["handlers"]["console"]["filters"]
