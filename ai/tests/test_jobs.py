"""The AI actions as jobs: the same results as plain requests, and the same refusals."""

import pytest

from ai.models import AnswerEvaluation, Question
from ai.tests.factories import QuestionFactory
from ai.tests.test_generate import LONG, WITHOUT_A_QUESTION
from credits.models import AiCreditLog
from credits.tests.ledger_helpers import assert_ledger_consistent, balance
from jobs.models import Job

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue_tables")]
GENERATE, EVALUATE = "/api/ai/generate-from-source", "/api/ai/evaluate-answer"


def submit(client, url, body):
    answer = client.post(url, body, format="json", headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.json()
    return answer["Location"]


class TestOfflineEngine:
    def test_a_generated_set_is_the_one_of_a_plain_request(self, api, user, run_worker):
        body = {"sourceText": LONG, "questionCount": 3, "name": "Set"}
        plain = api.post(GENERATE, body, format="json").json()
        job = submit(api, GENERATE, body)
        run_worker()
        shown = api.get(job).json()
        assert (shown["state"], shown["progress"]) == ("succeeded", {"finished": 3, "total": 3})
        result = shown["result"]
        assert result == api.get(f"/api/ai/question-sets/{result['id']}").json()
        assert [q["text"] for q in result["questions"]] == [q["text"] for q in plain["questions"]]
        assert [entry.amount for entry in AiCreditLog.objects.spends()] == [-8, -8]
        assert_ledger_consistent(user)

    def test_an_evaluation_is_the_one_of_a_plain_request(self, api, user, run_worker):
        question = QuestionFactory(user=user)
        body = {"questionId": str(question.id), "userAnswer": question.answer}
        plain = api.post(EVALUATE, body, format="json").json()
        job = submit(api, EVALUATE, body)
        run_worker()
        result = api.get(job).json()["result"]
        own = {"id", "createdAt"}
        assert {k: v for k, v in result.items() if k not in own} == {
            k: v for k, v in plain.items() if k not in own
        }
        assert AnswerEvaluation.objects.count() == 2
        assert balance(user) == (96, 0)

    def test_a_text_without_a_question_fails_like_a_plain_request(self, api, user, run_worker):
        body = {"sourceText": WITHOUT_A_QUESTION}
        plain = api.post(GENERATE, body, format="json")
        job = submit(api, GENERATE, body)
        run_worker()
        assert api.get(job).json()["error"] == {"status": plain.status_code, **plain.json()}
        assert balance(user) == (100, 0)

    def test_a_question_that_is_deleted_meanwhile_is_404(self, api, user, run_worker):
        question = QuestionFactory(user=user)
        job = submit(api, EVALUATE, {"questionId": str(question.id), "userAnswer": "x"})
        Question.objects.all().delete()
        run_worker()
        error = api.get(job).json()["error"]
        assert (error["status"], error["code"]) == (404, "not_found")
        assert balance(user) == (100, 0)

    def test_anothers_question_is_404_before_anything_is_queued(self, api, staff):
        question = QuestionFactory(user=staff)
        body = {"questionId": str(question.id), "userAnswer": "x"}
        answer = api.post(EVALUATE, body, format="json", headers={"Prefer": "respond-async"})
        assert answer.status_code == 404
        assert Job.objects.count() == 0
