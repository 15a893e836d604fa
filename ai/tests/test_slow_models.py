"""A slow model behind a real gunicorn: clients that leave, and requests that do not need the model."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from django.db import connection

from accounts.services import issue_tokens
from accounts.tests.factories import UserFactory
from ai.models import ModelCallRecord
from ai.tests.engines.models.provider import never, running_provider
from ai.tests.factories import QuestionFactory
from credits.models import CreditHold, HoldState

pytestmark = pytest.mark.django_db(transaction=True)
PROJECT = Path(__file__).resolve().parents[2]
THREADS = 8
WAITERS = THREADS // 4
FREE_TEXT = {"answer": "Because chlorophyll reflects green light.", "accepted_answers": ()}


@pytest.fixture
def provider():
    """A provider that never answers."""
    with running_provider() as provider:
        provider.default = never
        yield provider


@pytest.fixture
def port(provider):
    """A gunicorn on this test's database, that asks the provider."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--threads", str(THREADS), "--graceful-timeout", "1"),
            *("--no-control-socket", "--log-level", "error"),
        ],
        cwd=PROJECT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "ai.tests.server_settings",
            "SERVER_DATABASE": connection.settings_dict["NAME"],
            "SERVER_MODEL": provider.url,
            "WEB_THREADS": str(THREADS),
        },
    )
    try:
        wait_until(lambda: answers(port))
        yield port
    finally:
        server.kill()
        server.wait()
        wait_until(lambda: not other_sessions())  # PostgreSQL notices a little later


def new_customer():
    user = UserFactory()
    question = QuestionFactory(user=user, **FREE_TEXT)
    return user, question


@pytest.fixture
def customer():
    return new_customer()


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def other_sessions():
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def answers(port):
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60, trust_env=False).is_success
    except httpx.TransportError:
        return False


def asked(customer):
    """Return the headers and the body of a request for an evaluation."""
    user, question = customer
    return {
        "headers": {"Authorization": f"Bearer {issue_tokens(user=user).access}"},
        "json": {"questionId": str(question.id), "userAnswer": "They like green."},
    }


@pytest.fixture
def send(port):
    """Return a function that sends a request, and returns its connection without waiting for the answer."""
    sent = []

    def send(customer, **headers):
        parts = asked(customer)
        sent.append(client := http.client.HTTPConnection("127.0.0.1", port, timeout=60))
        client.request(
            "POST",
            "/api/ai/evaluate-answer",
            json.dumps(parts["json"]),
            {"Content-Type": "application/json", **parts["headers"], **headers},
        )
        return client

    yield send
    for client in sent:
        client.close()


def states():
    return sorted(CreditHold.objects.values_list("state", flat=True))


def test_a_client_that_leaves_gets_its_credits_back(send, provider, customer):
    client = send(customer)
    wait_until(lambda: provider.requests)
    assert states() == [HoldState.HELD]
    client.close()
    left = time.monotonic()
    wait_until(lambda: states() == [HoldState.RELEASED])
    assert provider.requests[0].gone.wait(10)  # the model is not paid for longer than needed
    waited = time.monotonic() - left
    user, _ = customer
    user.refresh_from_db()
    assert (user.ai_credits, user.ai_credits_held) == (100, 0)
    assert ModelCallRecord.objects.get().outcome == "cancelled"
    assert waited < 10  # two seconds on a quiet machine (docs/jobs.md)


def test_with_a_key_the_work_goes_on(send, provider, customer):
    client = send(customer, **{"Idempotency-Key": "k"})
    wait_until(lambda: provider.requests)
    client.close()
    assert not provider.requests[0].gone.wait(3)
    assert states() == [HoldState.HELD]


def test_one_customer_leaves_places_to_the_others(port, send, provider, customer):
    clients = [send(customer)]
    wait_until(lambda: len(provider.requests) == 1)
    url = f"http://127.0.0.1:{port}/api/ai/evaluate-answer"
    refused = httpx.post(url, timeout=60, trust_env=False, **asked(customer))
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_waiting_calls")
    assert int(refused.headers["Retry-After"]) > 0
    clients.append(send(new_customer()))
    wait_until(lambda: len(provider.requests) == WAITERS)
    for client in clients:
        client.close()
    wait_until(lambda: states() == [HoldState.RELEASED] * (WAITERS + 1))


def test_waiting_requests_leave_threads_to_the_others(port, send, provider, customer):
    clients = [send(new_customer()) for _ in range(WAITERS)]
    wait_until(lambda: len(provider.requests) == WAITERS)
    url = f"http://127.0.0.1:{port}/api/ai/evaluate-answer"
    refused = httpx.post(url, timeout=60, trust_env=False, **asked(customer))
    assert (refused.status_code, refused.json()["code"]) == (503, "engine_busy")
    assert int(refused.headers["Retry-After"]) > 0
    found = []
    others = [threading.Thread(target=lambda: found.append(answers(port))) for _ in range(20)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join(30)
    assert found == [True] * 20
    assert len(provider.requests) == WAITERS
    for client in clients:
        client.close()
    wait_until(lambda: states() == [HoldState.RELEASED] * (WAITERS + 1))
