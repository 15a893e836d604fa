"""`manage.py setup_stripe` creates each object once."""

import io

import pytest
from django.core.management import CommandError, call_command

from billing import services
from billing.webhooks.handlers import HANDLED_EVENTS

pytestmark = pytest.mark.django_db
URL = "https://api.example.com/api/stripe-webhook"


def setup(**options):
    out = io.StringIO()
    call_command("setup_stripe", stdout=out, **options)
    return out.getvalue()


def for_env(text):
    return dict(line.split("=", 1) for line in text.splitlines() if line.startswith("STRIPE_"))


def count(api):
    return [
        len(api.products.list({"limit": 100}).data),
        len(api.prices.list({"limit": 100}).data),
        len(api.billing_portal.configurations.list({"limit": 100}).data),
        len(api.webhook_endpoints.list({"limit": 100}).data),
    ]


class TestSetup:
    def test_setup_prints_the_environment_variables(self, fake_stripe):
        values = for_env(setup(webhook_url=URL))
        price = fake_stripe.api.v1.prices.retrieve(values["STRIPE_PRICE_ID"])
        assert (price.unit_amount, price.currency, price.recurring.interval) == (999, "usd", "month")
        assert values["STRIPE_WEBHOOK_SECRET"].startswith("whsec_")

    def test_setup_can_be_repeated(self, fake_stripe):
        first = setup(webhook_url=URL)
        before = count(fake_stripe.api.v1)
        again = setup(webhook_url=URL)
        assert count(fake_stripe.api.v1) == before
        printed = for_env(first)
        del printed["STRIPE_WEBHOOK_SECRET"]  # Stripe returns it only on creation
        assert for_env(again) == printed
        assert "Found the webhook endpoint" in again
        assert "Found the portal configuration" in again

    def test_endpoint_subscribes_to_exactly_the_handled_events(self, fake_stripe):
        endpoints = fake_stripe.api.v1.webhook_endpoints
        setup(webhook_url=URL)
        (endpoint,) = [one for one in endpoints.list({"limit": 100}).data if one.url == URL]
        assert sorted(endpoint.enabled_events) == sorted(HANDLED_EVENTS)
        endpoints.update(endpoint.id, {"enabled_events": ["*"]})
        setup(webhook_url=URL)
        assert sorted(endpoints.retrieve(endpoint.id).enabled_events) == sorted(HANDLED_EVENTS)

    def test_portal_lets_customers_cancel(self, fake_stripe, subscriber, settings):
        ours = for_env(setup())["STRIPE_PORTAL_CONFIGURATION"]
        configuration = fake_stripe.api.v1.billing_portal.configurations.retrieve(ours)
        assert configuration.features.subscription_cancel.enabled
        settings.STRIPE_PORTAL_CONFIGURATION = ours
        assert services.create_portal_session(user=subscriber).startswith(fake_stripe.sandbox.url)

    def test_a_differing_price_is_reported(self, fake_stripe):
        setup()
        assert "It differs" in setup(amount=1499)

    def test_setup_without_a_webhook_url_creates_no_endpoint(self, fake_stripe):
        assert set(for_env(setup())) == {"STRIPE_PRICE_ID", "STRIPE_PORTAL_CONFIGURATION"}


class TestFailure:
    def test_a_stripe_failure_is_reported(self, fake_stripe):
        fake_stripe.sandbox.fail(path="/v1/prices", status=400)
        with pytest.raises(CommandError, match="refused"):
            setup()

    def test_a_webhook_url_refused_by_stripe_is_reported(self, fake_stripe):
        with pytest.raises(CommandError, match="Invalid URL"):
            setup(webhook_url="api.example.com")

    def test_setup_without_a_stripe_key_fails(self, settings):
        settings.STRIPE_SECRET_KEY = ""
        with pytest.raises(CommandError, match="not configured"):
            setup()

    def test_help_of_setup_stripe_has_examples(self, capsys):
        with pytest.raises(SystemExit):
            call_command("setup_stripe", "--help")
        assert "--webhook-url" in capsys.readouterr().out
