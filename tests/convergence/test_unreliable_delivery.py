"""An unreliable delivery of any history, followed by a resync, has the result of an ordered delivery.

Each history is played for two customers in lockstep. The first one's events are delivered in order. The
second one's are shuffled, repeated, delayed, lost or interrupted by a crash. If any was lost,
`resync_customers` runs once.
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
from tests.convergence.batches import batches
from tests.convergence.customers import Customer, create_catalog, play_for_both
from tests.convergence.stripe_history import histories
from tests.convergence.unreliable_delivery import deliver_unreliably

A_MOMENT = timedelta(seconds=60)  # the most between the two customers' operations


@pytest.mark.proof
@batches(first=0, last=0.6)
def test_any_delivery_of_any_history_converges(fake_stripe, crash_injector, tally, batch, request):
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
                play(fake_stripe, crash_injector, tally, **history)
            finally:
                transaction.set_rollback(True)

    batch.search(converges, tally=tally, request=request)


def play(fake_stripe, crash_injector, tally, *, history, random: Random, policy, spent, lossy):
    """Play a history for two customers and compare their state."""
    crash_injector.armed = False  # Hypothesis may have aborted the previous history
    fake_stripe.sandbox.reset(delivery="manual")
    prices = create_catalog(fake_stripe, policy)
    orderly, unreliable = (Customer(fake_stripe, spent, prices=prices) for _ in range(2))
    fake_stripe.drop_events()
    lost = False
    for operation in history:
        play_for_both(fake_stripe, operation, orderly, unreliable)
        lost |= deliver_unreliably(unreliable, random, crash_injector, last=False, lossy=lossy)
    lost |= deliver_unreliably(unreliable, random, crash_injector, last=True, lossy=lossy)
    note(f"something was lost: {lost}")
    if lost:
        call_command("resync_customers", customer=unreliable.id, stdout=io.StringIO(), stderr=io.StringIO())
    want, got = orderly.full_state(), unreliable.full_state()
    ends = [customer.user.current_period_end for customer in (orderly, unreliable)]
    tally["histories"] += 1
    assert got == want
    assert ends[0] == ends[1] or abs(ends[0] - ends[1]) < A_MOMENT
    orderly.assert_unused_time_buys_nothing(history)
    assert services.resync_customer(customer_id=orderly.id).has_changes is False
