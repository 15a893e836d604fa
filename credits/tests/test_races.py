"""Real threads on real connections, against one balance."""

from collections import Counter
from functools import partial
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connection, transaction

from credits import services as ledger
from credits.exceptions import HoldClosed, InsufficientCredits, RequestInProgress
from credits.models import AiCreditLog
from credits.services import holds
from credits.tests.ledger_helpers import USERS, assert_ledger_consistent, at_once, balance

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 16
DEADLOCK_TIMEOUT = 1  # second: PostgreSQL's default, after which it looks for one


def outcomes(results):
    """How often what came out: the names of exceptions, "done" for the rest."""
    return Counter(type(result).__name__ if isinstance(result, Exception) else "done" for result in results)


def spends(user, *, amount=1, times=THREADS):
    return [
        partial(ledger.spend, user_id=user.pk, amount=amount, action_type="race", key=f"spend:{number}")
        for number in range(times)
    ]


def hold_jobs(user, *, amount=1, times=THREADS):
    return [partial(holds.hold, user_id=user.pk, amount=amount, action_type="race")] * times


class TestLimits:
    def test_calls_in_progress_never_exceed_the_limit(self, make_user, settings):
        settings.CREDIT_MAX_OPEN_HOLDS = 5
        user = make_user(credits=100)
        results = at_once(*hold_jobs(user, times=24))
        assert outcomes(results) == {"done": 5, "TooManyOpenHolds": 19}
        assert balance(user) == (95, 5)
        holds.release(hold=next(result for result in results if not isinstance(result, Exception)))
        assert outcomes(at_once(*hold_jobs(user, times=4))) == {"done": 1, "TooManyOpenHolds": 3}
        assert outcomes(at_once(*hold_jobs(make_user(), times=1))) == {"done": 1}
        assert_ledger_consistent(user)

    def test_adjustments_of_one_member_of_staff_never_exceed_the_limit(self, make_user):
        users, staff = [make_user(credits=0) for _ in range(8)], make_user()
        results = at_once(
            *(
                partial(
                    ledger.adjust,
                    user_id=user.pk,
                    amount=30,
                    actor_id=staff.pk,
                    reason="A race.",
                    key=f"adjust:{user.pk}",
                    limit=100,
                )
                for user in users
            )
        )
        assert outcomes(results) == {"done": 3, "AdjustmentTooLarge": 5}
        assert sum(sum(balance(user)) for user in users) == 90


class TestTheLastCredit:
    def test_is_spent_once(self, make_user):
        user = make_user(credits=1)
        results = at_once(*spends(user, times=24))
        assert outcomes(results) == {"done": 1, "InsufficientCredits": 23}
        assert balance(user) == (0, 0)
        assert_ledger_consistent(user)

    def test_is_held_once(self, make_user):
        user = make_user(credits=1)
        results = at_once(*hold_jobs(user, times=24))
        assert outcomes(results) == {"done": 1, "InsufficientCredits": 23}
        assert balance(user) == (0, 1)
        assert_ledger_consistent(user)

    def test_is_either_spent_or_held(self, make_user):
        user = make_user(credits=1)
        results = at_once(*spends(user, times=12), *hold_jobs(user, times=12))
        assert outcomes(results) == {"done": 1, "InsufficientCredits": 23}
        assert sum(balance(user)) in {0, 1}
        assert_ledger_consistent(user)


class TestManyAtOnce:
    def test_exactly_as_many_succeed_as_the_balance_allows(self, make_user):
        user = make_user(credits=20)
        results = at_once(*spends(user, amount=3))
        assert outcomes(results) == {"done": 6, "InsufficientCredits": 10}
        assert balance(user) == (2, 0)
        assert_ledger_consistent(user)

    def test_nothing_fails_that_the_balance_allows(self, make_user):
        # PostgreSQL may check a constraint on the row as it was before another transaction's update.
        user = make_user(credits=THREADS)
        give = [
            partial(ledger.grant, user_id=user.pk, amount=7, action_type="race", key=f"grant:{number}")
            for number in range(8)
        ]
        results = at_once(*spends(user), *give)
        assert outcomes(results) == {"done": THREADS + 8}
        assert balance(user) == (8 * 7, 0)
        assert_ledger_consistent(user)

    def test_a_mixture_of_everything_keeps_the_ledger_consistent(self, make_user):
        user, other = make_user(credits=30), make_user(credits=30)
        held = [holds.hold(user_id=user.pk, amount=5, action_type="race") for _ in range(4)]
        spent = ledger.spend(user_id=user.pk, amount=5, action_type="race", key="first")
        results = at_once(
            *[partial(holds.capture, hold=hold, amount=3) for hold in held[:2]],
            *[partial(holds.release, hold=hold) for hold in held[2:]],
            *[partial(ledger.refund, entry_id=spent.entry_id)] * 2,
            *spends(user, amount=4, times=5),
            *hold_jobs(user, amount=4, times=5),
            *spends(other, amount=20, times=4),
            partial(
                ledger.adjust, user_id=user.pk, amount=-10, actor_id=other.pk, reason="race", key="adjust"
            ),
        )
        assert set(outcomes(results)) <= {"done", "InsufficientCredits"}
        assert outcomes(results[-5:-1]) == {"done": 1, "InsufficientCredits": 3}
        assert_ledger_consistent(user)
        assert_ledger_consistent(other)


class TestOneCause:
    def test_posts_once(self, make_user):
        user = make_user()
        results = at_once(
            *[partial(ledger.grant, user_id=user.pk, amount=1000, action_type="invoice", key="in_1")]
            * THREADS
        )
        assert sum(result.created for result in results) == 1
        assert {result.entry_id for result in results} == {
            AiCreditLog.objects.get(kind="grant", amount=1000).id
        }
        assert balance(user) == (1100, 0)

    def test_is_refunded_once(self, make_user):
        user = make_user()
        spent = ledger.spend(user_id=user.pk, amount=50, action_type="race", key="k")
        results = at_once(*[partial(ledger.refund, entry_id=spent.entry_id)] * THREADS)
        assert sum(result.created for result in results) == 1
        assert balance(user) == (100, 0)
        assert_ledger_consistent(user)

    def test_runs_once_under_one_key(self, make_user):
        user = make_user()
        request = ledger.RequestKey(endpoint="POST /race", key="k", request_hash="body")
        results = at_once(
            *[partial(holds.hold, user_id=user.pk, amount=10, action_type="race", request=request)] * THREADS
        )
        assert outcomes(results) == {"done": 1, "RequestInProgress": THREADS - 1}
        assert any(isinstance(result, RequestInProgress) for result in results)
        assert balance(user) == (90, 10)


class TestOneHold:
    def test_is_captured_or_released_never_both(self, make_user):
        user = make_user()
        for _ in range(5):
            hold = holds.hold(user_id=user.pk, amount=10, action_type="race")
            results = at_once(
                *[partial(holds.capture, hold=hold)] * 4, *[partial(holds.release, hold=hold)] * 4
            )
            captured = sum(isinstance(result, ledger.Captured) for result in results)
            released = sum(result is True for result in results)
            assert captured + released == 1
            assert sum(isinstance(result, HoldClosed) for result in results) == 4 - captured
            assert_ledger_consistent(user)

    def test_past_its_time_is_freed_for_one_of_those_waiting(self, settings, make_user):
        settings.CREDIT_HOLD_SECONDS = 0
        user = make_user(credits=10)
        holds.hold(user_id=user.pk, amount=10, action_type="dead")
        settings.CREDIT_HOLD_SECONDS = 900
        results = at_once(*hold_jobs(user, amount=10, times=8))
        assert outcomes(results) == {"done": 1, "InsufficientCredits": 7}
        assert all(isinstance(result, (holds.Hold, InsufficientCredits)) for result in results)
        assert balance(user) == (0, 10)
        assert_ledger_consistent(user)


@pytest.mark.usefixtures("paid_actions")
class TestOverHttp:
    def test_two_requests_on_the_last_credit_are_one_201_and_one_402(self, client_of, make_user):
        user = make_user(credits=3)

        def post(text):
            return client_of(user).post("/api/note", {"text": text}, format="json")

        for round_ in range(4):
            answers = at_once(partial(post, f"{round_}, one"), partial(post, f"{round_}, other"))
            assert sorted(answer.status_code for answer in answers) == [201, 402]
            refusal = next(answer.json() for answer in answers if answer.status_code == 402)
            assert (refusal["code"], refusal["required"], refusal["available"]) == (
                "insufficient_credits",
                3,
                0,
            )
            assert balance(user) == (0, 0)
            assert_ledger_consistent(user)
            ledger.grant(user_id=user.pk, amount=3, action_type="race", key=f"again:{round_}")


class TestForeignKeyToTheUser:
    def test_does_not_deadlock_with_spends_that_wait(self, make_user):
        """Two spends queue behind a third, while another transaction's foreign key locks the user's row."""
        user = make_user(credits=10)
        ledger.process_due(user_id=user.pk)
        referred, queued, committed = Event(), Barrier(3), Event()

        def refer():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"select from {USERS} where id = %s for key share", [user.pk])
                referred.set()
                committed.wait(timeout=30)
                sleep(2 * DEADLOCK_TIMEOUT)

        def go_first():
            referred.wait(timeout=30)
            with transaction.atomic():
                ledger.spend(user_id=user.pk, amount=1, action_type="test", key="first")
                queued.wait(timeout=30)
                sleep(DEADLOCK_TIMEOUT / 2)  # so that both of them stand in the queue
            committed.set()

        def queue(key):
            queued.wait(timeout=30)
            return ledger.spend(user_id=user.pk, amount=1, action_type="test", key=key).created

        assert at_once(refer, go_first, partial(queue, "a"), partial(queue, "b"))[2:] == [True, True]
        assert balance(user) == (7, 0)
        assert_ledger_consistent(user)
