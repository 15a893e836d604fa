"""The OpenAPI schema is valid and complete, and responses match it."""

import copy
import json
import re
import uuid
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from django.urls import URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator
from rest_framework import serializers
from rest_framework.exceptions import MethodNotAllowed

from accounts.mail_tokens import CONFIRM_EMAIL, RESET_PASSWORD, VERIFY_EMAIL
from accounts.models import User
from accounts.services import issue_tokens, request_email_change
from accounts.tests.api_key_helpers import client_with, create_key
from accounts.tests.factories import PASSWORD, UserFactory
from ai.exceptions import EngineFailed
from ai.tests.factories import AnswerEvaluationFactory, QuestionFactory, QuestionSetFactory
from billing.tests.catalog import create_pack
from common.exceptions import APIError
from common.fields import ListField
from common.openapi import ErrorDoc
from config.openapi_document import EXAMPLES
from credits import services as ledger
from jobs.models import Job
from jobs.views import JobView
from tests.openapi_changes import breaking_changes
from tests.sample_data import SOURCE_TEXT

DOCS = Path(__file__).resolve().parents[1] / "docs"
APPS = ["accounts.exceptions", "billing.exceptions", "credits.exceptions", "jobs.exceptions"]
# Codes that no response of the API has: a view turns one into a replay; the admin shows two in its forms.
INTERNAL = {"adjustment_too_large", "already_charged", "not_refundable", "price_refused", "unknown_holder"}

ACCOUNT_PATHS = (
    *("/api/auth/verify-email", "/api/auth/password/", "/api/auth/email/"),
    "/api/auth/delete-account",
)

# The webhook and the schema itself are not for clients.
UNDOCUMENTED = {"/api/stripe-webhook", "/api/schema", "/api/docs"}


@cache
def schema():
    GENERATOR_STATS.reset()
    generator = SchemaGenerator()
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
            yield re.sub(r"<[^>]*?(\w+)>", r"{\1}", path).replace("{pk}", "{id}")


def containers(field):
    """Return the writable fields in a serializer, at any depth, whose value has any number of elements."""
    if field.read_only:
        return []
    inner = list(field.fields.values()) if isinstance(field, serializers.Serializer) else []
    inner += [field.child] if hasattr(field, "child") else []
    deeper = [one for child in inner for one in containers(child)]
    is_container = hasattr(field, "child") or isinstance(field, serializers.MultipleChoiceField)
    return [field, *deeper] if is_container else deeper


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
        assert [path for _, path, operation in operations() if not operation.get("summary")] == []
        tags = {tag["name"] for tag in schema()["tags"]}
        assert {tag for _, _, operation in operations() for tag in operation["tags"]} == tags

    def test_lists_in_bodies_are_bounded_before_their_elements_are_validated(self):
        """DRF's own lists and mappings validate every element first, and report each that is invalid."""
        generator = SchemaGenerator()
        contents = [
            operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            for methods in generator.get_schema(request=None, public=True)["paths"].values()
            for operation in methods.values()
            if "requestBody" in operation
        ]
        names = {reference.rpartition("/")[2] for reference in contents}
        components = {name: one.object for (name, _), one in generator.registry._components.items()}
        found = [field for name in names for field in containers(components[name])]
        assert len(found) >= 3  # topics, questionTypes and scopes
        assert {str(field) for field in found if not isinstance(field, ListField)} == set()

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
            "/api/auth/verify-email",
            "/api/auth/password/forgot",
            "/api/auth/password/reset",
            "/api/auth/email/confirm",
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

    def test_schema_documents_a_body_for_every_error(self):
        for _, path, operation in operations():
            for status, response in operation["responses"].items():
                if status >= "400":
                    validate(operation, status, example := first_example(response))
                    assert {"message", "code"} <= set(example), (path, status)
            assert {"406", "429", "500", "503"} <= set(operation["responses"])
            assert ("401" in operation["responses"]) == (
                bool(operation.get("security"))
                or operation["operationId"] in {"auth_login", "auth_refresh", "auth_logout"}
            )

    def test_every_expected_failure_is_documented_or_internal(self):
        documented = set(schema()["components"]["schemas"]["ErrorCode"]["enum"])
        failures = {error.code for app in APPS for error in failures_of(app)}
        assert failures - documented == INTERNAL
        assert failures_of("credits.exceptions")

    def test_the_fields_of_a_failure_are_those_of_its_body(self):
        for error in [error for app in APPS for error in failures_of(app) if error.example or error.fields]:
            body = error(**error.example).detail
            assert set(body) - {"message", "code"} == set(error.fields), error

    def test_the_fields_of_a_402_have_types(self):
        refused = schema()["paths"]["/api/ai/evaluate-answer"]["post"]["responses"]["402"]
        found = {}
        for error in resolve(refused["content"]["application/json"]["schema"])["oneOf"]:
            properties = {}
            for part in resolve(error)["allOf"]:
                properties |= resolve(part)["properties"]
            found[properties["code"]["const"]] = {name: of.get("type") for name, of in properties.items()}
        assert found == {
            "insufficient_credits": {
                **dict.fromkeys(("message", "code"), "string"),
                **dict.fromkeys(("required", "available"), "integer"),
            },
            "spending_limit_reached": {
                **dict.fromkeys(("message", "code", "period", "resetsAt", "subject"), "string"),
                **dict.fromkeys(("limit", "used", "required"), "integer"),
            },
        }

    def test_the_guide_lists_every_error_with_its_fields(self):
        rows = re.findall(
            r"^\| (\d{3}) \| `(\w+)` \| .+? \| (.*?) ?\|$", (DOCS / "api.md").read_text("utf-8"), re.MULTILINE
        )
        told = {(int(status), code): set(re.findall(r"\w+", fields)) for status, code, fields in rows}
        known = {
            (int(status), code): set(example["value"]) - {"message", "code"}
            for _, _, operation in operations()
            for status, response in operation["responses"].items()
            if status >= "400"
            for code, example in resolve(response)["content"]["application/json"]["examples"].items()
        }
        for error in (*JobView.stored_errors, MethodNotAllowed):
            doc = ErrorDoc.of(error)
            known[doc.status, doc.code] = set(doc.fields)
        assert told == known

    def test_names_of_components_are_not_doubled(self):
        assert [name for name in schema()["components"]["schemas"] if "RequestRequest" in name] == []

    def test_cors_lets_a_page_send_and_read_every_header(self, settings):
        sent, read = {"accept", "authorization", "content-type", "if-none-match", "x-request-id"}, set()
        for _, _, operation in operations():
            parameters = operation.get("parameters", [])
            sent |= {one["name"].lower() for one in parameters if one["in"] == "header"}
            read |= {
                name for one in operation["responses"].values() for name in resolve(one).get("headers", {})
            }
        assert sent <= set(settings.CORS_ALLOW_HEADERS)
        assert read - {"Cache-Control"} <= set(settings.CORS_EXPOSE_HEADERS)  # browsers always show that one


class TestCommittedDocument:
    """docs/openapi.yaml is the document; docs/openapi-released.yaml is what clients were promised last."""

    def test_the_document_is_in_step(self):
        committed = yaml.safe_load((DOCS / "openapi.yaml").read_text("utf-8"))
        assert committed == json.loads(json.dumps(schema(), default=str)), "Run `make schema`."

    def test_a_breaking_change_has_a_line_in_the_change_log(self):
        """Each line of `breaking_changes` stands in CHANGELOG.md, under Unreleased."""
        released = yaml.safe_load((DOCS / "openapi-released.yaml").read_text("utf-8"))
        text = (DOCS.parent / "CHANGELOG.md").read_text("utf-8")
        unreleased = text.split("\n## [Unreleased]\n")[1].split("\n## [")[0]
        missing = [change for change in breaking_changes(released, schema()) if change not in unreleased]
        assert missing == [], "Describe these changes in CHANGELOG.md, in these words."

    @pytest.mark.parametrize(
        ("break_it", "change"),
        [
            (lambda new: new["paths"].pop("/api/credits"), "GET /api/credits: removed"),
            (
                lambda new: new["components"]["schemas"]["Profile"]["properties"].pop("aiCredits"),
                "GET /api/users/profile: 200 field aiCredits removed",
            ),
            (
                lambda new: new["paths"]["/api/ai/evaluate-answer"]["post"]["responses"].pop("202"),
                "POST /api/ai/evaluate-answer: status 202 removed",
            ),
            (
                lambda new: new["components"]["schemas"]["InsufficientCreditsError"]["allOf"][1][
                    "properties"
                ].pop("available"),
                "POST /api/ai/evaluate-answer: 402 field available removed",
            ),
            (
                lambda new: new["components"]["schemas"]["LoginRequest"]["required"].append("otp"),
                None,  # no such field: nothing to break
            ),
            (
                lambda new: new["components"]["schemas"]["GenerateRequest"]["required"].append("name"),
                "POST /api/ai/generate-from-source: request field name is now required",
            ),
            (
                lambda new: new["components"]["schemas"]["LogEntry"]["properties"]["amount"].update(
                    type="string"
                ),
                "GET /api/credits/log: 200 field results[].amount has another type",
            ),
            (lambda new: new["components"]["schemas"]["Plan"]["properties"].update(new={}), None),
        ],
    )
    def test_breaking_changes_are_found(self, break_it, change):
        new = copy.deepcopy(schema())
        break_it(new)
        found = breaking_changes(schema(), new)
        assert (change in found) if change else found == []


class TestExamples:
    @pytest.mark.parametrize("name", EXAMPLES)
    def test_an_example_matches_its_schema(self, name):
        operation = next(operation for _, _, operation in operations() if operation["operationId"] == name)
        for place, examples in EXAMPLES[name].items():
            for example in examples.values():
                validate(operation, place, example)

    def test_every_body_has_an_example(self):
        for _, path, operation in operations():
            bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for place, body in bodies.items():
                for media_type in resolve(body).get("content", {}).values():
                    assert media_type.get("examples"), (path, place)

    @pytest.mark.django_db
    def test_the_requests_are_accepted(self, api, anonymous, client_of, user, fake_stripe):
        question = QuestionFactory(user=user)
        create_pack(slug="pack-500")
        key = create_key(user)
        for method, path, operation in operations():
            for name, body in EXAMPLES.get(operation["operationId"], {}).get("request", {}).items():
                path = path.replace("{period}", "month")  # noqa: PLW2901  (of a spending limit)
                if "questionId" in body:
                    body = {**body, "questionId": str(question.id)}  # noqa: PLW2901  (an id of this database)
                if "refreshToken" in body:
                    body = {"refreshToken": issue_tokens(user=user).refresh}  # noqa: PLW2901  (as above)
                if path.startswith("/api/keys") and "password" in body:
                    body = {**body, "password": PASSWORD}  # noqa: PLW2901  (as above)
                if path == "/api/auth/login":
                    UserFactory(email=body["email"], password=body["password"])
                sent = api if operation.get("security") else anonymous
                if path.startswith(ACCOUNT_PATHS):
                    someone = UserFactory()  # an email or a password changes
                    body = for_user(someone, path, body)  # noqa: PLW2901  (as above)
                    sent = client_of(someone) if operation.get("security") else anonymous
                answer = getattr(sent, method)(path.replace("{id}", str(key.row.pk)), body, format="json")
                if path in {"/api/auth/login", "/api/auth/register"}:
                    User.objects.filter(email=body["email"]).update(email=f"{uuid.uuid4()}@example.com")
                assert answer.status_code < 300, (path, name, answer.json())


def for_user(user, path, body):
    """Return the body with a token that is valid for the user, and with the user's password."""
    known = {"currentPassword": PASSWORD} if "currentPassword" in body else {}
    if path in {"/api/auth/email/change", "/api/auth/delete-account"}:
        known["password"] = PASSWORD
    if path == "/api/auth/verify-email":
        known["token"] = VERIFY_EMAIL.make(user)
    if path == "/api/auth/password/reset":
        known["token"] = RESET_PASSWORD.make(user)
    if path == "/api/auth/email/confirm":
        request_email_change(user=user, email="ada@new.example", password=PASSWORD)
        known["token"] = CONFIRM_EMAIL.make(user.email_changes.get())
    return {**body, **known}


def resolve(part):
    while "$ref" in part:
        found = schema()
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def first_example(response):
    examples = resolve(response)["content"]["application/json"]["examples"]
    return next(iter(examples.values()))["value"]


def validate(operation, place, value):
    """Validate a body of an operation: of its request, or of the response with a status."""
    message = operation["requestBody"] if place == "request" else resolve(operation["responses"][place])
    body = {**message["content"]["application/json"]["schema"], "components": schema()["components"]}
    Draft202012Validator(body).validate(value)


def failures_of(module):
    """Return the expected failures that a module defines, without the bases."""
    return [
        error
        for error in vars(import_module(module)).values()
        if isinstance(error, type)
        and issubclass(error, APIError)
        and error.__module__ == module
        and not error.__subclasses__()
        and error is not EngineFailed
    ]


@pytest.mark.django_db
class TestResponsesMatchTheSchema:
    def assert_answers_as_documented(self, answer, method, path):
        operation = schema()["paths"][path][method]
        validate(operation, str(answer.status_code), answer.json())
        headers = resolve(operation["responses"][str(answer.status_code)])["headers"]
        required = {name for name, header in headers.items() if resolve(header).get("required")}
        assert {name for name in required if name not in answer.headers} == set()
        known = {"Allow", "Content-Length", "Content-Type", "Vary"}
        assert {
            name for name in answer.headers if name.startswith(("X-Credits", "Retry", "Loc", "Idem"))
        } <= {
            *headers,
            *known,
        }

    def test_refusals_match_the_schema(self, api, anonymous, user):
        path = "/api/ai/evaluate-answer"
        question = QuestionFactory(user=user)
        body = {"questionId": str(question.id), "userAnswer": "x"}
        key = {"Idempotency-Key": "k"}
        assert api.post(path, body, format="json", headers=key).status_code == 200
        reused = api.post(path, {**body, "userAnswer": "y"}, format="json", headers=key)
        user.refresh_from_db()
        ledger.spend(user_id=user.pk, amount=user.ai_credits, action_type="test", key="all")
        refusals = {
            400: api.post(path, {}, format="json"),
            401: anonymous.post(path, body, format="json"),
            402: api.post(path, body, format="json"),
            404: api.post(path, {**body, "questionId": str(uuid.uuid4())}, format="json"),
            406: api.post(path, body, format="json", headers={"Accept": "text/csv"}),
            409: reused,
            415: api.post(path, "x", content_type="text/plain"),
        }
        assert {status: answer.status_code for status, answer in refusals.items()} == {
            status: status for status in refusals
        }
        for answer in refusals.values():
            self.assert_answers_as_documented(answer, "post", path)
            assert answer["Cache-Control"] == "no-store"

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

    def test_responses_with_api_keys_match_the_schema(self, api, user):
        password = {"password": PASSWORD}
        answer = api.post("/api/keys", {**password, "name": "Server", "scopes": ["read"]}, format="json")
        self.assert_answers_as_documented(answer, "post", "/api/keys")
        self.assert_answers_as_documented(api.get("/api/keys"), "get", "/api/keys")
        at, documented = f"/api/keys/{answer.json()['id']}", "/api/keys/{id}"
        self.assert_answers_as_documented(api.patch(at, {"name": "x"}, format="json"), "patch", documented)
        rotated = api.post(f"{at}/rotate", password, format="json")
        self.assert_answers_as_documented(rotated, "post", f"{documented}/rotate")
        server = client_with(rotated.json()["key"])
        self.assert_answers_as_documented(server.get("/api/keys"), "get", "/api/keys")
        path = "/api/ai/evaluate-answer"
        self.assert_answers_as_documented(server.post(path, {}, format="json"), "post", path)
        assert api.delete(at).status_code == 204
        self.assert_answers_as_documented(server.get("/api/credits"), "get", "/api/credits")

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
            {
                "state": "failed",
                "error": {"status": 422, "message": "m", "code": "model_required", "setting": "AI_MODEL"},
            },
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

    def test_responses_about_spending_limits_match_the_schema(self, api, user):
        at, documented = "/api/credits/limits/day", "/api/credits/limits/{period}"
        for amount in (1, -1):
            answer = api.put(at, {"amount": amount}, format="json")
            self.assert_answers_as_documented(answer, "put", documented)
        self.assert_answers_as_documented(api.get("/api/credits/limits"), "get", "/api/credits/limits")
        body = {"questionId": str(QuestionFactory(user=user).id), "userAnswer": "Armstrong"}
        path = "/api/ai/evaluate-answer"
        for query, status in (("", 402), ("?preview=true", 200)):
            answer = api.post(f"{path}{query}", body, format="json")
            assert answer.status_code == status
            self.assert_answers_as_documented(answer, "post", path)
        assert answer.json()["spendingLimitReached"]["limit"] == 1
        assert api.delete(at).status_code == 204


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
