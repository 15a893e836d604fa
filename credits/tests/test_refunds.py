"""A refund undoes a spend: its credits go back to the grants that they were taken from."""

import pytest

from credits import audit
from credits import services as ledger
from credits.models import CreditGrant
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
from credits.tests.ledger_helpers import assert_ledger_consistent

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db, make_user):
    """A user with no credits but those that a test grants."""
    return make_user(credits=0)


class TestRefund:
    def test_goes_back_to_the_grants_that_the_spend_consumed(self, user):
        soon, never = grant(user, 5, expires=DAY), grant(user, 5)
        spent = spend(user, 8)
        ledger.refund(entry_id=spent.entry_id, at=NOON)
        assert left(soon, never) == [(5, 0), (5, 0)]
        assert process_due(user, at=NOON + DAY) == 5
        assert_ledger_consistent(user)

    def test_of_what_has_expired_since_never_expires(self, user):
        grant(user, 5, expires=DAY)
        spent = spend(user, 5)
        refunded = ledger.refund(entry_id=spent.entry_id, at=NOON + DAY)
        assert (refunded.amount, refunded.available) == (5, 5)
        assert process_due(user, at=NOON + 999 * DAY) == 5
        assert expiries(user) == []
        assert_ledger_consistent(user)

    def test_of_a_capture_goes_back_too(self, user):
        soon, never = grant(user, 5, expires=DAY), grant(user, 5)
        captured = holds.capture(hold=hold(user, 8), amount=7, at=NOON)
        ledger.refund(entry_id=captured.entry_id, at=NOON)
        assert left(soon, never) == [(5, 0), (5, 0)]

    def test_is_due_again_when_its_grant_expires(self, user):
        grant(user, 5, expires=DAY)
        spent = spend(user, 5)
        process_due(user)
        ledger.refund(entry_id=spent.entry_id, at=NOON)
        assert due_at(user) == NOON + DAY

    def test_by_a_clock_that_is_behind_does_not_reopen_an_expired_grant(self, user):
        grant(user, 10, expires=DAY)
        spent = spend(user, 5)
        process_due(user, at=NOON + DAY)  # one machine's clock
        ledger.refund(entry_id=spent.entry_id, at=NOON + DAY - MINUTE)  # another's
        assert process_due(user, at=NOON + 2 * DAY) == 5
        assert expiries(user) == [-5]
        assert_ledger_consistent(user)

    def test_into_a_grant_that_another_clock_has_ended_expires_once_more(self, user):
        grant(user, 10, expires=DAY)
        spent = spend(user, 5)
        process_due(user, at=NOON + DAY)  # one machine's clock
        behind = NOON + DAY - MINUTE  # another's
        grant(user, 1, at=behind)
        ledger.refund(entry_id=spent.entry_id, at=behind)
        assert process_due(user, at=NOON + DAY) == 1
        assert expiries(user) == [-5, -5]
        assert audit.breaches(first=user.pk, last=user.pk) == []

    def test_of_several_payments_grants_that_have_expired_stays_apart(self, user):
        """So that each payment's clawback finds what is left of what it gave."""
        first, second = grant(user, 5, expires=DAY), grant(user, 5, expires=DAY)
        spent = spend(user, 8)
        ledger.refund(entry_id=spent.entry_id, at=NOON + DAY)
        grants = CreditGrant.objects.filter(user=user, remaining__gt=0).order_by("id")
        assert [(grant.entry_id, grant.remaining) for grant in grants] == [
            (first.entry_id, 5),
            (second.entry_id, 3),
        ]

    def test_lets_its_grants_consume_again(self, user):
        given = grant(user, 10)
        for _ in range(3):
            ledger.refund(entry_id=spend(user, 10).entry_id, at=NOON)
        spend(user, 10)
        process_due(user)
        assert left(given) == [(0, 0)]
        assert audit.breaches(first=user.pk, last=user.pk) == []

    def test_of_what_no_grant_explains_never_expires(self, user):
        """A repaired ledger may not know which grants a spend was taken from."""
        grant(user, 10)
        spent = spend(user, 4)
        CreditGrant.objects.filter(user=user).update(remaining=0)
        assert audit.repair(user_id=user.pk)
        ledger.refund(entry_id=spent.entry_id, at=NOON)
        assert process_due(user) == 10
        assert audit.breaches(first=user.pk, last=user.pk) == []
