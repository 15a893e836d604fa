"""`manage.py setup_stripe` creates each object once."""

import io

import pytest
from django.core.management import CommandError, call_command

from billing import services
from billing.models import Plan, Price
from billing.tests.catalog import create_plan, price_id_of
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

    def test_an_endpoint_that_stripe_disabled_is_enabled_again(self, fake_stripe):
        """Stripe disables an endpoint that fails for days."""
        endpoints = fake_stripe.api.v1.webhook_endpoints
        setup(webhook_url=URL)
        (endpoint,) = [one for one in endpoints.list({"limit": 100}).data if one.url == URL]
        endpoints.update(endpoint.id, {"disabled": True})
        assert f"Enabled the webhook endpoint {endpoint.id}" in setup(webhook_url=URL)
        assert endpoints.retrieve(endpoint.id).status == "enabled"

    def test_portal_lets_customers_cancel(self, fake_stripe, subscriber, settings):
        ours = for_env(setup())["STRIPE_PORTAL_CONFIGURATION"]
        configuration = fake_stripe.api.v1.billing_portal.configurations.retrieve(ours)
        assert configuration.features.subscription_cancel.enabled
        settings.STRIPE_PORTAL_CONFIGURATION = ours
        assert services.create_portal_session(user=subscriber).startswith(fake_stripe.sandbox.url)

    def test_portal_can_change_plans_among_the_prices_on_sale(self, fake_stripe):
        create_plan("max", fake_stripe.create_price(cents=2999))
        create_plan("old", archived := fake_stripe.create_price(cents=1))
        fake_stripe.api.v1.prices.update(archived, {"active": False})
        out = setup()
        configuration = fake_stripe.api.v1.billing_portal.configurations.retrieve(
            for_env(out)["STRIPE_PORTAL_CONFIGURATION"]
        )
        update = configuration.features.subscription_update
        offered = {price for product in update.products for price in product.prices}
        assert offered == {price_id_of("pro"), price_id_of("max")}
        assert (update.enabled, update.default_allowed_updates) == (True, ["price"])
        assert update.proration_behavior == "always_invoice"
        assert "Not on sale: Old has no active price." in out

    @pytest.mark.parametrize("key_is_kept", [True, False])
    def test_an_archived_price_is_replaced(self, fake_stripe, key_is_kept):
        """Also if Stripe repeats the response to the first creation by its idempotency key."""
        before = for_env(setup())["STRIPE_PRICE_ID"]
        prices = fake_stripe.api.v1.prices
        prices.update(before, {"active": False} if key_is_kept else {"active": False, "lookup_key": ""})
        out = setup()
        after = for_env(out)["STRIPE_PRICE_ID"]
        assert after != before
        assert prices.retrieve(after).active
        assert f"The price {before} is archived in Stripe." in out
        assert f"Created the price {after}" in out
        assert for_env(setup())["STRIPE_PRICE_ID"] == after
        pro = Plan.objects.get(slug="pro")
        assert {price.stripe_id: price.is_active for price in pro.prices.all()}.items() >= {
            (before, False),
            (after, True),
        }

    def test_prices_of_another_account_are_not_sold(self, fake_stripe, settings):
        """A database that was used with the sandbox, and then with a Stripe account."""
        settings.STRIPE_PRICE_ID = ""
        Price.objects.update(stripe_id="price_of_the_sandbox")
        price_id = for_env(setup())["STRIPE_PRICE_ID"]
        assert price_id_of("pro") == price_id
        assert not Price.objects.get(stripe_id="price_of_the_sandbox").is_active

    def test_another_default_is_reported(self, fake_stripe):
        out = setup()
        assert "The plan pro is sold at price_sandbox_pro_monthly" in out
        assert price_id_of("pro") == "price_sandbox_pro_monthly"

    def test_a_database_that_is_not_migrated_is_no_obstacle(self, fake_stripe):
        Plan.objects.get(slug="pro").delete()
        out = setup()
        assert "The price is not stored in this database" in out
        assert set(for_env(out)) == {"STRIPE_PRICE_ID", "STRIPE_PORTAL_CONFIGURATION"}

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

    @pytest.mark.parametrize("amount", [0, -5])
    def test_a_price_that_cannot_be_sold_is_not_created(self, fake_stripe, amount):
        before = count(fake_stripe.api.v1)
        with pytest.raises(CommandError, match="above 0"):
            setup(amount=amount)
        assert count(fake_stripe.api.v1) == before

    @pytest.mark.parametrize("after", [False, True])
    def test_a_stored_failure_ends_no_later_run(self, fake_stripe, after):
        """Stripe returns a stored 500 for a day, and may have created the price nevertheless."""
        fake_stripe.sandbox.fail_next(path="/v1/prices", method="POST", stored=True, after=after)
        with pytest.raises(CommandError, match="refused"):
            setup()
        before = count(fake_stripe.api.v1)
        price_id = for_env(setup())["STRIPE_PRICE_ID"]
        assert fake_stripe.api.v1.prices.retrieve(price_id).active
        assert count(fake_stripe.api.v1)[1] == before[1] + (not after)

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
