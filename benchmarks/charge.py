"""One connection: the services compared with their bare statement and with a textbook version."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from accounts.models import User
from benchmarks import databases
from benchmarks.figures import Figure, at_least
from benchmarks.timing import Comparison, compare
from credits import services as ledger
from credits.exceptions import InsufficientCredits
from credits.models import AiCreditLog, EntryKind
from credits.services import holds
from credits.services._sql import invocation

USERS, ENTRIES_EACH = 1_000, 20
ROUNDS, CALLS = 30, 100


@contextmanager
def bare_spend(wrapper: BaseDatabaseWrapper) -> Iterator[Callable[[int], object]]:
    """Yield a call of the prepared spend statement, sent by psycopg on its own connection."""
    parameters = {
        "kind": "spend",
        "action_type": "evaluate_answer",
        "amount": -1,
        "stop_at_zero": False,
        "due_processed": False,
        "reference_type": "",
        "reference_id": "",
        "actor_id": None,
        "reason": "",
        "metadata": "{}",
        "now": datetime.now(UTC),
    }

    statement = invocation("credits_post", "user_id", "key", *parameters)

    with databases.connect_bare(wrapper) as bare, bare.cursor() as cursor:

        def spend(number: int) -> object:
            return cursor.execute(
                statement,
                {**parameters, "user_id": spender(number), "key": f"bare:{number}"},
                prepare=True,
            ).fetchone()

        yield spend


def spender(number: int) -> int:
    """Return a user who only spends; the other half only holds, since a hold first consumes pending spends."""
    return 1 + number % (USERS // 2)


def service_spend(number: int) -> None:
    ledger.spend(user_id=spender(number), amount=1, action_type="evaluate_answer", key=f"job:{number}")


def hold_and_capture(number: int) -> None:
    held = holds.hold(user_id=spender(number) + USERS // 2, amount=1, action_type="evaluate_answer")
    holds.capture(hold=held)


@transaction.atomic
def textbook_spend(number: int) -> None:
    """Charge with Django's ORM alone: lock, look for the key, save, create."""
    user = User.objects.select_for_update().get(pk=spender(number))
    key = f"textbook:{number}"
    if AiCreditLog.objects.filter(user=user, idempotency_key=key).exists():
        return
    if user.ai_credits < 1:
        raise InsufficientCredits(required=1, available=user.ai_credits)
    user.ai_credits -= 1
    user.save(update_fields=["ai_credits"])
    AiCreditLog.objects.create(
        user=user,
        kind=EntryKind.SPEND,
        action_type="evaluate_answer",
        amount=-1,
        balance_after=user.ai_credits + user.ai_credits_held,
        idempotency_key=key,
        created_at=timezone.now(),
    )


def measure(wrapper: BaseDatabaseWrapper) -> list[Figure]:
    """Return the figures of one connection. `wrapper` connects to the default database."""
    found = _compare(wrapper)
    bare, spend = (f"{name} {found.per_second(name)}" for name in ("bare", "spend"))
    return [
        Figure(
            "spend_vs_bare",
            found.ratio("bare", to="spend"),
            at_least(0.55),
            "`ledger.spend` on one connection, against its statement sent by psycopg",
            f"{spend}, {bare}",
        ),
        Figure(
            "spend_vs_orm",
            found.ratio("textbook", to="spend"),
            at_least(4),
            "`ledger.spend`, against the textbook version with Django's ORM",
            f"{spend}, textbook {found.per_second('textbook')}",
        ),
        Figure(
            "hold_capture_vs_bare",
            found.ratio("bare", to="hold_capture"),
            at_least(0.2),
            "a hold and its capture, against one bare spend",
            f"pairs {found.per_second('hold_capture')}, {bare}",
        ),
        Figure(
            "trigger_cost",
            found.ratio("bare_without_triggers", to="bare"),
            None,
            "the bare spend, against the bare spend without triggers",
            f"{bare}, without {found.per_second('bare_without_triggers')}",
        ),
    ]


def _compare(wrapper: BaseDatabaseWrapper) -> Comparison:
    plain = databases.connect(wrapper.settings_dict["NAME"], schema=databases.PLAIN)

    def textbook(number: int) -> None:
        with databases.using(plain):
            textbook_spend(number)

    with bare_spend(wrapper) as bare, bare_spend(plain) as bare_without_triggers:
        found = compare(
            {
                "bare": bare,
                "spend": service_spend,
                "hold_capture": hold_and_capture,
                "bare_without_triggers": bare_without_triggers,
                "textbook": textbook,
            },
            rounds=ROUNDS,
            calls=CALLS,
        )
    plain.close()
    return found
