"""From an empty database and a new Stripe account to the first purchase, by `setup_stripe` alone."""

import io

import httpx
import pytest
from django.core.cache import cache
from django.core.management import call_command

from billing.models import Payment, Plan, Price

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_newcomer_sells_pro_after_setup_stripe(sandbox_with_webhooks, live_server, settings):
    sandbox = sandbox_with_webhooks
    Price.objects.all().delete()  # as the migrations leave it
    settings.STRIPE_PRICE_ID = settings.STRIPE_PORTAL_CONFIGURATION = ""
    cache.clear()
    with httpx.Client(base_url=f"{live_server.url}/api", trust_env=False, timeout=30) as api:
        buy_as_a_newcomer(api, sandbox, settings)


def buy_as_a_newcomer(api, sandbox, settings):
    assert api.get("/payments/plans").json() == {"plans": [], "packs": []}

    out = io.StringIO()
    call_command("setup_stripe", amount=1499, currency="eur", stdout=out)
    for line in out.getvalue().splitlines():
        if line.startswith("STRIPE_"):
            name, value = line.split("=", 1)
            setattr(settings, name, value)
    assert Price.objects.get().stripe_id == settings.STRIPE_PRICE_ID

    (plan,) = api.get("/payments/plans").json()["plans"]
    assert (plan["plan"], plan["amount"], plan["currency"], plan["interval"]) == ("pro", 1499, "eur", "month")
    account = {"email": "first@example.com", "password": "correct horse battery"}
    token = api.post("/auth/register", json=account).json()["token"]
    api.headers["Authorization"] = f"Bearer {token}"
    checkout = api.post("/payments/create-checkout-session", json={}).json()
    page = httpx.get(checkout["url"], trust_env=False).text
    assert "€14.99" in page
    sandbox.pay(checkout["sessionId"])
    sandbox.deliver_pending()
    profile = api.get("/users/profile").json()
    assert (profile["plan"], profile["subscriptionStatus"], profile["aiCredits"]) == ("pro", "active", 1100)
    assert Payment.objects.get().plan == Plan.objects.get(slug="pro")
    again = api.post("/payments/create-checkout-session", json={})
    assert again.status_code == 409
    assert httpx.get(again.json()["portalUrl"], trust_env=False).status_code == 200


@pytest.mark.parametrize("row_exists", [True, False])
def test_a_deployment_sells_at_the_price_that_setup_stripe_printed_elsewhere(
    sandbox_with_webhooks, anonymous, settings, row_exists
):
    """`setup_stripe` ran with another database, such as a developer's."""
    out = io.StringIO()
    call_command("setup_stripe", stdout=out)
    if not row_exists:
        Price.objects.all().delete()
    cache.clear()
    (line,) = [line for line in out.getvalue().splitlines() if line.startswith("STRIPE_PRICE_ID=")]
    settings.STRIPE_PRICE_ID = line.split("=", 1)[1]
    (plan,) = anonymous.get("/api/payments/plans").json()["plans"]
    assert (plan["amount"], plan["currency"]) == (999, "usd")
