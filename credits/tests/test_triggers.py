"""The rules that no constraint can express: the database refuses any client, and names the rule."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import F, ProtectedError

from credits.models import AiCreditLog
from credits.tests.ledger_helpers import USERS, balance, refused
from credits.tests.test_constraints import insert_entry

pytestmark = pytest.mark.django_db
User = get_user_model()


def run(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


class TestAppendOnly:
    @pytest.mark.parametrize(
        "change", [{"amount": 1000}, {"reason": "a nicer one"}, {"user_id": 1}, {"metadata": {"a": 1}}]
    )
    def test_an_entry_is_never_changed(self, user, change):
        with refused("credits_ledger_append_only"):
            AiCreditLog.objects.of(user.pk).update(**change)

    def test_an_entry_is_never_saved_again(self, user):
        entry = AiCreditLog.objects.of(user.pk).get()
        with refused("credits_ledger_append_only"):
            entry.save()

    def test_an_entry_is_never_deleted(self, user):
        with pytest.raises(ProtectedError):
            AiCreditLog.objects.of(user.pk).delete()
        with refused("credits_ledger_append_only"):
            run("delete from credits_aicreditlog where user_id = %s", user.pk)

    def test_a_user_with_a_ledger_is_never_deleted(self, user):
        with pytest.raises(ProtectedError):
            user.delete()
        with refused("violates foreign key constraint"):
            run(f"delete from {USERS} where id = %s", user.pk)

    def test_an_insert_that_turns_into_an_update_is_refused_too(self, user):
        with refused("credits_ledger_append_only"):
            run(
                "insert into credits_aicreditlog (user_id, kind, action_type, amount, balance_after, "
                "idempotency_key, reference_type, reference_id, reason, metadata, created_at) "
                "values (%s, 'grant', 'signup', 500, 500, 'signup', '', '', '', '{}', clock_timestamp()) "
                "on conflict (user_id, idempotency_key) do update set amount = 500",
                user.pk,
            )


class TestBothOrNeither:
    def test_an_entry_continues_the_one_before_it(self, user):
        with refused("credits_ledger_continuous"):
            insert_entry(user, amount=10, balance_after=500)

    def test_an_entry_without_its_balance_is_refused(self, user):
        with refused("credits_ledger_entry_needs_balance"):
            insert_entry(user, amount=10, balance_after=110)

    @pytest.mark.parametrize("minted", [1, 10**9, -1])
    def test_a_balance_without_its_entry_is_refused(self, user, minted):
        with refused("credits_ledger_balance_needs_entry"):
            User.objects.filter(pk=user.pk).update(ai_credits=F("ai_credits") + minted)

    def test_held_credits_cannot_be_minted_either(self, user):
        with refused("credits_ledger_balance_needs_entry"):
            User.objects.filter(pk=user.pk).update(ai_credits_held=1)

    def test_an_entry_first_and_its_balance_later_is_refused_at_once(self, user):
        # Both orders: nothing may be half-written even for the length of a transaction.
        with refused("credits_ledger_entry_needs_balance"):
            insert_entry(user, amount=10, balance_after=110)
            User.objects.filter(pk=user.pk).update(ai_credits=110)
        with refused("credits_ledger_balance_needs_entry"):
            User.objects.filter(pk=user.pk).update(ai_credits=110)
            insert_entry(user, amount=10, balance_after=110)

    def test_one_entry_cannot_vouch_for_another_users_balance(self, user, staff):
        with refused("credits_ledger_"):
            run(
                "with entry as (insert into credits_aicreditlog (user_id, kind, action_type, amount, "
                "balance_after, idempotency_key, reference_type, reference_id, reason, metadata, created_at) "
                "values (%s, 'grant', 'x', 10, 110, 'k', '', '', '', '{}', clock_timestamp()) returning 1) "
                f"update {USERS} set ai_credits = 110 where id = %s",
                user.pk,
                staff.pk,
            )


@pytest.mark.this_project
class TestNewHolder:
    """However a row comes to be, its credits have an entry."""

    def assert_signed_up(self, user, amount=100):
        entry = AiCreditLog.objects.of(user.pk).get()
        assert (entry.kind, entry.action_type, entry.idempotency_key) == ("grant", "signup", "signup")
        assert (entry.amount, entry.balance_after) == (amount, amount)
        assert balance(user) == (amount, 0)

    def test_by_the_manager(self):
        self.assert_signed_up(User.objects.create_user("a@example.com", "secret"))

    def test_as_a_superuser(self):
        self.assert_signed_up(User.objects.create_superuser("a@example.com", "secret"))

    def test_by_create(self):
        self.assert_signed_up(User.objects.create(email="a@example.com", password="!"))

    def test_with_another_balance(self):
        self.assert_signed_up(User.objects.create(email="a@example.com", ai_credits=7), amount=7)

    def test_with_nothing(self):
        self.assert_signed_up(User.objects.create(email="a@example.com", ai_credits=0), amount=0)

    def test_in_bulk(self):
        User.objects.bulk_create(User(email=f"{n}@example.com", ai_credits=n) for n in range(5))
        for user in User.objects.all():
            self.assert_signed_up(user, amount=user.ai_credits)

    def test_in_bulk_with_conflicts(self, user):
        User.objects.bulk_create(
            [User(email=user.email, ai_credits=500), User(email="new@example.com")], ignore_conflicts=True
        )
        self.assert_signed_up(user)
        self.assert_signed_up(User.objects.get(email="new@example.com"))

    def test_by_an_upsert_that_would_change_a_balance(self, user):
        with refused("credits_ledger_balance_needs_entry"):
            User.objects.bulk_create(
                [User(email=user.email, ai_credits=500)],
                update_conflicts=True,
                update_fields=["ai_credits"],
                unique_fields=["email"],
            )

    def test_by_raw_sql_that_knows_nothing_of_credits(self):
        run(
            "insert into accounts_user (email, name, password, is_superuser, is_staff, is_active, date_joined)"
            " values ('raw@example.com', '', '!', false, false, true, clock_timestamp())"
        )
        # The column's default depends on no setting.
        self.assert_signed_up(User.objects.get(email="raw@example.com"), amount=0)

    @pytest.mark.parametrize("credits", [0, 7])
    def test_with_the_credits_of_the_setting(self, settings, credits):  # noqa: A002  (what it is)
        settings.SIGNUP_CREDITS = credits
        User.objects.create_user("manager@example.com", "secret")
        User.objects.create_superuser("superuser@example.com", "secret")
        User.objects.create(email="create@example.com", password="!")
        User.objects.bulk_create([User(email="bulk@example.com")])
        User.objects.get_or_create(email="get-or-create@example.com")
        for user in User.objects.all():
            self.assert_signed_up(user, amount=credits)
        assert User.objects.count() == 5
        settings.SIGNUP_CREDITS = 500
        self.assert_signed_up(User.objects.get(email="bulk@example.com"), amount=credits)

    def test_never_with_credits_held_already(self):
        with refused("credits_ledger_new_holder_holds_none"):
            User.objects.create(email="a@example.com", ai_credits=90, ai_credits_held=10)
