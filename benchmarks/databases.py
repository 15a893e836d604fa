"""Temporary databases with consistent ledgers.

Migrations create them. COPY loads the ledgers with the triggers disabled, so that ten million entries take
minutes. `manage.py verify_ledger` accepts the result.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any
from uuid import UUID

import psycopg
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from accounts.models import Session, User
from accounts.models.sessions import hash_of_password
from config.embedded_postgres.base import DatabaseWrapper as EmbeddedWrapper
from credits.models import AiCreditLog, CreditConsumption, CreditGrant

OPENING_CREDITS = 1_000_000  # enough for every measurement
PASSWORD = "!"  # matches no password
PLAIN = "plain"  # the schema of the copies without triggers


@contextmanager
def new_database(name: str) -> Iterator[BaseDatabaseWrapper]:
    """Create a migrated database, make it the default one for the block, and drop it."""
    before = connections["default"]
    _maintain("drop database if exists {} with (force)", name)
    _maintain("create database {}", name)
    try:
        own = connect(name)
        connections["default"] = own
        call_command("migrate", verbosity=0)
        yield own
    finally:
        connections["default"].close()
        connections["default"] = before
        _maintain("drop database if exists {} with (force)", name)


def discard_server() -> None:
    """Stop the benchmarks' own server and remove its files."""
    connection.close()
    wrapper = connections["default"]
    if isinstance(wrapper, EmbeddedWrapper):
        wrapper.server.leave()
        shutil.rmtree(wrapper.server.home, ignore_errors=True)
        link = wrapper.server.directory.with_name(f"{wrapper.server.directory.name}-of-root")
        link.unlink(missing_ok=True)


def connect(name: str, *, schema: str = "public") -> BaseDatabaseWrapper:
    """Return a Django connection to the database `name` with `schema` first in its search path."""
    wrapper = connection.copy("default")
    wrapper.settings_dict["NAME"] = name
    wrapper.settings_dict["OPTIONS"]["options"] = f"-c search_path={schema},public"
    return wrapper


def connect_bare(wrapper: BaseDatabaseWrapper) -> psycopg.Connection[Any]:
    """Return a plain psycopg connection to the database of `wrapper`."""
    parameters = wrapper.get_connection_params()
    return psycopg.connect(
        **parameters | {"cursor_factory": psycopg.Cursor, "context": None, "autocommit": True}
    )


@contextmanager
def using(wrapper: BaseDatabaseWrapper) -> Iterator[None]:
    """Make `wrapper` the default connection of this thread."""
    before = connections["default"]
    connections["default"] = wrapper
    try:
        yield
    finally:
        connections["default"] = before


def load(*, users: int, entries_each: int) -> None:
    """Fill the empty default database: each user has one grant and many spends.

    Entries are stored in the order of their time, so one user's are scattered over the table. All spends
    are consumed from their grants.
    """
    spent = entries_each - 1
    left = OPENING_CREDITS - spent
    people = range(1, users + 1)
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        _copy(
            User,
            "id email password name is_superuser is_staff is_active date_joined ai_credits ai_credits_held "
            "credits_consumed_through plan cancel_at_period_end",
            (
                f"{n}\tuser{n}@example.com\t{PASSWORD}\tUser {n}\tf\tf\tt\t2025-01-01\t{left}\t0\t{spent * users + n}\tfree\tf"
                for n in people
            ),
        )
        _copy(
            AiCreditLog,
            "id user_id kind action_type amount balance_after idempotency_key created_at "
            "reference_type reference_id reason metadata",
            chain(
                (
                    f"{n}\t{n}\tgrant\tsignup\t{OPENING_CREDITS}\t{OPENING_CREDITS}\tsignup\t2025-01-01\t\t\t\t{{}}"
                    for n in people
                ),
                (
                    f"{round_number * users + n}\t{n}\tspend\tevaluate_answer\t-1\t{OPENING_CREDITS - round_number}\tload:{round_number}\t"
                    f"2025-{1 + round_number % 12:02d}-02\tanswer_evaluation\t{round_number * users + n}\t\t{{}}"
                    for round_number in range(1, entries_each)
                    for n in people
                ),
            ),
        )
        _copy(
            CreditGrant,
            "id user_id entry_id pool amount remaining reserved rolled_over",
            (f"{n}\t{n}\t{n}\t\t{OPENING_CREDITS}\t{left}\t0\tf" for n in people),
        )
        _copy(
            CreditConsumption,
            "entry_id grant_id amount",
            (
                f"{round_number * users + n}\t{n}\t1"
                for round_number in range(1, entries_each)
                for n in people
            ),
        )
        _copy(
            Session,
            "id user_id created_at last_used_at expires_at refresh_jti previous_jti password_hash user_agent address",
            (
                f"{UUID(int=n)}\t{n}\t2025-01-01\t2025-01-01\t2099-01-01\t{n}\t\t{hash_of_password(User(password=PASSWORD))}\t\t"
                for n in people
            ),
        )
        for statement in connection.ops.sequence_reset_sql(no_style(), [User, AiCreditLog, CreditGrant]):
            cursor.execute(statement)
        cursor.execute("set session_replication_role = origin")
    vacuum()


def flush_at_commit(*, on: bool) -> None:
    """Set whether a commit waits for the disk (the default), for new connections."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"alter database {name} set synchronous_commit = {'on' if on else 'off'}")
    connection.close()


def vacuum() -> None:
    """Vacuum and analyze, as autovacuum does eventually."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def copy_without_triggers() -> None:
    """Copy the tables of users and the ledger, without their triggers, into the schema `plain`."""
    users, ledger = User._meta.db_table, AiCreditLog._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"create schema {PLAIN}")
        for table in (users, ledger):
            cursor.execute(f"create table {PLAIN}.{table} (like public.{table} including all)")
            cursor.execute(f"insert into {PLAIN}.{table} select * from public.{table}")
            cursor.execute(
                f"select setval(pg_get_serial_sequence('{PLAIN}.{table}', 'id'), max(id)) from {PLAIN}.{table}"
            )
        for column in ("user_id", "actor_id"):
            cursor.execute(
                f"alter table {PLAIN}.{ledger} add foreign key ({column}) "
                f"references {PLAIN}.{users} deferrable initially deferred"
            )
    vacuum()


def _copy(model: Any, columns: str, lines: Iterable[str]) -> None:
    statement = f"copy {model._meta.db_table} ({columns.replace(' ', ', ')}) from stdin"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        rest = iter(lines)
        while block := list(islice(rest, 5_000)):
            copy.write("\n".join(block) + "\n")


def _maintain(statement: str, name: str) -> None:
    with connection._nodb_cursor() as cursor:  # noqa: SLF001  (as Django's own test runner does)
        cursor.execute(sql.SQL(statement).format(sql.Identifier(name)).as_string())
