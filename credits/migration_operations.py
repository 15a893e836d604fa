"""A migration operation that attaches the ledger to a user table.

    # in the app that owns the user model, after the migration that adds CreditHolder's columns
    dependencies = [("accounts", "0001_initial"), ("credits", "0001_initial")]
    operations = [AttachLedger("accounts.User")]

It gives every existing user an opening entry for the balance of their row (existing_users.sql). It installs
from `credits/sql/` the functions that move credits, the trigger that opens the account of a new user
(signup_grant.sql), and the triggers that refuse inconsistent writes (ledger_guards.sql). These raise
SQLSTATE 23514 with a message that starts with the name of the rule:

    credits_ledger_append_only            UPDATE or DELETE of an entry
    credits_ledger_continuous             an entry that does not continue the one before it
    credits_ledger_entry_needs_balance    an entry without its change of balance
    credits_ledger_balance_needs_entry    a change of balance without its entry
    credits_ledger_new_holder_holds_none  a user inserted with credits already held
    credits_price_append_only             UPDATE or DELETE of a price

The triggers are immediate: an AFTER trigger sees what the other parts of one statement wrote, so an
entry and its balance pass in one statement, and every other order of writing is refused. Each reads
one entry by index, never a sum.

PostgreSQL caches the query plan of a function's first calls. While the ledger is nearly empty, a
sequential scan is cheapest; that cached query plan would be very slow later. So the functions select the
entry in the order of (user, id), which only one index has, and turn sequential scans off. That costs a few
µs per call; planning each call again would cost 100 µs.

AttachLedger replaces the functions and triggers of an earlier version. The system check credits.W007 reports
that they are outdated.

TRUNCATE stays possible, for Django's test flush. In production, the application's role should not have
that privilege (docs/operations.md).
"""

import re
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState, StateApps

from credits.consumption_order import CONSUMPTION_ORDER_SQL
from credits.tables import table_names

SQL = Path(__file__).with_name("sql")
INSTALLED = ("post", "hold", "capture", "release", "ledger_guards", "signup_grant", "prices", "claims")
NEEDED_TABLES = {"prices": "actionprice", "claims": "creditclaim"}  # of files that came later
FUNCTION = re.compile(r"create function (\w+)\(.*?\$\$(.*?)\$\$", re.DOTALL)
TRIGGER = re.compile(r"create trigger (\w+)\s.*? on (\S+)", re.DOTALL)


def ledger_sql(name: str, *, model: str, apps: Apps | StateApps, connection: BaseDatabaseWrapper) -> str:
    """Return a file of `credits/sql/` with the tables and the consumption order filled in."""
    names = table_names(user_model=model, apps=apps, connection=connection)
    return (SQL / f"{name}.sql").read_text().format(**names, consumption_order=CONSUMPTION_ORDER_SQL)


def installed_at(state: ProjectState) -> tuple[str, ...]:
    """Return the files to install at a point of the migrations: those whose tables exist."""
    return tuple(
        name
        for name in INSTALLED
        if name not in NEEDED_TABLES or ("credits", NEEDED_TABLES[name]) in state.models
    )


class AttachLedger(Operation):
    """Install the ledger's functions and triggers for `model`, the user model, and post opening entries."""

    reversible = True
    reduces_to_sql = True
    atomic = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        for name in (*installed_at(from_state), "existing_users"):
            schema_editor.execute(self._sql(name, schema_editor, from_state), params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        scripts = [self._sql(name, schema_editor, from_state) for name in installed_at(from_state)]
        for trigger, table in (found for script in scripts for found in TRIGGER.findall(script)):
            schema_editor.execute(f"drop trigger if exists {trigger} on {table}")
        for function, _ in (found for script in scripts for found in FUNCTION.findall(script)):
            schema_editor.execute(f"drop function if exists {function}")

    def describe(self) -> str:
        return f"Attach the credit ledger to {self.model}"

    @property
    def migration_name_fragment(self) -> str:
        return "attach_ledger"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.model], {})

    def _sql(self, name: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState) -> str:
        return ledger_sql(name, model=self.model, apps=state.apps, connection=schema_editor.connection)
