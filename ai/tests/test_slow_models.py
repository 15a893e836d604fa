"""A slow model behind a real gunicorn: clients that leave, and requests that do not need the model."""

import http.client
import json
import threading
import time

import httpx
import pytest

from accounts.services import issue_tokens
from accounts.tests.factories import UserFactory
from ai.models import ModelCallRecord
from ai.tests.engines.models.provider import never, running_provider
from ai.tests.factories import QuestionFactory
from config.tests.web_server import running_web_server, wait_until
from credits.models import CreditHold, HoldState

pytestmark = pytest.mark.django_db(transaction=True)
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
    """A gunicorn that asks the provider."""
    with running_web_server("ai.tests.server_settings", threads=THREADS, SERVER_MODEL=provider.url) as port:
        yield port


def new_customer():
    user = UserFactory()
    question = QuestionFactory(user=user, **FREE_TEXT)
    return user, question


@pytest.fixture
def customer():
    return new_customer()


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
