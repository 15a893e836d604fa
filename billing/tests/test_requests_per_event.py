"""Each event takes one request to Stripe, which serves dj-stripe's sync and our own."""

import pytest
from djstripe import models as mirror

from accounts.models import User
from billing.services import create_checkout_session
from billing.stripe_api import djstripe_patches
from billing.tests.catalog import create_pack
from billing.tests.support import state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(fake_stripe, stripe_requests):
    """Deliver the new events and return the requests to Stripe by event type."""

    def deliver():
        found = {}
        for event in fake_stripe.new_events():
            stripe_requests.clear()
            assert fake_stripe.post(event).status_code == 200
            found[event["type"]] = list(stripe_requests)
        return found

    return deliver


def test_an_event_of_a_live_subscription_takes_one_request(fake_stripe, subscriber, asked):
    fake_stripe.sandbox.renew(subscriber.subscription_id)
    fake_stripe.api.v1.subscriptions.update(subscriber.subscription_id, {"cancel_at_period_end": True})
    found = asked()
    invoice = mirror.Invoice.objects.latest("djstripe_id").id
    assert found["customer.subscription.updated"] == [("get", f"subscriptions/{subscriber.subscription_id}")]
    assert found["invoice.paid"] == [("get", f"invoices/{invoice}")]


def test_a_checkout_event_takes_one_request(fake_stripe, subscriber, asked):
    fake_stripe.api.v1.subscriptions.cancel(subscriber.subscription_id)
    fake_stripe.deliver()
    page = create_checkout_session(user=User.objects.get(pk=subscriber.pk)).id
    fake_stripe.sandbox.pay(page)
    assert asked()["checkout.session.completed"] == [("get", f"checkout/sessions/{page}")]
    assert state_of(subscriber)[:2] == ("pro", "active")


def test_all_subscriptions_are_listed_if_none_is_live(fake_stripe, subscriber, asked):
    fake_stripe.api.v1.subscriptions.cancel(subscriber.subscription_id)
    read = ("get", f"subscriptions/{subscriber.subscription_id}")
    assert asked()["customer.subscription.deleted"] == [read, ("get", "subscriptions")]
    assert state_of(subscriber)[:2] == ("free", "canceled")


def test_all_subscriptions_are_listed_if_the_response_was_truncated(fake_stripe, subscriber, asked):
    """Ten incomplete subscriptions and an older live one."""
    for _ in range(10):
        fake_stripe.subscribe_in_dashboard(subscriber, payment_behavior="default_incomplete")
    assert asked()["customer.subscription.created"][1:] == [("get", "subscriptions")]
    assert state_of(subscriber)[:2] == ("pro", "active")


def test_the_price_of_a_change_is_not_requested_if_no_plan_has_it(fake_stripe, subscriber, asked):
    before, after = fake_stripe.create_price(cents=500), fake_stripe.create_price(cents=5_000)
    bought = fake_stripe.subscribe_in_dashboard(subscriber, items=[{"price": before}])
    fake_stripe.drop_events()
    api = fake_stripe.api.v1.subscriptions
    item = api.retrieve(bought).to_dict()["items"]["data"][0]["id"]
    change = {"items": [{"id": item, "price": after}], "proration_behavior": "always_invoice"}
    api.update(bought, change)
    requests = asked()["invoice.paid"]
    assert requests
    assert not [path for _, path in requests if path.startswith("prices")]


def test_synced_objects_hold_no_copy_of_the_customer(fake_stripe, subscriber):
    create_pack()
    fake_stripe.sandbox.pay(create_checkout_session(user=subscriber, pack="pack").id)
    assert set(fake_stripe.deliver()) == {200}
    for model in (mirror.Subscription, mirror.Invoice, mirror.Session):
        assert model.objects.exists()
        for row in model.objects.all():
            assert row.stripe_data["customer"] == subscriber.stripe_customer_id == row.customer.id
    invoices = [row.stripe_data["invoice"] for row in mirror.Session.objects.order_by("djstripe_id")]
    assert invoices == [mirror.Invoice.objects.get().id, None]


def test_a_changed_dj_stripe_handler_fails_at_start_up():
    with pytest.raises(RuntimeError, match=r"customer\.updated"):
        djstripe_patches.disconnect_receivers(["customer.updated"])
