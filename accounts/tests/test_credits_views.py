"""What this project adds to the balance and the log of `credits`."""

import pytest

from credits import services as ledger

pytestmark = pytest.mark.django_db


def spend(user, reference):
    ledger.spend(user_id=user.pk, amount=7, action_type="test", key=reference.id, reference=reference)


def test_the_balance_names_the_plan(api):
    balance = api.get("/api/credits").json()
    assert list(balance) == ["aiCredits", "aiCreditsHeld", "nextExpiryAt", "plan", "prices"]
    assert balance["plan"] == "free"


def test_an_entry_names_the_question_set_that_it_paid_for(api, user):
    spend(user, ledger.Reference(type="question_set", id="a-set"))
    spend(user, ledger.Reference(type="answer_evaluation", id="an-evaluation"))
    other, spent, signup = api.get("/api/credits/log").json()["results"]
    assert (spent["questionSetId"], other["questionSetId"], signup["questionSetId"]) == ("a-set", None, None)
    assert list(spent) == [
        "id",
        "kind",
        "actionType",
        "amount",
        "creditsUsed",
        "balanceAfter",
        "referenceType",
        "referenceId",
        "questionSetId",
        "reason",
        "createdAt",
    ]
