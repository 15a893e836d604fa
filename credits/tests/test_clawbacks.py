"""A clawback follows a payment's money: out of the grants that the payment gave, and into them again."""

import pytest

from credits import audit
from credits import services as ledger
from credits.exceptions import IdempotencyConflict
from credits.models import AiCreditLog, CreditConsumption, CreditGrant
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
PAYMENT, OTHER = (ledger.Reference(type="payment", id=f"in_{n}") for n in (1, 2))


@pytest.fixture
def user(db, make_user):
    """A user with no credits but those that a test grants."""
    return make_user(credits=0)


def clawback(user, amount, *, of=PAYMENT, at=NOON, key=None):
    return ledger.clawback(
        user_id=user.pk,
        amount=amount,
        action_type="payment_returned" if amount < 0 else "payment_won_back",
        key=key or f"clawback:{AiCreditLog.objects.count()}",
        reference=of,
        at=at,
    )


def grants_of(user):
    """All grants but the first: what each gave, what is left of it, and how long after noon it expires."""
    grants = CreditGrant.objects.filter(user=user).exclude(entry__idempotency_key="signup").order_by("id")
    return [(grant.amount, grant.remaining, grant.expires_at and grant.expires_at - NOON) for grant in grants]


def consumptions(posted):
    found = CreditConsumption.objects.filter(entry=posted.entry_id).order_by("id")
    return list(found.values_list("grant_id", "amount"))


class TestTaking:
    def test_takes_from_the_payments_own_grant_though_others_consume_first(self, user):
        soon = grant(user, 10, expires=DAY, reference=OTHER)
        own = grant(user, 10, reference=PAYMENT)
        taken = clawback(user, -7)
        assert left(soon, own) == [(10, 0), (3, 0)]
        assert consumptions(taken) == [(own.pk, 7)]
        assert_ledger_consistent(user)

    def test_takes_what_the_own_grant_lacks_from_others_in_consumption_order(self, user):
        never, own = grant(user, 10), grant(user, 10, expires=2 * DAY, reference=PAYMENT)
        soon = grant(user, 10, expires=DAY)
        spend(user, 14)  # all of soon, four of own
        taken = clawback(user, -10)
        assert left(never, own, soon) == [(6, 0), (0, 0), (0, 0)]
        assert consumptions(taken) == [(own.pk, 6), (never.pk, 4)]

    def test_stops_at_zero(self, user):
        own, other = grant(user, 10, reference=PAYMENT), grant(user, 10)
        spend(user, 15)
        assert clawback(user, -10).amount == -5
        assert (left(own, other), balance(user)) == ([(0, 0), (0, 0)], (0, 0))
        assert_ledger_consistent(user)

    def test_takes_from_each_of_the_payments_grants_in_consumption_order(self, user):
        other = grant(user, 10, expires=DAY)
        late, soon = (grant(user, 10, expires=days * DAY, reference=PAYMENT) for days in (3, 2))
        clawback(user, -15)
        assert left(other, late, soon) == [(10, 0), (5, 0), (0, 0)]

    def test_spares_what_is_held(self, user):
        own, other = grant(user, 10, reference=PAYMENT), grant(user, 10)
        held = hold(user, 8)
        clawback(user, -10)
        assert left(own, other) == [(8, 8), (2, 0)]
        holds.capture(hold=held, at=NOON)
        assert left(own, other) == [(0, 0), (2, 0)]
        assert_ledger_consistent(user)

    def test_takes_from_others_what_has_expired(self, user):
        own, other = grant(user, 10, expires=DAY, reference=PAYMENT), grant(user, 10)
        clawback(user, -4, at=NOON + DAY)
        assert (left(own, other), expiries(user)) == ([(0, 0), (6, 0)], [-10])
        assert_ledger_consistent(user)

    def test_takes_what_rolled_over(self, user):
        other = grant(user, 10)
        grant(user, 10, expires=DAY, rollover_cap=6, reference=PAYMENT)
        process_due(user, at=NOON + DAY)
        clawback(user, -5, at=NOON + DAY)
        assert grants_of(user) == [(10, 10, None), (10, 0, DAY), (6, 1, None)]
        assert left(other) == [(10, 0)]

    def test_takes_what_a_refund_of_a_spend_restored(self, user):
        other, own = grant(user, 10), grant(user, 10, expires=DAY, reference=PAYMENT)
        spent = spend(user, 8)
        ledger.refund(entry_id=spent.entry_id, at=NOON)
        clawback(user, -10)
        assert left(other, own) == [(10, 0), (0, 0)]

    def test_takes_what_a_refund_of_a_spend_returned_without_an_expiry(self, user):
        other, own = grant(user, 10), grant(user, 10, expires=DAY, reference=PAYMENT)
        spent = spend(user, 8)
        ledger.refund(entry_id=spent.entry_id, at=NOON + DAY)
        clawback(user, -10, at=NOON + DAY)
        assert grants_of(user) == [(10, 8, None), (10, 0, DAY), (8, 0, None)]
        assert left(other, own) == [(8, 0), (0, 0)]

    def test_what_was_spent_before_consumed_in_consumption_order(self, user):
        soon, own = grant(user, 10, expires=DAY), grant(user, 10, reference=PAYMENT)
        spend(user, 4)  # not yet taken from its grant
        clawback(user, -10)
        assert left(soon, own) == [(6, 0), (0, 0)]

    def test_what_is_spent_after_consumptions_what_is_left(self, user):
        soon, own = grant(user, 10, expires=DAY), grant(user, 10, reference=PAYMENT)
        clawback(user, -4)
        spend(user, 12)
        process_due(user)
        assert left(soon, own) == [(0, 0), (4, 0)]
        assert_ledger_consistent(user)

    def test_that_names_nothing_takes_in_consumption_order(self, user):
        never, soon = grant(user, 10), grant(user, 10, expires=DAY)
        clawback(user, -4, of=ledger.Reference())
        assert left(never, soon) == [(10, 0), (6, 0)]

    def test_of_another_type_of_reference_is_another_payment(self, user):
        soon, like = grant(user, 10, expires=DAY), grant(user, 10, reference=PAYMENT)
        clawback(user, -4, of=ledger.Reference(type="order", id=PAYMENT.id))
        assert left(soon, like) == [(6, 0), (10, 0)]

    def test_leaves_another_users_grants_of_that_name_alone(self, user, make_user):
        theirs, own = grant(make_user(credits=0), 10, reference=PAYMENT), grant(user, 10, reference=PAYMENT)
        clawback(user, -10)
        assert left(theirs, own) == [(10, 0), (0, 0)]


class TestWinningBack:
    def test_goes_back_to_the_grants_that_it_was_taken_from(self, user):
        never, own = grant(user, 10), grant(user, 10, expires=DAY, reference=PAYMENT)
        spend(user, 4)
        clawback(user, -10)
        won = clawback(user, 10, at=NOON + MINUTE)
        assert grants_of(user) == [(10, 10, None), (10, 6, DAY)]
        assert sorted(consumptions(won)) == [(never.pk, 4), (own.pk, 6)]
        assert (due_at(user), balance(user)) == (NOON + DAY, (16, 0))
        assert process_due(user, at=NOON + DAY) == 10
        assert_ledger_consistent(user)

    def test_in_part_undoes_the_last_taking_first(self, user):
        other, own = grant(user, 10), grant(user, 10, expires=DAY, reference=PAYMENT)
        spend(user, 4)
        clawback(user, -3)
        clawback(user, -7)  # three of its own, four of the other
        clawback(user, 5)
        assert left(other, own) == [(10, 0), (1, 0)]
        clawback(user, 5)
        assert left(other, own) == [(10, 0), (6, 0)]

    def test_undoes_only_what_is_not_undone(self, user):
        other, own = grant(user, 10), grant(user, 10, expires=DAY, reference=PAYMENT)
        for amount, remaining in [
            (-12, [8, 0]),
            (5, [10, 3]),
            (-4, [9, 0]),
            (6, [10, 5]),
            (-2, [10, 3]),
            (7, [10, 10]),
        ]:
            clawback(user, amount)
            assert left(other, own) == [(rest, 0) for rest in remaining]
            assert_ledger_consistent(user)

    def test_of_what_has_expired_since_never_expires(self, user):
        own, other = grant(user, 10, expires=DAY, reference=PAYMENT), grant(user, 3)
        spend(user, 4)
        clawback(user, -8)
        won = clawback(user, 8, at=NOON + DAY)
        assert grants_of(user) == [(10, 0, DAY), (3, 3, None), (6, 6, None)]
        assert (consumptions(won), expiries(user)) == ([(other.pk, 2)], [])
        assert process_due(user, at=NOON + 999 * DAY) == 9
        assert left(own) == [(0, 0)]
        assert_ledger_consistent(user)

    def test_of_what_has_expired_since_is_still_the_payments(self, user):
        grant(user, 10, expires=DAY, reference=PAYMENT)
        clawback(user, -10)
        clawback(user, 10, at=NOON + DAY)
        grant(user, 10, expires=2 * DAY, reference=OTHER)
        clawback(user, -10, at=NOON + DAY)
        assert grants_of(user) == [(10, 0, DAY), (10, 0, None), (10, 10, 2 * DAY)]

    def test_of_another_payments_grants_goes_back_to_them(self, user):
        other = grant(user, 10, expires=DAY, reference=OTHER)
        own = grant(user, 10, expires=MINUTE, reference=PAYMENT)
        process_due(user, at=NOON + MINUTE)
        clawback(user, -10, at=NOON + MINUTE)
        clawback(user, -10, of=OTHER, at=NOON + MINUTE)
        clawback(user, 10, at=NOON + MINUTE)
        assert left(own, other) == [(0, 0), (10, 0)]

    def test_gives_no_more_than_was_taken(self, user):
        own = grant(user, 10, reference=PAYMENT)
        spend(user, 7)
        assert clawback(user, -10).amount == -3
        with pytest.raises(ValueError, match="3 credits"):
            clawback(user, 4)
        clawback(user, 3)
        with pytest.raises(ValueError, match="0 credits"):
            clawback(user, 1)
        assert (left(own), balance(user)) == ([(3, 0)], (3, 0))

    def test_gives_nothing_for_what_another_payment_lost(self, user):
        grant(user, 10, reference=OTHER)
        clawback(user, -10, of=OTHER)
        with pytest.raises(ValueError, match="0 credits"):
            clawback(user, 10)

    def test_by_a_clock_that_is_behind_does_not_reopen_an_expired_grant(self, user):
        own = grant(user, 10, expires=DAY, reference=PAYMENT)
        clawback(user, -4)
        process_due(user, at=NOON + DAY)  # one machine's clock
        clawback(user, 4, at=NOON + DAY - MINUTE)  # another's
        assert process_due(user, at=NOON + 2 * DAY) == 4
        assert (left(own), expiries(user)) == ([(0, 0)], [-6])

    def test_does_not_roll_over_twice(self, user):
        grant(user, 10, expires=DAY, rollover_cap=6, reference=PAYMENT)
        clawback(user, -4)
        process_due(user, at=NOON + DAY)
        clawback(user, 4, at=NOON + DAY)
        assert grants_of(user) == [(10, 0, DAY), (6, 6, None), (4, 4, None)]
        assert_ledger_consistent(user)

    def test_returned_credits_are_consumed_again_and_the_ledger_is_consistent(self, user):
        own = grant(user, 10, reference=PAYMENT)
        for _ in range(3):
            clawback(user, -10)
            clawback(user, 10)
        spend(user, 10)
        process_due(user)
        assert left(own) == [(0, 0)]
        assert_ledger_consistent(user)
        assert audit.breaches(first=user.pk, last=user.pk) == []


class TestKey:
    @pytest.mark.parametrize("amount", [-6, 4])
    def test_a_repeat_moves_nothing(self, user, amount):
        own = grant(user, 10, reference=PAYMENT)
        clawback(user, -4)
        first = clawback(user, amount, key="once")
        before = left(own), balance(user)
        again = clawback(user, amount, key="once", at=NOON + DAY)
        assert (again.created, again.entry_id) == (False, first.entry_id)
        assert (left(own), balance(user)) == before

    def test_another_payment_under_the_same_key_is_refused(self, user):
        own = grant(user, 10, reference=PAYMENT)
        clawback(user, -4, key="once")
        with pytest.raises(IdempotencyConflict):
            clawback(user, -4, key="once", of=OTHER)
        assert left(own) == [(6, 0)]

    def test_in_a_transaction_that_fails_takes_later(self, user):
        soon, own = grant(user, 10, expires=DAY), grant(user, 10, reference=PAYMENT)
        with rolled_back():
            clawback(user, -4, key="once")
        assert (left(soon, own), balance(user)) == ([(10, 0), (10, 0)], (20, 0))
        clawback(user, -4, key="once")
        assert left(soon, own) == [(10, 0), (6, 0)]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_many_that_repeat_each_other_take_once(self, user):
        soon, own = grant(user, 10, expires=DAY), grant(user, 10, reference=PAYMENT)
        jobs = [lambda: clawback(user, -4, key="once")] * 8
        assert [answer.amount for answer in at_once(*jobs)] == [-4] * 8
        assert left(soon, own) == [(10, 0), (6, 0)]
        assert_ledger_consistent(user)

    def test_winning_back_twice_at_once_gives_no_more_than_was_taken(self, user):
        own = grant(user, 10, reference=PAYMENT)
        clawback(user, -10)
        answers = at_once(*[lambda key=f"won:{n}": clawback(user, 10, key=key) for n in range(8)])
        assert sorted(type(answer).__name__ for answer in answers) == ["Posted"] + ["ValueError"] * 7
        assert (left(own), balance(user)) == ([(10, 0)], (10, 0))
        assert_ledger_consistent(user)

    def test_spends_and_holds_beside_it_leave_no_grant_over_consumed(self, user):
        own, others = grant(user, 40, reference=PAYMENT), grant(user, 40)

        def work(number):
            return lambda: (
                holds.capture(hold=hold(user, 2), amount=1, at=NOON)
                if number % 2
                else spend(user, 1, key=f"spend:{number}")
            )

        jobs = [work(number) for number in range(12)]
        jobs += [lambda n=n: clawback(user, -5, key=f"clawback:{n}") for n in range(4)]
        assert not [answer for answer in at_once(*jobs) if isinstance(answer, Exception)]
        assert process_due(user) == 80 - 12 - 20
        assert sum(remaining for remaining, _ in left(own, others)) == 48
        assert left(own, others)[1] == (40, 0)
        assert_ledger_consistent(user)
