"""Spending limits of API keys, from the key's settings to the refusal of a paid call."""

import pytest

from accounts.tests.api_key_helpers import client_with, create_key
from accounts.tests.factories import UserFactory
from ai.tests.factories import QuestionFactory
from credits.spending_limits import SpendingLimit

pytestmark = pytest.mark.django_db
EVALUATE = "/api/ai/evaluate-answer"


def test_a_key_spends_no_more_than_its_limit(api, user):
    body = {"questionId": str(QuestionFactory(user=user).pk), "userAnswer": "x"}
    limited, other = create_key(user), create_key(user)
    limits = f"/api/keys/{limited.row.pk}/limits"
    cost = api.post(f"{EVALUATE}?preview=true", body, format="json").json()["required"]
    assert api.put(f"{limits}/day", {"amount": 2 * cost - 1}, format="json").status_code == 200
    key = client_with(limited.text)
    assert key.post(EVALUATE, body, format="json").status_code == 200
    refused = key.post(EVALUATE, body, format="json")
    assert refused.status_code == 402
    told = refused.json()
    assert (told["code"], told["subject"], told["period"]) == (
        "spending_limit_reached",
        limited.row.credit_subject,
        "day",
    )
    assert (told["used"], told["limit"], told["required"]) == (cost, 2 * cost - 1, cost)
    assert client_with(other.text).post(EVALUATE, body, format="json").status_code == 200
    (row,) = api.get(limits).json()["results"]
    assert (row["period"], row["used"]) == ("day", cost)
    assert api.delete(f"{limits}/day").status_code == 204
    assert key.post(EVALUATE, body, format="json").status_code == 200


def test_a_key_changes_no_limit(user):
    created = create_key(user)
    key = client_with(created.text)
    for path in ("/api/credits/limits/day", f"/api/keys/{created.row.pk}/limits/day"):
        assert key.put(path, {"amount": 10}, format="json").json()["code"] == "api_key_not_accepted"
        assert key.delete(path).json()["code"] == "api_key_not_accepted"
    assert not SpendingLimit.objects.exists()
    assert key.get("/api/credits/limits").status_code == 200


def test_limits_of_anothers_key_are_404(api):
    foreign = create_key(UserFactory()).row.pk
    assert api.get(f"/api/keys/{foreign}/limits").status_code == 404
    assert api.put(f"/api/keys/{foreign}/limits/day", {"amount": 1}, format="json").status_code == 404
    assert api.delete(f"/api/keys/{foreign}/limits/day").status_code == 404
    assert not SpendingLimit.objects.exists()
