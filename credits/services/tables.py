"""How the ledger's SQL is run: its functions in the database (credits/sql/), and single statements."""

from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from credits.models import AiCreditLog, CreditConsumption, CreditGrant, CreditHold


def call(function: str, arguments: dict[str, Any]) -> tuple[Any, ...]:
    """Call one of the functions of `credits/sql/`: one statement, one round trip. Its row."""
    with connection.cursor() as cursor:
        cursor.execute(invocation(function, *arguments), arguments)
        row: tuple[Any, ...]
        (row,) = cursor.fetchall()  # a function that returns no set returns one row
    return row


@cache
def invocation(function: str, *names: str) -> str:
    """The statement that calls it. Same names, same string: psycopg prepares it once."""
    arguments = ", ".join(f"p_{name} => %({name})s" for name in names)
    return f"select * from {function}({arguments})"  # noqa: S608  (names of ours)


@cache
def sql(template: str) -> str:
    """`template` with the tables' names in it."""
    users = get_user_model()._meta
    quote = connection.ops.quote_name
    return template.format(
        users=quote(users.db_table),
        pk=quote(str(users.pk.column)),
        ledger=quote(AiCreditLog._meta.db_table),
        holds=quote(CreditHold._meta.db_table),
        grants=quote(CreditGrant._meta.db_table),
        consumptions=quote(CreditConsumption._meta.db_table),
    )


def fetch_one(template: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    """Run one statement; its only row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql(template), parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
