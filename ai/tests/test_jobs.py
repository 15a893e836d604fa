"""The AI actions as jobs: the same results as plain requests, recorded calls, and a preview without answers."""

import asyncio

import pytest
from django.db import connection

from ai import services
from ai.engines.base import GenerationResult, ModelCall, Tokens
from ai.engines.exceptions import EngineBadOutput, EngineBusy, NoQuestions
from ai.models import AnswerEvaluation, ModelCallRecord, Question, QuestionSet
from ai.tests.factories import DraftQuestionFactory, QuestionFactory
from ai.tests.test_generate import LONG, WITHOUT_A_QUESTION
from credits.models import AiCreditLog
from credits.tests.ledger_helpers import assert_ledger_consistent, balance
from jobs.models import Job

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue_tables")]
GENERATE, EVALUATE = "/api/ai/generate-from-source", "/api/ai/evaluate-answer"
CALL = ModelCall(
    model="test:model", prompt_version="1", outcome="ok", tokens=Tokens(input=7, output=3), latency_ms=5
)


class ModelEngine:
    """Stands for a provider on the network: it makes two questions, one after the other, or fails."""

    name = "test:model"

    def __init__(self, *, error=None, between=None):
        self.error, self.between = error, between

    async def agenerate(self, request, *, on_questions=None):
        drafts = tuple(DraftQuestionFactory.build_batch(2))
        for draft in drafts:
            await on_questions((draft,))
            if self.between:
                await self.between()
        if self.error:
            raise self.error
        return GenerationResult(questions=drafts, engine=self.name, calls=(CALL,))

    def token_limit(self, request):
        return Tokens(input=1000, output=1000)


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


class TestModelEngine:
    def use(self, monkeypatch, **options):
        monkeypatch.setattr(services, "get_engine", lambda *_: ModelEngine(**options))

    def test_finished_questions_show_without_their_answers(self, api, monkeypatch, run_worker):
        seen = []

        def look():
            try:
                seen.append(api.get(job).json())
            finally:
                connection.close()

        self.use(monkeypatch, between=lambda: asyncio.to_thread(look))
        job = submit(api, GENERATE, {"sourceText": LONG, "questionCount": 2})
        run_worker()
        assert [shown["progress"]["finished"] for shown in seen] == [1, 2]
        assert [question["text"] for question in seen[1]["partialResult"]] == [
            question["text"] for question in api.get(job).json()["result"]["questions"]
        ]
        assert {name for question in seen[1]["partialResult"] for name in question} == {
            "text",
            "questionType",
            "options",
            "marksAvailable",
            "topic",
        }
        assert len(api.get(job).json()["result"]["questions"]) == 2

    def test_calls_are_recorded_for_the_hold(self, api, user, monkeypatch, run_worker):
        self.use(monkeypatch)
        submit(api, GENERATE, {"sourceText": LONG, "questionCount": 2})
        run_worker()
        record = ModelCallRecord.objects.get()
        assert (record.hold_id, record.user, record.action) == (
            Job.objects.get().hold_id,
            user,
            "generate_from_source",
        )

    @pytest.mark.parametrize("error", [NoQuestions, EngineBadOutput, EngineBusy])
    def test_calls_that_failed_are_recorded_too(self, api, user, monkeypatch, run_worker, error):
        self.use(monkeypatch, error=error(calls=(CALL,)))
        job = submit(api, GENERATE, {"sourceText": LONG})
        run_worker()
        assert ModelCallRecord.objects.count() == 1
        shown = api.get(job).json()
        assert shown["state"] == ("queued" if error is EngineBusy else "failed")
        assert QuestionSet.objects.count() == 0
        assert_ledger_consistent(user)
