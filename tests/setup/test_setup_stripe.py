"""`manage.py setup_stripe`, against the sandbox as against a new Stripe account."""

import re

import pytest
from django.core.management import CommandError, call_command

from billing.stripe_api import client

pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def setup(capsys):
    def run(*arguments):
        call_command("setup_stripe", *arguments)
        return capsys.readouterr().out

    return run


def price_in(printed):
    return re.search(r"^STRIPE_PRICE_ID=(price_\w+)$", printed, re.MULTILINE)[1]


def test_creates_a_product_with_a_monthly_price(setup):
    price = client().v1.prices.retrieve(
        price_in(setup("--amount", "1499", "--currency", "eur")), {"expand": ["product"]}
    )
    assert (price.unit_amount, price.currency, price.recurring.interval) == (1499, "eur", "month")
    assert price.product.name == "Elevate Pro Plan"


def test_finds_it_again(setup):
    assert price_in(setup()) == price_in(setup())


def test_says_when_what_is_there_differs(setup):
    setup()
    assert "It differs" in setup("--amount", "1")


def test_creates_the_webhook_once_and_prints_its_secret(setup):
    url = "https://api.example.com/api/stripe-webhook"
    printed = setup("--webhook-url", url)
    assert re.search(r"^STRIPE_WEBHOOK_SECRET=whsec_\w+$", printed, re.MULTILINE)
    assert "STRIPE_WEBHOOK_SECRET" not in setup("--webhook-url", url)
    endpoints = [one for one in client().v1.webhook_endpoints.list({"limit": 100}).data if one.url == url]
    assert len(endpoints) == 1
    assert "invoice.paid" in endpoints[0].enabled_events


def test_without_a_key_it_says_so(settings):
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(CommandError, match="not configured"):
        call_command("setup_stripe")
