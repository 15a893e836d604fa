"""What the ledger's tests share: threads that start together, and an audit of one user's ledger."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from credits.models import AiCreditLog, CreditGrant, CreditHold, HoldState

# Whatever the user model of the project is called.
USER = get_user_model()._meta
USERS, USER_CONSTRAINT = USER.db_table, f"{USER.app_label}_{USER.model_name}"


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run every job in a thread and on a connection of its own, all at one moment.

    What each returned, or the exception that it raised, in the order of `jobs`.
    """
    start = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return job()
        except Exception as error:  # noqa: BLE001  (the test looks at it)
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def balance(user: Any) -> tuple[int, int]:
    """What the user can spend and what is held, as the database has it now."""
    return get_user_model().objects.values_list("ai_credits", "ai_credits_held").get(pk=user.pk)


def assert_ledger_consistent(user: Any) -> None:
    """The entries add up to the balance, each continues the one before it, and what is held is held by holds."""
    available, held = balance(user)
    entries = AiCreditLog.objects.of(user.pk).order_by("id")
    running = 0
    for entry in entries:
        running += entry.amount
        assert entry.balance_after == running
    assert available + held == running
    assert min(available, held) >= 0
    holds = CreditHold.objects.filter(user=user.pk, state=HoldState.HELD)
    assert held == (holds.aggregate(total=Sum("amount"))["total"] or 0)
    grants = CreditGrant.objects.filter(user=user.pk).aggregate(
        reserved=Sum("reserved"), left=Sum("remaining")
    )
    assert grants["reserved"] == held
    assert grants["left"] >= running  # more, as long as spends are not taken from their grants


@contextmanager
def refused(rule: str):
    """The database refuses what happens inside, and names the rule."""
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():  # noqa: PT012  (the block is the caller's)
        yield
        # Foreign keys are checked at the end of a transaction, and a test's never ends.
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")


@contextmanager
def rolled_back():
    """What happens inside is undone at the end, as when the rest of a request fails."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
