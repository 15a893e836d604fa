"""The same, with real deliveries at once: threads, connections and locks decide the order."""

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from billing import services
from billing.tests.fixtures import Stripe
from tests.convergence.customers import FOLLOWED, Customer, make_catalogue
from tests.convergence.histories import histories
from tests.convergence.searching import batches

AT_ONCE = 8


@pytest.mark.proof
@batches(first=0.9, last=1)
def test_any_history_delivered_at_once_converges(webhooks, tally, batch, request):
    world = Stripe(webhooks)

    @given(history=histories, random=st.randoms(use_true_random=False))
    def converges(history, random):
        play(world, tally, history=history, random=random)

    batch.search(converges, request=request)


def play(world, tally, *, history, random):
    """Play a history for two customers: one hears of it in order, the other of everything at once, some twice."""
    world.sandbox.reset(delivery="manual")
    world.sandbox.set_webhook(enabled_events=FOLLOWED)
    make_catalogue(world, "prorated")
    orderly, storm = Customer(world, 0), Customer(world, 0)
    world.lose()
    for op in history:
        world.sandbox.advance(seconds=5)
        outcomes = []
        for customer in (orderly, storm):
            outcomes.append(customer.shop.play(op))
            customer.pending += [event["id"] for event in world.new_events(FOLLOWED)]
        note(f"{op}: {outcomes}")
        answers = world.sandbox.deliver_pending(order=orderly.pending)
        assert {answer["status"] for answer in answers} <= {200}
        orderly.pending = []
    twice = [*storm.pending, *random.sample(storm.pending, len(storm.pending) // 2)]
    random.shuffle(twice)
    answers = world.sandbox.deliver_pending(order=twice, concurrency=AT_ONCE)
    assert {answer["status"] for answer in answers} <= {200}
    want, got = orderly.facts(), storm.facts()
    tally["histories"] += 1
    tally["diverged"] += want != got
    assert got == want
    assert services.reconcile_customer(customer_id=storm.id).anything is False
