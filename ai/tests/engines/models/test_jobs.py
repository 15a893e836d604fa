"""Jobs with a model over real HTTP: finished questions, recorded calls, and failures."""

import asyncio

import pytest
from django.db import connection

from ai.engines.models.client import close_clients
from ai.engines.models.generation import BATCH
from ai.models import ModelCallRecord, QuestionSet
from ai.tests.engines.models.provider import SOURCE, error, honest, html
from ai.tests.test_jobs import GENERATE, submit
from credits.models import AiCreditLog
from credits.tests.ledger_helpers import assert_ledger_consistent, balance
from jobs.models import Job
from jobs.tests.conftest import run_worker_async

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue_tables")]


@pytest.fixture
def run_worker():
    """Return a function that works until the queue is empty. Its loop ends, so its connections are closed."""

    async def work():
        await run_worker_async()
        await close_clients()

    return lambda: asyncio.run(work())


def test_finished_questions_show_without_their_answers(api, acme, run_worker):
    seen = []

    def look(request):
        """Reply to the request for the second batch: the first one is finished."""
        try:
            seen.append(api.get(job).json())
        finally:
            connection.close()
        return honest(request)

    acme.replies(honest, look)
    job = submit(api, GENERATE, {"sourceText": SOURCE, "questionCount": 2 * BATCH})
    run_worker()
    (shown,) = seen
    assert shown["progress"] == {"finished": BATCH, "total": 2 * BATCH}
    made = api.get(job).json()["result"]["questions"]
    assert len(made) == 2 * BATCH
    assert [q["text"] for q in shown["partialResult"]] == [q["text"] for q in made[:BATCH]]
    assert {name for question in shown["partialResult"] for name in question} == {
        "text",
        "questionType",
        "options",
        "marksAvailable",
        "topic",
    }


def test_a_job_that_is_cancelled_after_it_has_shown_questions_sells_them(api, user, acme, run_worker):
    seen = []

    def cancel(request):
        """The client reads the first batch, and cancels the job while the model makes the second one."""
        try:
            seen.append(api.get(job).json()["partialResult"])
            seen.append(api.delete(job))
        finally:
            connection.close()
        return honest(request)

    acme.replies(honest, cancel)
    body = {"sourceText": SOURCE, "questionCount": 4 * BATCH, "questionTypes": ["multiple-choice"]}
    job = submit(api, GENERATE, body)
    run_worker()
    shown, answer = seen
    assert (len(shown), answer.status_code) == (BATCH, 204)
    after = api.get(job).json()
    assert (after["state"], after["progress"]) == ("cancelled", {"finished": BATCH, "total": 4 * BATCH})
    stored = api.get(f"/api/ai/question-sets/{after['result']['id']}").json()
    assert stored == after["result"]
    assert [q["text"] for q in stored["questions"]] == [q["text"] for q in shown]
    assert all(q["answer"] in q["options"] and q["excerpt"] for q in stored["questions"])
    entry = AiCreditLog.objects.spends().get()
    assert (entry.reference_id, entry.metadata["units"]) == (stored["id"], BATCH)
    assert int(answer["X-Credits-Charged"]) == -entry.amount > 0
    assert balance(user) == (100 + entry.amount, 0)
    assert_ledger_consistent(user)


def test_a_cancellation_is_free_if_another_version_stored_the_questions(api, user, acme, run_worker):
    def cancel(request):
        try:
            Job.objects.update(deliverable={"questions": [{"stem": "Why?"}], "engine": "m", "tokens": {}})
            assert api.delete(job).status_code == 204
        finally:
            connection.close()
        return honest(request)

    acme.replies(honest, cancel)
    job = submit(api, GENERATE, {"sourceText": SOURCE, "questionCount": 2 * BATCH})
    run_worker()
    shown = api.get(job).json()
    assert (shown["state"], shown["result"], balance(user)) == ("cancelled", None, (100, 0))


def test_a_job_that_is_cancelled_before_its_first_question_is_free(api, user, acme, run_worker):
    def cancel(request):
        try:
            assert api.delete(job).status_code == 204
        finally:
            connection.close()
        return honest(request)

    acme.replies(cancel)
    job = submit(api, GENERATE, {"sourceText": SOURCE, "questionCount": BATCH})
    run_worker()
    shown = api.get(job).json()
    assert (shown["state"], shown["result"], balance(user)) == ("cancelled", None, (100, 0))
    assert QuestionSet.objects.count() == 0


def test_calls_are_recorded_for_the_hold(api, user, acme, run_worker):
    submit(api, GENERATE, {"sourceText": SOURCE, "questionCount": 2})
    run_worker()
    record = ModelCallRecord.objects.get()
    assert (record.hold_id, record.user, record.action) == (
        Job.objects.get().hold_id,
        user,
        "generate_from_source",
    )


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ({"questions": [], "unable": "no_content"}, "failed"),
        (html, "failed"),
        (error(429, "rate_limit_exceeded", Retry_After="60"), "queued"),
    ],
    ids=["no questions", "unusable", "busy"],
)
def test_calls_that_failed_are_recorded_too(api, acme, run_worker, reply, state):
    acme.replies(then=reply)
    job = submit(api, GENERATE, {"sourceText": SOURCE})
    run_worker()
    assert len(acme.requests) == ModelCallRecord.objects.count() > 0
    assert api.get(job).json()["state"] == state
    assert QuestionSet.objects.count() == 0
    assert_ledger_consistent(Job.objects.get().user)
