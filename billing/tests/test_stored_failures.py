"""Stripe stores a 500 under an Idempotency-Key and returns it for a day."""

import pytest
import stripe

from accounts.models import User
from billing import services
from billing.services import customers
from billing.stripe_api import client as stripe_client
from billing.stripe_api.namespace import user_id_key
from billing.tests.support import run_concurrently

CHECKOUT = "/api/payments/create-checkout-session"


def stripe_customers(fake_stripe):
    return fake_stripe.api.v1.customers.list({"limit": 100}).data


@pytest.fixture
def ask(api, fake_stripe):
    return lambda: api.post(CHECKOUT, {}, format="json").status_code


def fail_customers(fake_stripe, *, times=1, after=False):
    fake_stripe.sandbox.fail_next(
        "error", times=times, path="/v1/customers", method="POST", after=after, stored=True
    )


def test_a_stored_failure_does_not_end_the_users_checkouts(ask, fake_stripe):
    fail_customers(fake_stripe)
    assert [ask(), ask(), ask()] == [502, 200, 200]
    assert len(stripe_customers(fake_stripe)) == 1


def test_each_failure_of_an_outage_uses_up_one_key(ask, fake_stripe):
    fail_customers(fake_stripe, times=4)
    assert [ask() for _ in range(5)] == [502, 502, 502, 502, 200]
    assert len(stripe_customers(fake_stripe)) == 1


def test_a_customer_that_was_created_though_stripe_failed_is_found(ask, user, fake_stripe):
    fail_customers(fake_stripe, after=True)
    assert [ask(), ask()] == [502, 200]
    (customer,) = stripe_customers(fake_stripe)
    user.refresh_from_db()
    assert user.stripe_customer_id == customer.id


def test_another_customer_with_the_same_email_is_not_taken(ask, user, fake_stripe):
    theirs = fake_stripe.api.v1.customers.create({"email": user.email, "metadata": {"user_id": user.pk}})
    fail_customers(fake_stripe)
    assert [ask(), ask()] == [502, 200]
    user.refresh_from_db()
    assert user.stripe_customer_id not in {None, theirs.id}


def test_a_user_without_an_email_gets_a_customer(user, fake_stripe):
    User.objects.filter(pk=user.pk).update(email="")
    user.refresh_from_db()
    fail_customers(fake_stripe)
    with pytest.raises(customers.StripeFailed):
        services.ensure_customer(user=user)
    assert services.ensure_customer(user=user)
    (customer,) = stripe_customers(fake_stripe)
    assert customer.metadata[user_id_key()] == str(user.pk)


def test_an_email_that_stripe_refuses_does_not_end_the_users_checkouts(ask, user, fake_stripe):
    """Django accepts it, as the standard does. Checkout asks for another one then."""
    User.objects.filter(pk=user.pk).update(email='"ada@home"@example.com')
    assert [ask(), ask()] == [200, 200]
    (customer,) = stripe_customers(fake_stripe)
    assert (customer.email, customer.metadata[user_id_key()]) == (None, str(user.pk))


def test_a_failure_that_stripe_repeats_for_ever_ends_with_the_deadline(
    ask, settings, fake_stripe, monkeypatch
):
    """Every key has a stored failure, which no real Stripe returns."""
    settings.STRIPE_DEADLINE_SECONDS = 0.5
    monkeypatch.setattr(stripe_client, "_is_stored", lambda error: True)
    monkeypatch.setattr(stripe_client, "MAX_RETRIES", 0)
    fake_stripe.sandbox.fail("error", path="/v1/customers", method="POST")
    assert ask() == 503


@pytest.mark.django_db(transaction=True)
class TestConcurrent:
    @pytest.mark.parametrize("after", [False, True])
    def test_parallel_requests_after_a_stored_failure_share_one_customer(
        self, sandbox_with_webhooks, user, after, monkeypatch
    ):
        monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.05)
        sandbox_with_webhooks.fail_next(
            "error", path="/v1/customers", method="POST", after=after, stored=True
        )
        with pytest.raises(customers.StripeFailed):
            services.ensure_customer(user=user)
        found = run_concurrently(*[lambda: services.ensure_customer(user=User.objects.get(pk=user.pk))] * 6)
        with stripe_client.stripe_client() as api:
            (customer,) = api.v1.customers.list().data
        assert set(found) == {customer.id}
