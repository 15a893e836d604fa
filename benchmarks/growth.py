"""A connection that knew the ledger when it was nearly empty, and goes on while it grows.

PostgreSQL keeps the plans of prepared statements and of trigger functions. They are made here for
one user with twenty entries, right after an ANALYZE of those, and kept to the end: no autovacuum
comes by. What is measured is how far the triggers' share of that can be from a fresh plan.
"""

from django.db import connection

from accounts.models import User
from benchmarks import databases
from benchmarks.figures import Figure, at_least
from benchmarks.turns import compare, numbers
from credits import services as ledger
from credits.models import AiCreditLog

FIRST, USERS, ENTRIES = 20, 100, 20_000
TURNS, CALLS = 10, 100


def measure() -> list[Figure]:
    """How fast spends are on the grown ledger, against the same connection after an ANALYZE."""
    with databases.new_database(f"{connection.settings_dict['NAME']}_growth"):
        with connection.cursor() as cursor:
            for model in (User, AiCreditLog):
                cursor.execute(f"alter table {model._meta.db_table} set (autovacuum_enabled = off)")
        databases.flush_at_commit(on=False)
        _sign_up(1, 1)
        _spend(FIRST, users=1)
        _analyze()
        _spend(FIRST, users=1)
        _sign_up(2, USERS)
        _spend(ENTRIES, users=USERS)
        grown = _rate()
        _analyze()
        fresh = _rate()
    return [
        Figure(
            "spend_grown_vs_analysed",
            grown / fresh,
            at_least(0.8),
            f"`ledger.spend` on a connection that planned for {FIRST} entries and saw them grow to {ENTRIES:,}, "
            "against the same after an ANALYZE",
            f"{grown:,.0f}/s, {fresh:,.0f}/s",
        )
    ]


def _sign_up(first: int, last: int) -> None:
    User.objects.bulk_create(
        User(
            email=f"user{number}@example.com",
            password=databases.PASSWORD,
            ai_credits=databases.OPENING_CREDITS,
        )
        for number in range(first, last + 1)
    )


def _spend(times: int, *, users: int) -> None:
    for _ in range(times):
        _spend_one(next(numbers), users)


def _rate() -> float:
    found = compare({"spend": lambda number: _spend_one(number, USERS)}, turns=TURNS, calls=CALLS)
    return 1 / found.median("spend")


def _spend_one(number: int, users: int) -> None:
    ledger.spend(user_id=1 + number % users, amount=1, action_type="evaluate_answer", key=f"growth:{number}")


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("analyze")
