"""No payment yields more than it paid for, with spends between and during the deliveries.

The remaining balance then depends on the timing of the events, since spent credits of a returned payment
are written off. Everything else equals the orderly run without spends, and the ledger balances.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from billing import services
from billing.tests.fake_stripe import FakeStripe
from credits import services as ledger
from tests.convergence.batches import batches
from tests.convergence.customers import DELIVERED_EVENTS, Customer, create_catalog, play_for_both
from tests.convergence.random_spender import RandomSpender
from tests.convergence.stripe_history import histories
from tests.convergence.unreliable_delivery import deliver_unreliably
from tests.properties.ledger_audit import assert_ledgers_consistent

AT_ONCE, SPENDERS = 8, 3
SOME_DAY = timedelta(days=2000)  # after the end of every period and hold

policies = st.sampled_from(["prorated", "full", "none"])
seeds = st.integers(0, 2**16)


@pytest.mark.proof
@batches(first=0.7, last=0.9)
def test_no_payment_yields_more_with_spends_between_deliveries(
    fake_stripe, crash_injector, tally, batch, request
):
    @given(history=histories, random=st.randoms(use_true_random=False), policy=policies, spends=seeds)
    def holds(**history):
        with transaction.atomic():
            try:
                play_between(fake_stripe, crash_injector, tally, **history)
            finally:
                transaction.set_rollback(True)

    batch.search(holds, tally=tally, request=request)


@pytest.mark.proof
@batches(first=0.9, last=1)
def test_no_payment_yields_more_with_spends_during_deliveries(
    sandbox_with_webhooks, fast_commits, tally, batch, request
):
    fake_stripe = FakeStripe(sandbox_with_webhooks)

    @given(history=histories, random=st.randoms(use_true_random=False), policy=policies, spends=seeds)
    def holds(**history):
        play_during(fake_stripe, tally, **history)

    batch.search(holds, tally=tally, request=request)


def play_between(fake_stripe, crash_injector, tally, *, history, random, policy, spends):
    """Deliver unreliably, and spend credits at random before each delivery."""
    crash_injector.armed = False  # Hypothesis may have aborted the previous history
    fake_stripe.sandbox.reset(delivery="manual")
    orderly, spender = two_customers(fake_stripe, policy)
    random_spender = RandomSpender(user_id=spender.user.pk, random=Random(spends))

    def spend():
        for _ in range(random_spender.random.randrange(3)):
            random_spender.act()

    for operation in history:
        play_for_both(fake_stripe, operation, orderly, spender)
        deliver_unreliably(spender, random, crash_injector, last=False, before_each=spend)
    deliver_unreliably(spender, random, crash_injector, last=True, before_each=spend)
    resync(spender)
    compare(orderly, spender, history, tally)
    close_holds(spender, random_spender)
    call_command("verify_ledger", stdout=io.StringIO(), stderr=io.StringIO())
    ledger.process_due(user_id=spender.user.pk, at=timezone.now() + SOME_DAY)
    call_command("verify_ledger", stdout=io.StringIO(), stderr=io.StringIO())


def play_during(fake_stripe, tally, *, history, random, policy, spends):
    """Deliver concurrently, with losses, while several threads spend credits."""
    fake_stripe.sandbox.reset(delivery="manual")
    fake_stripe.sandbox.set_webhook(enabled_events=DELIVERED_EVENTS)
    orderly, spender = two_customers(fake_stripe, policy)
    for operation in history:
        play_for_both(fake_stripe, operation, orderly, spender)
    order = [event["id"] for event in spender.pending if random.random() > 0.15]
    order += random.sample(order, len(order) // 2)
    random.shuffle(order)
    spenders = [
        RandomSpender(user_id=spender.user.pk, random=Random(spends + number), name=f"spender {number}")
        for number in range(SPENDERS)
    ]

    def spend(random_spender):
        try:
            for _ in range(2 * len(order)):
                random_spender.act()
        finally:
            connection.close()

    with ThreadPoolExecutor(SPENDERS) as pool:
        spending = [pool.submit(spend, random_spender) for random_spender in spenders]
        answers = fake_stripe.sandbox.deliver_pending(order=order, concurrency=AT_ONCE)
        for one in spending:
            one.result()
    assert {answer["status"] for answer in answers} <= {200}
    resync(spender)
    compare(orderly, spender, history, tally)
    close_holds(spender, *spenders)
    assert_ledgers_consistent(users=[orderly.user.pk, spender.user.pk], at=timezone.now() + SOME_DAY)


def two_customers(fake_stripe, policy):
    prices = create_catalog(fake_stripe, policy)
    customers = [Customer(fake_stripe, 0, prices=prices) for _ in range(2)]
    fake_stripe.drop_events()
    return customers


def resync(customer):
    call_command("resync_customers", customer=customer.id, stdout=io.StringIO(), stderr=io.StringIO())


def close_holds(spender, *random_spenders):
    """Finish the holds. Then no claim is open, and the counters of the payments still agree with the ledger."""
    for random_spender in random_spenders:
        random_spender.finish_all()
    ledger.process_due(
        user_id=spender.user.pk, at=timezone.now() + timedelta(seconds=settings.CREDIT_HOLD_SECONDS)
    )
    spender.user.refresh_from_db()
    assert (spender.user.ai_credits_held, spender.user.ai_credits_claimed) == (0, 0)
    spender.assert_no_payment_yields_more_than_it_paid_for()
    assert services.resync_customer(customer_id=spender.id).has_changes is False


def compare(orderly, spender, history, tally):
    want, got = orderly.delivery_independent_state(), spender.delivery_independent_state()
    tally["histories"] += 1
    assert got == want
    assert spender.user.ai_credits >= 0
    assert spender.user.ai_credits_held >= 0
    spender.assert_no_payment_yields_more_than_it_paid_for()
    spender.assert_unused_time_buys_nothing(history)
    assert services.resync_customer(customer_id=spender.id).has_changes is False
