"""AttachLedger installs the ledger for a user table, and can be reversed."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from credits import services as ledger
from credits.checks import check_database
from credits.migration_operations import AttachLedger
from credits.models import AiCreditLog
from credits.tests.ledger_helpers import USER, assert_ledger_consistent, refused

pytestmark = pytest.mark.django_db
User = get_user_model()
OPERATION = AttachLedger(USER.label)


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
    assert OPERATION.deconstruct() == ("AttachLedger", [USER.label], {})
    assert OPERATION.migration_name_fragment == "attach_ledger"
    assert OPERATION.describe() == f"Attach the credit ledger to {USER.label}"
    OPERATION.state_forwards(USER.app_label, state())
