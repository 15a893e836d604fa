"""No request to Stripe is sent in a transaction, except under the customer's lock."""

import io

import pytest
import stripe
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import erase_account
from accounts.tests.factories import UserFactory
from billing import services
from billing.stripe_api.client import HTTPClient
from billing.tests.catalog import create_pack

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stripe_requests(monkeypatch):
    """The requests to Stripe as (method, path), outside of transactions and under a customer's lock."""
    seen = {"free": [], "locked": []}

    class Recording(HTTPClient):
        def request(self, method, url, *args, **kwargs):
            kind = "free"
            if connection.in_atomic_block:
                with connection.cursor() as cursor:
                    cursor.execute("select current_setting('billing.locked_customer', true)")
                    assert cursor.fetchone()[0], f"{method} {url} was sent in a transaction without a lock."
                kind = "locked"
            seen[kind].append((method, url.split("/v1/")[1].split("?")[0]))
            return super().request(method, url, *args, **kwargs)

    monkeypatch.setattr(stripe, "default_http_client", Recording(timeout=10))
    return seen


def test_events_from_checkout_to_dispute_send_requests_only_under_the_lock(
    fake_stripe, stripe_requests, client_of
):
    user = UserFactory()
    api = client_of(user)
    create_pack()
    for body in ({"plan": "pro"}, {"pack": "pack"}):
        answer = api.post("/api/payments/create-checkout-session", body, format="json")
        assert answer.status_code == 200
        fake_stripe.sandbox.pay(answer.json()["sessionId"])
    assert api.post("/api/payments/create-portal-session").status_code == 200
    assert not stripe_requests["locked"]
    assert set(fake_stripe.deliver()) == {200}
    user.refresh_from_db()
    subscription_id = user.subscription_id
    fake_stripe.sandbox.renew(subscription_id)
    charges = fake_stripe.api.v1.charges.list({"customer": user.stripe_customer_id}).data
    fake_stripe.sandbox.refund(charges[0].id, amount=1)
    dispute = fake_stripe.sandbox.dispute(charges[1].id)
    fake_stripe.sandbox.close_dispute(dispute["id"], won=True)
    fake_stripe.api.v1.subscriptions.cancel(subscription_id)
    stripe_requests["free"].clear()
    assert set(fake_stripe.deliver()) == {200}
    assert stripe_requests["locked"]
    # The customer of a dispute is fetched before its transaction begins.
    assert {path.split("/")[0] for _, path in stripe_requests["free"]} == {"charges"}


def test_resync_and_due_work_send_requests_only_under_the_lock(fake_stripe, stripe_requests):
    user = UserFactory()
    fake_stripe.subscribe(user, deliver=False)
    call_command("resync_customers", "--workers=1", stdout=io.StringIO())
    user.refresh_from_db()
    assert user.plan == "pro"
    User.objects.filter(pk=user.pk).update(subscription_status="past_due")
    user.refresh_from_db()
    stripe_requests["locked"].clear()
    services.process_due(user=user, at=timezone.now())
    assert stripe_requests["locked"] == [("get", "subscriptions")]


def test_a_change_of_the_email_address_sends_its_request_in_no_transaction(fake_stripe, stripe_requests):
    user = UserFactory()
    fake_stripe.subscribe(user)
    for requests in stripe_requests.values():
        requests.clear()
    User.objects.filter(pk=user.pk).update(email="new@example.com")
    customer = f"customers/{User.objects.get(pk=user.pk).stripe_customer_id}"
    services.update_customer_email(user_id=user.pk)
    assert stripe_requests == {"free": [("post", customer)], "locked": []}
    with transaction.atomic(), pytest.raises(RuntimeError):
        services.update_customer_email(user_id=user.pk)


def test_a_deleted_account_sends_requests_in_no_transaction_but_those_that_read(fake_stripe, stripe_requests):
    user = UserFactory()
    fake_stripe.subscribe(user)
    for requests in stripe_requests.values():
        requests.clear()
    erase_account(user_id=user.pk)
    assert stripe_requests == {"free": [], "locked": []}
    call_command("process_due_billing", quiet=True)
    changes = [method for method, _ in stripe_requests["free"] if method != "get"]
    assert changes == ["delete", "delete"]  # the subscription, the customer
    assert {method for method, _ in stripe_requests["locked"]} == {"get"}
