"""What the statements are written with, and the one way to run them."""

from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from credits.models import AiCreditLog, CreditBurn, CreditGrant, CreditHold

# How every statement begins that moves a user's credits, as `with {holder}`: the user's row, locked,
# or nothing. It never waits, and it is nothing too when the row that was locked is newer than the
# one that the statement sees: an UPDATE would go by way of the old version, and among waiters, with
# somebody's foreign key holding on to that version, it could deadlock.
HOLDER = """locked as (
    select {pk} as id, ai_credits, ai_credits_held, credits_due_at, ctid as version
    from {users} where {pk} = %(user_id)s for no key update skip locked
), holder as (
    select locked.* from locked join {users} seen on seen.{pk} = locked.id and seen.ctid = locked.version
)"""
LOCK = "select from {users} where {pk} = %(user_id)s for no key update"


@cache
def sql(template: str) -> str:
    """`template` with the tables' names in it. Same template, same string: psycopg prepares it once."""
    users = get_user_model()._meta
    quote = connection.ops.quote_name
    names = {
        "users": quote(users.db_table),
        "pk": quote(str(users.pk.column)),
        "pk_type": str(users.pk.rel_db_type(connection)),
        "ledger": quote(AiCreditLog._meta.db_table),
        "holds": quote(CreditHold._meta.db_table),
        "lots": quote(CreditGrant._meta.db_table),
        "burns": quote(CreditBurn._meta.db_table),
    }
    return template.format(**names, holder=HOLDER.format(**names))


def fetch_one(template: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    """Run one statement of the ledger; its only row, or None.

    Who finds the user's row locked waits for it in a statement of its own; the next one begins with
    a snapshot that is newer than the lock.
    """
    row = _run(template, parameters)
    if row is not None:
        return row
    if connection.in_atomic_block:
        _run(LOCK, parameters)
        return _run(template, parameters)
    # Both at once, as one transaction: the lock does not wait for us in between.
    with connection.cursor() as lock, connection.cursor() as cursor, connection.connection.pipeline():
        lock.execute(sql(LOCK), parameters)
        cursor.execute(sql(template), parameters)
        waited: tuple[Any, ...] | None = cursor.fetchone()
    return waited


def _run(template: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql(template), parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
