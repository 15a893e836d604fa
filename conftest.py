"""Fixtures for every test: users, clients, and the sandbox in Stripe's place."""

import signal

import hypothesis
import pytest
import stripe
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.tests.factories import UserFactory
from billing.models import Plan
from stripe_sandbox.testing import running_sandbox

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A job in the background ignores Ctrl-C, and so would every process that a test starts and stops.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile(
    "here", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("here")


@pytest.fixture
def make_user(db):
    """`make_user(credits=7)`: users, for tests that do not know which model they are."""
    return UserFactory


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def staff(db):
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def client_of():
    """An API client that sends a user's bearer token, as a front end does."""

    def make(user):
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {RefreshToken.for_user(user).access_token}")
        return client

    return make


@pytest.fixture
def api(user, client_of):
    return client_of(user)


@pytest.fixture
def anonymous():
    return APIClient(raise_request_exception=False)


@pytest.fixture(scope="session")
def sandbox_process():
    with running_sandbox(delivery="manual") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process, settings, monkeypatch):
    """The sandbox in Stripe's place, new for each test. It delivers events when it is told to."""
    sandbox_process.reset(delivery="manual")
    sandbox_process.stop_failing()
    settings.STRIPE_API_HOST = sandbox_process.url
    monkeypatch.setattr(stripe, "api_base", sandbox_process.url)  # dj-stripe read the setting at import
    return sandbox_process


@pytest.fixture
def webhooks(sandbox, live_server, plans):
    """The sandbox, delivering its events over HTTP to a live server."""
    sandbox.set_webhook(url=f"{live_server.url}/api/stripe-webhook", secret="whsec_sandboxSandboxSandbox0000")
    return sandbox


@pytest.fixture
def plans(transactional_db):
    """The plans that a migration made: the flush after each transactional test takes them away."""
    Plan.objects.get_or_create(slug="free", defaults={"name": "Free"})
    Plan.objects.get_or_create(slug="pro", defaults={"name": "Pro", "credits_per_period": 1000})
