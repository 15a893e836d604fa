"""The names that the statements are written with, and the one way to run them."""

from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from credits.models import AiCreditLog, CreditBurn, CreditGrant, CreditHold


@cache
def sql(template: str) -> str:
    """`template` with the tables' names in it. Same template, same string: psycopg prepares it once."""
    users = get_user_model()._meta
    quote = connection.ops.quote_name
    return template.format(
        users=quote(users.db_table),
        pk=quote(str(users.pk.column)),
        pk_type=str(users.pk.rel_db_type(connection)),
        ledger=quote(AiCreditLog._meta.db_table),
        holds=quote(CreditHold._meta.db_table),
        lots=quote(CreditGrant._meta.db_table),
        burns=quote(CreditBurn._meta.db_table),
    )


def fetch_one(template: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    """Run one statement of the ledger; its only row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql(template), parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
