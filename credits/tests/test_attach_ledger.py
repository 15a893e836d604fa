"""AttachLedger installs the ledger for a user table, and can be reversed."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from credits import services as ledger
from credits.checks import check_database
from credits.consumption_order import COLUMNS
from credits.ledger_sql import NEWEST, files_of
from credits.migration_operations import AttachLedger
from credits.models import AiCreditLog
from credits.tests.ledger_helpers import USER, assert_ledger_consistent, refused

pytestmark = pytest.mark.django_db
User = get_user_model()
OPERATION = AttachLedger(USER.label, version=NEWEST)


def state():
    return MigrationLoader(connection).project_state()


def detach():
    with connection.schema_editor() as editor:
        OPERATION.database_backwards(USER.app_label, editor, state(), state())


def attach():
    with connection.schema_editor() as editor:
        OPERATION.database_forwards(USER.app_label, editor, state(), state())


def installed():
    """The names of the ledger's triggers and functions in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgname from pg_trigger where not tgisinternal and tgname like 'credits%%' "
            "union all select proname from pg_proc where proname like 'credits%%'"
        )
        return sorted(name for (name,) in cursor.fetchall())


def test_installs_and_removes_its_triggers_and_functions():
    before = installed()
    assert {"credits_ledger_append_only", "credits_balance_checked", "credits_post"} <= set(before)
    detach()
    assert installed() == []
    attach()
    assert installed() == before


def test_replaces_what_an_earlier_version_installed():
    before = installed()
    with connection.cursor() as cursor:
        cursor.execute("drop function credits_hold")
        cursor.execute(
            "create function credits_hold(p_user_id bigint) returns int language sql as 'select 1'"
        )
    attach()
    assert installed() == before
    assert check_database(databases=["default"]) == []


def test_opens_an_account_for_every_user_that_has_none(make_user):
    known = make_user()
    detach()
    unknown = User.objects.create(
        **{User.USERNAME_FIELD: "unknown@example.com"}, ai_credits=30, ai_credits_held=12
    )
    User.objects.filter(pk=unknown.pk).update(ai_credits_held=0, ai_credits=42)
    attach()
    entry = AiCreditLog.objects.of(unknown.pk).get()
    assert (entry.action_type, entry.amount, entry.balance_after) == ("opening", 42, 42)
    assert AiCreditLog.objects.of(known.pk).get().action_type == "signup"
    ledger.spend(user_id=unknown.pk, amount=2, action_type="test", key="k")
    assert_ledger_consistent(unknown)
    with refused("credits_ledger_balance_needs_entry"):
        User.objects.filter(pk=unknown.pk).update(ai_credits=1000)


def test_is_written_into_a_migration_by_name():
    first = AttachLedger(USER.label, version=1)
    assert first.deconstruct() == ("AttachLedger", [USER.label], {"version": 1})
    assert first.migration_name_fragment == "attach_ledger_1"
    assert first.describe() == f"Attach version 1 of the credit ledger to {USER.label}"
    later = AttachLedger(USER.label, version=2, replaces=1)
    assert later.deconstruct() == ("AttachLedger", [USER.label], {"version": 2, "replaces": 1})
    first.state_forwards(USER.app_label, state())
    with pytest.raises(ValueError, match="replaces an earlier one"):
        AttachLedger(USER.label, version=2, replaces=2)


@pytest.mark.parametrize("version", [0, NEWEST + 1])
def test_a_version_that_does_not_exist_is_named(version):
    with connection.schema_editor() as editor, pytest.raises(ValueError, match=f"no version {version}"):
        AttachLedger(USER.label, version=version).database_forwards(USER.app_label, editor, state(), state())


def test_a_migration_that_comes_before_a_table_says_so():
    early = state()
    early.remove_model("credits", "actionprice")
    with connection.schema_editor() as editor, pytest.raises(ValueError, match=r"needs the table 'prices'"):
        OPERATION.database_forwards(USER.app_label, editor, early, early)


def test_the_order_of_consumption_is_that_of_the_queries():
    columns = (f"g.{name} asc {nulls}" if nulls else f"g.{name}" for name, nulls in COLUMNS)
    assert f"order by {', '.join(columns)}\n" in files_of(NEWEST)["hold"].read_text()
