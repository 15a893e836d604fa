"""A sandbox over HTTP, Stripe's library, and an endpoint that receives webhooks."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import stripe

from stripe_sandbox.contract import API_VERSION
from stripe_sandbox.testing import running_sandbox

KEY = "sk_test_sandboxSandboxSandbox0000"
SECRET = "whsec_sandboxSandboxSandbox0000"


@pytest.fixture(scope="session")
def process():
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(process):
    process.stop_failing()
    process.set_webhook(url="", secret=SECRET)
    process.reset(delivery="automatic")
    return process


@pytest.fixture
def api(sandbox):
    return client_of(sandbox)


def client_of(sandbox, key=KEY, **options):
    options = {"max_network_retries": 0, "stripe_version": API_VERSION, **options}
    return stripe.StripeClient(key, base_addresses={"api": sandbox.url}, **options).v1


@pytest.fixture
def http(sandbox):
    with httpx.Client(
        base_url=sandbox.url, headers={"Authorization": f"Bearer {KEY}"}, trust_env=False, timeout=10
    ) as client:
        yield client


@pytest.fixture
def customer(api):
    return api.customers.create({"email": "ada@example.com", "metadata": {"user_id": "7"}})


@pytest.fixture
def buy(api, sandbox, customer):
    """Create a Checkout session, pay it, and return it."""

    def make(
        price="price_sandbox_pro_monthly",
        *,
        mode="subscription",
        quantity=1,
        card=None,
        later=False,
        **params,
    ):
        session = open_session(api, customer.id, price, mode=mode, quantity=quantity, **params)
        sandbox.pay(session.id, card=card, later=later)
        return api.checkout.sessions.retrieve(session.id)

    return make


def open_session(
    api, customer, price="price_sandbox_pro_monthly", *, mode="subscription", quantity=1, **params
):
    return api.checkout.sessions.create(
        {
            "mode": mode,
            "customer": customer,
            "line_items": [{"price": price, "quantity": quantity}],
            "success_url": "http://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://shop.example/plans",
            **params,
        }
    )


@pytest.fixture
def subscription(api, buy):
    return api.subscriptions.retrieve(buy().subscription)


@dataclass
class Receiver:
    """A webhook endpoint that records events and responds with the statuses in `answers` (then 200)."""

    url: str = ""
    got: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def types(self):
        return [event["type"] for event in self.got]


@pytest.fixture
def receiver():
    endpoint = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            payload = self.rfile.read(int(self.headers["Content-Length"]))
            with endpoint.lock:
                status = endpoint.answers.pop(0) if endpoint.answers else 200
                # Raises for a signature that Stripe's own library does not accept.
                event = stripe.Webhook.construct_event(payload, self.headers["Stripe-Signature"], SECRET)
                if status == 200:
                    endpoint.got.append(event.to_dict())
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield endpoint
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def webhooks(sandbox, receiver):
    sandbox.set_webhook(url=receiver.url, secret=SECRET)
    return receiver
