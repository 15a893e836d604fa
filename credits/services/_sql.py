"""Run the ledger's SQL: its functions in the database (credits/sql/) and single statements."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from credits.tables import table_names


def call(function: str, arguments: Mapping[str, Any]) -> tuple[Any, ...]:
    """Call a function of `credits/sql/` in one round trip and return its row."""
    with connection.cursor() as cursor:
        cursor.execute(invocation(function, *arguments), arguments)
        row: tuple[Any, ...]
        (row,) = cursor.fetchall()  # a function that returns no set returns one row
    return row


@cache
def invocation(function: str, *names: str) -> str:
    """Return the statement that calls `function`. Cached: psycopg prepares a statement by its text."""
    arguments = ", ".join(f"p_{name} => %({name})s" for name in names)
    return f"select * from {function}({arguments})"  # noqa: S608  (the names are constants of this app)


@cache
def sql(template: str) -> str:
    """Return `template` with the names of the tables filled in."""
    return template.format(
        **table_names(user_model=settings.AUTH_USER_MODEL, apps=apps, connection=connection)
    )


def fetch_one(template: str, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run one statement and return its only row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql(template), parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
