"""`manage.py run_worker` as production runs it: a process of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.mail_queue import MAIL_QUEUE
from accounts.services.customer_email import CUSTOMER_QUEUE
from ai.tests.factories import QuestionFactory
from credits.tests.ledger_helpers import assert_ledger_consistent, balance
from jobs import queue
from jobs.management.commands.run_worker import other_queues
from jobs.models import Job, JobState, ScheduledCommand
from jobs.queue import PAID_QUEUE, SCHEDULED_QUEUE
from jobs.tests.conftest import run_worker_async
from jobs.tests.examples import PRICES, Note

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue_tables")]
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def worker():
    """Return a function that starts a worker on this test's database."""
    started = []

    def start(*options):
        started.append(
            subprocess.Popen(
                [sys.executable, "manage.py", "run_worker", *options],
                cwd=PROJECT,
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "jobs.tests.worker_settings",
                    "WORKER_DATABASE": connection.settings_dict["NAME"],
                },
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def finished():
    return not Job.objects.filter(state__in=["queued", "running"]).exists()


def ask(api, question, number):
    answer = api.post(
        "/api/ai/evaluate-answer",
        {"questionId": str(question.id), "userAnswer": str(number)},
        format="json",
        headers={"Prefer": "respond-async"},
    )
    assert answer.status_code == 202


def connections_to_this_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


@pytest.mark.slow
def test_a_worker_is_woken_survives_a_lost_database_and_stops_on_sigterm(worker, api, user):
    question = QuestionFactory(user=user)
    process = worker()
    for number in range(20):
        ask(api, question, number)
    wait_until(finished)
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.SUCCEEDED}
    assert balance(user) == (60, 0)
    assert connections_to_this_database() <= 11

    started = time.monotonic()
    ask(api, question, 21)
    wait_until(finished)
    assert time.monotonic() - started < 4  # NOTIFY wakes it; it polls every five seconds

    with connection.cursor() as cursor:
        cursor.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    ask(api, question, 22)
    wait_until(finished)
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.SUCCEEDED}
    assert_ledger_consistent(user)

    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    wait_until(lambda: connections_to_this_database() == 0)


@pytest.mark.slow
def test_the_job_of_a_killed_process_is_done_by_the_next(worker, api, user):
    question = QuestionFactory(user=user)
    first = worker()
    for number in range(30):
        ask(api, question, number)
    wait_until(lambda: Job.objects.filter(state=JobState.SUCCEEDED).exists())
    first.kill()
    first.wait()
    # A minute passes: its heartbeat is old, and the sweep runs.
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_workers set last_heartbeat = 'epoch'")
    second = worker()
    subprocess.run(
        [sys.executable, "manage.py", "process_due_jobs", "--quiet"],
        cwd=PROJECT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "jobs.tests.worker_settings",
            "WORKER_DATABASE": connection.settings_dict["NAME"],
        },
        check=True,
    )
    wait_until(finished)
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.SUCCEEDED}
    assert balance(user) == (40, 0)
    assert_ledger_consistent(user)
    second.terminate()
    assert second.wait(30) == 0


def test_a_scheduled_command_does_not_wait_for_jobs(api, settings, monkeypatch):
    """The only job slot stays taken until the command, queued after the job, has run."""
    settings.ROOT_URLCONF, settings.CREDIT_PRICES = "jobs.tests.examples", PRICES
    has_run = threading.Event()

    async def wait():
        await asyncio.to_thread(has_run.wait)

    def watch():
        try:
            wait_until(lambda: Job.objects.get().state == JobState.RUNNING)
            queue.enqueue_command("process_due_credits")
            wait_until(
                ScheduledCommand.objects.filter(
                    name="process_due_credits", succeeded_at__gte=Job.objects.get().started_at
                ).exists,
                seconds=20,
            )
            overtook.append("process_due_credits")
        finally:
            has_run.set()
            connection.close()
            os.kill(os.getpid(), signal.SIGTERM)  # the job finishes, and the command ends

    overtook: list[str] = []
    monkeypatch.setattr(Note, "during", wait)
    Note.errors.clear()
    api.post("/api/note", {"text": "a"}, format="json", headers={"Prefer": "respond-async"})
    watching = threading.Thread(target=watch)
    watching.start()
    call_command("run_worker", "--concurrency", "1", "--graceful-timeout", "20")
    watching.join()
    assert overtook == ["process_due_credits"]
    assert Job.objects.get().state == JobState.SUCCEEDED


def test_every_queue_is_served():
    assert {SCHEDULED_QUEUE, MAIL_QUEUE, CUSTOMER_QUEUE} <= set(other_queues())
    assert PAID_QUEUE not in other_queues()


def test_a_worker_that_stops_lets_running_jobs_finish(api, settings, monkeypatch):
    settings.ROOT_URLCONF, settings.CREDIT_PRICES = "jobs.tests.examples", PRICES

    async def wait():
        started.set()
        await asyncio.sleep(0.5)

    async def scenario():
        worker = asyncio.create_task(run_worker_async(wait=True, shutdown_graceful_timeout=10))
        await started.wait()
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)

    started = asyncio.Event()
    monkeypatch.setattr(Note, "during", wait)
    Note.errors.clear()
    api.post("/api/note", {"text": "a"}, format="json", headers={"Prefer": "respond-async"})
    asyncio.run(scenario())
    assert Job.objects.get().state == JobState.SUCCEEDED


def test_sigterm_ends_the_command(api, user):
    """In this process, so that its coverage is measured."""
    ask(api, QuestionFactory(user=user), 1)

    def stop():
        try:
            wait_until(finished)
        finally:
            connection.close()
            os.kill(os.getpid(), signal.SIGTERM)  # the command has taken over the signal before any job

    stopping = threading.Thread(target=stop)
    stopping.start()
    call_command("run_worker", "--graceful-timeout", "20")
    stopping.join()
    assert Job.objects.get().state == JobState.SUCCEEDED


@pytest.mark.parametrize("options", [["--concurrency", "0"], ["--graceful-timeout", "36"]])
def test_wrong_options_are_refused(worker, options):
    process = worker(*options)
    _, printed = process.communicate(timeout=60)
    assert process.returncode == 1
    assert options[0] in printed
