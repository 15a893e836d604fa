"""Spend, grant, refund, adjust, clawback: one entry and one movement for each cause."""

import pytest
from django.db import transaction
from django.utils import timezone

from credits import services as ledger
from credits.exceptions import IdempotencyConflict, InsufficientCredits, NotRefundable, UnknownHolder
from credits.models import AiCreditLog, EntryKind
from credits.services import MAX_AMOUNT, holds
from credits.tests.ledger_helpers import assert_ledger_consistent, balance, rolled_back

pytestmark = pytest.mark.django_db
UNKNOWN = 10**15


def spend(user, amount=5, **more):
    return ledger.spend(
        **{"user_id": user.pk, "amount": amount, "action_type": "summarise", "key": "k", **more}
    )


def grant(user, amount=5, **more):
    return ledger.grant(**{"user_id": user.pk, "amount": amount, "action_type": "bonus", "key": "k", **more})


def adjust(user, amount=5, **more):
    return ledger.adjust(
        **{"user_id": user.pk, "amount": amount, "actor_id": user.pk, "reason": "why", "key": "k", **more}
    )


def clawback(user, amount=-5, **more):
    return ledger.clawback(
        **{"user_id": user.pk, "amount": amount, "action_type": "refunded", "key": "k", **more}
    )


class TestSpend:
    def test_takes_the_credits_and_says_what_is_left(self, user):
        before = timezone.now()
        posted = spend(user, 30, reference=ledger.Reference(type="job", id="42"), metadata={"tokens": 7})
        assert (posted.amount, posted.balance_after, posted.available, posted.created) == (-30, 70, 70, True)
        entry = AiCreditLog.objects.get(id=posted.entry_id)
        assert (entry.kind, entry.action_type, entry.idempotency_key) == ("spend", "summarise", "k")
        assert (entry.reference_type, entry.reference_id, entry.metadata) == ("job", "42", {"tokens": 7})
        assert before <= entry.created_at <= timezone.now()
        assert str(entry) == "-30 summarise"
        assert_ledger_consistent(user)

    def test_the_same_key_is_compared_by_amount_whatever_the_metadata_say(self, user):
        first, again = (spend(user, 2, metadata={"requested": 5}) for _ in range(2))
        assert (again.created, again.entry_id) == (False, first.entry_id)

    def test_everything_can_be_spent(self, user):
        assert spend(user, 100).available == 0
        assert balance(user) == (0, 0)

    def test_one_more_than_everything_is_refused_and_changes_nothing(self, user):
        with pytest.raises(InsufficientCredits) as refusal:
            spend(user, 101)
        assert (refusal.value.required, refusal.value.available) == (101, 100)
        assert str(refusal.value) == "This costs 101 credits, and 100 are available."
        assert balance(user) == (100, 0)
        assert AiCreditLog.objects.of(user.pk).count() == 1

    def test_held_credits_cannot_be_spent(self, user):
        holds.hold(user_id=user.pk, amount=60, action_type="summarise")
        with pytest.raises(InsufficientCredits):
            spend(user, 41)
        assert spend(user, 40).balance_after == 60

    @pytest.mark.parametrize("amount", [0, -1, MAX_AMOUNT + 1])
    def test_an_amount_is_positive_and_sane(self, user, amount):
        with pytest.raises(ValueError, match="credits"):
            spend(user, amount)
        assert balance(user) == (100, 0)

    def test_a_user_exists(self):
        with pytest.raises(UnknownHolder, match=str(UNKNOWN)):
            ledger.spend(user_id=UNKNOWN, amount=1, action_type="x", key="k")


class TestKey:
    def test_the_same_cause_posts_once(self, user):
        first, again = spend(user), spend(user)
        assert (first.created, again.created) == (True, False)
        assert (again.entry_id, again.amount, again.balance_after) == (first.entry_id, -5, 95)
        assert balance(user) == (95, 0)

    def test_a_repeat_is_answered_when_nothing_is_left(self, user):
        spend(user, 100)
        assert spend(user, 100).created is False

    def test_a_repeat_answers_the_balance_of_then_and_what_is_available_now(self, user):
        spend(user, 5)
        spend(user, 10, key="later")
        again = spend(user, 5)
        assert (again.balance_after, again.available) == (95, 85)

    @pytest.mark.parametrize(
        ("other", "differs"),
        [
            ({"amount": 6}, "amount"),
            ({"action_type": "translate"}, "action type"),
            ({"reference": ledger.Reference(type="job", id="1")}, "reference"),
        ],
    )
    def test_the_same_key_with_another_argument_is_refused(self, user, other, differs):
        spend(user)
        with pytest.raises(IdempotencyConflict) as refusal:
            spend(user, **other)
        assert refusal.value.differs == (differs,)
        assert balance(user) == (95, 0)

    def test_the_same_key_for_another_kind_is_refused(self, user):
        spend(user, action_type="bonus")
        with pytest.raises(IdempotencyConflict) as refusal:
            grant(user)
        assert refusal.value.differs == ("kind", "amount")
        assert balance(user) == (95, 0)

    def test_the_key_of_the_signup_cannot_be_used_again(self, user):
        with pytest.raises(IdempotencyConflict):
            grant(user, 1000, key="signup")
        assert balance(user) == (100, 0)

    def test_two_users_may_use_one_key(self, user, staff):
        assert spend(user).created
        assert spend(staff).created

    def test_a_used_key_leaves_the_transaction_that_it_came_in_usable(self, user):
        spend(user)
        with transaction.atomic():
            spend(user)
            with pytest.raises(IdempotencyConflict):
                spend(user, 6)
            with pytest.raises(InsufficientCredits):
                spend(user, 1000, key="another")
            grant(user, 50, key="afterwards")
        assert balance(user) == (145, 0)
        assert_ledger_consistent(user)

    def test_what_rolls_back_posts_nothing_and_leaves_the_key_free(self, user):
        with rolled_back():
            spend(user)
        assert balance(user) == (100, 0)
        assert spend(user, 7).created


class TestGrant:
    def test_gives_the_credits(self, user):
        posted = grant(user, 1000)
        assert (posted.amount, posted.balance_after, posted.available) == (1000, 1100, 1100)
        assert_ledger_consistent(user)

    @pytest.mark.parametrize("amount", [0, -1, MAX_AMOUNT + 1])
    def test_an_amount_is_positive_and_sane(self, user, amount):
        with pytest.raises(ValueError, match="credits"):
            grant(user, amount)

    def test_a_user_exists(self):
        with pytest.raises(UnknownHolder):
            ledger.grant(user_id=UNKNOWN, amount=1, action_type="x", key="k")


class TestRefund:
    def test_undoes_a_spend_whole(self, user):
        spent = spend(user, 30, reference=ledger.Reference(type="job", id="42"))
        posted = ledger.refund(entry_id=spent.entry_id, reason="it was bad")
        entry = AiCreditLog.objects.get(id=posted.entry_id)
        assert (entry.kind, entry.amount, entry.reason) == ("refund", 30, "it was bad")
        assert (entry.reference_type, entry.reference_id) == ("job", "42")
        assert balance(user) == (100, 0)
        assert_ledger_consistent(user)

    def test_happens_once(self, user):
        spent = spend(user, 30)
        assert ledger.refund(entry_id=spent.entry_id).created is True
        assert ledger.refund(entry_id=spent.entry_id).created is False
        assert balance(user) == (100, 0)

    def test_refunds_nothing_but_spends(self, user):
        signup = AiCreditLog.objects.of(user.pk).get()
        with pytest.raises(NotRefundable):
            ledger.refund(entry_id=signup.id)
        refund = ledger.refund(entry_id=spend(user).entry_id)
        with pytest.raises(NotRefundable):
            ledger.refund(entry_id=refund.entry_id)

    def test_of_what_was_never_posted(self, user):
        with pytest.raises(AiCreditLog.DoesNotExist):
            ledger.refund(entry_id=UNKNOWN)

    def test_a_captured_hold_can_be_refunded(self, user):
        hold = holds.hold(user_id=user.pk, amount=10, action_type="summarise")
        captured = holds.capture(hold=hold, amount=4)
        assert ledger.refund(entry_id=captured.entry_id).amount == 4
        assert balance(user) == (100, 0)


class TestAdjust:
    @pytest.mark.parametrize(("amount", "left"), [(50, 150), (-50, 50)])
    def test_stores_actor_and_reason(self, user, staff, amount, left):
        posted = adjust(user, amount, actor_id=staff.pk, reason="  goodwill ")
        entry = AiCreditLog.objects.get(id=posted.entry_id)
        assert (entry.kind, entry.actor, entry.reason) == (EntryKind.ADJUSTMENT, staff, "goodwill")
        assert balance(user) == (left, 0)

    def test_stops_at_zero(self, user):
        posted = adjust(user, -500)
        assert (posted.amount, posted.balance_after) == (-100, 0)
        assert_ledger_consistent(user)

    def test_stops_at_what_is_held(self, user):
        hold = holds.hold(user_id=user.pk, amount=40, action_type="summarise")
        assert adjust(user, -500).amount == -60
        assert balance(user) == (0, 40)
        holds.capture(hold=hold)
        assert_ledger_consistent(user)

    def test_a_repeat_of_one_that_stopped_at_zero_is_a_repeat(self, user):
        first = adjust(user, -500)
        grant(user, 1000, key="later")
        again = adjust(user, -500)
        assert (again.entry_id, again.amount, again.created) == (first.entry_id, -100, False)
        with pytest.raises(IdempotencyConflict):
            adjust(user, -100)
        assert balance(user) == (1000, 0)

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_needs_a_reason(self, user, reason):
        with pytest.raises(ValueError, match="reason"):
            adjust(user, reason=reason)

    @pytest.mark.parametrize("amount", [0, MAX_AMOUNT + 1, -MAX_AMOUNT - 1])
    def test_an_amount_changes_something_and_is_sane(self, user, amount):
        with pytest.raises(ValueError, match="credits"):
            adjust(user, amount)

    def test_a_user_exists(self, user):
        with pytest.raises(UnknownHolder):
            ledger.adjust(user_id=UNKNOWN, amount=1, actor_id=user.pk, reason="why", key="k")


class TestClawback:
    def test_takes_back_and_gives_again(self, user):
        clawback(user, -30)
        clawback(user, 30, key="won back")
        kinds = AiCreditLog.objects.of(user.pk).order_by("id").values_list("kind", "amount")
        assert list(kinds) == [("grant", 100), ("clawback", -30), ("clawback", 30)]
        assert balance(user) == (100, 0)

    def test_leaves_no_debt(self, user):
        spend(user, 80)
        assert clawback(user, -100, key="c").amount == -20
        assert clawback(user, -100, key="c").created is False
        assert_ledger_consistent(user)
