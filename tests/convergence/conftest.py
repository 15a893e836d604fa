"""Counts the histories and prints a last line: `60 histories, 0 diverged`."""

import gc
import os
import time

import pytest
import stripe
from django.db import connection

from billing.signals import payment_recorded, payment_reversed
from billing.tests.fake_stripe import FakeStripe
from conftest import create_price_of_pro
from stripe_sandbox import asgi_transport
from stripe_sandbox.testing import Sandbox
from tests.convergence.batches import HISTORIES
from tests.convergence.unreliable_delivery import CrashInjector

STARTED = time.monotonic()
played = {"histories": 0, "diverged": 0}


@pytest.fixture
def frozen_garbage():
    """Exclude what exists before a batch from garbage collections. They took a quarter of its time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def tally(frozen_garbage, record_property):
    """Counts of one batch, sent with its report from any worker process."""
    counts = dict.fromkeys(played, 0)
    yield counts
    for name, count in counts.items():
        record_property(name, count)


@pytest.fixture
def crash_injector():
    receiver = CrashInjector()
    for signal in (payment_recorded, payment_reversed):
        signal.connect(receiver)
    yield receiver
    for signal in (payment_recorded, payment_reversed):
        signal.disconnect(receiver)


class StripeInProcess(stripe.HTTPClient):
    """An HTTP client of Stripe's library that calls the sandbox in this process."""

    name = "in process"

    def __init__(self, sandbox):
        super().__init__()
        self.sandbox = sandbox

    def request(self, method, url, headers, post_data=None):
        sent = [(name.lower().encode(), str(value).encode()) for name, value in headers.items()]
        target, body = url.removeprefix(asgi_transport.URL), post_data or ""
        status, headers, answer = self.sandbox.send(method, target.encode(), sent, body.encode())
        return answer, status, headers

    def close(self):
        pass


@pytest.fixture(scope="session")
def in_process_sandbox():
    with asgi_transport.AsgiTransport() as transport:
        yield transport


@pytest.fixture
def fake_stripe(db, in_process_sandbox, settings, monkeypatch):
    """The sandbox in this process, delivering in this process, in the test's transaction."""
    settings.STRIPE_API_HOST = asgi_transport.URL
    monkeypatch.setattr(stripe, "api_base", asgi_transport.URL)
    monkeypatch.setattr(stripe, "default_http_client", StripeInProcess(in_process_sandbox))
    found = FakeStripe(Sandbox(asgi_transport.URL, transport=in_process_sandbox))
    create_price_of_pro()
    # The first event stores the account and the webhook's secret. So the histories do not repeat that.
    found.drop_events()
    found.api.v1.customers.create({"email": "nobody@example.com"})
    assert found.deliver() == [200]
    return found


@pytest.fixture
def fast_commits(transactional_db):
    """Let commits return before the disk has them. No server is killed in these tests."""
    _flush_at_commit(on=False)
    yield
    _flush_at_commit(on=True)


def _flush_at_commit(*, on):
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"alter database {name} set synchronous_commit = {'on' if on else 'off'}")
    connection.close()  # the setting applies to new connections


def summary():
    return f"{played['histories']} histories, {played['diverged']} diverged"


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report):
    if report.when != "teardown":
        return
    for name in played:
        played[name] += dict(report.user_properties).get(name, 0)
    done, seconds = played["histories"], time.monotonic() - STARTED
    if os.environ.get("HISTORIES") and "PYTEST_XDIST_WORKER" not in os.environ and done:
        minutes = (HISTORIES - done) * seconds / done / 60
        print(f" {summary()}; {done / seconds:.1f} a second, about {max(0, minutes):.0f} minutes left")  # noqa: T201  (the run's summary)


def pytest_unconfigure():
    if played["histories"] and "PYTEST_XDIST_WORKER" not in os.environ:
        print(summary())  # noqa: T201  (the run's summary)
