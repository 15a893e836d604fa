"""A low balance is announced once per downward crossing, after commit."""

import pytest
from django.db import transaction

from credits.services import holds
from credits.signals import balance_low
from credits.tests.grant_helpers import DAY, NOON, grant, hold, process_due, spend
from credits.tests.ledger_helpers import at_once, rolled_back

pytestmark = pytest.mark.django_db(transaction=True)


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
        holds.capture(hold=held, at=NOON)
        assert told == [7]
        grant(user, 9, expires=DAY)
        process_due(user, at=NOON + DAY)
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
