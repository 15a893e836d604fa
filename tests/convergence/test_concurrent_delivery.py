"""Concurrent deliveries of a history over HTTP converge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import services
from billing.tests.fake_stripe import FakeStripe
from tests.convergence.batches import batches
from tests.convergence.customers import DELIVERED_EVENTS, Customer, create_catalog, play_for_both
from tests.convergence.stripe_history import histories

AT_ONCE = 8


@pytest.mark.proof
@batches(first=0.6, last=0.7)
def test_any_history_delivered_concurrently_converges(
    sandbox_with_webhooks, fast_commits, tally, batch, request
):
    fake_stripe = FakeStripe(sandbox_with_webhooks)

    @given(history=histories, random=st.randoms(use_true_random=False))
    def converges(**history):
        play(fake_stripe, tally, **history)

    batch.search(converges, tally=tally, request=request)


def play(fake_stripe, tally, *, history, random):
    """Play a history for two customers: deliver to one in order, to the other concurrently and partly twice."""
    fake_stripe.sandbox.reset(delivery="manual")
    fake_stripe.sandbox.set_webhook(enabled_events=DELIVERED_EVENTS)
    prices = create_catalog(fake_stripe, "prorated")
    orderly, concurrent = (Customer(fake_stripe, 0, prices=prices) for _ in range(2))
    fake_stripe.drop_events()
    for operation in history:
        play_for_both(fake_stripe, operation, orderly, concurrent)
    pending = [event["id"] for event in concurrent.pending]
    twice = [*pending, *random.sample(pending, len(pending) // 2)]
    random.shuffle(twice)
    answers = fake_stripe.sandbox.deliver_pending(order=twice, concurrency=AT_ONCE)
    assert {answer["status"] for answer in answers} <= {200}
    want, got = orderly.full_state(), concurrent.full_state()
    tally["histories"] += 1
    assert got == want
    assert services.resync_customer(customer_id=concurrent.id).has_changes is False
