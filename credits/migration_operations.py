"""A migration operation that attaches the ledger to a user table.

    # in the app that owns the user model, after the migration that adds CreditHolder's columns
    dependencies = [("accounts", "0001_initial"), ("credits", "0001_initial")]
    operations = [AttachLedger("accounts.User", version=1)]

    # in a later migration of that app, when a release of credits has a new version of the SQL
    operations = [AttachLedger("accounts.User", version=2, replaces=1)]

The operation gives every existing user an opening entry for the balance of their row (existing_users.sql).
From the version's files (credits/ledger_sql.py) it installs the functions that move credits, the trigger that
posts the first entry of a new user (signup_grant.sql), and the triggers that refuse inconsistent writes
(ledger_guards.sql). These triggers raise SQLSTATE 23514 with a message that starts with the name of the rule:

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
sequential scan is cheapest, but this cached query plan would be very slow later. So the functions select the
entry in the order of (user, id), which only one index has, and turn sequential scans off. That costs a few
µs per call; planning each call again would cost 100 µs.

With `replaces`, the operation posts no entries. It replaces only the functions and triggers that differ
between the two versions, and its reverse restores the earlier version. Without `replaces`, it first drops the
functions and triggers of all versions up to this one, and its reverse drops those of this version. It finds
them by the names in the versions' files, and takes the arguments of functions from the database, so that no
function with other arguments stays behind. The system check credits.W007 reports outdated functions.

TRUNCATE stays possible, for Django's test flush. In production, the application's role should not have
that privilege (docs/operations.md).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from credits.ledger_sql import OPENING, definitions_of, files_of, names_in, render

# Quoted with single quotes only: the names are identifiers of our own files.
DROP = """
do $$
declare
    found record;
begin
    for found in
        select tgname, tgrelid::regclass as on_table from pg_trigger
        where not tgisinternal and tgname = any('{{{triggers}}}') and pg_table_is_visible(tgrelid)
    loop
        execute format('drop trigger %I on %s', found.tgname, found.on_table);
    end loop;
    for found in
        select oid::regprocedure as signature from pg_proc
        where proname = any('{{{functions}}}') and pg_function_is_visible(oid)
    loop
        execute format('drop function %s', found.signature);
    end loop;
end $$
"""


class AttachLedger(Operation):
    """Install a version of the ledger's functions and triggers for `model`, the user model."""

    reversible = True
    reduces_to_sql = True
    atomic = True

    def __init__(self, model: str, *, version: int, replaces: int | None = None) -> None:
        if replaces is not None and replaces >= version:
            raise ValueError(f"Version {version} of the ledger replaces an earlier one, not {replaces}.")
        self.model = model
        self.version = version
        self.replaces = replaces

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if self.replaces is None:
            installed = list(definitions_of(self.version).values())
            dropped = [
                path for number in range(1, self.version + 1) for path in definitions_of(number).values()
            ]
            installed.append(files_of(self.version)[OPENING])
        else:
            dropped, installed = _difference(self.replaces, self.version)
        self._exchange(dropped, installed, schema_editor, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        installed: list[Path] = []
        dropped = list(definitions_of(self.version).values())
        if self.replaces is not None:
            dropped, installed = _difference(self.version, self.replaces)
        self._exchange(dropped, installed, schema_editor, to_state)

    def describe(self) -> str:
        return f"Attach version {self.version} of the credit ledger to {self.model}"

    @property
    def migration_name_fragment(self) -> str:
        return f"attach_ledger_{self.version}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        replaces = {} if self.replaces is None else {"replaces": self.replaces}
        return (self.__class__.__name__, [self.model], {"version": self.version, **replaces})

    def _exchange(
        self,
        dropped: Iterable[Path],
        installed: Iterable[Path],
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
    ) -> None:
        installed = list(installed)
        triggers, functions = names_in([*dropped, *installed])
        scripts = [
            render(path, model=self.model, apps=state.apps, connection=schema_editor.connection)
            for path in installed
        ]
        schema_editor.execute(
            DROP.format(triggers=",".join(triggers), functions=",".join(functions)), params=None
        )
        for script in scripts:
            if script.strip():
                schema_editor.execute(script, params=None)


def _difference(old: int, new: int) -> tuple[list[Path], list[Path]]:
    """Return the files of `old` that `new` does not have, and those of `new` that `old` does not have."""
    before, after = definitions_of(old), definitions_of(new)
    return (
        [path for name, path in before.items() if after.get(name) != path],
        [path for name, path in after.items() if before.get(name) != path],
    )
