"""Speed on a connection that is opened on a nearly empty ledger and kept while the ledger grows.

PostgreSQL caches the plans of the statements in its functions. Here they are made for one user with
twenty entries, right after an ANALYZE, and kept to the end without autovacuum. The figures compare them
with fresh plans.
"""

from functools import partial

from django.db import connection

from accounts.models import User
from benchmarks import databases
from benchmarks.figures import Figure, at_least
from benchmarks.timing import Comparison, compare, numbers
from credits import services as ledger
from credits.models import AiCreditLog, CreditConsumption, CreditGrant, CreditHold
from credits.services import holds

FIRST, USERS, ENTRIES = 20, 100, 20_000
ROUNDS, CALLS = 10, 100


def measure() -> list[Figure]:
    """Return the speed on the grown ledger, compared with the same connection after an ANALYZE."""
    with databases.new_database(f"{connection.settings_dict['NAME']}_growth"):
        with connection.cursor() as cursor:
            for model in (User, AiCreditLog, CreditHold, CreditGrant, CreditConsumption):
                cursor.execute(f"alter table {model._meta.db_table} set (autovacuum_enabled = off)")
        databases.flush_at_commit(on=False)
        _sign_up(1, 1)
        _work(FIRST, users=1)
        _analyze()
        _work(FIRST, users=1)
        _sign_up(2, USERS)
        _work(ENTRIES, users=USERS)
        grown = _compare()
        _analyze()
        fresh = _compare()
    return [
        Figure(
            f"{name}_grown_vs_analysed",
            fresh.median(name) / grown.median(name),
            target,
            f"{what} on a connection that planned for {FIRST} entries and saw them grow to {ENTRIES:,}, "
            "against the same after an ANALYZE",
            f"{grown.per_second(name)}, {fresh.per_second(name)}",
        )
        for name, target, what in (
            ("spend", at_least(0.8), "`ledger.spend`"),
            ("hold", None, "a hold, then its capture or release,"),
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


def _work(times: int, *, users: int) -> None:
    for _ in range(times // 2):
        _spend(next(numbers), users)
        _hold(next(numbers), users)


def _compare() -> Comparison:
    contenders = {"spend": partial(_spend, users=USERS), "hold": partial(_hold, users=USERS)}
    return compare(contenders, rounds=ROUNDS, calls=CALLS)


def _spend(number: int, users: int) -> None:
    # Half of the users spend, the others hold: a hold first consumes pending spends.
    user_id = 1 + number // 2 % max(1, users // 2)
    ledger.spend(user_id=user_id, amount=1, action_type="evaluate_answer", key=f"growth:{number}")


def _hold(number: int, users: int) -> None:
    user_id = users - number // 2 % max(1, users // 2)
    held = holds.hold(user_id=user_id, amount=1, action_type="evaluate_answer")
    if number // 2 % 10:
        holds.capture(hold=held)
    else:
        holds.release(hold=held)


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("analyze")
