"""What the paid endpoints of `ai` would hold, and what a price per token costs without a model."""

import uuid

import pytest

from accounts.tests.factories import UserFactory
from ai.models import AnswerEvaluation, QuestionSet
from ai.tests.factories import QuestionFactory
from credits import services as ledger
from credits.models import AiCreditLog, CreditHold
from credits.tests.ledger_helpers import balance

pytestmark = pytest.mark.django_db(transaction=True)
GENERATE, EVALUATE = "/api/ai/generate-from-source", "/api/ai/evaluate-answer"
TEXT = "Photosynthesis is the process by which green plants turn sunlight into chemical energy. " * 3


def preview(client, url, body):
    return client.post(f"{url}?preview=true", body, format="json")


def test_a_question_set_is_previewed_for_the_questions_asked_for(api, user):
    answer = preview(api, GENERATE, {"sourceText": TEXT, "questionCount": 7})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["required"], told["available"], told["covered"]) == (12, 100, True)
    assert (told["price"]["base"], told["price"]["perUnit"], told["price"]["unit"]) == (5, 1, "question")
    assert not QuestionSet.objects.exists()
    assert not CreditHold.objects.exists()


def test_an_evaluation_is_previewed_also_without_credits(client_of, make_user):
    user = make_user(credits=1)
    body = {"questionId": str(QuestionFactory(user=user).pk), "userAnswer": "x"}
    told = preview(client_of(user), EVALUATE, body).json()
    assert (told["required"], told["available"], told["covered"]) == (2, 1, False)
    assert not AnswerEvaluation.objects.exists()
    assert balance(user) == (1, 0)


@pytest.mark.parametrize("theirs", [True, False])
def test_a_question_that_is_not_ones_own_is_404(api, theirs):
    question_id = QuestionFactory(user=UserFactory()).pk if theirs else uuid.uuid4()
    assert preview(api, EVALUATE, {"questionId": str(question_id), "userAnswer": "x"}).status_code == 404


@pytest.mark.parametrize(("url", "body"), [(GENERATE, {"sourceText": ""}), (EVALUATE, {})])
def test_a_bad_body_is_400(api, url, body):
    assert preview(api, url, body).json()["code"] == "invalid"


def test_without_a_model_a_price_per_token_is_its_minimum(api, user, staff):
    ledger.set_price(action="evaluate_answer", actor_id=staff.pk, per_million_output_tokens=10**6, minimum=3)
    body = {"questionId": str(QuestionFactory(user=user).pk), "userAnswer": "x"}
    assert preview(api, EVALUATE, body).json()["required"] == 3
    assert api.post(EVALUATE, body, format="json")["X-Credits-Charged"] == "3"
    entry = AiCreditLog.objects.of(user.pk).spends().get()
    assert entry.metadata["price"]["per_million_output_tokens"] == 10**6
    assert "tokens" not in entry.metadata
