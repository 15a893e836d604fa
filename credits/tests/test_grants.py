"""Grants: which are consumed first, and which are reserved."""

import pytest

from credits import services as ledger
from credits.exceptions import InsufficientCredits
from credits.models import CreditConsumption
from credits.services import holds
from credits.tests.grant_helpers import DAY, NOON, grant, hold, left, process_due, spend
from credits.tests.ledger_helpers import assert_ledger_consistent

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db, make_user):
    """A user with no credits but those that a test grants."""
    return make_user(credits=0)


class TestBurnOrder:
    def test_what_expires_first_consumptions_first_then_the_oldest_and_what_never_expires_last(self, user):
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
            process_due(user)
            assert left(never, late, soon, as_soon) == [(rest, 0) for rest in remaining]
            assert_ledger_consistent(user)

    def test_a_spend_leaves_grants_alone_until_what_is_due_is_processed(self, user):
        given = grant(user, 10)
        spent = spend(user, 4)
        assert left(given) == [(10, 0)]
        process_due(user)
        assert left(given) == [(6, 0)]
        assert CreditConsumption.objects.get(entry=spent.entry_id).amount == 4

    def test_what_was_spent_before_a_grant_consumed_earlier_grants(self, user):
        first = grant(user, 10)
        spend(user, 4)
        second = grant(user, 10, expires=DAY)
        process_due(user)
        assert left(first, second) == [(6, 0), (10, 0)]

    def test_a_negative_adjustment_consumptions_too(self, user):
        given = grant(user, 10)
        ledger.adjust(user_id=user.pk, amount=-3, actor_id=user.pk, reason="why", key="a", at=NOON)
        process_due(user)
        assert left(given) == [(7, 0)]

    def test_a_key_of_the_ledgers_own_making_is_refused(self, user):
        # A spend that passes for a capture would never be taken from a grant.
        grant(user, 10)
        for key in ("hold:1", "refund:1", "expiry:1:1", "", "k" * 256):
            with pytest.raises(ValueError, match="A key has"):
                ledger.spend(user_id=user.pk, amount=1, action_type="summarise", key=key)
        assert process_due(user) == 10


class TestReservation:
    def test_a_hold_reserves_in_consumption_order(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=DAY)
        hold(user, 4)
        hold(user, 9)
        assert left(never, soon) == [(10, 3), (10, 10)]
        assert_ledger_consistent(user)

    def test_a_capture_consumptions_what_was_reserved_first_and_frees_the_rest(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=DAY)
        holds.capture(hold=hold(user, 15), amount=12, at=NOON)
        assert left(never, soon) == [(8, 0), (0, 0)]
        assert_ledger_consistent(user)

    def test_a_release_frees_all_of_it(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=DAY)
        holds.release(hold=hold(user, 15), at=NOON)
        assert left(never, soon) == [(10, 0), (10, 0)]

    def test_a_spend_does_not_take_what_is_reserved(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=DAY)
        held = hold(user, 10)
        spend(user, 10)
        with pytest.raises(InsufficientCredits):
            spend(user, 1)
        process_due(user)
        assert left(never, soon) == [(0, 0), (10, 10)]
        holds.capture(hold=held, at=NOON)
        assert_ledger_consistent(user)
