"""A customer that was deleted in Stripe and replaced by the next checkout."""

import pytest

from billing import services
from billing.stripe_api import mirror
from billing.tests.catalog import create_pack
from billing.tests.support import state_of
from billing.webhooks.handlers import HANDLED_EVENTS

pytestmark = pytest.mark.django_db


def test_what_it_paid_is_granted_though_no_event_was_ever_delivered(fake_stripe, user):
    create_pack()
    fake_stripe.sandbox.pay(services.create_checkout_session(user=user, pack="pack").id)
    deleted = user.stripe_customer_id
    fake_stripe.api.v1.customers.delete(deleted)
    fake_stripe.drop_events()
    services.create_checkout_session(user=user)
    assert user.stripe_customer_id != deleted
    assert deleted in mirror.known_customers()
    services.resync_customer(customer_id=deleted)
    user.refresh_from_db()
    assert user.ai_credits == 600


def test_its_plan_has_ended_whatever_event_is_lost(fake_stripe, subscriber):
    create_pack()
    fake_stripe.api.v1.customers.delete(subscriber.stripe_customer_id)
    services.create_checkout_session(user=subscriber, pack="pack")
    assert (subscriber.plan, subscriber.subscription_status) == ("free", None)
    # This one may also arrive before the new customer is stored, and belongs to no user then.
    types = [one for one in HANDLED_EVENTS if one != "customer.created"]
    assert set(fake_stripe.deliver(types)) == {200}
    assert state_of(subscriber) == ("free", None, 1100)
