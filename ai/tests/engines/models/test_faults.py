"""Faults of a provider, through the API: the documented answer, no charge, no hold, a record, and one line in the log."""

import gzip
import json
import os

import pytest

from accounts.tests.factories import UserFactory
from ai.models import AnswerEvaluation, ModelCallRecord, QuestionSet
from ai.tests.engines.models.provider import (
    SOURCE,
    USAGE,
    chat,
    cut_off,
    drip,
    error,
    finished,
    free_port,
    honest_questions,
    html,
    never,
    question,
)
from ai.tests.factories import QuestionFactory
from credits.models import CreditHold, HoldState
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance

pytestmark = pytest.mark.django_db
SECRET = "xyzzy-in-the-text"
TEXT = f"{SOURCE} {SECRET}."


@pytest.fixture
def api(user, client_of):
    client = client_of(user)
    client.user = user
    return client


@pytest.fixture
def acme(acme, settings):
    acme.settings = settings
    return acme


def generate(api, **more):
    return api.post("/api/ai/generate-from-source", {"sourceText": TEXT, **more}, format="json")


def evaluate(api, user, answer=f"because the valley is soft, {SECRET}"):
    asked = QuestionFactory(
        user=user, answer="because its valley is soft chalk", accepted_answers=(), marks_available=3
    )
    return api.post(
        "/api/ai/evaluate-answer", {"questionId": str(asked.id), "userAnswer": answer}, format="json"
    )


def marks(given, feedback="A part."):
    return {"marks": given, "feedback": feedback}


# What the provider does → status, code, the tokens that are recorded, whether an operator must act.
FAULTS = {
    "401": (error(401, "invalid_api_key", "Incorrect key: sk-secret"), 503, "engine_unavailable", 0, True),
    "402": (error(402, "insufficient_quota"), 503, "engine_unavailable", 0, True),
    "429 for quota": (error(429, "insufficient_quota"), 503, "engine_unavailable", 0, True),
    "404": (error(404, "not_found"), 503, "engine_unavailable", 0, True),
    "unknown model": (error(404, "model_not_found"), 503, "engine_unavailable", 0, True),
    "400": (error(400, "invalid_request_error", SECRET), 503, "engine_unavailable", 0, True),
    "429": (error(429, "rate_limit_exceeded", Retry_After="77"), 503, "engine_unavailable", 0, False),
    "500": (error(500, "server_error", SECRET), 503, "engine_unavailable", 0, False),
    "503": (error(503, "overloaded"), 503, "engine_unavailable", 0, False),
    "HTML": (html, 502, "engine_bad_output", 0, False),
    "half an answer": (cut_off, 503, "engine_unavailable", 0, False),
    "half a JSON object": (finished("length", '{"questions": [{"te'), 502, "engine_bad_output", 120, False),
    "prose": ("Sure! Here are your questions.", 502, "engine_bad_output", 120, False),
    "an empty reply": ("", 502, "engine_bad_output", 120, False),
    "another schema": ({"items": [1, 2]}, 502, "engine_bad_output", 120, False),
    "a list": ("[1, 2]", 502, "engine_bad_output", 120, False),
    "deep nesting": ("{" + '"a":{' * 100_000, 502, "engine_bad_output", 120, False),
    "one that never ends": (never, 504, "engine_timeout", 0, False),
    "one that drips and never ends": (drip, 504, "engine_timeout", 0, False),
    "the content filter": (finished("content_filter"), 422, "content_refused", 120, False),
    "a policy": (error(400, "content_policy_violation", SECRET), 422, "content_refused", 0, False),
    "a refusal": (lambda request: request.send(200, chat(None, refusal="I cannot.")), 422, "content_refused", 120, False),
    "a context too long for llama.cpp": (
        error(400, "exceed_context_size_error", "the request exceeds the available context size, try increasing it"),
        422, "content_refused", 0, False,
    ),
    "a context that is too long": (error(400, "context_length_exceeded"), 422, "content_refused", 0, False),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["generate_from_source", "evaluate_answer"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_answer_and_costs_nothing(name, kind, acme, api, caplog):
    user = api.user
    fault, status, code, tokens, operators = FAULTS[name]
    acme.replies(then=fault)
    if code == "engine_timeout":
        acme.settings.AI_DEADLINE_SECONDS = 1
    answer = generate(api) if kind == "generate_from_source" else evaluate(api, user)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert SECRET not in answer.content.decode()
    assert balance(user) == (100, 0)
    assert [hold.state for hold in CreditHold.objects.filter(user=user)] == [HoldState.RELEASED]
    assert_ledger_consistent(user)
    if kind == "generate_from_source":
        assert not QuestionSet.objects.filter(user=user).exists()
    assert not AnswerEvaluation.objects.exists()
    records = list(ModelCallRecord.objects.filter(action=kind))
    assert records
    assert {(record.outcome, record.input_tokens + record.output_tokens) for record in records} == {
        (code, tokens)
    }
    assert {record.hold_id for record in records} == {CreditHold.objects.get(user=user).id}
    lines = [line for line in caplog.records if line.name == "ai.engines.models"]
    assert SECRET not in caplog.text
    assert "sk-secret" not in caplog.text
    assert len([line for line in lines if line.levelname == "ERROR"]) == operators
    assert len(lines) == (1 if operators else len(records))


def test_a_refused_connection(acme, api, user, settings, caplog):
    settings.AI_BASE_URL = free_port()
    answer = generate(api)
    assert (answer.status_code, answer.json()["code"]) == (503, "engine_unavailable")
    assert answer["Retry-After"]
    assert balance(user) == (100, 0)
    assert {record.outcome for record in ModelCallRecord.objects.all()} == {"engine_unavailable"}


def test_retry_after_is_passed_on_and_not_slept_through(acme, api, user):
    acme.replies(then=error(429, "rate_limit_exceeded", Retry_After="77"))
    answer = generate(api)
    assert (answer.status_code, answer["Retry-After"]) == (503, "77")
    assert len(acme.requests) == 1


def test_a_short_retry_after_is_waited_for(acme, api, user):
    acme.replies(error(429, "rate_limit_exceeded", Retry_After="1"))
    assert generate(api).status_code == 201
    assert balance(user) == (90, 0)


def test_an_overloaded_model_is_asked_again(acme, api, user):
    acme.replies(error(503, "overloaded"), error(500, "server_error"))
    assert generate(api).status_code == 201
    outcomes = [record.outcome for record in ModelCallRecord.objects.order_by("id")]
    assert outcomes == ["engine_unavailable", "engine_unavailable", "ok"]


def test_a_wrong_key_is_told_once_until_it_works_again(acme, api, user, caplog):
    wrong = error(401, "invalid_api_key")
    acme.replies(wrong, wrong)
    assert [generate(api).status_code for _ in range(3)] == [503, 503, 201]
    acme.replies(wrong)
    assert generate(api).status_code == 503
    errors = [line.getMessage() for line in caplog.records if line.name == "ai.engines.models"]
    assert len(errors) == 2
    assert "openai:acme-1 does not work: the provider refuses the key" in errors[0]


class TestCounts:
    def test_too_many_are_cut(self, acme, api, user):
        many = {"questions": [question("true-false", place) for place in range(9)], "unable": "no"}
        acme.replies(many)
        body = generate(api, questionCount=3, questionTypes=["true-false"]).json()
        assert len(body["questions"]) == 3
        assert balance(user) == (92, 0)

    def test_too_few_are_asked_for_once_more_then_charged_as_delivered(self, acme, api, user):
        acme.replies(
            then=lambda request: {"questions": honest_questions(request)["questions"][:1], "unable": "no"}
        )
        body = generate(api, questionCount=5).json()
        assert len(body["questions"]) == 2
        assert len(acme.requests) == 2
        assert [request.data["count"] for request in acme.requests] == [5, 4]
        assert balance(user) == (93, 0)


class TestMarks:
    @pytest.mark.parametrize("given", [-1, 4, 1.5, "2", None, True, [], 10**30, {"$": 1}])
    def test_out_of_range_is_asked_for_once_more_then_502(self, given, acme, api, user):
        acme.replies(then=marks(given))
        answer = evaluate(api, user)
        assert (answer.status_code, answer.json()["code"]) == (502, "engine_bad_output")
        assert balance(user) == (100, 0)
        assert [record.outcome for record in ModelCallRecord.objects.all()] == ["engine_bad_output"] * 2

    def test_the_second_asking_may_do(self, acme, api, user):
        acme.replies(marks(7), marks(2))
        assert evaluate(api, user).json()["marksAchieved"] == 2
        assert balance(user) == (98, 0)

    def test_the_answer_that_is_returned_is_the_stored_one(self, acme, api, user):
        acme.replies({**marks(2), "corrected_answer": "something else", "expected_answer": "x"})
        assert evaluate(api, user).json()["correctedAnswer"] == "because its valley is soft chalk"

    def test_long_feedback_is_cut_and_control_characters_go(self, acme, api, user):
        acme.replies(marks(2, "Good\x00. " + "Well done. " * 200))
        feedback = evaluate(api, user).json()["feedback"]
        assert len(feedback) <= 600
        assert feedback.startswith("Good . Well done.")
        assert feedback.endswith(".")


def test_one_request_more_than_may_wait_is_503_at_once_and_free(acme, api, user, caplog):
    acme.settings.AI_MAX_WAITING_THREADS = 0
    answer = generate(api)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "engine_busy", "5")
    assert balance(user) == (100, 0)
    assert CreditHold.objects.get(user=user).state == HoldState.RELEASED
    assert acme.requests == []
    # Clients cause it, and an ERROR alerts an operator.
    assert [(record.name, record.levelname) for record in caplog.records] == [("django.request", "WARNING")]


def test_a_repeat_with_the_same_key_asks_no_model_again(acme, api, user):
    body = {"sourceText": TEXT, "questionCount": 2}
    answers = [
        api.post("/api/ai/generate-from-source", body, format="json", headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(acme.requests) == 1
    assert balance(user) == (93, 0)


def test_two_requests_at_once_are_each_charged_for_their_own(acme, transactional_db, client_of):
    acme.settings.AI_MAX_WAITING_THREADS = 16  # of which a user may take four
    user = UserFactory()
    answers = at_once(*[lambda: generate(client_of(user), questionCount=3)] * 4)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert balance(user) == (68, 0)
    assert_ledger_consistent(user)


@pytest.mark.parametrize("usage", [(10**9, 20), (10**12, 20), (10**30, 20), (100, 10**9), (100, 10**12)])
def test_absurd_numbers_of_tokens_are_not_recorded(usage, acme, api, user, caplog):
    """A price per token bills the tokens of failed calls too, and the database stores 2^31 at most."""
    acme.replies(lambda r: r.send(200, chat(json.dumps(honest_questions(r)), usage=usage)))
    assert generate(api).status_code == 201
    first, second = ModelCallRecord.objects.order_by("id")
    assert (first.outcome, second.outcome) == ("engine_bad_output", "ok")
    assert (first.input_tokens, first.output_tokens, first.cost) == (0, 0, None)
    assert (second.input_tokens, second.output_tokens) == USAGE
    assert "more tokens than the request can have" in caplog.text
    assert_ledger_consistent(user)


@pytest.mark.parametrize("usage", [None, {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}])
def test_tokens_that_are_not_reported_are_estimated(usage, acme, api, user):
    """Else the work would be free at a price per token."""

    def reply(request):
        body = chat(json.dumps(honest_questions(request)))
        body.pop("usage")
        request.send(200, body if usage is None else {**body, "usage": usage})

    acme.replies(then=reply)
    assert generate(api).status_code == 201
    record = ModelCallRecord.objects.get()
    assert 500 < record.input_tokens < 5_000
    assert 50 < record.output_tokens < 2_000
    assert record.cost is None


@pytest.mark.parametrize("usage", [(-(10**12), 20), (100, -7)])
def test_negative_numbers_of_tokens_are_not_recorded(usage, acme, api, user):
    acme.replies(then=lambda r: r.send(200, chat(json.dumps(honest_questions(r)), usage=usage)))
    assert generate(api).status_code == 502
    records = ModelCallRecord.objects.all()
    assert {(record.input_tokens, record.output_tokens) for record in records} == {(0, 0)}
    assert balance(user) == (100, 0)


@pytest.mark.parametrize("compressed", [False, True])
def test_a_huge_response_is_refused(compressed, acme, api, user):
    """A sound reply in a huge response: to parse it would block the event loop of all other requests."""

    def huge(request):
        body = {**chat('{"marks": 1, "feedback": "A part."}'), "padding": os.urandom(3_000_000).hex()}
        payload = json.dumps(body).encode()
        headers = {"Content_Encoding": "gzip"} if compressed else {}
        request.send(200, gzip.compress(payload) if compressed else payload, **headers)

    acme.replies(then=huge)
    answer = evaluate(api, user)
    assert (answer.status_code, answer.json()["code"]) == (502, "engine_bad_output")
    assert balance(user) == (100, 0)


def test_a_compressed_response_is_read(acme, api, user):
    body = gzip.compress(json.dumps(chat('{"marks": 1, "feedback": "A part."}')).encode())
    acme.replies(then=lambda request: request.send(200, body, Content_Encoding="gzip"))
    assert evaluate(api, user).status_code == 200
