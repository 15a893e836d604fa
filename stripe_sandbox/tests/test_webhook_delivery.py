"""Delivery of webhooks: signed, in order, after the response, retried until a 2xx."""

import itertools
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import stripe

from stripe_sandbox import webhook_delivery
from stripe_sandbox.testing import SandboxRefused

from .conftest import SECRET


def test_every_event_arrives_once_in_order_and_signed(sandbox, webhooks, buy):
    buy()
    sandbox.wait_idle()
    assert webhooks.types() == [event["type"] for event in sandbox.events() if event["deliveries"]]
    assert len({event["id"] for event in webhooks.got}) == len(webhooks.got) > 10
    assert {event["pending_webhooks"] for event in sandbox.events()} == {0}


def test_payload_is_the_event_of_the_api(api, sandbox, webhooks, customer):
    sandbox.wait_idle()
    event = webhooks.got[0]
    assert event["data"]["object"]["id"] == customer.id
    assert event["request"]["id"].startswith("req_")
    assert (event["livemode"], event["api_version"]) == (False, "2026-05-27.dahlia")
    assert event["data"] == api.events.retrieve(event["id"]).to_dict()["data"]


def test_update_has_previous_attributes(api, sandbox, webhooks, customer):
    api.customers.update(customer.id, {"name": "Ada"})
    api.customers.update(customer.id, {"name": "Ada"})
    sandbox.wait_idle()
    assert webhooks.types() == ["customer.created", "customer.updated"]
    assert webhooks.got[1]["data"]["previous_attributes"] == {"name": None}


def test_the_signature_is_stripes_own():
    header = webhook_delivery.signature(SECRET, b"{}", at=1700000000)
    assert stripe.WebhookSignature.verify_header(b"{}", header, SECRET, tolerance=None)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(b"{ }", header, SECRET, tolerance=None)


def test_failed_delivery_is_retried(api, sandbox, webhooks):
    webhooks.answers += [500, 404, 302]
    api.customers.create({"name": "Ada"})
    sandbox.wait_idle(timeout=60)
    assert webhooks.types() == ["customer.created"]
    attempts = sandbox.events(type="customer.created")[0]["deliveries"][0]["attempts"]
    assert [one["status"] for one in attempts] == [500, 404, 302, 200]
    gaps = [after["at"] - before["at"] for before, after in itertools.pairwise(attempts)]
    assert gaps == sorted(gaps)
    assert gaps[0] >= 0.5


def test_failed_delivery_does_not_delay_others(api, sandbox, webhooks):
    webhooks.answers += [500]
    api.customers.create({"name": "first"})
    api.customers.create({"name": "second"})
    sandbox.wait_idle()
    assert [event["data"]["object"]["name"] for event in webhooks.got] == ["second", "first"]


def test_the_api_tells_which_events_were_delivered(api, sandbox, webhooks, customer):
    sandbox.set_delivery("manual")
    sandbox.wait_idle()
    api.customers.update(customer.id, {"name": "Ada"})
    undelivered = api.events.list({"delivery_success": False}).data
    assert [event.type for event in undelivered] == ["customer.updated"]
    assert undelivered[0].pending_webhooks == 1
    assert "customer.created" in [event.type for event in api.events.list({"delivery_success": True}).data]


def test_events_are_listed_by_type(api, buy):
    buy()
    assert {event.type for event in api.events.list({"type": "invoice.*", "limit": 50}).data} > {
        "invoice.paid"
    }
    assert {one.type for one in api.events.list({"types": ["invoice.paid", "customer.created"]}).data} == {
        "invoice.paid",
        "customer.created",
    }
    with pytest.raises(stripe.InvalidRequestError):
        api.events.list({"type": "invoice.paid", "types": ["invoice.paid"]})


def test_endpoint_gets_the_events_it_is_subscribed_to(api, sandbox, webhooks, buy):
    sandbox.set_webhook(enabled_events=["invoice.paid", "checkout.session.completed"])
    buy()
    sandbox.wait_idle()
    assert webhooks.types()[-2:] == ["invoice.paid", "checkout.session.completed"]
    sandbox.set_webhook(enabled_events=["*"])


def test_endpoints_made_by_the_api_have_a_secret_of_their_own(api, sandbox, receiver):
    made = api.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["customer.created"]})
    assert made.secret.startswith("whsec_")
    assert not hasattr(api.webhook_endpoints.retrieve(made.id), "secret")
    api.webhook_endpoints.update(made.id, {"disabled": True})
    api.customers.create({})
    assert [event["deliveries"] for event in sandbox.events(type="customer.created")] == [[]]
    api.webhook_endpoints.delete(made.id)
    with pytest.raises(stripe.InvalidRequestError):
        api.webhook_endpoints.create({"url": "nowhere", "enabled_events": ["*"]})


def test_webhook_leaves_after_the_response(sandbox, http):
    """The app calls Stripe inside a transaction; an event that overtakes the answer would meet it half-done."""
    arrived = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            arrived.append(time.monotonic())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        sandbox.set_webhook(url=f"http://127.0.0.1:{server.server_port}/", secret=SECRET)
        sandbox.fail_next("delay", seconds=1, after=True)
        asked = time.monotonic()
        http.post("/v1/customers")
        sandbox.wait_idle()
        assert arrived[0] >= asked + 1
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class TestManualDelivery:
    @pytest.fixture(autouse=True)
    def manual(self, sandbox, webhooks):
        sandbox.set_delivery("manual")

    def test_nothing_is_delivered_without_a_request(self, sandbox, webhooks, customer):
        sandbox.wait_idle()
        assert webhooks.got == []
        assert [one["status"] for one in sandbox.deliver_pending()] == [200]
        assert webhooks.types() == ["customer.created"]
        assert sandbox.deliver_pending() == []

    def test_many_times_at_once(self, sandbox, webhooks, customer):
        event = sandbox.events(type="customer.created")[0]["id"]
        answers = sandbox.deliver(event, times=20, concurrency=10)
        assert [one["status"] for one in answers] == [200] * 20
        assert webhooks.types() == ["customer.created"] * 20

    def test_in_any_order(self, sandbox, webhooks, buy):
        buy()
        pending = [event["id"] for event in sandbox.events(state="pending")]
        sandbox.deliver_pending(reverse=True)
        assert [event["id"] for event in webhooks.got] == pending[::-1]
        sandbox.deliver_pending(order=[pending[2], pending[0], pending[2]])
        assert [event["id"] for event in webhooks.got][-3:] == [pending[2], pending[0], pending[2]]
        with pytest.raises(SandboxRefused, match="No such event"):
            sandbox.deliver_pending(order=["evt_none"])

    def test_events_can_be_dropped(self, sandbox, webhooks, buy):
        buy()
        lost = [event["id"] for event in sandbox.events(type="invoice.paid")]
        assert sandbox.drop(lost) == 1
        sandbox.deliver_pending()
        assert "invoice.paid" not in webhooks.types()
        assert sandbox.drop() == 0
        assert [event["type"] for event in sandbox.events(state="dropped")] == ["invoice.paid"]

    def test_endpoint_without_a_response(self, sandbox, customer):
        sandbox.set_webhook(url="http://127.0.0.1:9/")
        assert sandbox.deliver_pending()[0]["status"] is None
        sandbox.set_delivery("automatic")
        with pytest.raises(TimeoutError, match=r"customer\.created"):
            sandbox.wait_idle(timeout=0.2)

    def test_automatic_mode_delivers_what_is_pending(self, sandbox, webhooks, customer):
        sandbox.set_delivery("automatic")
        sandbox.wait_idle()
        assert webhooks.types() == ["customer.created"]


def test_reset_during_a_delivery(sandbox, webhooks, api):
    for _ in range(5):
        api.customers.create({})
        sandbox.reset()
    sandbox.wait_idle()
    assert httpx.get(f"{sandbox.url}/_sandbox/health", trust_env=False).json()["status"] == "ok"
