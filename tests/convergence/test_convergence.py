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
from tests.convergence.customers import Customer, make_catalogue, play_for_both
from tests.convergence.disorder import deliver_in_disorder
from tests.convergence.histories import histories
from tests.convergence.searching import batches

A_MOMENT = timedelta(seconds=60)  # the two customers' operations are that close


@pytest.mark.proof
@batches(first=0, last=0.6)
def test_any_delivery_of_any_history_converges(world, crashes, tally, batch, request):
    @given(
        history=histories,
        random=st.randoms(use_true_random=False),
        policy=st.sampled_from(["prorated", "full", "none"]),
        spent=st.sampled_from([0, 0, 60, 100]),
        lossy=st.booleans(),
    )
    def converges(**history):
        with transaction.atomic():
            try:
                play(world, crashes, tally, **history)
            finally:
                transaction.set_rollback(True)

    batch.search(converges, tally=tally, request=request)


def play(world, crashes, tally, *, history, random: Random, policy, spent, lossy):
    """Play a history for two customers, and compare what has become of them."""
    crashes.armed = False  # Hypothesis may have stopped the history before in the middle
    world.sandbox.reset(delivery="manual")
    make_catalogue(world, policy)
    orderly, chaotic = Customer(world, spent), Customer(world, spent)
    world.lose()
    lost = False
    for op in history:
        play_for_both(world, op, orderly, chaotic)
        lost |= deliver_in_disorder(chaotic, random, crashes, last=False, lossy=lossy)
    lost |= deliver_in_disorder(chaotic, random, crashes, last=True, lossy=lossy)
    note(f"something was lost: {lost}")
    if lost:
        call_command("resync_customers", customer=chaotic.id, stdout=io.StringIO(), stderr=io.StringIO())
    want, got = orderly.facts(), chaotic.facts()
    ends = [customer.user.current_period_end for customer in (orderly, chaotic)]
    tally["histories"] += 1
    assert got == want
    assert ends[0] == ends[1] or abs(ends[0] - ends[1]) < A_MOMENT
    assert services.resync_customer(customer_id=orderly.id).anything is False
