"""Malformed requests to every endpoint: a 4xx in the documented format and no change."""

import json
import uuid

import pytest

from ai.models import AnswerEvaluation, QuestionSet
from credits.models import AiCreditLog, CreditHold

pytestmark = pytest.mark.django_db

POSTS = {
    "/api/auth/register": {"email": "new@example.com", "password": "correct horse battery staple"},
    "/api/auth/login": {"email": "ada@example.com", "password": "correct horse"},
    "/api/auth/refresh": {"refreshToken": "a.b.c"},
    "/api/auth/logout": {"refreshToken": "a.b.c"},
    "/api/ai/generate-from-source": {"sourceText": "x" * 300},
    "/api/ai/evaluate-answer": {"questionId": str(uuid.UUID(int=1)), "userAnswer": "x"},
    "/api/payments/create-checkout-session": {"plan": "pro"},
}
PATCHES = {"/api/users/profile": {"name": "Ada"}, "/api/auth/me": {"name": "Ada"}}
GETS = [
    "/api/credits",
    "/api/credits/log",
    "/api/credits/usage",
    "/api/ai/question-sets",
    "/api/ai/evaluations",
    "/api/payments/plans",
]
WRITES = [("post", path) for path in POSTS] + [("patch", path) for path in PATCHES]
BODIES = POSTS | PATCHES

NOT_JSON = [
    "",
    "{",
    "{'a': 1}",
    '{"a": 1,}',
    "NaN",
    '{"a": Infinity}',
    '{"a": 1e400}',
    '{"a": 1, "a": 1}',
    '{"a": {"b": 1, "b": 2}}',
    "\x00",
    b"\xff\xfe\x00",
    '{"a": ' + "9" * 5000 + "}",
    "[" * 8_000,
    '{"a":' * 1_600,
    "[" * 21 + "]" * 21,
]
NOT_AN_OBJECT = ["[]", "[{}]", '"text"', "1", "1.5", "true", r'"\ud800"']
# For every field of every endpoint: values of a wrong type.
WRONG = {
    "null": "null",
    "list": "[1]",
    "object": '{"a": {"b": []}}',
    "boolean": "true",
    "NUL": r'"a\u0000b@example.com"',
    "half a surrogate pair": r'"\ud800"',
}


def send(client, method, path, body, content_type="application/json"):
    return getattr(client, method)(path, body, content_type=content_type)


def assert_refused(answer, *statuses):
    body = answer.json()
    assert answer.status_code in statuses, body
    assert answer["Content-Type"] == "application/json"
    assert {"message", "code"} <= set(body) <= {"message", "code", "errors"}
    assert body["message"]
    assert isinstance(body["message"], str)
    assert isinstance(body["code"], str)
    for field, sentences in body.get("errors", {}).items():
        assert isinstance(field, str)
        assert sentences
        assert all(isinstance(sentence, str) for sentence in sentences)


@pytest.fixture(autouse=True)
def nothing_changes(api, user):
    """Assert that no request changes the caller or stores a row."""
    users = type(user).objects
    before = users.values().get(pk=user.pk)
    yield
    assert users.values().get(pk=user.pk) == before
    assert users.count() == 1
    assert AiCreditLog.objects.count() == 1
    assert not CreditHold.objects.exists()
    assert not QuestionSet.objects.exists()
    assert not AnswerEvaluation.objects.exists()


@pytest.mark.parametrize(("method", "path"), WRITES, ids=lambda value: value.rsplit("/", 1)[-1])
class TestBody:
    def test_invalid_json_is_400(self, api, method, path):
        for body in NOT_JSON:
            if body == "" and path in {"/api/payments/create-checkout-session", *PATCHES}:
                continue  # valid there: it requests the default
            assert_refused(send(api, method, path, body), 400)

    def test_json_that_is_not_an_object_is_400(self, api, method, path):
        for body in NOT_AN_OBJECT:
            assert_refused(send(api, method, path, body), 400)

    @pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
    def test_a_field_of_a_wrong_type_is_400_and_named(self, api, method, path, wrong):
        for field in BODIES[path]:
            fields = [
                f"{json.dumps(name)}: {wrong if name == field else json.dumps(value)}"
                for name, value in BODIES[path].items()
            ]
            answer = send(api, method, path, "{" + ", ".join(fields) + "}")
            assert_refused(answer, 400)
            assert set(answer.json()["errors"]) == {field}
            assert answer.json()["message"].startswith(f"{field}: ")

    def test_a_missing_field_is_400_and_named(self, api, method, path):
        if method == "patch" or path.startswith("/api/payments/"):
            return  # all fields are optional
        answer = send(api, method, path, "{}")
        assert_refused(answer, 400)
        assert set(answer.json()["errors"]) == set(BODIES[path])

    @pytest.mark.parametrize(
        "content_type",
        [
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ],
    )
    def test_another_media_type_is_415(self, api, method, path, content_type):
        answer = send(api, method, path, json.dumps(BODIES[path]), content_type=content_type)
        assert_refused(answer, 415)
        assert answer.json()["code"] == "unsupported_media_type"

    @pytest.mark.parametrize("charset", ["utf-16", "rot13", "base64", "punycode"])
    def test_another_charset_is_415(self, api, method, path, charset):
        answer = send(
            api, method, path, json.dumps(BODIES[path]), content_type=f"application/json; charset={charset}"
        )
        assert_refused(answer, 415)


class TestGenerate:
    URL = "/api/ai/generate-from-source"

    @pytest.mark.parametrize("count", ["0", "21", "-1", '"x"', "1.5", "true", "null", "[5]", "9" * 400, '""'])
    def test_a_question_count_outside_1_to_20_is_400(self, api, count):
        answer = send(api, "post", self.URL, f'{{"sourceText": "{"x" * 300}", "questionCount": {count}}}')
        assert_refused(answer, 400)
        assert set(answer.json()["errors"]) == {"questionCount"}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("questionTypes", "[]"),
            ("questionTypes", '["essay"]'),
            ("questionTypes", r'["\ud800"]'),
            ("questionTypes", '["true-false", "true-false", "true-false", "true-false"]'),
            ("questionTypes", '"true-false"'),
            ("difficulty", '"impossible"'),
            ("difficulty", r'"\ud800\u0000"'),
            ("focus", json.dumps("x" * 501)),
            ("language", json.dumps("x" * 36)),
            ("language", '""'),
            ("topics", json.dumps(["x"] * 21)),
            ("topics", json.dumps(["x" * 101])),
            ("topics", r'["fine", "nul\u0000", null]'),
            ("topics", '{"0": "x"}'),
            ("name", json.dumps("x" * 201)),
        ],
    )
    def test_an_invalid_option_is_400(self, api, field, value):
        answer = send(api, "post", self.URL, f'{{"sourceText": "{"x" * 300}", "{field}": {value}}}')
        assert_refused(answer, 400)
        assert set(answer.json()["errors"]) == {field}

    def test_an_error_inside_a_list_names_its_position(self, api):
        answer = send(api, "post", self.URL, f'{{"sourceText": "{"x" * 300}", "topics": ["fine", null]}}')
        assert answer.json()["errors"] == {"topics": ["1: This field may not be null."]}
        assert answer.json()["message"] == "topics: 1: This field may not be null."


class TestEvaluate:
    URL = "/api/ai/evaluate-answer"

    @pytest.mark.parametrize(
        "question_id", ["1", "-1", "9" * 100, "true", '"1"', '"x"', '""', '"../../etc/passwd"', "1e400"]
    )
    def test_an_invalid_id_is_refused(self, api, question_id):
        answer = send(api, "post", self.URL, f'{{"questionId": {question_id}, "userAnswer": "x"}}')
        assert_refused(answer, 400)


class TestPath:
    @pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
    @pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/api/credits/", "/api/ai/evaluate-answer/"])
    def test_an_unknown_path_is_404(self, api, method, path):
        answer = getattr(api, method)(path)
        assert_refused(answer, 404)
        assert answer.json()["code"] == "not_found"

    @pytest.mark.parametrize("path", ["/api/%00", "/api/jobs/%00", "/api/keys/a%00b", "/api/credits%00"])
    def test_a_path_with_nul_is_404(self, api, path):
        answer = api.get(path)
        assert_refused(answer, 404)
        assert answer.json()["code"] == "not_found"

    @pytest.mark.parametrize("path", [*POSTS, *PATCHES, *GETS])
    def test_an_unsupported_method_is_405(self, api, path):
        for method in ("put", "delete"):
            answer = getattr(api, method)(path, {}, format="json")
            assert_refused(answer, 405)
            assert answer.json()["code"] == "method_not_allowed"

    @pytest.mark.parametrize("path", GETS)
    def test_a_malformed_query_is_ignored_or_refused(self, api, path):
        values = ("%00", "%ff", "-1", "9" * 500, "a" * 5000, "[]", "%F0%9F%A6%94")
        for value in values:
            for name in ("cursor", "pageSize", "from", "to", "groupBy", "format", "page", "unknown"):
                answer = api.get(f"{path}?{name}={value}")
                assert answer.status_code in {200, 400, 404}, (name, value)
                assert "message" in answer.json() or answer.status_code == 200

    def test_an_unsupported_accept_header_is_406(self, api):
        assert_refused(api.get("/api/credits", headers={"Accept": "application/xml"}), 406)
