"""What a hold spares from a clawback is claimed: holds pay it before anything that they return can be spent."""

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from credits import audit
from credits import services as ledger
from credits.claims import CreditClaim
from credits.exceptions import HoldClosed, IdempotencyConflict, InsufficientCredits
from credits.models import CreditHold
from credits.signals import balance_low
from credits.tests.claim_helpers import (
    assert_consistent,
    capture,
    claimed,
    claims,
    collections,
    release,
)
from credits.tests.grant_helpers import DAY, MINUTE, NOON, expiries, grant, hold, left, process_due, spend
from credits.tests.ledger_helpers import balance, rolled_back
from credits.tests.test_clawbacks import OTHER, PAYMENT, clawback

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db, make_user):
    """A user with no credits but those that a test grants."""
    return make_user(credits=0)


class TestClaim:
    def test_claims_what_it_does_not_find_because_it_is_held(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 8)
        taken = clawback(user, -10)
        assert (taken.amount, taken.claimed) == (-2, 8)
        assert (claims(user), claimed(user), balance(user)) == ([(8, 0, 0)], 8, (0, 8))
        assert_consistent(user)

    def test_never_claims_what_was_spent(self, user):
        grant(user, 20, reference=PAYMENT)
        spend(user, 9)
        hold(user, 8)
        taken = clawback(user, -20)
        assert (taken.amount, taken.claimed) == (-3, 8)

    def test_claims_nothing_if_enough_is_available(self, user):
        grant(user, 20, reference=PAYMENT)
        hold(user, 8)
        assert clawback(user, -12).claimed == 0
        assert (claims(user), claimed(user)) == ([], 0)

    def test_several_claim_no_more_than_is_held(self, user):
        grant(user, 10, reference=PAYMENT)
        grant(user, 10, reference=OTHER)
        hold(user, 12)
        assert [clawback(user, -10).claimed, clawback(user, -10, of=OTHER).claimed] == [2, 10]
        assert clawback(user, -10, of=OTHER).claimed == 0
        assert claimed(user) == 12
        assert_consistent(user)

    def test_a_repeat_tells_the_same_and_claims_nothing(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        first = clawback(user, -10, key="once")
        assert clawback(user, -10, key="once").claimed == first.claimed == 8
        release(held)
        again = clawback(user, -10, key="once")
        assert (again.created, again.amount, again.claimed) == (False, -2, 8)
        assert claims(user) == [(0, 8, 0)]
        with pytest.raises(IdempotencyConflict):
            clawback(user, -9, key="once")

    def test_a_caller_cannot_tell_a_repeat_what_it_claimed(self, user):
        grant(user, 10, reference=PAYMENT)
        arguments = {"user_id": user.pk, "amount": -3, "action_type": "x", "key": "k", "reference": PAYMENT}
        for _ in range(2):
            assert ledger.clawback(**arguments, metadata={"claimed": 7, "requested": 9}, at=NOON).claimed == 0

    def test_in_a_transaction_that_fails_claims_nothing(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 8)
        with rolled_back():
            clawback(user, -10)
        assert (claims(user), claimed(user), balance(user)) == ([], 0, (2, 8))

    def test_claims_nothing_of_a_hold_that_has_expired(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 8)
        taken = clawback(user, -10, at=NOON + DAY)
        assert (taken.amount, taken.claimed) == (-10, 0)

    def test_leaves_another_user_alone(self, user, make_user):
        other = make_user(credits=0)
        for one in (user, other):
            grant(one, 10, reference=PAYMENT)
        held, theirs = hold(user, 8), hold(other, 8)
        clawback(user, -10)
        release(theirs)
        assert (balance(user), balance(other)) == ((0, 8), (10, 0))
        release(held)
        assert (balance(user), balance(other)) == ((0, 0), (10, 0))


class TestRelease:
    def test_pays_the_claim_and_frees_the_rest(self, user):
        own, other = grant(user, 10, reference=PAYMENT), grant(user, 10)
        held = hold(user, 16)
        clawback(user, -10)
        assert (left(own, other), claims(user)) == ([(10, 10), (6, 6)], [(6, 0, 0)])
        release(held)
        assert (left(own, other), claims(user)) == ([(4, 0), (6, 0)], [(0, 6, 0)])
        assert (balance(user), claimed(user)) == ((10, 0), 0)
        assert_consistent(user)

    def test_posts_a_clawback_of_the_payment(self, user):
        own = grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        first = clawback(user, -10)
        release(held)
        (entry,) = collections(user)
        assert (entry.kind, entry.action_type, entry.amount) == ("clawback", "payment_returned", -8)
        assert (entry.reference_type, entry.reference_id) == (PAYMENT.type, PAYMENT.id)
        assert entry.metadata == {"clawback": first.entry_id, "hold": str(held.id)}
        assert list(entry.consumptions.values_list("grant_id", "amount")) == [(own.pk, 8)]

    def test_takes_from_the_payments_own_grants_first(self, user):
        soon, own = grant(user, 10, expires=DAY), grant(user, 10, reference=PAYMENT)
        held = hold(user, 20)
        clawback(user, -7)
        release(held)
        assert left(soon, own) == [(10, 0), (3, 0)]
        assert_consistent(user)

    def test_takes_what_the_own_grants_lack_in_consumption_order(self, user):
        never, own = grant(user, 10), grant(user, 10, expires=2 * DAY, reference=PAYMENT)
        soon = grant(user, 10, expires=DAY)
        spend(user, 14)  # all of soon, four of own
        held = hold(user, 16)
        clawback(user, -10)
        release(held)
        assert left(never, own, soon) == [(6, 0), (0, 0), (0, 0)]

    def test_pays_the_oldest_claim_first(self, user):
        grant(user, 10, reference=PAYMENT)
        grant(user, 10, reference=OTHER)
        first, second = hold(user, 12), hold(user, 8)
        clawback(user, -9, of=OTHER)
        clawback(user, -9)
        release(first)
        assert claims(user) == [(0, 9, 0), (6, 3, 0)]
        release(second)
        assert claims(user) == [(0, 9, 0), (0, 9, 0)]
        assert balance(user) == (2, 0)
        assert [entry.reference_id for entry in collections(user)] == [OTHER.id, PAYMENT.id, PAYMENT.id]
        assert_consistent(user)

    def test_of_two_holds_pays_one_claim_in_two_parts(self, user):
        grant(user, 10, reference=PAYMENT)
        held = [hold(user, 4), hold(user, 6)]
        clawback(user, -10)
        for one in held:
            release(one)
            assert_consistent(user)
        assert [entry.amount for entry in collections(user)] == [-4, -6]
        assert len({entry.idempotency_key for entry in collections(user)}) == 2

    def test_once(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        assert [release(held), release(held)] == [True, False]
        assert len(collections(user)) == 1

    def test_leaves_credits_that_came_later_alone(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        later = grant(user, 50)
        release(held)
        assert (left(later), balance(user)) == ([(50, 0)], (50, 0))

    def test_spends_in_between_keep_their_grants(self, user):
        own = grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        later = grant(user, 50)
        spend(user, 20)  # not yet taken from its grant
        release(held)
        assert process_due(user) == 30
        assert left(own, later) == [(0, 0), (30, 0)]
        assert_consistent(user)

    def test_in_a_transaction_that_fails_collects_later(self, user):
        own = grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        with rolled_back():
            release(held)
        assert (claims(user), left(own), balance(user)) == ([(8, 0, 0)], [(8, 8)], (0, 8))
        release(held)
        assert claims(user) == [(0, 8, 0)]

    def test_after_the_grants_expiry_pays_before_they_expire(self, user):
        own = grant(user, 10, expires=5 * MINUTE, reference=PAYMENT)
        held = hold(user, 10)
        clawback(user, -6)
        release(held, at=NOON + 10 * MINUTE)
        assert (claims(user), expiries(user), left(own)) == ([(0, 6, 0)], [-4], [(0, 0)])
        assert_consistent(user)

    def test_announces_a_balance_that_becomes_low(self, user, settings, django_capture_on_commit_callbacks):
        settings.CREDIT_LOW_BALANCE = 10
        grant(user, 20, reference=PAYMENT)
        held = hold(user, 20)
        clawback(user, -15)
        heard = []
        receive = lambda balance, **kwargs: heard.append(balance)  # noqa: E731  (one line, kept alive)
        balance_low.connect(receive)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                release(held)
        finally:
            balance_low.disconnect(receive)
        assert heard == [5]


class TestExpiry:
    def test_of_a_hold_pays_the_claim(self, user):
        own, other = grant(user, 10, reference=PAYMENT), grant(user, 10)
        hold(user, 16)
        clawback(user, -10)
        assert process_due(user, at=NOON + DAY) == 10
        assert (left(own, other), claims(user)) == ([(4, 0), (6, 0)], [(0, 6, 0)])
        assert_consistent(user)

    def test_of_several_holds_pays_once(self, user):
        grant(user, 10, reference=PAYMENT)
        for _ in range(3):
            hold(user, 3)
        clawback(user, -10)
        assert process_due(user, at=NOON + DAY) == 0
        assert [entry.amount for entry in collections(user)] == [-9]
        assert_consistent(user)

    def test_is_paid_before_a_hold_finds_the_credits(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 10)
        clawback(user, -8)
        with pytest.raises(InsufficientCredits) as refusal:
            hold(user, 3, at=NOON + DAY)
        assert (refusal.value.available, claims(user)) == (2, [(0, 8, 0)])

    def test_is_paid_before_a_spend_finds_the_credits(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 10)
        clawback(user, -10)
        with pytest.raises(InsufficientCredits):
            spend(user, 1, at=NOON + DAY)

    def test_leaves_nothing_for_a_late_capture(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 10)
        clawback(user, -8)
        process_due(user, at=NOON + DAY)
        with pytest.raises(HoldClosed):
            capture(held, at=NOON + DAY)
        assert capture(held, 2, at=NOON + DAY).amount == 2
        assert (balance(user), claims(user)) == ((0, 0), [(0, 8, 0)])
        assert_consistent(user)

    def test_a_hold_that_is_reserved_again_can_be_claimed_again(self, user):
        grant(user, 20, reference=PAYMENT)
        held = hold(user, 10)
        clawback(user, -14)
        process_due(user, at=NOON + DAY)
        assert claims(user) == [(0, 4, 0)]
        captured = capture(held, 4, at=NOON + DAY)
        assert (captured.amount, balance(user)) == (4, (2, 0))
        assert_consistent(user)


class TestVerification:
    def test_finds_a_claim_that_the_users_row_does_not_know(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 8, at=timezone.now())
        clawback(user, -10, at=timezone.now())
        get_user_model().objects.filter(pk=user.pk).update(ai_credits_claimed=3)
        assert {breach.rule for breach in audit.breaches(first=user.pk, last=user.pk)} == {
            "claimed_is_not_what_claims_claim"
        }
        assert audit.repair(user_id=user.pk)
        assert claimed(user) == 8
        assert_consistent(user)

    def test_finds_a_claim_that_collected_another_amount(self, user):
        grant(user, 10, reference=PAYMENT)
        release_later = hold(user, 8)
        clawback(user, -10)
        release(release_later)
        CreditClaim.objects.filter(user=user).update(collected_amount=7)
        assert {breach.rule for breach in audit.breaches(first=user.pk, last=user.pk)} == {
            "claim_did_not_post_what_it_collected"
        }

    def test_a_repair_that_finds_no_holds_writes_the_claims_off(self, user, written_off):
        now = timezone.now()
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8, at=now)
        clawback(user, -10, at=now)
        CreditHold.objects.filter(pk=held.id).delete()
        assert audit.repair(user_id=user.pk)
        assert (claims(user), written_off, balance(user)) == ([(0, 0, 8)], [(PAYMENT, 8)], (8, 0))
        assert_consistent(user)
