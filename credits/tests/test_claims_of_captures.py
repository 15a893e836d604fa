"""A capture spends what is claimed of its hold, or leaves it to the claim; a won dispute lets claims go."""

import pytest
from django.db import transaction
from django.utils import timezone

from credits import services as ledger
from credits.models import AiCreditLog, CreditHold
from credits.signals import claim_written_off
from credits.tests.claim_helpers import (
    assert_consistent,
    capture,
    claimed,
    claims,
    collections,
    release,
)
from credits.tests.grant_helpers import DAY, grant, hold, left
from credits.tests.ledger_helpers import balance, rolled_back
from credits.tests.test_clawbacks import OTHER, PAYMENT, clawback, consumptions

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db, make_user):
    """A user with no credits but those that a test grants."""
    return make_user(credits=0)


class TestCapture:
    def test_of_everything_writes_the_claim_off(self, user, written_off):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        assert capture(held).amount == 8
        assert (claims(user), claimed(user), balance(user)) == ([(0, 0, 8)], 0, (0, 0))
        assert written_off == [(PAYMENT, 8)]
        assert_consistent(user)

    def test_of_a_part_collects_the_rest_and_writes_off_what_was_spent(self, user, written_off):
        own = grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        captured = capture(held, 5)
        assert (captured.amount, captured.available) == (5, 0)
        assert (claims(user), left(own), written_off) == ([(0, 3, 5)], [(0, 0)], [(PAYMENT, 5)])
        assert_consistent(user)

    def test_of_a_part_that_covers_the_claim_frees_the_rest(self, user, written_off):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 10)
        clawback(user, -3)
        assert capture(held, 5).available == 2
        assert (claims(user), written_off) == ([(0, 3, 0)], [])
        assert_consistent(user)

    def test_of_nothing_is_a_release(self, user, written_off):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        assert capture(held, 0).available == 0
        assert (claims(user), written_off) == ([(0, 8, 0)], [])
        assert_consistent(user)

    def test_leaves_the_claim_to_other_holds_that_cover_it(self, user, written_off):
        grant(user, 10, reference=PAYMENT)
        first, second = hold(user, 4), hold(user, 6)
        clawback(user, -6)
        capture(first)
        assert (claims(user), written_off) == ([(6, 0, 0)], [])
        release(second)
        assert (claims(user), balance(user)) == ([(0, 6, 0)], (0, 0))
        assert_consistent(user)

    def test_writes_the_newest_claim_off_first(self, user, written_off):
        grant(user, 10, reference=PAYMENT)
        grant(user, 10, reference=OTHER)
        first, second = hold(user, 14), hold(user, 6)
        clawback(user, -9)
        clawback(user, -9, of=OTHER)
        capture(first)
        assert claims(user) == [(6, 0, 3), (0, 0, 9)]
        assert written_off == [(OTHER, 9), (PAYMENT, 3)]
        release(second)
        assert claims(user) == [(6 - 6, 6, 3), (0, 0, 9)]
        assert_consistent(user)

    def test_takes_the_rest_from_the_payments_own_grants_first(self, user):
        soon, own = grant(user, 10, expires=DAY), grant(user, 10, reference=PAYMENT)
        held = hold(user, 20)
        clawback(user, -6)
        capture(held, 5)
        assert left(soon, own) == [(5, 0), (4, 0)]
        assert_consistent(user)

    def test_posts_the_spend_and_the_collection(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 10)
        clawback(user, -4)
        captured = capture(held, 5)
        entry = AiCreditLog.objects.get(pk=captured.entry_id)
        assert (entry.kind, entry.amount, entry.balance_after) == ("spend", -5, 1)
        assert [entry.amount for entry in collections(user)] == [-4]

    def test_that_fails_writes_nothing_off(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        with rolled_back():
            capture(held)
        assert (claims(user), balance(user)) == ([(8, 0, 0)], (0, 8))

    def test_fails_with_a_receiver_that_cannot_record_the_write_off(self, user):
        def receive(**kwargs):
            raise RuntimeError("no")

        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        claim_written_off.connect(receive)
        try:
            with pytest.raises(RuntimeError):
                capture(held)
        finally:
            claim_written_off.disconnect(receive)
        assert (claims(user), balance(user)) == ([(8, 0, 0)], (0, 8))
        assert CreditHold.objects.get(pk=held.id).state == "held"


class TestWinningBack:
    def test_cancels_the_claim_before_it_returns_what_was_taken(self, user):
        own = grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        won = clawback(user, 9)
        assert (won.amount, won.claimed, balance(user)) == (1, -8, (1, 8))
        assert (claims(user), claimed(user)) == ([(0, 0, 0)], 0)
        assert clawback(user, 1).amount == 1
        release(held)
        assert (left(own), balance(user)) == ([(10, 0)], (10, 0))
        assert_consistent(user)

    def test_cancels_the_newest_claim_first(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 10)
        clawback(user, -4)
        clawback(user, -4)
        clawback(user, 5)
        assert claims(user) == [(3, 0, 0), (0, 0, 0)]

    def test_leaves_another_payments_claim_open(self, user):
        grant(user, 10, reference=PAYMENT)
        grant(user, 10, reference=OTHER)
        hold(user, 20)
        clawback(user, -4)
        clawback(user, -4, of=OTHER)
        clawback(user, 4)
        assert claims(user) == [(0, 0, 0), (4, 0, 0)]

    def test_returns_what_claims_collected_to_the_grants_that_paid(self, user):
        other, own = grant(user, 10, expires=DAY), grant(user, 4, reference=PAYMENT)
        held = hold(user, 14)
        clawback(user, -6)
        release(held)
        assert left(other, own) == [(8, 0), (0, 0)]
        won = clawback(user, 6)
        assert (left(other, own), sorted(consumptions(won))) == (
            [(10, 0), (4, 0)],
            [(other.pk, 2), (own.pk, 4)],
        )
        assert_consistent(user)

    def test_returns_nothing_that_was_written_off(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        capture(held)
        with pytest.raises(ValueError, match="2 credits"):
            clawback(user, 3)
        assert clawback(user, 2).amount == 2

    def test_a_repeat_cancels_nothing_more(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 10)
        clawback(user, -8)
        first, again = clawback(user, 5, key="won"), clawback(user, 5, key="won")
        assert (first.claimed, again.claimed, again.created) == (-5, -5, False)
        assert claims(user) == [(3, 0, 0)]

    def test_more_than_was_taken_and_is_claimed_is_refused(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 8)
        clawback(user, -10)
        with pytest.raises(ValueError, match="2 credits"):
            clawback(user, 11)
        assert claims(user) == [(8, 0, 0)]


class TestWorkInAnotherProcess:
    """A hold that one process reserves and another charges for, or keeps."""

    @pytest.fixture
    def job(self, make_user, settings):
        settings.CREDIT_PRICES = {"work": {"base": 10}}
        user = make_user(credits=0)
        grant(user, 10, reference=PAYMENT, at=timezone.now())
        with transaction.atomic():
            hold_id = ledger.reserve(user=user, action="work")
        clawback(user, -10, at=timezone.now())
        return user, hold_id

    def test_that_keeps_its_hold_keeps_the_claim_open(self, job):
        user, hold_id = job
        with ledger.charge(hold=hold_id) as charge:
            charge.keep()
        assert (claims(user), balance(user)) == ([(10, 0, 0)], (0, 10))
        with ledger.charge(hold=hold_id):
            pass
        assert (claims(user), balance(user)) == ([(0, 10, 0)], (0, 0))
        assert_consistent(user)

    def test_that_is_cancelled_pays_the_claim(self, job):
        user, hold_id = job
        assert ledger.release(hold=hold_id)
        assert (claims(user), balance(user)) == ([(0, 10, 0)], (0, 0))

    def test_that_succeeds_spends_what_was_claimed(self, job, written_off):
        user, hold_id = job
        with ledger.charge(hold=hold_id) as charge, transaction.atomic():
            charge.capture()
        assert (claims(user), balance(user), written_off) == ([(0, 0, 10)], (0, 0), [(PAYMENT, 10)])
        assert_consistent(user)
