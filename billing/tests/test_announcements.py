"""How often a payment is announced to the project that composes billing."""

import pytest

from billing import services
from billing.signals import payment_recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced():
    """The Stripe ids of the payments that were announced, in order."""
    found = []

    def note(payment, **kwargs):
        found.append(payment.stripe_id)

    payment_recorded.connect(note)
    yield found
    payment_recorded.disconnect(note)


def test_webhooks_announce_a_payment_once_and_resync_announces_it_again(fake_stripe, user, announced):
    fake_stripe.subscribe(user)  # invoice.paid and checkout.session.completed report one payment
    assert len(announced) == 1
    user.refresh_from_db()
    services.resync_customer(customer_id=user.stripe_customer_id)
    assert announced == announced[:1] * 2
