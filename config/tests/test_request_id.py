"""Every response names its request, and the entry of a paid one names it too."""

import uuid

import pytest

from ai.tests.factories import QuestionFactory
from credits.models import AiCreditLog, CreditHold
from credits.tests.paid_view_examples import PRICES

URL = "/api/ai/evaluate-answer"


def evaluate(client, user, **headers):
    body = {"questionId": str(QuestionFactory(user=user).pk), "userAnswer": "x"}
    return client.post(URL, body, format="json", headers=headers)


@pytest.mark.parametrize("given", ["r-1", "!", "~" * 128, "5f0c1c1e-9a53-4a3f-8e0c-0f5a3f0a7b11"])
def test_a_valid_id_is_kept(client, given):
    assert client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given", ["", " ", "two words", "x" * 129, "é", "a\tb", "\x7f", "a\r\nSet-Cookie: b"]
)
def test_any_other_is_replaced_by_a_random_one(client, given):
    first, second = (client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] for _ in "ab")
    assert first != second
    assert uuid.UUID(first).version == uuid.UUID(second).version == 4


@pytest.mark.parametrize(("path", "status"), [("/api/nowhere", 404), ("/api/credits", 401)])
@pytest.mark.django_db
def test_errors_have_one_as_well(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert uuid.UUID(answer["X-Request-ID"])


@pytest.mark.django_db
@pytest.mark.urls("credits.tests.paid_view_examples")
def test_a_crash_has_one_as_well(api, settings):
    settings.CREDIT_PRICES = PRICES
    answer = api.post("/api/failing-work", {"text": "hello"}, format="json", headers={"X-Request-ID": "r-1"})
    assert (answer.status_code, answer["X-Request-ID"]) == (500, "r-1")


@pytest.mark.django_db
def test_the_entry_and_the_hold_of_a_paid_request_name_it(api, user):
    assert evaluate(api, user, **{"X-Request-ID": "r-1"})["X-Request-ID"] == "r-1"
    made = evaluate(api, user)["X-Request-ID"]
    spends = AiCreditLog.objects.of(user.pk).spends().order_by("id")
    assert [entry.metadata["request_id"] for entry in spends] == ["r-1", made]
    assert {hold.request_id for hold in CreditHold.objects.all()} == {"r-1", made}


@pytest.mark.django_db
def test_a_replay_has_the_id_of_the_repeat(api, user):
    body = {"questionId": str(QuestionFactory(user=user).pk), "userAnswer": "x"}
    for name in ("first", "second"):
        headers = {"X-Request-ID": name, "Idempotency-Key": "k"}
        answer = api.post(URL, body, format="json", headers=headers)
        assert answer["X-Request-ID"] == name
    assert answer["Idempotent-Replayed"] == "true"
    assert AiCreditLog.objects.of(user.pk).spends().get().metadata["request_id"] == "first"
