"""A slow Stripe: requests that wait for it leave threads to the rest of the API."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from accounts.services import issue_tokens
from accounts.tests.factories import UserFactory
from billing import services
from billing.tests.support import state_of
from billing.waiting_slots import MAX_PER_USER, waiting_slot
from billing.webhooks.handlers import HANDLED_EVENTS
from config.environment import SANDBOX_WEBHOOK_SECRET
from config.tests.web_server import running_web_server, wait_until

THREADS = 16
SLOTS = THREADS // 4
CHECKOUT, PORTAL = "/api/payments/create-checkout-session", "/api/payments/create-portal-session"
DELAY = 90  # seconds; the server of these tests waits that long


class Server:
    """A gunicorn with one process on this test's database, and requests to it that may wait."""

    def __init__(self, port, pool):
        self.pool = pool
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            timeout=DELAY,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
        )

    def get(self, path):
        return self.client.get(path)

    def post(self, user, path=CHECKOUT):
        """Send a request, and return the future of its response."""
        headers = {"Authorization": f"Bearer {issue_tokens(user=user).access}"}
        return self.pool.submit(self.client.post, path, json={}, headers=headers)


@pytest.fixture
def server(sandbox, plans):
    with (
        ThreadPoolExecutor(80) as pool,
        running_web_server(
            "billing.tests.server_settings", threads=THREADS, SERVER_STRIPE=sandbox.url
        ) as port,
    ):
        sandbox.set_webhook(
            url=f"http://127.0.0.1:{port}/api/stripe-webhook",
            secret=SANDBOX_WEBHOOK_SECRET,
            enabled_events=list(HANDLED_EVENTS),
        )
        server = Server(port, pool)
        yield server
        server.client.close()


def split(requests, *, waiting):
    """Wait until only so many requests still wait, and return the responses to the others."""
    wait_until(lambda: sum(not request.done() for request in requests) <= waiting, seconds=20)
    assert sum(not request.done() for request in requests) == waiting
    return [request.result() for request in requests if request.done()]


@pytest.mark.django_db(transaction=True)
def test_requests_that_wait_for_stripe_leave_threads_to_the_others(server, sandbox):
    users = subscriber, hostile, second, third = [UserFactory() for _ in range(4)]
    for user in users:
        services.ensure_customer(user=user)
    sandbox.pay(services.create_checkout_session(user=subscriber).id)
    paid = sandbox.events(type="invoice.paid")[0]["id"]
    sandbox.fail("delay", seconds=DELAY, path="/v1/checkout/sessions", method="POST")

    flood = [server.post(hostile) for _ in range(60)]
    for refused in split(flood, waiting=MAX_PER_USER):
        assert (refused.status_code, refused.json()["code"]) == (503, "stripe_busy")
        assert int(refused.headers["Retry-After"]) > 0
    waiting = [request for request in flood if not request.done()]
    late = [server.post(user) for user in (second, second, third)]  # in any order
    (refused,) = split(late, waiting=SLOTS - MAX_PER_USER)
    assert refused.json()["code"] == "stripe_busy"

    assert [server.get("/healthz").status_code for _ in range(20)] == [200] * 20
    assert server.get("/api/payments/plans").status_code == 200
    assert [one["status"] for one in sandbox.deliver(paid)] == [200]  # webhooks take no slot
    assert state_of(subscriber)[0] == "pro"
    # The responses above have not waited for the requests that wait for Stripe.
    assert [request.result() for request in (*waiting, *late) if request.done()] == [refused]


@pytest.mark.django_db(transaction=True)
def test_a_slot_is_free_again_after_any_response(server, sandbox):
    user = UserFactory()
    services.ensure_customer(user=user)
    for _ in range(SLOTS + 1):
        assert server.post(user).result().status_code == 200
        assert server.post(user, PORTAL).result().status_code == 200
    sandbox.fail(status=400, path="/v1/checkout/sessions")
    for _ in range(SLOTS + 1):
        assert server.post(user).result().status_code == 502


@pytest.mark.django_db(transaction=True)
def test_the_portal_takes_slots_too(server, sandbox):
    user = UserFactory()
    services.ensure_customer(user=user)
    sandbox.fail("delay", seconds=DELAY, path="/v1/billing_portal", method="POST")
    portals = [server.post(user, PORTAL) for _ in range(MAX_PER_USER + 1)]
    (refused,) = split(portals, waiting=MAX_PER_USER)
    assert refused.json()["code"] == "stripe_busy"


@pytest.mark.django_db
def test_a_refusal_is_no_alarm(plans, user, client_of, caplog):
    with waiting_slot(user_id=user.pk), waiting_slot(user_id=user.pk):
        response = client_of(user).post(CHECKOUT, {}, format="json")
    assert (response.status_code, response.json()["code"]) == (503, "stripe_busy")
    # Clients cause it, and an ERROR alerts an operator.
    assert [(record.name, record.levelname) for record in caplog.records] == [("django.request", "WARNING")]
