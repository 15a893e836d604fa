"""The OpenAPI schema is valid and complete, and responses match it."""

import re
from functools import cache

import pytest
from django.urls import URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from ai.tests.factories import AnswerEvaluationFactory, QuestionFactory, QuestionSetFactory
from jobs.models import Job
from tests.sample_data import SOURCE_TEXT

# The webhook and the schema itself are not for clients.
UNDOCUMENTED = {"/api/stripe-webhook", "/api/schema", "/api/docs"}


@cache
def schema():
    GENERATOR_STATS.reset()
    generator = SchemaGenerator(api_version=spectacular_settings.VERSION)
    return generator.get_schema(request=None, public=True)


def operations():
    return [
        (method, path, operation)
        for path, methods in schema()["paths"].items()
        for method, operation in methods.items()
    ]


def routes(patterns, at="/"):
    for pattern in patterns:
        path = at + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        else:
            yield re.sub(r"<[^>]*?(\w+)>", "{id}", path)


class TestSchema:
    def test_schema_is_valid_openapi_3_1_without_warnings(self):
        assert schema()["openapi"] == "3.1.0"
        validate_schema(schema())
        assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})

    def test_schema_names_every_route(self):
        served = {path for path in routes(get_resolver().url_patterns) if path.startswith("/api/")}
        assert set(schema()["paths"]) == served - UNDOCUMENTED

    def test_schema_describes_every_operation_under_a_unique_id(self):
        names = [operation["operationId"] for _, _, operation in operations()]
        assert len(names) == len(set(names))
        assert [path for _, path, operation in operations() if not operation.get("description")] == []
        assert [path for _, path, operation in operations() if not operation.get("tags")] == []

    def test_schema_marks_operations_that_need_a_token(self):
        without = {
            path
            for _, path, operation in operations()
            if {"jwtAuth": []} not in operation.get("security", [])
        }
        assert without == {
            "/api/auth/register",
            "/api/auth/login",
            "/api/auth/refresh",
            "/api/auth/logout",
            "/api/payments/plans",
        }

    def test_schema_documents_headers_and_refusals_of_paid_actions(self):
        for path in ("/api/ai/generate-from-source", "/api/ai/evaluate-answer"):
            operation = schema()["paths"][path]["post"]
            headers = {
                parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"
            }
            assert {"Idempotency-Key", "Prefer"} <= headers
            assert {"202", "402", "409"} <= set(operation["responses"])

    def test_schema_properties_are_camel_case(self):
        wrong = {
            name
            for component in schema()["components"]["schemas"].values()
            for name in component.get("properties", {})
            if not re.fullmatch(r"[a-z][a-zA-Z0-9]*", name)
        }
        assert wrong == set()


@pytest.mark.django_db
class TestResponsesMatchTheSchema:
    def assert_answers_as_documented(self, answer, method, path):
        said = schema()["paths"][path][method]["responses"][str(answer.status_code)]
        body = {**said["content"]["application/json"]["schema"], "components": schema()["components"]}
        Draft202012Validator(body).validate(answer.json())

    @pytest.mark.parametrize(
        "path",
        [
            "/api/users/profile",
            "/api/auth/me",
            "/api/credits",
            "/api/credits/log",
            "/api/credits/usage",
            "/api/payments/plans",
            "/api/ai/question-sets",
            "/api/ai/evaluations",
        ],
    )
    def test_read_responses_match_the_schema(self, api, user, path):
        AnswerEvaluationFactory(user=user)
        self.assert_answers_as_documented(api.get(path), "get", path)

    def test_question_set_responses_match_the_schema(self, api, user):
        question_set = QuestionSetFactory(user=user)
        question = question_set.questions.first()
        for kind, row in (("question-sets", question_set), ("questions", question)):
            answer = api.get(f"/api/ai/{kind}/{row.id}")
            self.assert_answers_as_documented(answer, "get", f"/api/ai/{kind}/{{id}}")

    def test_auth_responses_match_the_schema(self, anonymous):
        credentials = {"email": "ada@example.com", "password": "correct horse battery staple"}
        for path in ("/api/auth/register", "/api/auth/login"):
            answer = anonymous.post(path, credentials, format="json")
            self.assert_answers_as_documented(answer, "post", path)
        tokens = {"refreshToken": answer.json()["refreshToken"]}
        answer = anonymous.post("/api/auth/refresh", tokens, format="json")
        self.assert_answers_as_documented(answer, "post", "/api/auth/refresh")

    def test_paid_responses_match_the_schema(self, api, user):
        path = "/api/ai/evaluate-answer"
        question = QuestionFactory(user=user)
        answer = api.post(path, {"questionId": str(question.id), "userAnswer": "x"}, format="json")
        self.assert_answers_as_documented(answer, "post", path)
        path = "/api/ai/generate-from-source"
        body = {"sourceText": SOURCE_TEXT, "questionCount": 2}
        self.assert_answers_as_documented(api.post(path, body, format="json"), "post", path)

    def test_job_responses_match_the_schema(self, api, user):
        question = QuestionFactory(user=user)
        path = "/api/ai/evaluate-answer"
        answer = api.post(
            path,
            {"questionId": str(question.id), "userAnswer": "x"},
            format="json",
            headers={"Prefer": "respond-async"},
        )
        assert answer.status_code == 202
        self.assert_answers_as_documented(answer, "post", path)
        job = Job.objects.get()
        states = [
            {"state": "running", "attempts": 1, "started_at": job.created_at, "partial": [{"text": "x"}]},
            {"state": "failed", "error": {"status": 503, "message": "m", "code": "c", "setting": "AI_MODEL"}},
            {"state": "succeeded", "error": None, "response_status": 200, "response_body": {"id": "x"}},
            {"state": "cancelled", "response_status": None, "response_body": None},
        ]
        for changes in states:
            if changes["state"] != "running":
                changes |= {"body": None, "finished_at": job.created_at}
            Job.objects.update(**changes)
            self.assert_answers_as_documented(api.get(answer["Location"]), "get", "/api/ai/jobs/{id}")
            self.assert_answers_as_documented(api.get("/api/ai/jobs"), "get", "/api/ai/jobs")
        Job.objects.update(state="failed", error={"status": 1, "message": "m", "code": "c"})
        conflict = api.delete(answer["Location"])
        assert conflict.status_code == 409
        assert {"204", "409"} <= set(schema()["paths"]["/api/ai/jobs/{id}"]["delete"]["responses"])


class TestPages:
    def test_the_schema_is_served_without_a_token(self, client):
        answer = client.get("/api/schema")
        assert (answer.status_code, b"openapi: 3.1.0" in answer.content) == (200, True)
        assert client.get("/api/schema", headers={"Accept": "application/json"}).json()["openapi"] == "3.1.0"

    def test_swagger_ui_is_served_with_its_assets(self, client, settings):
        settings.WHITENOISE_USE_FINDERS = True  # as on a developer's machine, without collectstatic
        page = client.get("/api/docs")
        assert page.status_code == 200
        needed = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.content.decode())
        assert needed
        for address in needed:
            answer = client.get(address)
            assert (address, answer.status_code) == (address, 200)
            assert b"".join(answer.streaming_content)
        assert 'src="http' not in page.content.decode()

    def test_the_root_path_redirects_to_the_documentation(self, client):
        assert client.get("/")["Location"] == "/api/docs"
