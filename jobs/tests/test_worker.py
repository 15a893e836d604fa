"""Jobs on a real worker and a real PostgreSQL: charged at most once, and every one ends."""

import asyncio
import threading
import uuid
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.views import exception_handler

from accounts.tests.factories import UserFactory
from credits import services as ledger
from credits.exceptions import HoldClosed
from credits.models import AiCreditLog, CreditHold, HoldState
from credits.tests.ledger_helpers import assert_ledger_consistent, balance
from jobs import due_work, queue, retries, services
from jobs.models import Job, JobState
from jobs.tests.conftest import run_worker_async
from jobs.tests.examples import PRICES, Note, Refused, Unavailable

JOBS = 120

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue_tables")]


@pytest.fixture(autouse=True)
def _note(settings, monkeypatch):
    settings.ROOT_URLCONF = "jobs.tests.examples"
    settings.CREDIT_PRICES = PRICES
    monkeypatch.setattr(Note, "during", None)
    Note.performed.clear()
    Note.errors.clear()


def post(client, text="a", units=2, key=None):
    headers = {"Prefer": "respond-async"} | ({"Idempotency-Key": key} if key else {})
    answer = client.post("/api/note", {"text": text, "units": units}, format="json", headers=headers)
    assert answer.status_code == 202
    return Job.objects.get(id=answer.json()["id"])


@pytest.fixture
def submit(api):
    return partial(post, api)


def ended(job):
    """Return the job as it ended, after checking that its hold agrees."""
    job.refresh_from_db()
    hold = CreditHold.objects.get(id=job.hold_id)
    expected = HoldState.RELEASED if job.response_status is None else HoldState.CAPTURED
    assert (hold.state, job.body, job.partial, job.deliverable) == (expected, None, [], None)
    assert_ledger_consistent(job.user)
    return job


class TestSuccess:
    def test_a_job_is_stored_and_charged(self, submit, api, user, run_worker):
        job = submit()
        run_worker()
        job = ended(job)
        note = Group.objects.get()
        assert (job.state, job.attempts, job.response_status) == (JobState.SUCCEEDED, 1, 201)
        entry = AiCreditLog.objects.spends().get()
        assert (entry.amount, entry.reference_id, balance(user)) == (-7, str(note.pk), (93, 0))
        shown = api.get(f"/api/ai/jobs/{job.id}")
        assert shown.json()["result"] == {"id": note.pk, "text": "a"}
        assert shown.json()["progress"] == {"finished": 2, "total": 2}
        assert "Retry-After" not in shown

    def test_a_job_from_before_a_block_finishes_and_is_charged(self, submit, user, run_worker):
        job = submit()
        ledger.block(user_id=user.pk, reason="A test.")
        run_worker()
        assert (ended(job).state, balance(user)) == (JobState.SUCCEEDED, (93, 0))

    def test_progress_and_finished_units_show_while_it_runs(self, submit, api, run_worker, monkeypatch):
        shown = []

        async def look():
            shown.append(await asyncio.to_thread(get))

        def get():
            try:
                return api.get(f"/api/ai/jobs/{job.id}")
            finally:
                connection.close()

        monkeypatch.setattr(Note, "during", look)
        job = submit()
        run_worker()
        assert shown[0].json()["state"] == "running"
        assert shown[0].json()["progress"] == {"finished": 2, "total": 2}
        assert shown[0].json()["partialResult"] == [{"line": 0}, {"line": 1}]
        assert shown[0]["Retry-After"] == "1"

    def test_hundreds_wait_for_their_model_at_once(self, client_of, run_worker, monkeypatch, settings):
        settings.CREDIT_MAX_OPEN_HOLDS = JOBS
        user = UserFactory(credits=10_000)
        api = client_of(user)
        running = 0

        async def wait():
            nonlocal running
            running += 1
            if running == JOBS:
                all_wait.set()
            await asyncio.wait_for(all_wait.wait(), 60)

        all_wait = asyncio.Event()
        monkeypatch.setattr(Note, "during", wait)
        for number in range(JOBS):
            body = {"text": f"note {number}", "units": 0}
            api.post("/api/note", body, format="json", headers={"Prefer": "respond-async"})
        run_worker()
        assert set(Job.objects.values_list("state", flat=True)) == {JobState.SUCCEEDED}
        assert_ledger_consistent(user)


class TestFailure:
    def test_a_refusal_is_final_and_free(self, submit, api, user, run_worker):
        Note.errors.append(Refused())
        job = submit()
        run_worker()
        assert ended(job).state == JobState.FAILED
        assert api.get(f"/api/ai/jobs/{job.id}").json()["error"] == {
            "status": 422,
            "message": "Not this text.",
            "code": "refused",
        }
        assert (balance(user), len(Note.performed)) == ((100, 0), 1)

    def test_an_unexpected_error_is_a_server_error_and_logged(self, submit, run_worker, caplog):
        Note.errors.append(ZeroDivisionError("secret"))
        job = submit()
        run_worker()
        error = ended(job).error
        assert (error["status"], error["code"]) == (500, "server_error")
        assert "secret" not in str(error)
        assert [record.levelname for record in caplog.records if record.name.startswith("jobs")] == ["ERROR"]

    def test_an_error_that_may_go_away_is_retried(self, submit, run_worker, monkeypatch):
        monkeypatch.setattr(retries, "MAX_WAIT", 0)
        Note.errors.extend([Unavailable(), Unavailable()])
        job = submit()
        for _ in range(3):
            run_worker()
        job = ended(job)
        assert (job.state, job.attempts, len(Note.performed)) == (JobState.SUCCEEDED, 3, 3)
        assert AiCreditLog.objects.spends().count() == 1

    def test_a_job_waits_as_long_as_the_error_asks(self, submit, run_worker):
        error = Unavailable()
        error.wait = 30
        Note.errors.append(error)
        job = submit()
        run_worker()
        job.refresh_from_db()
        assert (job.state, job.attempts) == (JobState.QUEUED, 1)
        with connection.cursor() as cursor:
            cursor.execute(
                "select status, scheduled_at from procrastinate_jobs where task_name = %s", [queue.RUN_JOB]
            )
            ((status, at),) = cursor.fetchall()
        assert status == "todo"
        assert at > timezone.now() + timedelta(seconds=20)

    def test_no_attempt_starts_after_the_deadline(self, submit, run_worker):
        error = Unavailable()
        error.wait = 10_000
        Note.errors.append(error)
        job = submit()
        run_worker()
        assert (ended(job).error["code"], len(Note.performed)) == ("unavailable", 1)

    def test_attempts_are_limited(self, submit, run_worker, monkeypatch):
        monkeypatch.setattr(retries, "MAX_WAIT", 0)
        Note.errors.extend(Unavailable() for _ in range(50))
        job = submit()
        for _ in range(retries.MAX_ATTEMPTS):
            run_worker()
        assert ended(job).attempts == retries.MAX_ATTEMPTS

    def test_work_that_takes_too_long_is_stopped_at_the_deadline(self, submit, run_worker, monkeypatch):
        monkeypatch.setattr(Note, "during", lambda: asyncio.sleep(60))
        job = submit()
        Job.objects.update(deadline_at=timezone.now() + timedelta(seconds=2))
        run_worker()
        assert (ended(job).error["code"], job.error["status"]) == ("job_deadline_passed", 504)

    def test_a_job_that_is_overdue_in_the_queue_never_starts(self, submit, run_worker):
        job = submit()
        Job.objects.update(deadline_at=timezone.now())
        run_worker()
        assert (ended(job).error["code"], Note.performed) == ("job_deadline_passed", [])

    def test_a_job_ends_at_its_deadline_without_any_worker(self, submit, api, user):
        job = submit()
        Job.objects.update(deadline_at=timezone.now())
        assert api.get(f"/api/ai/jobs/{job.id}").json()["state"] == "failed"
        assert ended(job)
        assert balance(user) == (100, 0)

    def test_a_job_fails_also_where_errors_have_another_form(
        self, submit, run_worker, monkeypatch, client, staff
    ):
        monkeypatch.setattr("rest_framework.settings.api_settings.EXCEPTION_HANDLER", exception_handler)
        Note.errors.append(ValidationError("No."))
        job = submit()
        run_worker()
        assert ended(job).error == {"status": 400, "detail": ["No."]}
        client.force_login(staff)
        assert "No." in client.get("/admin/jobs/job/").content.decode()

    def test_jobs_end_where_each_request_is_a_transaction(self, submit, api, user, run_worker, monkeypatch):
        """DRF's handler of exceptions marks such a transaction to be undone; the end of a job must stay."""
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        Note.errors.append(Refused())
        refused = submit(key="a")
        run_worker()
        assert ended(refused).error["code"] == "refused"
        overdue = submit(key="b")
        Job.objects.filter(id=overdue.id).update(deadline_at=timezone.now())
        assert api.get(f"/api/ai/jobs/{overdue.id}").json()["state"] == "failed"
        assert (ended(overdue).error["code"], balance(user)) == ("job_deadline_passed", (100, 0))

    def test_a_stored_body_that_is_not_valid_any_more_fails(self, submit, run_worker):
        job = submit()
        Job.objects.update(body={"text": "a", "units": 99})
        run_worker()
        error = ended(job).error
        assert (error["status"], error["code"], list(error["errors"])) == (400, "invalid", ["units"])

    def test_what_was_deleted_meanwhile_is_404(self, submit, run_worker):
        job = submit()
        Job.objects.update(body={"text": "missing"})
        run_worker()
        assert ended(job).error["status"] == 404

    def test_an_action_that_this_version_does_not_have_waits_for_one_that_does(self, submit, run_worker):
        job = submit()
        Job.objects.update(action="of another version")
        run_worker()
        job.refresh_from_db()
        assert job.state == JobState.QUEUED

    def test_a_hold_that_is_gone_fails_the_job(self, submit, user, run_worker):
        job = submit()
        ledger.release(hold=job.hold_id)
        run_worker()
        assert ended(job).error["code"] == "hold_closed"
        assert (balance(user), Note.performed) == ((100, 0), [])

    def test_a_hold_that_goes_during_the_work_fails_the_job(self, submit, run_worker, monkeypatch):
        def release():
            try:
                ledger.release(hold=job.hold_id)
            finally:
                connection.close()

        monkeypatch.setattr(Note, "during", lambda: asyncio.to_thread(release))
        job = submit()
        run_worker()
        assert ended(job).error["code"] == "hold_closed"
        assert Group.objects.count() == 0

    def test_a_queue_row_without_a_job_is_ignored(self, submit, run_worker):
        submit()
        Job.objects.all().delete()
        run_worker()
        assert Note.performed == []


class TestCancel:
    def test_a_queued_job_is_cancelled_at_once(self, submit, api, user, run_worker):
        job = submit()
        assert api.delete(f"/api/ai/jobs/{job.id}").status_code == 204
        assert (ended(job).state, balance(user)) == (JobState.CANCELLED, (100, 0))
        run_worker()
        assert Note.performed == []
        assert api.delete(f"/api/ai/jobs/{job.id}").status_code == 204

    def test_a_queued_job_of_a_deactivated_user_is_cancelled_and_free(self, submit, user, run_worker):
        job = submit()
        type(user).objects.filter(pk=user.pk).update(is_active=False)
        run_worker()
        assert (ended(job).state, Note.performed, balance(user)) == (JobState.CANCELLED, [], (100, 0))

    def test_the_model_call_of_a_running_job_is_aborted(self, submit, api, user, monkeypatch):
        async def wait():
            started.set()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                aborted.set()
                raise

        def delete():
            try:
                return api.delete(f"/api/ai/jobs/{job.id}"), balance(user)
            finally:
                connection.close()

        async def scenario():
            worker = asyncio.create_task(run_worker_async(wait=True, listen_notify=True))
            await started.wait()
            answer, left = await asyncio.to_thread(delete)
            assert (answer.status_code, left) == (204, (100, 0))
            async with asyncio.timeout(5):
                await aborted.wait()
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)

        started, aborted = asyncio.Event(), asyncio.Event()
        monkeypatch.setattr(Note, "during", wait)
        job = submit(units=0)
        asyncio.run(scenario())
        assert ended(job).state == JobState.CANCELLED
        with connection.cursor() as cursor:
            cursor.execute("select status from procrastinate_jobs where task_name = %s", [queue.RUN_JOB])
            assert cursor.fetchall() == [("aborted",)]

    @pytest.mark.parametrize("error", [None, Refused()])
    def test_a_finished_job_is_409(self, submit, api, run_worker, error):
        Note.errors.extend([error] if error else [])
        job = submit()
        run_worker()
        answer = api.delete(f"/api/ai/jobs/{job.id}")
        assert (answer.status_code, answer.json()["code"]) == (409, "job_finished")
        assert answer.json()["state"] == ended(job).state

    def test_shown_units_of_a_cancelled_job_are_delivered_and_charged(self, submit, api, user, monkeypatch):
        answers = []

        def cancel():
            try:
                shown = api.get(f"/api/ai/jobs/{job.id}").json()["partialResult"]
                answers.extend(api.delete(f"/api/ai/jobs/{job.id}") for _ in range(2))
                return shown
            finally:
                connection.close()

        async def scenario():
            worker = asyncio.create_task(run_worker_async(wait=True))
            await started.wait()
            shown = await asyncio.to_thread(cancel)
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
            return shown

        async def wait():
            started.set()
            await asyncio.sleep(60)

        started = asyncio.Event()
        monkeypatch.setattr(Note, "during", wait)
        job = submit(key="k")
        assert asyncio.run(scenario()) == [{"line": 0}, {"line": 1}]
        assert [(answer.status_code, answer["X-Credits-Charged"]) for answer in answers] == [
            (204, "7"),
            (204, "0"),
        ]
        assert {answer["X-Credits-Remaining"] for answer in answers} == {"93"}
        assert (ended(job).state, balance(user)) == (JobState.CANCELLED, (93, 0))
        note = Group.objects.get()
        assert AiCreditLog.objects.spends().get().reference_id == str(note.pk)
        after = api.get(f"/api/ai/jobs/{job.id}").json()
        assert after["result"] == {"id": note.pk, "text": "a"}
        assert (after["partialResult"], after["progress"]) == ([], {"finished": 2, "total": 2})
        headers = {"Prefer": "respond-async", "Idempotency-Key": "k"}
        repeat = api.post("/api/note", {"text": "a", "units": 2}, format="json", headers=headers)
        assert (repeat.status_code, repeat.json(), repeat["X-Credits-Charged"]) == (201, after["result"], "0")

    def test_only_the_units_that_were_shown_are_charged(self, submit, user):
        job = services.claim(job_id=submit(units=9).id)
        services.report(job=job, partial=[{"line": 0}], deliverable={"text": "a", "lines": 1})
        assert services.cancel(job_id=job.id).amount == 5
        assert (ended(job).finished_units, balance(user)) == (1, (95, 0))

    def test_units_without_a_deliverable_are_free(self, submit, user):
        job = services.claim(job_id=submit().id)
        services.report(job=job, partial=[{"line": 0}])
        assert services.cancel(job_id=job.id) is None
        assert (ended(job).state, balance(user)) == (JobState.CANCELLED, (100, 0))

    def test_units_of_an_interrupted_attempt_are_free(self, submit, user):
        """Nobody can read them any more, and the client cannot interrupt a worker."""
        job = services.claim(job_id=submit().id)
        services.report(job=job, partial=[{"line": 0}], deliverable={"text": "a", "lines": 1})
        services.requeue(job=job)
        assert services.cancel(job_id=job.id) is None
        assert (ended(job).state, balance(user)) == (JobState.CANCELLED, (100, 0))

    def test_a_job_whose_hold_is_gone_is_cancelled_for_free(self, submit, api, user):
        job = services.claim(job_id=submit().id)
        services.report(job=job, partial=[{"line": 0}], deliverable={"text": "a", "lines": 1})
        ledger.release(hold=job.hold_id)
        assert api.delete(f"/api/ai/jobs/{job.id}").status_code == 204
        assert (ended(job).state, balance(user), Group.objects.count()) == (JobState.CANCELLED, (100, 0), 0)

    @pytest.mark.parametrize("changes", [{"body": {"text": "a", "units": 99}}, {"action": "unknown"}])
    def test_a_job_of_another_version_is_cancelled_for_free(self, submit, api, user, changes):
        job = services.claim(job_id=submit().id)
        services.report(job=job, partial=[{"line": 0}], deliverable={"text": "a", "lines": 1})
        Job.objects.update(**changes)
        assert api.delete(f"/api/ai/jobs/{job.id}").status_code == 204
        assert (ended(job).state, balance(user)) == (JobState.CANCELLED, (100, 0))

    def test_a_charged_cancellation_where_each_request_is_a_transaction(self, submit, api, user, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        job = services.claim(job_id=submit().id)
        services.report(job=job, partial=[{"line": 0}], deliverable={"text": "a", "lines": 1})
        assert api.delete(f"/api/ai/jobs/{job.id}").status_code == 204
        assert (ended(job).state, balance(user)) == (JobState.CANCELLED, (95, 0))

    @pytest.mark.parametrize("shown", [False, True])
    def test_the_first_to_close_the_hold_wins(self, submit, api, user, shown):
        """A capture and a cancellation at once, many times: one of them, never both, never none."""
        outcomes = set()
        for number in range(12):
            job = submit(text=f"race {number}")
            job = services.claim(job_id=job.id)
            work, _ = services.take_up(job=job)
            if shown:
                deliverable = {"text": f"race {number}", "lines": 1}
                services.report(job=job, partial=[{"line": 0}], deliverable=deliverable)
            barrier = threading.Barrier(2)
            answers = []

            def in_thread(call, barrier=barrier, answers=answers):
                try:
                    barrier.wait()
                    answers.append(call())
                finally:
                    connection.close()

            def finish(job=job, work=work, number=number):
                with suppress(HoldClosed):
                    services.finish(job=job, work=work, outcome=f"race {number}")

            calls = [
                finish,
                lambda job=job: api.delete(f"/api/ai/jobs/{job.id}").status_code,
            ]
            threads = [threading.Thread(target=in_thread, args=[call]) for call in calls]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            state = ended(job).state
            assert answers.count(204 if state == JobState.CANCELLED else 409) == 1
            outcomes.add(state)
        assert outcomes <= {JobState.SUCCEEDED, JobState.CANCELLED}
        paid = Job.objects.all() if shown else Job.objects.filter(state=JobState.SUCCEEDED)
        assert Group.objects.count() == AiCreditLog.objects.spends().count() == paid.count()

    def test_a_cancelled_job_cannot_be_finished(self, submit, user):
        job = services.claim(job_id=submit().id)
        work, _ = services.take_up(job=job)
        services.cancel(job_id=job.id)
        with pytest.raises(HoldClosed):
            services.finish(job=job, work=work, outcome="late")
        assert ended(job).state == JobState.CANCELLED
        assert (Group.objects.count(), balance(user)) == (0, (100, 0))


class TestOwner:
    def test_another_users_job_is_404(self, submit, client_of):
        job = submit()
        other = client_of(UserFactory())
        for method in (other.get, other.delete):
            assert method(f"/api/ai/jobs/{job.id}").status_code == 404
        assert other.get("/api/ai/jobs").json()["results"] == []
        job.refresh_from_db()
        assert job.state == JobState.QUEUED

    def test_the_list_has_the_callers_jobs_newest_first(self, submit, api):
        jobs = [str(submit(text=text).id) for text in "abc"]
        page = api.get("/api/ai/jobs?pageSize=2").json()
        assert [job["id"] for job in page["results"]] == jobs[:0:-1]
        assert "result" not in page["results"][0]
        assert [job["id"] for job in api.get(page["next"]).json()["results"]] == jobs[:1]


class TestDeadWorkers:
    def abandon(self, job):
        """Leave a job as a killed worker does: claimed, and its worker without a heartbeat."""
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into procrastinate_workers (last_heartbeat) values (%s) returning id",
                [timezone.now() - timedelta(minutes=2)],
            )
            (worker,) = cursor.fetchone()
            cursor.execute("select id from procrastinate_fetch_job_v2(null, %s)", [worker])
            assert cursor.fetchone() == (job.queue_id,)
        services.claim(job_id=job.id)

    def test_the_job_of_a_killed_worker_runs_again(self, submit, run_worker):
        job = submit()
        self.abandon(job)
        run_worker()
        assert Note.performed == []
        assert due_work.process_due() == (0, 1)
        run_worker()
        assert (ended(job).state, job.attempts) == (JobState.SUCCEEDED, 2)

    def test_the_job_of_a_killed_worker_fails_after_its_deadline(self, submit, user):
        job = submit()
        self.abandon(job)
        Job.objects.update(deadline_at=timezone.now())
        assert due_work.process_due()[0] == 1
        assert (ended(job).state, balance(user)) == (JobState.FAILED, (100, 0))

    def test_a_job_that_kills_every_worker_is_given_up(self, submit, run_worker):
        job = submit()
        Job.objects.update(attempts=retries.MAX_ATTEMPTS)
        run_worker()
        assert (ended(job).error["code"], Note.performed) == ("job_given_up", [])

    def test_two_workers_with_one_job_charge_once(self, submit, user):
        """One was taken for dead, and was only slow."""
        job = submit()
        attempts = [services.claim(job_id=job.id) for _ in range(2)]
        works = [services.take_up(job=attempt)[0] for attempt in attempts]
        services.finish(job=attempts[0], work=works[0], outcome="a")
        with pytest.raises(HoldClosed):
            services.finish(job=attempts[1], work=works[1], outcome="a")
        assert ended(job).state == JobState.SUCCEEDED
        assert (Group.objects.count(), balance(user)) == (1, (93, 0))

    def test_the_progress_of_a_superseded_attempt_is_not_shown(self, submit, api):
        job = submit()
        old, new = (services.claim(job_id=job.id) for _ in range(2))
        services.report(job=new, partial=["new"])
        services.report(job=old, partial=["old"])
        assert api.get(f"/api/ai/jobs/{job.id}").json()["partialResult"] == ["new"]

    def test_jobs_of_a_live_worker_are_left_alone(self, submit):
        job = submit()
        with connection.cursor() as cursor:
            cursor.execute("insert into procrastinate_workers default values returning id")
            cursor.execute("select id from procrastinate_fetch_job_v2(null, %s)", cursor.fetchone())
        services.claim(job_id=job.id)
        assert due_work.process_due() == (0, 0)

    def test_a_worker_that_stops_hands_its_jobs_on(self, submit, run_worker, monkeypatch):
        async def wait():
            started.set()
            await asyncio.sleep(60)

        async def scenario():
            worker = asyncio.create_task(run_worker_async(wait=True, shutdown_graceful_timeout=0.1))
            await started.wait()
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)

        started = asyncio.Event()
        monkeypatch.setattr(Note, "during", wait)
        job = submit()
        asyncio.run(scenario())
        job.refresh_from_db()
        assert job.state == JobState.QUEUED
        monkeypatch.setattr(Note, "during", None)
        run_worker()
        assert (ended(job).state, job.attempts) == (JobState.SUCCEEDED, 2)


class TestConstraints:
    """The database refuses a job whose columns contradict its state."""

    @pytest.mark.parametrize(
        ("changes", "rule"),
        [
            ({"state": "lost", "finished_at": timezone.now(), "body": None}, "known_state"),
            ({"state": "failed", "error": {}, "body": None}, "finished_when_not_open"),
            ({"finished_at": timezone.now()}, "finished_when_not_open"),
            ({"body": None}, "keeps_the_body_while_open"),
            ({"state": "cancelled", "finished_at": timezone.now()}, "keeps_the_body_while_open"),
            ({"state": "succeeded", "finished_at": timezone.now(), "body": None}, "has_a_response"),
            ({"response_status": 200}, "has_a_response"),
            ({"state": "failed", "finished_at": timezone.now(), "body": None}, "has_an_error"),
            ({"error": {"status": 500}}, "has_an_error"),
            ({"state": "running"}, "started_when_running"),
        ],
    )
    def test_each(self, submit, changes, rule):
        submit()
        with pytest.raises(IntegrityError, match=rule):
            Job.objects.update(**changes)

    def test_one_hold_has_one_job(self, submit):
        job = submit()
        job.pk = uuid.uuid4()
        with pytest.raises(IntegrityError, match="hold_id"):
            job.save(force_insert=True)


class TestSweep:
    def test_a_job_that_cannot_be_ended_does_not_stop_the_others(self, submit, user, client_of, caplog):
        first = submit()
        other = UserFactory()
        body = {"text": "b"}
        client_of(other).post("/api/note", body, format="json", headers={"Prefer": "respond-async"})
        second = Job.objects.get(user=other)
        Job.objects.update(deadline_at=timezone.now())
        with connection.cursor() as cursor:  # so that the first user's hold cannot be released
            cursor.execute("set session_replication_role = replica")
            cursor.execute("update accounts_user set ai_credits_held = 0 where id = %s", [user.pk])
            cursor.execute("set session_replication_role = origin")
        assert due_work.process_due() == (1, 0)
        first.refresh_from_db()
        assert first.state == JobState.QUEUED
        assert ended(second).state == JobState.FAILED
        assert str(first.id) in caplog.text


class TestOrder:
    def test_a_users_jobs_wait_for_the_first_jobs_of_other_users(self, client_of, run_worker):
        greedy, other, third = (client_of(UserFactory()) for _ in range(3))
        for number in range(5):
            post(greedy, f"greedy {number}")
        post(other, "other 0")
        post(third, "third 0")
        post(other, "other 1")
        run_worker(concurrency=1)
        assert Note.performed == [
            *("greedy 0", "other 0", "third 0", "greedy 1", "other 1"),
            *("greedy 2", "greedy 3", "greedy 4"),
        ]

    def test_jobs_that_have_ended_do_not_count(self, client_of, run_worker):
        client = client_of(UserFactory())
        post(client, "first")
        run_worker()
        post(client, "second")
        post(client_of(UserFactory()), "other")
        run_worker(concurrency=1)
        assert Note.performed == ["first", "second", "other"]


class TestRows:
    def test_old_jobs_are_deleted(self, submit, run_worker, settings):
        job = submit()
        run_worker()
        call_command("delete_expired", quiet=True)
        assert Job.objects.filter(id=job.id).exists()
        Job.objects.update(finished_at=timezone.now() - timedelta(days=settings.CREDIT_RESPONSE_DAYS + 1))
        call_command("delete_expired", quiet=True)
        assert not Job.objects.filter(id=job.id).exists()

    def test_a_rollback_takes_the_queued_job_back(self):
        with transaction.atomic():
            queue.enqueue(uuid.uuid4())
            transaction.set_rollback(True)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from procrastinate_jobs")
            assert cursor.fetchone() == (0,)
