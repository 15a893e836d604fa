"""Claims beside releases, captures and spends in other connections."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from credits.exceptions import HoldClosed, InsufficientCredits
from credits.models import AiCreditLog
from credits.tests.claim_helpers import (
    assert_consistent,
    capture,
    claimed,
    claims,
    release,
)
from credits.tests.grant_helpers import grant, hold, process_due, spend
from credits.tests.ledger_helpers import at_once, balance
from credits.tests.test_clawbacks import PAYMENT, clawback

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db, make_user):
    """A user with no credits but those that a test grants."""
    return make_user(credits=0)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_spend_at_the_moment_of_release_never_gets_claimed_credits(self, user):
        grant(user, 10, reference=PAYMENT, at=timezone.now())
        now = timezone.now()
        for round_ in range(5):
            held = hold(user, 10, at=now)
            clawback(user, -10, key=f"back:{round_}", at=now)
            done = threading.Event()

            def spend_until_done(number, round_=round_, done=done):
                refused = 0
                while not done.is_set():
                    try:
                        spend(user, 1, key=f"spend:{round_}:{number}", at=now)
                    except InsufficientCredits:
                        refused += 1
                return refused

            def release_then_stop(held=held, done=done):
                try:
                    return release(held, at=now)
                finally:
                    done.wait(timeout=0.2)
                    done.set()

            answers = at_once(release_then_stop, *[partial(spend_until_done, n) for n in range(3)])
            assert answers[0] is True
            assert all(isinstance(refused, int) and refused for refused in answers[1:])
            assert (balance(user), claims(user)[-1]) == ((0, 0), (0, 10, 0))
            assert not AiCreditLog.objects.of(user.pk).spends().exists()
            clawback(user, 10, key=f"won:{round_}", at=now)
            assert_consistent(user)

    def test_a_spend_waits_for_a_release_whose_transaction_is_open(self, user):
        now = timezone.now()
        grant(user, 10, reference=PAYMENT, at=now)
        held = hold(user, 10, at=now)
        clawback(user, -7, at=now)
        released = threading.Event()

        def release_slowly():
            with transaction.atomic():
                release(held, at=now)
                released.set()
                threading.Event().wait(0.3)

        def spend_all():
            released.wait(timeout=30)
            return spend(user, 4, at=now)

        assert isinstance(at_once(release_slowly, spend_all)[1], InsufficientCredits)
        assert balance(user) == (3, 0)

    def test_two_releases_of_one_hold_collect_once(self, user):
        now = timezone.now()
        grant(user, 10, reference=PAYMENT, at=now)
        held = hold(user, 10, at=now)
        clawback(user, -7, at=now)
        assert sorted(at_once(*[partial(release, held, at=now)] * 6)) == [False] * 5 + [True]
        assert (claims(user), balance(user)) == ([(0, 7, 0)], (3, 0))
        assert_consistent(user)

    def test_releases_of_several_holds_collect_the_claim_together(self, user):
        now = timezone.now()
        grant(user, 40, reference=PAYMENT, at=now)
        held = [hold(user, 5, at=now) for _ in range(8)]
        clawback(user, -32, at=now)
        assert at_once(*[partial(release, one, at=now) for one in held]) == [True] * 8
        assert (claims(user), balance(user)) == ([(0, 32, 0)], (8, 0))
        assert_consistent(user)

    def test_a_clawback_and_a_capture_lose_and_mint_nothing(self, user):
        now = timezone.now()
        for round_ in range(6):
            grant(user, 10, reference=PAYMENT, at=now)
            held = hold(user, 8, at=now)
            answers = at_once(
                partial(clawback, user, -10, key=f"back:{round_}", at=now), partial(capture, held, 5, at=now)
            )
            assert not [answer for answer in answers if isinstance(answer, Exception)]
            # First the clawback: two taken, three collected. First the capture: five taken.
            assert (balance(user), claimed(user)) == ((0, 0), 0)
            assert (answers[0].amount, answers[0].claimed) in {(-2, 8), (-5, 0)}
            assert_consistent(user)

    def test_clawbacks_and_everything_that_closes_holds(self, user, make_user):
        now = timezone.now()
        grant(user, 90, reference=PAYMENT, at=now)
        held = [hold(user, 10, at=now) for _ in range(8)]
        answers = at_once(
            *[partial(clawback, user, -15, key=f"back:{n}", at=now) for n in range(4)],
            *[partial(release, one, at=now) for one in held[:4]],
            *[partial(capture, one, n, at=now) for n, one in enumerate(held[4:6])],
            partial(process_due, user, at=now + timedelta(hours=1)),
            partial(process_due, user, at=now + timedelta(hours=1)),
        )
        assert not [
            answer
            for answer in answers
            if isinstance(answer, Exception) and not isinstance(answer, HoldClosed)
        ]
        assert (balance(user)[1], claimed(user)) == (0, 0)
        assert_consistent(user)
        connection.close()
