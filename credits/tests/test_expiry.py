"""The end of a grant's time, or of a hold's: what expires, what rolls over, and when it is due."""

import pytest

from credits import services as ledger
from credits.exceptions import HoldClosed, InsufficientCredits
from credits.models import CreditHold, HoldState
from credits.services import holds
from credits.tests.grant_helpers import (
    DAY,
    MINUTE,
    NOON,
    due_at,
    expiries,
    grant,
    hold,
    left,
    process_due,
    spend,
)
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance, rolled_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db, make_user):
    """A user with no credits but those that a test grants."""
    return make_user(credits=0)


class TestExpiry:
    def test_takes_what_is_left_once(self, user):
        given = grant(user, 10, expires=DAY)
        spend(user, 4)
        assert process_due(user, at=NOON + DAY - MINUTE) == 6
        assert process_due(user, at=NOON + DAY) == 0
        assert process_due(user, at=NOON + DAY) == 0
        assert expiries(user) == [-6]
        assert left(given) == [(0, 0)]
        assert_ledger_consistent(user)

    def test_happens_before_the_next_spend(self, user):
        grant(user, 10, expires=DAY)
        with pytest.raises(InsufficientCredits) as refusal:
            spend(user, 1, at=NOON + DAY)
        assert refusal.value.available == 0
        assert expiries(user) == [-10]

    def test_happens_before_the_next_hold(self, user):
        grant(user, 10, expires=DAY)
        with pytest.raises(InsufficientCredits):
            hold(user, 1, at=NOON + DAY)
        assert expiries(user) == [-10]

    def test_spares_what_is_held(self, user):
        given = grant(user, 10, expires=5 * MINUTE)
        held = hold(user, 4)
        assert process_due(user, at=NOON + 6 * MINUTE) == 0
        assert (expiries(user), balance(user), left(given)) == ([-6], (0, 4), [(4, 4)])
        assert holds.capture(hold=held, at=NOON + 7 * MINUTE).amount == 4
        assert_ledger_consistent(user)

    def test_follows_a_late_release_at_once(self, user):
        grant(user, 10, expires=5 * MINUTE)
        held = hold(user, 4)
        process_due(user, at=NOON + 6 * MINUTE)
        assert holds.release(hold=held, at=NOON + 7 * MINUTE)
        assert (expiries(user), balance(user)) == ([-6, -4], (0, 0))
        assert_ledger_consistent(user)

    def test_follows_a_late_capture_of_less_at_once(self, user):
        grant(user, 10, expires=5 * MINUTE)
        captured = holds.capture(hold=hold(user, 10), amount=3, at=NOON + 7 * MINUTE)
        assert (captured.amount, captured.available) == (3, 0)
        assert (expiries(user), balance(user)) == ([-7], (0, 0))

    def test_follows_a_hold_that_timed_out_at_once(self, user):
        grant(user, 10, expires=5 * MINUTE)
        hold(user, 10)
        assert process_due(user, at=NOON + 15 * MINUTE) == 0
        assert expiries(user) == [-10]

    def test_takes_all_of_a_grant_that_was_held_while_others_were_spent(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=5 * MINUTE)
        held = hold(user, 10)
        spend(user, 6, at=NOON + 6 * MINUTE)  # soon has expired: this is not taken from it
        holds.release(hold=held, at=NOON + 7 * MINUTE)
        assert (expiries(user), left(never, soon)) == ([-10], [(4, 0), (0, 0)])
        assert_ledger_consistent(user)

    def test_of_a_grant_that_comes_too_late_is_immediate(self, user):
        posted = ledger.grant(
            user_id=user.pk, amount=10, action_type="renewal", key="late", expires_at=NOON - DAY, at=NOON
        )
        assert (posted.created, posted.amount, posted.available) == (True, 10, 0)
        assert (expiries(user), balance(user)) == ([-10], (0, 0))
        assert_ledger_consistent(user)

    def test_in_a_transaction_that_fails_is_posted_later(self, user):
        grant(user, 10, expires=DAY)
        with rolled_back():
            process_due(user, at=NOON + DAY)
        assert expiries(user) == []
        process_due(user, at=NOON + DAY)
        assert expiries(user) == [-10]

    def test_of_several_grants_is_one_entry_each(self, user):
        grant(user, 3, expires=2 * DAY)
        grant(user, 4, expires=DAY)
        process_due(user, at=NOON + 3 * DAY)
        assert expiries(user) == [-4, -3]

    @pytest.mark.django_db(transaction=True)
    def test_is_posted_once_when_many_process_it_at_once(self, make_user):
        user = make_user(credits=0)
        grant(user, 10, expires=DAY)
        at_once(*[lambda: process_due(user, at=NOON + DAY)] * 16)
        assert expiries(user) == [-10]
        assert_ledger_consistent(user)


class TestRollover:
    @pytest.mark.parametrize(("cap", "kept"), [(0, 0), (6, 6), (10, 10), (99, 10)])
    def test_keeps_what_is_within_the_cap_without_an_expiry(self, user, cap, kept):
        grant(user, 10, expires=DAY, rollover_cap=cap)
        assert process_due(user, at=NOON + DAY) == kept
        assert process_due(user, at=NOON + 999 * DAY) == kept
        assert expiries(user) == [kept - 10] * (kept < 10)
        assert_ledger_consistent(user)

    def test_counts_what_was_rolled_over_before_and_is_still_there(self, user):
        grant(user, 10, expires=DAY, rollover_cap=15, pool="plan")
        process_due(user, at=NOON + DAY)
        grant(user, 10, expires=2 * DAY, rollover_cap=15, pool="plan", at=NOON + DAY)
        spend(user, 12, at=NOON + DAY)  # the new ten, then two of those rolled over
        grant(user, 10, expires=3 * DAY, rollover_cap=15, pool="plan", at=NOON + DAY)
        assert process_due(user, at=NOON + 3 * DAY) == 15
        assert expiries(user) == [-3]

    def test_pools_do_not_share_a_cap(self, user):
        for pool in ("plan", "pack"):
            grant(user, 10, expires=DAY, rollover_cap=10, pool=pool)
        assert process_due(user, at=NOON + DAY) == 20

    def test_of_what_is_held_waits_for_its_release(self, user):
        grant(user, 10, expires=5 * MINUTE, rollover_cap=7)
        held = hold(user, 4)
        assert process_due(user, at=NOON + 6 * MINUTE) == 6
        holds.release(hold=held, at=NOON + 7 * MINUTE)
        assert (balance(user), expiries(user)) == ((7, 0), [-3])
        assert_ledger_consistent(user)

    @pytest.mark.parametrize(("expires", "cap"), [(None, 10), (DAY, -1)])
    def test_is_refused_for_what_never_expires_and_below_zero(self, user, expires, cap):
        with pytest.raises(ValueError, match="rolls over"):
            grant(user, 10, expires=expires, rollover_cap=cap)
        assert balance(user) == (0, 0)


class TestDueAt:
    def test_is_the_first_expiry_of_a_grant_or_a_hold(self, user):
        process_due(user)
        assert due_at(user) is None
        grant(user, 10)
        assert due_at(user) is None
        grant(user, 10, expires=DAY)
        assert due_at(user) == NOON + DAY
        grant(user, 10, expires=2 * DAY)
        assert due_at(user) == NOON + DAY
        hold(user, 10)
        assert due_at(user) == NOON + 15 * MINUTE
        process_due(user, at=NOON + 15 * MINUTE)
        assert due_at(user) == NOON + DAY
        process_due(user, at=NOON + DAY)
        assert due_at(user) == NOON + 2 * DAY
        process_due(user, at=NOON + 2 * DAY)
        assert due_at(user) is None

    def test_nothing_is_due_first(self, user):
        grant(user, 10, expires=DAY)
        user.refresh_from_db()
        assert not ledger.process_due_if_any(user=user, at=NOON + DAY - MINUTE)
        assert ledger.process_due_if_any(user=user, at=NOON + DAY)
        assert (user.ai_credits, user.credits_due_at) == (0, None)

    def test_follows_what_a_clock_that_is_behind_gives_back(self, user):
        grant(user, 10, expires=5 * MINUTE)
        held = hold(user, 10)
        process_due(user, at=NOON + 5 * MINUTE)
        holds.release(hold=held, at=NOON + 4 * MINUTE)
        assert due_at(user) == NOON + 5 * MINUTE
        assert process_due(user, at=NOON + 6 * MINUTE) == 0

    def test_follows_what_a_capture_by_a_clock_that_is_behind_returns(self, user):
        grant(user, 10, expires=5 * MINUTE)
        held = hold(user, 10)
        process_due(user, at=NOON + 5 * MINUTE)
        holds.capture(hold=held, amount=4, at=NOON + 4 * MINUTE)
        assert due_at(user) == NOON + 5 * MINUTE


class TestHoldThatExpired:
    def test_is_captured_afresh_once(self, user):
        grant(user, 30)
        held = hold(user, 10)
        later = NOON + 15 * MINUTE
        process_due(user, at=later)
        assert holds.capture(hold=held, at=later).amount == 10
        with pytest.raises(HoldClosed):
            holds.capture(hold=held, at=later)
        assert balance(user) == (20, 0)
        assert CreditHold.objects.get().state == HoldState.CAPTURED
        assert_ledger_consistent(user)

    @pytest.mark.django_db(transaction=True)
    def test_is_captured_afresh_once_by_many_at_once(self, make_user):
        user = make_user(credits=100)
        held = hold(user, 10)
        later = NOON + 15 * MINUTE
        process_due(user, at=later)
        results = at_once(*[lambda: holds.capture(hold=held, at=later)] * 8)
        assert sorted(type(result).__name__ for result in results) == ["Captured"] + ["HoldClosed"] * 7
        assert balance(user) == (90, 0)
        assert_ledger_consistent(user)

    def test_is_not_captured_when_the_credits_are_gone(self, user):
        grant(user, 10)
        held = hold(user, 10)
        later = NOON + 15 * MINUTE
        spend(user, 1, at=later)
        with pytest.raises(HoldClosed):
            holds.capture(hold=held, at=later)
        assert balance(user) == (9, 0)

    def test_has_lost_its_key_also_to_another_body(self, user):
        grant(user, 10)
        for body in ("one", "other"):
            at = NOON if body == "one" else NOON + 15 * MINUTE
            request = ledger.RequestKey(endpoint="POST /api/notes", key="k", request_hash=body)
            hold(user, 10, request=request, at=at)
        assert balance(user) == (0, 10)
