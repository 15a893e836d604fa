"""Spending limits: nothing exceeds one, whatever runs at once, and each charge counts in one period."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction

from credits import audit
from credits import services as ledger
from credits.exceptions import (
    AlreadyCharged,
    HoldClosed,
    InsufficientCredits,
    RequestInProgress,
    SpendingLimitReached,
    UnknownHolder,
)
from credits.models import AiCreditLog, CreditHold
from credits.services import Period, holds
from credits.services._sql import fetch_one
from credits.signals import spending_threshold_reached
from credits.spending_limits import SpendingLimit
from credits.tests.grant_helpers import MINUTE, process_due
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance, rolled_back

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)  # the last day of a month
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)
DAY, MONTH = Period.DAY, Period.MONTH
KEY = "key:12"


def limit(user, amount, period=DAY, *, subject="", at=NOON):
    return ledger.set_spending_limit(user_id=user.pk, period=period, amount=amount, subject=subject, at=at)


def hold(user, amount, *, at=NOON, **more):
    return holds.hold(user_id=user.pk, amount=amount, action_type="work", at=at, **more)


def capture(held, amount=None, *, at=NOON):
    return holds.capture(hold=held, amount=amount, at=at)


def spend(user, amount, *, at=NOON, key=None, **more):
    key = key or f"spend:{AiCreditLog.objects.count()}"
    return ledger.spend(user_id=user.pk, amount=amount, action_type="work", key=key, at=at, **more)


def counted(user, period=DAY, *, subject=""):
    """What a limit holds and has used."""
    row = SpendingLimit.objects.get(user_id=user.pk, period=period, subject=subject)
    return row.held, row.used


def outcomes(results):
    return Counter(type(result).__name__ if isinstance(result, Exception) else "done" for result in results)


def request_key(key="k"):
    return ledger.RequestKey(endpoint="POST /work", key=key, request_hash="body")


@pytest.fixture
def limited(make_user):
    """A user with a limit of 10 credits for each day, and many more credits."""
    user = make_user(credits=100)
    limit(user, 10)
    yield user
    assert_ledger_consistent(user)
    assert audit.breaches(first=user.pk, last=user.pk) == []


class TestAtOnce:
    def test_parallel_holds_never_exceed_a_limit(self, limited):
        limit(limited, 3)
        results = at_once(*[partial(hold, limited, 1)] * 20)
        assert outcomes(results) == {"done": 3, "SpendingLimitReached": 17}
        assert counted(limited) == (3, 0)
        assert balance(limited) == (97, 3)

    def test_parallel_spends_never_exceed_a_limit(self, limited):
        results = at_once(*[partial(spend, limited, 3, key=f"k{number}") for number in range(20)])
        assert outcomes(results) == {"done": 3, "SpendingLimitReached": 17}
        assert counted(limited) == (0, 9)

    def test_holds_and_spends_share_a_limit(self, limited):
        results = at_once(
            *[partial(hold, limited, 2)] * 8,
            *[partial(spend, limited, 2, key=f"k{number}") for number in range(8)],
        )
        assert outcomes(results) == {"done": 5, "SpendingLimitReached": 11}
        assert sum(counted(limited)) == 10

    def test_each_of_several_limits_must_have_room(self, limited):
        limit(limited, 4, MONTH, subject=KEY)
        results = at_once(*[partial(hold, limited, 1, subject=KEY)] * 8, *[partial(hold, limited, 1)] * 12)
        by_key, others = outcomes(results[:8]), outcomes(results[8:])
        assert by_key["done"] <= 4
        assert by_key["done"] + others["done"] == 10
        assert counted(limited) == (10, 0)
        assert counted(limited, MONTH, subject=KEY) == (by_key["done"], 0)

    def test_a_hold_is_counted_once_when_captures_and_releases_race(self, limited):
        used = 0
        for _ in range(5):
            held = hold(limited, 2)
            results = at_once(
                *[partial(capture, held, 1)] * 4, *[partial(holds.release, hold=held, at=NOON)] * 4
            )
            used += sum(isinstance(result, ledger.Captured) for result in results)
            assert counted(limited) == (0, used)

    def test_one_request_counts_once_under_one_key(self, limited):
        results = at_once(*[partial(hold, limited, 4, request=request_key())] * 12)
        assert outcomes(results) == {"done": 1, "RequestInProgress": 11}
        assert counted(limited) == (4, 0)

    def test_one_spend_counts_once_under_one_key(self, limited):
        results = at_once(*[partial(spend, limited, 6, key="k")] * 12)
        assert sum(result.created for result in results) == 1
        assert counted(limited) == (0, 6)

    def test_a_limit_that_is_set_during_charges_counts_them(self, make_user):
        user = make_user(credits=100)
        results = at_once(*[partial(hold, user, 1)] * 12, partial(limit, user, 5), partial(limit, user, 5))
        done = outcomes(results[:12])["done"]
        assert done >= 5
        assert counted(user) == (done, 0)
        assert audit.breaches(first=user.pk, last=user.pk) == []

    def test_over_midnight_each_day_has_its_limit(self, limited):
        limit(limited, 15, subject=KEY)

        def work(number):
            """Hold on one server, and close the hold on another, whose clocks differ."""
            clocks = MIDNIGHT - MINUTE, MIDNIGHT + MINUTE
            held = hold(limited, 2, at=clocks[number % 2], subject=KEY)
            if number % 3:
                return capture(held, 1, at=clocks[number // 2 % 2])
            return holds.release(hold=held, at=clocks[number // 2 % 2])

        results = at_once(*[partial(work, number) for number in range(24)])
        assert set(outcomes(results)) <= {"done", "SpendingLimitReached"}
        for day in (NOON.date(), MIDNIGHT.date()):
            made = CreditHold.objects.filter(user=limited, created_at__date=day)
            assert sum(filter(None, made.values_list("captured_amount", flat=True))) <= 10
        assert counted(limited) == counted(limited, subject=KEY)
        assert SpendingLimit.objects.filter(period_start=MIDNIGHT).count() == 2


class TestAReplay:
    def test_of_a_charged_request_costs_nothing_although_the_limit_is_reached(self, limited):
        held = hold(limited, 10, request=request_key())
        with pytest.raises(RequestInProgress):
            hold(limited, 10, request=request_key())
        holds.capture(hold=held, response_status=200, response_body="result", at=NOON)
        with pytest.raises(AlreadyCharged):
            hold(limited, 10, request=request_key())
        assert counted(limited) == (0, 10)

    def test_of_a_spend_costs_nothing_although_the_limit_is_reached(self, limited):
        first = spend(limited, 10, key="k")
        again = spend(limited, 10, key="k")
        assert (again.entry_id, again.created) == (first.entry_id, False)
        assert counted(limited) == (0, 10)


class TestARefusal:
    def test_says_which_limit_and_when_it_resets(self, limited):
        capture(hold(limited, 4))
        hold(limited, 5)
        with pytest.raises(SpendingLimitReached) as refused:
            hold(limited, 2)
        assert refused.value.detail == {
            "message": "This costs 2 credits. 9 of the 10 credits that may be spent in a day are used or held.",
            "code": "spending_limit_reached",
            "limit": 10,
            "period": "day",
            "used": 9,
            "required": 2,
            "resetsAt": "2026-12-01T00:00:00Z",
            "subject": "",
        }
        with pytest.raises(SpendingLimitReached) as refused:
            spend(limited, 2)
        assert (refused.value.reached.used, refused.value.required) == (9, 2)

    def test_names_the_limit_that_resets_last(self, limited):
        limit(limited, 10, MONTH)
        limit(limited, 1, subject=KEY)
        with pytest.raises(SpendingLimitReached) as refused:
            hold(limited, 11, subject=KEY)
        assert (refused.value.reached.period, refused.value.reached.subject) == (MONTH, "")
        with pytest.raises(SpendingLimitReached) as refused:
            hold(limited, 2, subject=KEY)
        assert (refused.value.reached.period, refused.value.reached.subject) == (DAY, KEY)

    def test_without_credits_is_for_lack_of_credits(self, limited):
        with pytest.raises(InsufficientCredits):
            hold(limited, 101)

    def test_changes_nothing(self, limited):
        with pytest.raises(SpendingLimitReached):
            hold(limited, 11)
        assert counted(limited) == (0, 0)
        assert not CreditHold.objects.exists()

    def test_is_not_of_work_that_costs_nothing(self, limited):
        limit(limited, 0)
        capture(hold(limited, 0))
        with pytest.raises(SpendingLimitReached):
            hold(limited, 1)


class TestSubjects:
    def test_count_apart_and_together_for_the_user(self, make_user):
        user = make_user(credits=100)
        limit(user, 5, subject=KEY)
        limit(user, 7, subject="key:13")
        hold(user, 5, subject=KEY)
        capture(hold(user, 4, subject="key:13"))
        hold(user, 50)
        for subject in (KEY, "key:13"):
            with pytest.raises(SpendingLimitReached):
                hold(user, 4, subject=subject)
        assert counted(user, subject=KEY) == (5, 0)
        assert counted(user, subject="key:13") == (0, 4)
        with pytest.raises(SpendingLimitReached):
            spend(user, 4, subject="key:13")
        spend(user, 3, subject="key:13")
        assert counted(user, subject="key:13") == (0, 7)
        limit(user, 62)  # counts what was charged before
        assert counted(user) == (55, 7)

    def test_of_others_do_not_matter(self, limited, make_user):
        other = make_user(credits=100)
        limit(other, 0, subject=KEY)
        hold(other, 20)
        hold(limited, 10, subject=KEY)
        assert balance(other) == (80, 20)

    def test_are_named_by_the_entry(self, limited):
        with ledger.charge(hold=hold(limited, 2, subject=KEY).id) as charge, transaction.atomic():
            captured = charge.capture()
        assert AiCreditLog.objects.get(id=captured.entry_id).metadata["credit_subject"] == KEY
        entry = spend(limited, 1, subject=KEY, metadata={"pages": 7}).entry_id
        assert AiCreditLog.objects.get(id=entry).metadata == {"pages": 7, "credit_subject": KEY}

    def test_cannot_be_forged_or_too_long(self, limited, settings):
        settings.CREDIT_PRICES = {"work": {"base": 4}}
        with pytest.raises(ValueError, match="credit_subject"):
            spend(limited, 1, metadata={"credit_subject": "key:13"})
        for refuse in (
            partial(spend, limited, 1, subject="x" * 65),
            partial(limit, limited, 1, subject="x" * 65),
            partial(ledger.charge, user=limited, action="work", subject="x" * 65),
        ):
            with pytest.raises(ValueError, match="64 characters"):
                refuse()


class TestPeriods:
    def test_a_hold_counts_in_the_period_in_which_it_was_made(self, limited):
        old = hold(limited, 8, at=MIDNIGHT - MINUTE)
        new = hold(limited, 7, at=MIDNIGHT)
        assert counted(limited) == (7, 0)
        capture(old, 6, at=MIDNIGHT + MINUTE)
        assert counted(limited) == (7, 0)
        with pytest.raises(SpendingLimitReached):
            hold(limited, 4, at=MIDNIGHT + MINUTE)
        capture(new, 5, at=MIDNIGHT + MINUTE)
        hold(limited, 5, at=MIDNIGHT + MINUTE)
        assert counted(limited) == (5, 5)

    def test_a_release_gives_back_to_the_period_of_its_hold(self, limited):
        old, new = hold(limited, 8, at=MIDNIGHT - MINUTE), hold(limited, 7, at=MIDNIGHT)
        holds.release(hold=old, at=MIDNIGHT + MINUTE)
        assert counted(limited) == (7, 0)
        holds.release(hold=new, at=MIDNIGHT + MINUTE)
        assert counted(limited) == (0, 0)

    def test_a_day_ends_and_its_month_goes_on(self, make_user):
        user = make_user(credits=100)
        limit(user, 10, at=NOON - timedelta(days=1))
        limit(user, 15, MONTH)
        capture(hold(user, 10, at=NOON - timedelta(days=1)))
        capture(hold(user, 5))
        with pytest.raises(SpendingLimitReached) as refused:
            hold(user, 1)
        assert refused.value.reached.period == MONTH
        assert (counted(user), counted(user, MONTH)) == ((0, 5), (0, 15))
        hold(user, 10, at=MIDNIGHT)
        assert (counted(user), counted(user, MONTH)) == ((10, 0), (10, 0))

    def test_a_charge_with_an_earlier_time_counts_in_the_later_period(self, limited):
        """A server's clock may be behind, and a charge may wait for the lock over midnight."""
        hold(limited, 8, at=MIDNIGHT)
        late = hold(limited, 2, at=MIDNIGHT - MINUTE)
        assert counted(limited) == (10, 0)
        assert CreditHold.objects.get(id=late.id).created_at == MIDNIGHT
        with pytest.raises(SpendingLimitReached):
            spend(limited, 1, at=MIDNIGHT - MINUTE)
        holds.release(hold=late, at=MIDNIGHT - MINUTE)
        spent = spend(limited, 2, at=MIDNIGHT - MINUTE)
        assert counted(limited) == (8, 2)
        assert AiCreditLog.objects.get(id=spent.entry_id).created_at == MIDNIGHT

    def test_a_limit_that_is_set_by_a_slow_clock_counts_from_the_latest_charge(self, make_user):
        user = make_user(credits=100)
        held = hold(user, 5, at=MIDNIGHT)
        limit(user, 10, at=MIDNIGHT - MINUTE)
        assert counted(user) == (5, 0)
        capture(held, at=MIDNIGHT)
        assert counted(user) == (0, 5)
        assert audit.breaches(first=user.pk, last=user.pk) == []


class TestExpiredHolds:
    def test_give_back_before_the_next_hold(self, limited):
        hold(limited, 10)
        hold(limited, 10, at=NOON + 15 * MINUTE)
        assert counted(limited) == (10, 0)

    def test_are_captured_late_if_the_limit_still_has_room(self, limited):
        late = hold(limited, 6, subject=KEY)
        limit(limited, 9, MONTH, subject=KEY)
        process_due(limited, at=NOON + 15 * MINUTE)
        assert counted(limited) == (0, 0)
        capture(late, 6, at=NOON + 16 * MINUTE)
        assert counted(limited) == (0, 6)
        assert counted(limited, MONTH, subject=KEY) == (0, 6)

    def test_are_not_captured_late_if_the_limit_has_no_room(self, limited):
        late = hold(limited, 6)
        process_due(limited, at=NOON + 15 * MINUTE)
        hold(limited, 5, at=NOON + 15 * MINUTE)
        with pytest.raises(HoldClosed):
            capture(late, at=NOON + 16 * MINUTE)
        assert counted(limited) == (5, 0)
        assert balance(limited) == (95, 5)


class TestWhatCounts:
    def test_a_refund_does_not_give_back(self, limited):
        spent = spend(limited, 10)
        ledger.refund(entry_id=spent.entry_id, at=NOON)
        assert counted(limited) == (0, 10)
        with pytest.raises(SpendingLimitReached):
            hold(limited, 1)

    def test_adjustments_clawbacks_and_expiries_do_not(self, limited, make_user):
        ledger.adjust(user_id=limited.pk, amount=-20, actor_id=make_user().pk, reason="why", key="a", at=NOON)
        ledger.clawback(user_id=limited.pk, amount=-20, action_type="refund", key="c", at=NOON)
        ledger.grant(
            user_id=limited.pk, amount=5, action_type="bonus", key="g", expires_at=NOON + MINUTE, at=NOON
        )
        process_due(limited, at=NOON + 2 * MINUTE)
        assert counted(limited) == (0, 0)

    def test_a_reserved_hold_of_a_job(self, limited, settings):
        settings.CREDIT_PRICES = {"work": {"base": 4}}
        with transaction.atomic():
            job = ledger.reserve(user=limited, action="work", subject=KEY)
        limit(limited, 9, MONTH, subject=KEY, at=None)
        assert counted(limited, MONTH, subject=KEY) == (4, 0)
        with ledger.charge(hold=job) as charge:
            charge.keep()
        assert counted(limited, MONTH, subject=KEY) == (4, 0)
        assert ledger.release(hold=job)
        assert counted(limited, MONTH, subject=KEY) == (0, 0)

    def test_what_is_rolled_back_does_not(self, limited):
        with rolled_back():
            spend(limited, 10)
        assert counted(limited) == (0, 0)


class TestChangesOfALimit:
    def test_below_what_was_used_refuses_the_next_hold_and_no_capture(self, limited):
        capture(hold(limited, 5))
        held = hold(limited, 5)
        limit(limited, 3)
        with pytest.raises(SpendingLimitReached) as refused:
            hold(limited, 1)
        assert (refused.value.reached.amount, refused.value.reached.used) == (3, 10)
        capture(held)
        assert counted(limited) == (0, 10)

    def test_that_is_new_refuses_no_capture_or_release(self, make_user):
        user = make_user(credits=100)
        kept, freed = hold(user, 20, subject=KEY), hold(user, 20, subject=KEY)
        limit(user, 0)
        limit(user, 1, MONTH, subject=KEY)
        assert counted(user) == counted(user, MONTH, subject=KEY) == (40, 0)
        capture(kept)
        holds.release(hold=freed, at=NOON)
        assert counted(user) == counted(user, MONTH, subject=KEY) == (0, 20)

    def test_that_was_removed_and_is_set_again_counts_everything(self, limited):
        capture(hold(limited, 4))
        held = hold(limited, 3)
        remove = partial(ledger.remove_spending_limit, user_id=limited.pk, period=DAY)
        assert (remove(), remove()) == (True, False)
        spend(limited, 20)
        holds.release(hold=held, at=NOON)
        limit(limited, 30)
        assert counted(limited) == (0, 24)

    def test_are_noted_on_the_users_row(self, make_user):
        user = make_user()

        def noted():
            user.refresh_from_db()
            return user.credits_limited

        assert not noted()
        limit(user, 1)
        limit(user, 1, subject=KEY)
        assert noted()
        ledger.remove_spending_limit(user_id=user.pk, period=DAY)
        assert noted()
        ledger.remove_spending_limit(user_id=user.pk, period=DAY, subject=KEY)
        assert not noted()

    def test_of_nobody_or_out_of_range_are_refused(self, user):
        with pytest.raises(UnknownHolder):
            ledger.set_spending_limit(user_id=0, period=DAY, amount=1)
        with pytest.raises(UnknownHolder):
            ledger.remove_spending_limit(user_id=0, period=DAY)
        for amount in (-1, ledger.MAX_AMOUNT + 1):
            with pytest.raises(ValueError, match="spending limit"):
                limit(user, amount)


class TestListing:
    def test_shows_the_current_period(self, limited):
        limit(limited, 50, MONTH)
        limit(limited, 1, subject=KEY)
        capture(hold(limited, 4))
        hold(limited, 2)

        def listed(at):
            return [
                (row.period, row.amount, row.held, row.used, row.resets_at)
                for row in ledger.list_spending_limits(user_id=limited.pk, at=at)
            ]

        january = datetime(2027, 1, 1, tzinfo=UTC)
        assert listed(NOON) == [("day", 10, 2, 4, MIDNIGHT), ("month", 50, 2, 4, MIDNIGHT)]
        assert listed(MIDNIGHT) == [
            ("day", 10, 0, 0, MIDNIGHT + timedelta(days=1)),
            ("month", 50, 0, 0, january),
        ]

    def test_finds_the_reached_limit_of_now(self, limited):
        hold(limited, 8)
        find = partial(ledger.find_reached_limit, user_id=limited.pk)
        assert find(amount=2, at=NOON) is None
        reached = find(amount=3, at=NOON)
        assert (reached.used, reached.amount, reached.resets_at) == (8, 10, MIDNIGHT)
        assert find(amount=3, at=MIDNIGHT) is None


class TestThresholds:
    @pytest.fixture
    def told(self):
        heard = []

        def listen(sender, *, user_id, subject, period, percent, amount, used, **kwargs):
            heard.append((subject, period, percent, amount, used))

        spending_threshold_reached.connect(listen)
        yield heard
        spending_threshold_reached.disconnect(listen)

    def test_are_announced_once_in_each_period(self, limited, told):
        capture(hold(limited, 7))
        held = hold(limited, 1)
        assert told == []
        capture(held)
        assert told == [("", "day", 80, 10, 8)]
        spend(limited, 2)
        assert told[1:] == [("", "day", 90, 10, 10), ("", "day", 100, 10, 10)]
        capture(hold(limited, 9, at=MIDNIGHT), at=MIDNIGHT)
        assert told[3:] == [("", "day", 80, 10, 9), ("", "day", 90, 10, 9)]

    def test_are_those_of_each_limit(self, limited, told):
        limit(limited, 5, MONTH, subject=KEY)
        spend(limited, 4, subject=KEY)
        assert told == [(KEY, "month", 80, 5, 4)]

    def test_are_announced_after_commit_and_not_for_a_repeat(self, limited, told):
        with transaction.atomic():
            spend(limited, 8, key="k")
            assert told == []
        spend(limited, 8, key="k")
        with rolled_back():
            spend(limited, 2)
        assert told == [("", "day", 80, 10, 8)]

    def test_are_announced_once_when_many_charge_at_once(self, limited, told):
        at_once(*[partial(spend, limited, 1, key=f"k{number}") for number in range(16)])
        assert sorted(percent for _, _, percent, _, _ in told) == [80, 90, 100]

    def test_of_a_raised_limit_are_announced_again(self, limited, told):
        spend(limited, 10)
        limit(limited, 20)
        spend(limited, 6)
        assert told[3:] == [("", "day", 80, 20, 16)]


class TestVerification:
    def test_finds_and_repairs_what_a_limit_does_not_count(self, make_user, capsys):
        user = make_user(credits=100)
        limit(user, 50, MONTH, subject=KEY, at=None)
        capture(holds.hold(user_id=user.pk, amount=4, action_type="work", subject=KEY))
        holds.hold(user_id=user.pk, amount=3, action_type="work", subject=KEY)
        SpendingLimit.objects.update(held=9, used=-1)
        get_user_model().objects.filter(pk=user.pk).update(credits_limited=False)
        found = audit.breaches(first=user.pk, last=user.pk)
        assert {breach.rule for breach in found} == {
            "limited_is_not_whether_there_are_limits",
            "limit_is_not_what_was_held_and_used",
        }
        call_command("verify_ledger", "--repair")
        assert counted(user, MONTH, subject=KEY) == (3, 4)
        assert audit.breaches(first=user.pk, last=user.pk) == []
        assert fetch_one("select credits_limited from {users} where {pk} = %(pk)s", {"pk": user.pk}) == (
            True,
        )
