"""A refund undoes a spend: its credits go back to the lots that they were taken from."""

import pytest

from credits import services as ledger
from credits.tests.lots import DAY, MINUTE, NOON, due_at, expiries, grant, hold, left, settle, spend
from credits.tests.support import assert_books_balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db, make_user):
    """Nobody's credits but those that a test grants."""
    return make_user(credits=0)


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
