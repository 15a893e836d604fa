"""Lots: which credits burn first, which expire, which come back, and when somebody is told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from credits import services as ledger
from credits.exceptions import HoldClosed, InsufficientCredits
from credits.models import AiCreditLog, CreditBurn, CreditGrant, CreditHold, HoldState
from credits.signals import balance_low
from credits.tests.support import assert_books_balance, at_once, balance, rolled_back

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def user(db, make_user):
    """Nobody's credits but those that a test grants."""
    return make_user(credits=0)


def grant(user, amount, *, expires=None, at=NOON, **more):
    """A lot of so many credits, that expires so long after noon."""
    posted = ledger.grant(
        user_id=user.pk,
        amount=amount,
        action_type="renewal",
        key=f"grant:{AiCreditLog.objects.count()}",
        expires_at=expires and NOON + expires,
        at=at,
        **more,
    )
    return CreditGrant.objects.filter(entry_id=posted.entry_id).earliest("id")


def spend(user, amount, *, at=NOON, key=None):
    key = key or f"spend:{AiCreditLog.objects.count()}"
    return ledger.spend(user_id=user.pk, amount=amount, action_type="summarise", key=key, at=at)


def hold(user, amount, *, at=NOON, **more):
    return ledger.hold(user_id=user.pk, amount=amount, action_type="summarise", at=at, **more)


def settle(user, *, at=NOON):
    return ledger.settle(user_id=user.pk, at=at)


def left(*lots):
    """What remains in each lot, and how much of it is reserved."""
    found = CreditGrant.objects.in_bulk([lot.pk for lot in lots])
    return [(found[lot.pk].remaining, found[lot.pk].reserved) for lot in lots]


def expiries(user):
    return [entry.amount for entry in AiCreditLog.objects.of(user.pk).filter(kind="expiry").order_by("id")]


def due_at(user):
    user.refresh_from_db(fields=["credits_due_at"])
    return user.credits_due_at


class TestBurnOrder:
    def test_what_expires_first_burns_first_then_the_oldest_and_what_never_expires_last(self, user):
        never, late, soon, as_soon = (
            grant(user, 10),
            grant(user, 10, expires=2 * DAY),
            grant(user, 10, expires=DAY),
            grant(user, 10, expires=DAY),
        )
        for amount, remaining in [
            (4, [10, 10, 6, 10]),
            (8, [10, 10, 0, 8]),
            (10, [10, 8, 0, 0]),
            (10, [8, 0, 0, 0]),
        ]:
            spend(user, amount)
            settle(user)
            assert left(never, late, soon, as_soon) == [(rest, 0) for rest in remaining]
            assert_books_balance(user)

    def test_a_spend_leaves_lots_alone_until_the_user_is_settled(self, user):
        lot = grant(user, 10)
        spent = spend(user, 4)
        assert left(lot) == [(10, 0)]
        settle(user)
        assert left(lot) == [(6, 0)]
        assert CreditBurn.objects.get(entry=spent.entry_id).amount == 4

    def test_what_was_spent_before_a_grant_burned_earlier_lots(self, user):
        first = grant(user, 10)
        spend(user, 4)
        second = grant(user, 10, expires=DAY)
        settle(user)
        assert left(first, second) == [(6, 0), (10, 0)]

    def test_a_negative_adjustment_burns_too(self, user):
        lot = grant(user, 10)
        ledger.adjust(user_id=user.pk, amount=-3, actor_id=user.pk, reason="why", key="a", at=NOON)
        settle(user)
        assert left(lot) == [(7, 0)]

    def test_a_key_of_the_ledgers_own_making_is_refused(self, user):
        # A spend that passes for a capture would never be taken from a lot.
        grant(user, 10)
        for key in ("hold:1", "refund:1", "expiry:1:1", "", "k" * 256):
            with pytest.raises(ValueError, match="A key has"):
                ledger.spend(user_id=user.pk, amount=1, action_type="summarise", key=key)
        assert settle(user) == 10


class TestReservation:
    def test_a_hold_reserves_in_burn_order(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=DAY)
        hold(user, 4)
        hold(user, 9)
        assert left(never, soon) == [(10, 3), (10, 10)]
        assert_books_balance(user)

    def test_a_capture_burns_what_was_reserved_first_and_frees_the_rest(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=DAY)
        ledger.capture(hold=hold(user, 15), amount=12, at=NOON)
        assert left(never, soon) == [(8, 0), (0, 0)]
        assert_books_balance(user)

    def test_a_release_frees_all_of_it(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=DAY)
        ledger.release(hold=hold(user, 15), at=NOON)
        assert left(never, soon) == [(10, 0), (10, 0)]

    def test_a_spend_does_not_take_what_is_reserved(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=DAY)
        held = hold(user, 10)
        spend(user, 10)
        with pytest.raises(InsufficientCredits):
            spend(user, 1)
        settle(user)
        assert left(never, soon) == [(0, 0), (10, 10)]
        ledger.capture(hold=held, at=NOON)
        assert_books_balance(user)

    def test_an_overage_reserves_more(self, user):
        soon, never = grant(user, 10, expires=DAY), grant(user, 10)
        captured = ledger.capture(hold=hold(user, 8), amount=13, overage=5, at=NOON)
        assert (captured.amount, captured.available) == (13, 7)
        assert left(soon, never) == [(0, 0), (7, 0)]
        assert_books_balance(user)

    def test_an_overage_stops_at_zero(self, user):
        grant(user, 10)
        captured = ledger.capture(hold=hold(user, 8), amount=13, overage=5, at=NOON)
        assert (captured.amount, captured.available) == (10, 0)


class TestExpiry:
    def test_takes_what_is_left_once(self, user):
        lot = grant(user, 10, expires=DAY)
        spend(user, 4)
        assert settle(user, at=NOON + DAY - MINUTE) == 6
        assert settle(user, at=NOON + DAY) == 0
        assert settle(user, at=NOON + DAY) == 0
        assert expiries(user) == [-6]
        assert left(lot) == [(0, 0)]
        assert_books_balance(user)

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
        lot = grant(user, 10, expires=5 * MINUTE)
        held = hold(user, 4)
        assert settle(user, at=NOON + 6 * MINUTE) == 0
        assert (expiries(user), balance(user), left(lot)) == ([-6], (0, 4), [(4, 4)])
        assert ledger.capture(hold=held, at=NOON + 7 * MINUTE).amount == 4
        assert_books_balance(user)

    def test_follows_a_late_release_at_once(self, user):
        grant(user, 10, expires=5 * MINUTE)
        held = hold(user, 4)
        settle(user, at=NOON + 6 * MINUTE)
        assert ledger.release(hold=held, at=NOON + 7 * MINUTE)
        assert (expiries(user), balance(user)) == ([-6, -4], (0, 0))
        assert_books_balance(user)

    def test_follows_a_late_capture_of_less_at_once(self, user):
        grant(user, 10, expires=5 * MINUTE)
        captured = ledger.capture(hold=hold(user, 10), amount=3, at=NOON + 7 * MINUTE)
        assert (captured.amount, captured.available) == (3, 0)
        assert (expiries(user), balance(user)) == ([-7], (0, 0))

    def test_follows_a_hold_that_timed_out_at_once(self, user):
        grant(user, 10, expires=5 * MINUTE)
        hold(user, 10)
        assert settle(user, at=NOON + 15 * MINUTE) == 0
        assert expiries(user) == [-10]

    def test_takes_all_of_a_lot_that_was_held_while_others_were_spent(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=5 * MINUTE)
        held = hold(user, 10)
        spend(user, 6, at=NOON + 6 * MINUTE)  # soon has expired: this is not taken from it
        ledger.release(hold=held, at=NOON + 7 * MINUTE)
        assert (expiries(user), left(never, soon)) == ([-10], [(4, 0), (0, 0)])
        assert_books_balance(user)

    def test_of_a_grant_that_comes_too_late_is_immediate(self, user):
        posted = ledger.grant(
            user_id=user.pk, amount=10, action_type="renewal", key="late", expires_at=NOON - DAY, at=NOON
        )
        assert (posted.created, posted.amount, posted.available) == (True, 10, 0)
        assert (expiries(user), balance(user)) == ([-10], (0, 0))
        assert_books_balance(user)

    def test_in_a_transaction_that_fails_is_posted_later(self, user):
        grant(user, 10, expires=DAY)
        with rolled_back():
            settle(user, at=NOON + DAY)
        assert expiries(user) == []
        settle(user, at=NOON + DAY)
        assert expiries(user) == [-10]

    def test_of_several_lots_is_one_entry_each(self, user):
        grant(user, 3, expires=2 * DAY)
        grant(user, 4, expires=DAY)
        settle(user, at=NOON + 3 * DAY)
        assert expiries(user) == [-4, -3]

    @pytest.mark.django_db(transaction=True)
    def test_is_posted_once_when_many_settle_at_once(self, make_user):
        user = make_user(credits=0)
        grant(user, 10, expires=DAY)
        at_once(*[lambda: settle(user, at=NOON + DAY)] * 16)
        assert expiries(user) == [-10]
        assert_books_balance(user)


class TestRollover:
    @pytest.mark.parametrize(("cap", "kept"), [(0, 0), (6, 6), (10, 10), (99, 10)])
    def test_keeps_what_is_within_the_cap_for_ever(self, user, cap, kept):
        grant(user, 10, expires=DAY, rollover_cap=cap)
        assert settle(user, at=NOON + DAY) == kept
        assert settle(user, at=NOON + 999 * DAY) == kept
        assert expiries(user) == [kept - 10] * (kept < 10)
        assert_books_balance(user)

    def test_counts_what_was_rolled_over_before_and_is_still_there(self, user):
        grant(user, 10, expires=DAY, rollover_cap=15, pool="plan")
        settle(user, at=NOON + DAY)
        grant(user, 10, expires=2 * DAY, rollover_cap=15, pool="plan", at=NOON + DAY)
        spend(user, 12, at=NOON + DAY)  # the new ten, then two of those rolled over
        grant(user, 10, expires=3 * DAY, rollover_cap=15, pool="plan", at=NOON + DAY)
        assert settle(user, at=NOON + 3 * DAY) == 15
        assert expiries(user) == [-3]

    def test_pools_do_not_share_a_cap(self, user):
        for pool in ("plan", "pack"):
            grant(user, 10, expires=DAY, rollover_cap=10, pool=pool)
        assert settle(user, at=NOON + DAY) == 20

    def test_of_what_is_held_waits_for_its_release(self, user):
        grant(user, 10, expires=5 * MINUTE, rollover_cap=7)
        held = hold(user, 4)
        assert settle(user, at=NOON + 6 * MINUTE) == 6
        ledger.release(hold=held, at=NOON + 7 * MINUTE)
        assert (balance(user), expiries(user)) == ((7, 0), [-3])
        assert_books_balance(user)


class TestRefund:
    def test_goes_back_to_the_lots_that_the_spend_burned(self, user):
        soon, never = grant(user, 5, expires=DAY), grant(user, 5)
        spent = spend(user, 8)
        ledger.refund(entry_id=spent.entry_id, at=NOON)
        assert left(soon, never) == [(5, 0), (5, 0)]
        assert settle(user, at=NOON + DAY) == 5
        assert_books_balance(user)

    def test_of_what_has_expired_since_stays_for_ever(self, user):
        grant(user, 5, expires=DAY)
        spent = spend(user, 5)
        refunded = ledger.refund(entry_id=spent.entry_id, at=NOON + DAY)
        assert (refunded.amount, refunded.available) == (5, 5)
        assert settle(user, at=NOON + 999 * DAY) == 5
        assert expiries(user) == []
        assert_books_balance(user)

    def test_of_a_capture_goes_back_too(self, user):
        soon, never = grant(user, 5, expires=DAY), grant(user, 5)
        captured = ledger.capture(hold=hold(user, 8), amount=7, at=NOON)
        ledger.refund(entry_id=captured.entry_id, at=NOON)
        assert left(soon, never) == [(5, 0), (5, 0)]

    def test_is_due_again_when_its_lot_expires(self, user):
        grant(user, 5, expires=DAY)
        spent = spend(user, 5)
        settle(user)
        ledger.refund(entry_id=spent.entry_id, at=NOON)
        assert due_at(user) == NOON + DAY

    def test_by_a_clock_that_is_behind_does_not_reopen_an_expired_lot(self, user):
        grant(user, 10, expires=DAY)
        spent = spend(user, 5)
        settle(user, at=NOON + DAY)  # one machine's clock
        ledger.refund(entry_id=spent.entry_id, at=NOON + DAY - MINUTE)  # another's
        assert settle(user, at=NOON + 2 * DAY) == 5
        assert expiries(user) == [-5]
        assert_books_balance(user)


class TestDueAt:
    def test_is_the_first_expiry_of_a_lot_or_a_hold(self, user):
        settle(user)
        assert due_at(user) is None
        grant(user, 10)
        assert due_at(user) is None
        grant(user, 10, expires=DAY)
        assert due_at(user) == NOON + DAY
        grant(user, 10, expires=2 * DAY)
        assert due_at(user) == NOON + DAY
        hold(user, 10)
        assert due_at(user) == NOON + 15 * MINUTE
        settle(user, at=NOON + 15 * MINUTE)
        assert due_at(user) == NOON + DAY
        settle(user, at=NOON + DAY)
        assert due_at(user) == NOON + 2 * DAY
        settle(user, at=NOON + 2 * DAY)
        assert due_at(user) is None

    def test_nothing_is_settled_before(self, user):
        grant(user, 10, expires=DAY)
        user.refresh_from_db()
        assert not ledger.settle_if_due(user=user, at=NOON + DAY - MINUTE)
        assert ledger.settle_if_due(user=user, at=NOON + DAY)
        assert (user.ai_credits, user.credits_due_at) == (0, None)

    def test_follows_what_a_clock_that_is_behind_gives_back(self, user):
        grant(user, 10, expires=5 * MINUTE)
        held = hold(user, 10)
        settle(user, at=NOON + 5 * MINUTE)
        ledger.release(hold=held, at=NOON + 4 * MINUTE)
        assert due_at(user) == NOON + 5 * MINUTE
        assert settle(user, at=NOON + 6 * MINUTE) == 0

    def test_follows_what_a_capture_by_a_clock_that_is_behind_returns(self, user):
        grant(user, 10, expires=5 * MINUTE)
        held = hold(user, 10)
        settle(user, at=NOON + 5 * MINUTE)
        ledger.capture(hold=held, amount=4, at=NOON + 4 * MINUTE)
        assert due_at(user) == NOON + 5 * MINUTE


class TestHoldThatExpired:
    def test_is_captured_afresh_once(self, user):
        grant(user, 30)
        held = hold(user, 10)
        later = NOON + 15 * MINUTE
        settle(user, at=later)
        assert ledger.capture(hold=held, at=later).amount == 10
        with pytest.raises(HoldClosed):
            ledger.capture(hold=held, at=later)
        assert balance(user) == (20, 0)
        assert CreditHold.objects.get().state == HoldState.CAPTURED
        assert_books_balance(user)

    @pytest.mark.django_db(transaction=True)
    def test_is_captured_afresh_once_by_many_at_once(self, make_user):
        user = make_user(credits=100)
        held = hold(user, 10)
        later = NOON + 15 * MINUTE
        settle(user, at=later)
        results = at_once(*[lambda: ledger.capture(hold=held, at=later)] * 8)
        assert sorted(type(result).__name__ for result in results) == ["Captured"] + ["HoldClosed"] * 7
        assert balance(user) == (90, 0)
        assert_books_balance(user)

    def test_is_not_captured_when_the_credits_are_gone(self, user):
        grant(user, 10)
        held = hold(user, 10)
        later = NOON + 15 * MINUTE
        spend(user, 1, at=later)
        with pytest.raises(HoldClosed):
            ledger.capture(hold=held, at=later)
        assert balance(user) == (9, 0)

    def test_has_lost_its_key_also_to_another_body(self, user):
        grant(user, 10)
        for body in ("one", "other"):
            at = NOON if body == "one" else NOON + 15 * MINUTE
            request = ledger.RequestKey(endpoint="POST /api/notes", key="k", request_hash=body)
            assert isinstance(hold(user, 10, request=request, at=at), ledger.Hold)
        assert balance(user) == (0, 10)


class TestSameKey:
    def test_is_compared_by_amount_whatever_the_metadata_say(self, user):
        grant(user, 10)
        asked = {"user_id": user.pk, "action_type": "summarise", "key": "k", "metadata": {"requested": 5}}
        first = ledger.spend(amount=2, **asked)
        again = ledger.spend(amount=2, **asked)
        assert (again.created, again.entry_id) == (False, first.entry_id)


@pytest.mark.django_db(transaction=True)
class TestLowBalance:
    @pytest.fixture
    def told(self, settings):
        settings.CREDIT_LOW_BALANCE = 10
        heard = []

        def listen(sender, *, user_id, balance, threshold, **kwargs):
            heard.append(balance)

        balance_low.connect(listen)
        yield heard
        balance_low.disconnect(listen)

    def test_is_announced_once_for_each_crossing(self, told, make_user):
        user = make_user(credits=20)
        spend(user, 10)
        assert told == []
        spend(user, 1)
        assert told == [9]
        spend(user, 1)
        assert told == [9]
        grant(user, 5)
        spend(user, 5)
        assert told == [9, 8]

    def test_is_announced_by_captures_and_expiries(self, told, make_user):
        user = make_user(credits=0)
        told.clear()
        grant(user, 12, expires=DAY)
        held = hold(user, 5)
        assert told == []
        ledger.capture(hold=held, at=NOON)
        assert told == [7]
        grant(user, 9, expires=DAY)
        settle(user, at=NOON + DAY)
        assert told == [7, 9]

    def test_is_announced_after_commit_and_never_of_what_was_rolled_back(self, told, make_user):
        user = make_user(credits=12)
        with transaction.atomic():
            spend(user, 5)
            assert told == []
        assert told == [7]
        grant(user, 5)
        with rolled_back():
            spend(user, 5)
        assert told == [7]

    def test_is_announced_once_when_many_spend_at_once(self, told, make_user):
        user = make_user(credits=20)
        at_once(*[lambda key=f"race:{number}": spend(user, 1, key=key) for number in range(16)])
        assert told == [9]

    def test_a_repeated_key_announces_nothing(self, told, make_user):
        user = make_user(credits=12)
        spend(user, 5, key="once")
        spend(user, 5, key="once")
        assert told == [7]
