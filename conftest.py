"""Fixtures for every test: users, API clients, and the sandbox in place of Stripe."""

import signal

import hypothesis
import pytest
import stripe
from django.apps import apps
from django.db.models.signals import post_migrate
from rest_framework.test import APIClient

from accounts.services import issue_tokens
from accounts.tests.factories import UserFactory
from billing.models import Plan, Price
from billing.tests.fake_stripe import FakeStripe
from billing.webhooks.handlers import HANDLED_EVENTS
from config.environment import SANDBOX_WEBHOOK_SECRET
from credits import pricing
from stripe_sandbox.testing import running_sandbox

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A background job ignores SIGINT, and so would every process that a test starts and interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline: the duration of an example depends on the load of the machine.
hypothesis.settings.register_profile(
    "here", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("here")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Restore the plans that a migration creates. The flush after a transactional test deletes them.

    Tests of any kind may follow in the same process, because the workers steal tests from one another.
    """
    post_migrate.connect(create_plans, sender=apps.get_app_config("billing"), dispatch_uid="tests.plans")


@pytest.fixture(autouse=True)
def prices_of_this_test():
    """Read the prices in each test: the process keeps them for seconds, and a rollback tells it nothing."""
    pricing.clear_cache()


@pytest.fixture
def make_user(db):
    """Return the user factory, for tests that do not import the user model: `make_user(credits=7)`."""
    return UserFactory


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def staff(db):
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def client_of():
    """Return a factory of API clients that send a user's bearer token."""

    def make(user):
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_tokens(user=user).access}")
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
    """The sandbox in place of Stripe, reset for each test. It delivers events only on request."""
    sandbox_process.reset(delivery="manual")
    sandbox_process.stop_failing()
    settings.STRIPE_API_HOST = sandbox_process.url
    monkeypatch.setattr(stripe, "api_base", sandbox_process.url)  # dj-stripe read the setting at import
    return sandbox_process


@pytest.fixture
def sandbox_with_webhooks(sandbox, live_server, plans):
    """The sandbox, delivering over HTTP to a live server the events that an endpoint subscribes to."""
    sandbox.set_webhook(
        url=f"{live_server.url}/api/stripe-webhook",
        secret=SANDBOX_WEBHOOK_SECRET,
        enabled_events=list(HANDLED_EVENTS),
    )
    return sandbox


@pytest.fixture
def fake_stripe(db, sandbox):
    """The sandbox with in-process delivery, and the price of the plan pro."""
    create_price_of_pro()
    stripe = FakeStripe(sandbox)
    stripe.drop_events()
    return stripe


@pytest.fixture
def subscriber(fake_stripe):
    """A user who subscribed to pro, with all events delivered."""
    user = UserFactory()
    fake_stripe.subscribe(user)
    user.refresh_from_db()
    return user


@pytest.fixture
def plans(transactional_db):
    """The plans that a migration creates, with the price of pro."""
    create_price_of_pro()


def create_plans(**kwargs):
    Plan.objects.get_or_create(slug="free", defaults={"name": "Free"})
    Plan.objects.get_or_create(slug="pro", defaults={"name": "Pro", "credits_per_period": 1000})


def create_price_of_pro():
    pro = Plan.objects.get(slug="pro")
    values = {"plan": pro, "unit_amount": 999, "currency": "usd", "interval": "month", "is_default": True}
    Price.objects.get_or_create(stripe_id="price_sandbox_pro_monthly", defaults=values)
