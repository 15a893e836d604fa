"""Whatever happens to the events of a history, one resync later everything is as if they had come in order.

Each history is played for two customers in lockstep. The first one's events are delivered in order,
each after what caused it. The second one's come in any order, some twice, some late, some never, and
some while the process crashes. Then `resync_customers` runs once, and only if something was lost.
"""

import io
from datetime import timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import given, note
from hypothesis import strategies as st

from billing import services
from billing.signals import payment_returned, payment_settled
from billing.tests.fixtures import Stripe
from tests.convergence.customers import FOLLOWED, Customer, make_catalogue
from tests.convergence.histories import histories
from tests.convergence.searching import batches

A_MOMENT = timedelta(seconds=10)  # the two customers' operations are that close


class Crash(Exception):
    """The process dies here: nothing of the transaction stays."""


class Crashes:
    """Lets the next delivery die in the middle, when armed."""

    armed = False

    def __call__(self, **kwargs):
        if self.armed:
            self.armed = False
            raise Crash


@pytest.fixture
def crashes():
    receiver = Crashes()
    for signal in (payment_settled, payment_returned):
        signal.connect(receiver)
    yield receiver
    for signal in (payment_settled, payment_returned):
        signal.disconnect(receiver)


def deliver_in_disorder(customer, random, crashes, *, last):
    """Deliver some of what is pending, or all of it. Whether something was lost for ever."""
    random.shuffle(customer.pending)
    lost = False
    keep = []
    for event in customer.pending:
        fate = random.random()
        if fate < 0.15:
            lost = True
        elif fate < 0.35 and not last:
            keep.append(event)  # later
        else:
            crashes.armed = fate > 0.9
            answers = {customer.world.post(event).status_code for _ in range(random.choice((1, 1, 2)))}
            assert answers <= ({200, 500} if fate > 0.9 else {200}), answers
            crashes.armed = False
            if answers == {500}:
                keep.append(event)
    customer.pending = keep
    if last and keep:  # Stripe sends again what was answered with 5xx
        assert {customer.world.post(event).status_code for event in keep} == {200}
    return lost


@pytest.fixture
def world(db, sandbox):
    return Stripe(sandbox)


@pytest.mark.proof
@batches(first=0, last=0.9)
def test_any_delivery_of_any_history_converges(world, crashes, tally, batch, request):
    @given(
        history=histories,
        random=st.randoms(use_true_random=False),
        policy=st.sampled_from(["prorated", "full", "none"]),
        spent=st.sampled_from([0, 0, 60, 100]),
    )
    def converges(history, random, policy, spent):
        crashes.armed = False  # Hypothesis may have stopped the history before in the middle
        with transaction.atomic():
            try:
                play(world, crashes, tally, history=history, random=random, policy=policy, spent=spent)
            finally:
                transaction.set_rollback(True)

    batch.search(converges, request=request)


def play(world, crashes, tally, *, history, random: Random, policy, spent):
    """Play a history for two customers, and compare what has become of them."""
    world.sandbox.reset(delivery="manual")
    make_catalogue(world, policy)
    orderly, chaotic = Customer(world, spent), Customer(world, spent)
    world.lose()
    lost = False
    for op in history:
        world.sandbox.advance(seconds=5)  # of two subscriptions made in one second, chance picks one
        outcomes = []
        for customer in (orderly, chaotic):
            outcomes.append(customer.shop.play(op))
            customer.pending += world.new_events(FOLLOWED)
        note(f"{op}: {outcomes}")
        assert outcomes[0] == outcomes[1]
        assert {world.post(event).status_code for event in orderly.pending} <= {200}
        orderly.pending = []
        lost |= deliver_in_disorder(chaotic, random, crashes, last=False)
    lost |= deliver_in_disorder(chaotic, random, crashes, last=True)
    if lost:
        call_command("resync_customers", customer=chaotic.id, stdout=io.StringIO(), stderr=io.StringIO())
    want, got = orderly.facts(), chaotic.facts()
    tally["histories"] += 1
    tally["diverged"] += want != got
    note(f"something was lost: {lost}")
    assert got == want
    ends = [customer.user.current_period_end for customer in (orderly, chaotic)]
    assert ends[0] == ends[1] or abs(ends[0] - ends[1]) < A_MOMENT
    assert services.reconcile_customer(customer_id=orderly.id).anything is False
