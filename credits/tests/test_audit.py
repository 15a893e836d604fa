"""verify_ledger finds every breach that past-the-services writing can make, and repairs what can be."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from credits import audit
from credits import services as ledger
from credits.exceptions import HoldClosed
from credits.models import AiCreditLog, CreditGrant, CreditHold
from credits.services import holds
from credits.tests.ledger_helpers import USERS, assert_ledger_consistent, balance

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def past_the_triggers(statement, *parameters):
    """As a restored backup or a superuser's session would: with the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(statement, parameters)
        cursor.execute("set local session_replication_role = origin")


def rules(user):
    return {breach.rule for breach in audit.breaches(first=user.pk, last=user.pk)}


def verify(**options):
    out = StringIO()
    call_command("verify_ledger", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


class TestConsistentLedger:
    def test_a_busy_users_ledger_is_consistent(self, user):
        ledger.spend(user_id=user.pk, amount=5, action_type="x", key="1", at=NOON)
        held = holds.hold(user_id=user.pk, amount=20, action_type="x", at=NOON)
        holds.capture(hold=held, amount=11, at=NOON)
        holds.hold(user_id=user.pk, amount=7, action_type="x", at=NOON)
        ledger.grant(
            user_id=user.pk, amount=9, action_type="g", key="2", expires_at=NOON + timedelta(1), at=NOON
        )
        spent = ledger.spend(user_id=user.pk, amount=8, action_type="x", key="3", at=NOON)
        ledger.refund(entry_id=spent.entry_id, at=NOON + timedelta(2))
        ledger.spend(user_id=user.pk, amount=1, action_type="x", key="4", at=NOON + timedelta(3))
        assert rules(user) == set()
        assert "every credit is accounted for" in verify()

    def test_users_are_read_a_page_at_a_time(self, user, staff, monkeypatch):
        monkeypatch.setattr(audit, "USERS_AT_A_TIME", 1)
        assert [count for _, _, count in audit.ranges()] == [1, 1]
        assert "2 users verified" in verify()


class TestBreaches:
    def test_a_balance_that_is_not_the_sum(self, user):
        past_the_triggers(f"update {USERS} set ai_credits = ai_credits + 50 where id = %s", user.pk)
        assert rules(user) >= {"balance_is_not_the_sum", "grants_do_not_explain_the_balance"}
        with pytest.raises(CommandError) as failure:
            verify()
        assert failure.value.returncode == 1
        assert "1 users were repaired" in verify(repair=True)
        assert balance(user) == (100, 0)
        assert rules(user) == set()

    def test_an_edited_entry(self, user):
        ledger.spend(user_id=user.pk, amount=5, action_type="x", key="1")
        past_the_triggers("update credits_aicreditlog set amount = -4 where idempotency_key = '1'")
        assert "entry_does_not_continue" in rules(user)
        with pytest.raises(CommandError):
            verify(repair=True)  # a ledger that contradicts itself is for a person to explain
        assert "entry_does_not_continue" in rules(user)

    def test_a_user_without_an_opening_entry(self, user):
        past_the_triggers("delete from credits_creditgrant where user_id = %s", user.pk)
        past_the_triggers("delete from credits_aicreditlog where user_id = %s", user.pk)
        assert "no_opening_entry" in rules(user)
        verify(repair=True)
        entry = AiCreditLog.objects.of(user.pk).get()
        assert (entry.action_type, entry.amount, entry.balance_after) == ("opening", 100, 100)
        assert_ledger_consistent(user)

    def test_credits_held_by_no_hold(self, user):
        past_the_triggers(f"update {USERS} set ai_credits = 60, ai_credits_held = 40 where id = %s", user.pk)
        assert rules(user) == {"held_is_not_what_holds_hold", "grants_reserve_another_sum"}
        verify(repair=True)
        assert balance(user) == (100, 0)
        assert rules(user) == set()

    def test_holds_of_credits_that_are_spent(self, user):
        """As when a stale row was written between the hold and a spend of all there seemed to be."""
        held = holds.hold(user_id=user.pk, amount=5, action_type="x")
        past_the_triggers(f"update {USERS} set ai_credits = 100, ai_credits_held = 0 where id = %s", user.pk)
        ledger.spend(user_id=user.pk, amount=100, action_type="x", key="all")
        assert "held_is_not_what_holds_hold" in rules(user)
        assert "1 users were repaired" in verify(repair=True)
        assert (balance(user), rules(user)) == ((0, 0), set())
        with pytest.raises(HoldClosed):
            holds.capture(hold=held)
        ledger.grant(user_id=user.pk, amount=5, action_type="g", key="paid")
        assert (holds.capture(hold=held).amount, balance(user)) == (5, (0, 0))
        assert_ledger_consistent(user)

    def test_a_grant_that_reserves_for_no_hold(self, user):
        CreditGrant.objects.filter(user=user).update(reserved=10)
        assert rules(user) == {"grants_reserve_another_sum"}
        verify(repair=True)
        assert rules(user) == set()

    def test_grants_that_hold_too_little_are_made_up_in_the_users_favour(self, user):
        CreditGrant.objects.filter(user=user).update(remaining=30)
        assert rules(user) == {"grants_do_not_explain_the_balance"}
        verify(repair=True)
        assert rules(user) == set()
        ledger.spend(user_id=user.pk, amount=100, action_type="x", key="all")
        assert ledger.process_due(user_id=user.pk) == 0

    def test_grants_that_hold_too_much_are_trimmed(self, user):
        ledger.spend(user_id=user.pk, amount=40, action_type="x", key="1")
        ledger.process_due(user_id=user.pk)
        CreditGrant.objects.filter(user=user).update(remaining=100)
        assert rules(user) == {"grants_do_not_explain_the_balance"}
        verify(repair=True)
        assert rules(user) == set()
        assert CreditGrant.objects.get(user=user).remaining == 60

    def test_a_grant_consumed_twice(self, user):
        ledger.spend(user_id=user.pk, amount=60, action_type="x", key="1")
        ledger.process_due(user_id=user.pk)
        past_the_triggers("update credits_creditconsumption set amount = 101")
        assert rules(user) == {"grant_consumed_more_than_it_gave"}

    def test_machines_get_json(self, user):
        past_the_triggers(f"update {USERS} set ai_credits = 7 where id = %s", user.pk)
        out = StringIO()
        with pytest.raises(CommandError):
            call_command("verify_ledger", "--json", stdout=out, stderr=StringIO())
        document = json.loads(out.getvalue())
        assert document["breaches"] == 2
        assert {
            "rule": "balance_is_not_the_sum",
            "user_id": user.pk,
            "expected": "100",
            "found": "7",
        } in document["first"]


class TestSweep:
    def test_processes_users_with_something_due_and_no_others(self, user, staff):
        holds.hold(user_id=user.pk, amount=10, action_type="x", at=NOON)
        holds.hold(user_id=staff.pk, amount=10, action_type="x")
        out = StringIO()
        call_command("process_due_credits", stdout=out)
        assert "1 users processed, 0 stored responses deleted." in out.getvalue()
        assert (balance(user), balance(staff)) == ((100, 0), (90, 10))

    def test_forgets_old_answers(self, user):
        key = ledger.RequestKey(endpoint="POST /api/notes", key="k", request_hash="x")
        held = holds.hold(user_id=user.pk, amount=1, action_type="x", request=key)
        long_ago = timezone.now() - timedelta(days=400)
        holds.capture(hold=held, response_status=201, response_body="secret", at=long_ago)
        out = StringIO()
        call_command("process_due_credits", stdout=out)
        assert "1 stored responses deleted." in out.getvalue()
        assert not CreditHold.objects.filter(response_body="secret").exists()

    @pytest.mark.parametrize(
        "breaks",
        [
            lambda user: CreditGrant.objects.filter(user=user).update(remaining=50),
            lambda user: past_the_triggers(f"update {USERS} set ai_credits_held = 1 where id = %s", user.pk),
        ],
    )
    def test_one_users_disorder_does_not_stop_the_others(self, user, staff, breaks):
        for one in (user, staff):
            holds.hold(user_id=one.pk, amount=10, action_type="x", at=NOON)
        breaks(user)
        errors = StringIO()
        with pytest.raises(CommandError):
            call_command("process_due_credits", "--quiet", stdout=StringIO(), stderr=errors)
        assert f"user {user.pk}" in errors.getvalue()
        assert balance(staff) == (100, 0)
