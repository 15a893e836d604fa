"""A process that is killed before any line of ours: charged once, and only for the stored result.

A child process does the work and kills itself before the n-th line that it executes in this project. Then the
work is done again, as an operator's schedule or the client would. n grows until the child is not killed.
"""

import os
import signal
import sys
import threading
from datetime import timedelta
from itertools import count, takewhile
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections
from django.utils import timezone

from credits import services as ledger
from credits.models import AiCreditLog, CreditHold, HoldState
from credits.tests.ledger_helpers import assert_ledger_consistent, balance
from jobs import due_work, services
from jobs.models import Job, JobState
from jobs.tests.examples import PRICES

PROJECT = Path(__file__).resolve().parents[2]
OURS = tuple(f"{PROJECT / package}{os.sep}" for package in ("common", "credits", "jobs"))
# Every fourth line, so that it takes half a minute; runs start at different lines.
STRIDE = int(os.environ.get("KILL_STRIDE", "4"))

pytestmark = [
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("queue_tables"),
]


@pytest.fixture(autouse=True)
def _note(settings):
    settings.ROOT_URLCONF = "jobs.tests.examples"
    settings.CREDIT_PRICES = PRICES


def in_child(work, *, kill_before=None):
    """Do `work` in a forked process. Return whether it was killed before its `kill_before`-th line."""
    connections.close_all()  # a socket must not be shared
    child = os.fork()
    if not child:
        try:
            if kill_before is not None:
                trace_lines(kill_before)
            work()
        finally:
            sys.settrace(None)
            os._exit(1 if sys.exc_info()[0] else 0)
    _, status = os.waitpid(child, 0)
    assert status in {0, signal.SIGKILL}, f"the child ended with {status}"
    return status == signal.SIGKILL


def trace_lines(kill_before):
    lines = count()

    def trace(frame, event, _argument):
        if not frame.f_code.co_filename.startswith(OURS) or "/tests/" in frame.f_code.co_filename:
            return None
        if event == "line" and next(lines) == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    threading.settrace(trace)
    sys.settrace(trace)


def kill_at_each_line(attempt):
    """Call `attempt(n)` until it returns False, and return how many processes were killed."""
    lines = count(int(timezone.now().timestamp()) % STRIDE, STRIDE)
    return sum(1 for _ in takewhile(attempt, lines))


def assert_charged_once(user, text):
    group = Group.objects.get(name=text)
    entry = AiCreditLog.objects.spends().get(reference_id=str(group.pk))
    assert entry.amount == -5
    assert AiCreditLog.objects.spends().count() == Group.objects.count()
    assert not CreditHold.objects.filter(state=HoldState.HELD).exists()
    assert_ledger_consistent(user)


def test_a_worker_killed_at_any_line_charges_its_job_once(api, make_user, client_of, run_worker):
    user = make_user(credits=10_000)
    client = client_of(user)

    def attempt(line):
        text = f"job-{line}"
        answer = client.post(
            "/api/note", {"text": text, "units": 1}, format="json", headers={"Prefer": "respond-async"}
        )
        assert answer.status_code == 202
        killed = in_child(run_worker, kill_before=line)
        with connection.cursor() as cursor:  # its heartbeat stops
            cursor.execute("update procrastinate_workers set last_heartbeat = 'epoch'")
        due_work.process_due()
        in_child(run_worker)
        assert Job.objects.get(id=answer.json()["id"]).state == JobState.SUCCEEDED
        assert_charged_once(user, text)
        return killed

    assert kill_at_each_line(attempt) * STRIDE > 150


def test_a_request_killed_at_any_line_is_charged_once_when_it_is_repeated(make_user, client_of):
    user = make_user(credits=10_000)
    client = client_of(user)

    def attempt(line):
        text = f"request-{line}"

        def post():
            return client.post(
                "/api/note", {"text": text, "units": 1}, format="json", headers={"Idempotency-Key": text}
            )

        killed = in_child(post, kill_before=line)
        expiry = CreditHold.objects.filter(state=HoldState.HELD).first()
        if expiry:  # a repeat must wait until the killed request's hold expires
            assert post().status_code == 409
            ledger.process_due(user_id=user.pk, at=expiry.expires_at + timedelta(seconds=1))
        before = balance(user)
        answer = post()
        assert answer.status_code == 201
        if "Idempotent-Replayed" in answer:
            assert balance(user) == before
        assert_charged_once(user, text)
        return killed

    assert kill_at_each_line(attempt) * STRIDE > 150


def test_a_cancellation_killed_at_any_line_charges_once_for_what_was_shown(make_user, client_of):
    user = make_user(credits=10_000)
    client = client_of(user)

    def attempt(line):
        text = f"cancelled-{line}"
        answer = client.post(
            "/api/note", {"text": text, "units": 9}, format="json", headers={"Prefer": "respond-async"}
        )
        job = services.claim(job_id=answer.json()["id"])
        services.report(job=job, partial=[{"line": 0}], deliverable={"text": text, "lines": 1})
        killed = in_child(lambda: client.delete(answer["Location"]), kill_before=line)
        assert client.delete(answer["Location"]).status_code == 204
        assert Job.objects.get(id=job.id).state == JobState.CANCELLED
        assert_charged_once(user, text)
        return killed

    assert kill_at_each_line(attempt) * STRIDE > 100
