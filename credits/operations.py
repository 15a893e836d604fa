"""A migration operation: put a user table under the protection of the ledger.

    # in the app that owns the user model, after the migration that adds CreditHolder's columns
    dependencies = [("accounts", "0001_initial"), ("credits", "0001_initial")]
    operations = [AttachLedger("accounts.User")]

It gives every user an opening entry for what their row holds (new rows get theirs from a trigger,
however they come to be), and installs the triggers that refuse, with SQLSTATE 23514 and a message
that starts with the rule's name, whatever would break the books:

    credits_ledger_append_only            UPDATE or DELETE of an entry
    credits_ledger_continuous             an entry that does not continue the one before it
    credits_ledger_entry_needs_balance    an entry without its change of balance
    credits_ledger_balance_needs_entry    a change of balance without its entry
    credits_ledger_new_holder_holds_none  a user inserted with credits already held

The triggers are immediate: an AFTER trigger sees what the sibling parts of one statement wrote, so
the one-statement charge passes and every other order of writing is refused. Each looks at one
entry, by index, never at a sum.

A function keeps the plan of its first calls, and those may see a ledger of three entries, or of
one user: reading it whole, or backwards by its primary key, is cheapest then, and ruinous later.
So the entry is asked for in the order of (user, id), which only the index of that order gives, and
sequential scans are off inside: 8 µs a spend, where planning each time anew would cost 100.

TRUNCATE stays possible, for Django's test flush: in production the application's role should not
have the privilege (docs/operations.md).
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

LEDGER_SQL = """
create or replace function credits_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'credits_ledger_append_only: entry % of the ledger is immutable', old.id
        using errcode = 'check_violation';
end $$;

create trigger credits_ledger_append_only
    before update or delete on {ledger} for each row execute function credits_refuse_change();

create or replace function credits_check_entry() returns trigger language plpgsql
set enable_seqscan = off as $$
declare
    last_id bigint;
    before_it bigint;
    balance bigint;
begin
    select id, balance_after into last_id, before_it from (
        select user_id, id, balance_after from {ledger}
        where user_id <= new.user_id and id <> new.id order by user_id desc, id desc limit 1
    ) neighbour where user_id = new.user_id;
    -- An old id would slip in between entries that are there, and mint what it says.
    if last_id > new.id or coalesce(before_it, 0) + new.amount <> new.balance_after then
        raise exception 'credits_ledger_continuous: % after % cannot leave %',
            new.amount, coalesce(before_it, 0), new.balance_after using errcode = 'check_violation';
    end if;
    select ai_credits + ai_credits_held into balance from {users} where {pk} = new.user_id;
    if balance is distinct from new.balance_after then
        raise exception 'credits_ledger_entry_needs_balance: the entry leaves %, the user holds %',
            new.balance_after, balance using errcode = 'check_violation';
    end if;
    return null;
end $$;

create trigger credits_entry_checked
    after insert on {ledger} for each row execute function credits_check_entry();

create or replace function credits_check_balance() returns trigger language plpgsql
set enable_seqscan = off as $$
declare
    last_balance bigint;
begin
    select balance_after into last_balance from (
        select user_id, balance_after from {ledger}
        where user_id <= new.{pk} order by user_id desc, id desc limit 1
    ) neighbour where user_id = new.{pk};
    if last_balance is distinct from new.ai_credits + new.ai_credits_held then
        raise exception 'credits_ledger_balance_needs_entry: user % would hold %, the ledger says %',
            new.{pk}, new.ai_credits + new.ai_credits_held, last_balance using errcode = 'check_violation';
    end if;
    return null;
end $$;

create trigger credits_balance_checked
    after update of ai_credits, ai_credits_held on {users} for each row
    when (old.ai_credits + old.ai_credits_held is distinct from new.ai_credits + new.ai_credits_held)
    execute function credits_check_balance();

-- The one place where the clock is the database's: a row may come from SQL that knows no clock of ours.
create or replace function credits_open_account() returns trigger language plpgsql as $$
declare
    opening bigint;
begin
    if new.ai_credits_held <> 0 then
        raise exception 'credits_ledger_new_holder_holds_none: % credits held by a new user',
            new.ai_credits_held using errcode = 'check_violation';
    end if;
    insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                          reference_type, reference_id, reason, metadata, created_at)
    values (new.{pk}, 'grant', 'signup', new.ai_credits, new.ai_credits, 'signup',
            '', '', '', '{{}}', clock_timestamp())
    returning id into opening;
    insert into {lots} (user_id, entry_id, pool, amount, remaining, reserved)
    values (new.{pk}, opening, '', new.ai_credits, new.ai_credits, 0);
    return null;
end $$;

create trigger credits_account_opened
    after insert on {users} for each row execute function credits_open_account();

with opening as (
    insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                          reference_type, reference_id, reason, metadata, created_at)
    select u.{pk}, 'grant', 'opening', u.ai_credits, u.ai_credits, 'opening', '', '', '', '{{}}', clock_timestamp()
    from {users} u
    where not exists (select from {ledger} l where l.user_id = u.{pk})
    returning id, user_id, amount
)
insert into {lots} (user_id, entry_id, pool, amount, remaining, reserved)
select user_id, id, '', amount, amount, 0 from opening;
"""

DETACH_SQL = """
drop trigger if exists credits_ledger_append_only on {ledger};
drop trigger if exists credits_entry_checked on {ledger};
drop trigger if exists credits_balance_checked on {users};
drop trigger if exists credits_account_opened on {users};
drop function if exists credits_refuse_change();
drop function if exists credits_check_entry();
drop function if exists credits_check_balance();
drop function if exists credits_open_account();
"""

TRIGGERS = frozenset(
    {
        "credits_ledger_append_only",
        "credits_entry_checked",
        "credits_balance_checked",
        "credits_account_opened",
    }
)


class AttachLedger(Operation):
    """Install the ledger's triggers on `model`, the user model, and open its accounts."""

    reversible = True
    reduces_to_sql = True
    atomic = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002
    ) -> None:
        schema_editor.execute(LEDGER_SQL.format(**self._names(schema_editor, from_state)), params=None)

    def database_backwards(
        self,
        app_label: str,  # noqa: ARG002
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002
    ) -> None:
        schema_editor.execute(DETACH_SQL.format(**self._names(schema_editor, from_state)), params=None)

    def describe(self) -> str:
        return f"Put {self.model} under the protection of the credit ledger"

    @property
    def migration_name_fragment(self) -> str:
        return "attach_ledger"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.model], {})

    def _names(self, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState) -> dict[str, str]:
        users = state.apps.get_model(self.model)._meta
        ledger = state.apps.get_model("credits", "AiCreditLog")._meta
        lots = state.apps.get_model("credits", "CreditGrant")._meta
        quote = schema_editor.connection.ops.quote_name
        return {
            "users": quote(users.db_table),
            "pk": quote(users.pk.column),
            "ledger": quote(ledger.db_table),
            "lots": quote(lots.db_table),
        }
