"""The same, with real deliveries at once: threads, connections and locks decide the order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import services
from billing.tests.fixtures import Stripe
from tests.convergence.customers import FOLLOWED, Customer, make_catalogue, play_for_both
from tests.convergence.histories import histories
from tests.convergence.searching import batches

AT_ONCE = 8


@pytest.mark.proof
@batches(first=0.6, last=0.7)
def test_any_history_delivered_at_once_converges(webhooks, tally, batch, request):
    world = Stripe(webhooks)

    @given(history=histories, random=st.randoms(use_true_random=False))
    def converges(**history):
        play(world, tally, **history)

    batch.search(converges, tally=tally, request=request)


def play(world, tally, *, history, random):
    """Play a history for two customers: one hears of it in order, the other of everything at once, some twice."""
    world.sandbox.reset(delivery="manual")
    world.sandbox.set_webhook(enabled_events=FOLLOWED)
    make_catalogue(world, "prorated")
    orderly, storm = Customer(world, 0), Customer(world, 0)
    world.lose()
    for op in history:
        play_for_both(world, op, orderly, storm)
    pending = [event["id"] for event in storm.pending]
    twice = [*pending, *random.sample(pending, len(pending) // 2)]
    random.shuffle(twice)
    answers = world.sandbox.deliver_pending(order=twice, concurrency=AT_ONCE)
    assert {answer["status"] for answer in answers} <= {200}
    want, got = orderly.facts(), storm.facts()
    tally["histories"] += 1
    assert got == want
    assert services.resync_customer(customer_id=storm.id).anything is False
