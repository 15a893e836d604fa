"""Thirty-two threads, each on a connection of its own, doing whatever comes into their minds."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.tests.factories import UserFactory
from credits import services as ledger
from credits.exceptions import (
    AlreadyCharged,
    HoldClosed,
    IdempotencyConflict,
    InsufficientCredits,
    NotRefundable,
    RequestInProgress,
    SpendingLimitReached,
)
from credits.models import AiCreditLog
from credits.services import holds
from tests.properties.ledger_audit import assert_ledgers_consistent

THREADS = 32
SECONDS = 5
DOCUMENTED = (
    *(HoldClosed, IdempotencyConflict, InsufficientCredits, NotRefundable, RequestInProgress),
    SpendingLimitReached,
)


class Worker:
    """One thread's doings. It draws from few keys and few holds, so that threads meet."""

    def __init__(self, number, users, holds):
        self.random = random.Random(number)
        self.users = users
        self.holds = holds
        self.done = Counter()

    def run(self, until):
        try:
            while time.monotonic() < until:
                self.act()
        finally:
            connection.close()
        return self.done

    def act(self):
        verb = self.random.choice(
            [
                self.spend,
                self.grant,
                self.correct,
                self.return_money,
                self.hold,
                self.finish,
                self.finish,
                self.refund,
                self.process_due,
                self.limit,
            ]
        )
        try:
            verb()
        except DOCUMENTED as error:
            self.done[type(error).__name__] += 1
        else:
            self.done[verb.__name__] += 1

    @property
    def user(self):
        return self.random.choice(self.users)

    @property
    def key(self):
        return f"key:{self.random.randrange(2000)}"

    @property
    def subject(self):
        return self.random.choice(["", "", "key:1", "key:2"])

    @property
    def payment(self):
        return ledger.Reference(type="payment", id=f"in_{self.random.randrange(5)}")

    def soon(self):
        """Within the test, so that grants expire under the threads' hands."""
        return timezone.now() + timedelta(seconds=self.random.uniform(-0.5, 2))

    def spend(self):
        ledger.spend(
            user_id=self.user,
            amount=self.random.randint(1, 9),
            action_type="race",
            key=self.key,
            subject=self.subject,
        )

    def limit(self):
        which = {
            "user_id": self.user,
            "subject": self.subject,
            "period": self.random.choice(list(ledger.Period)),
        }
        if self.random.random() < 0.3:
            ledger.remove_spending_limit(**which)
        else:
            ledger.set_spending_limit(**which, amount=self.random.randint(0, 200))

    def grant(self):
        expires_at = self.random.choice([None, self.soon()])
        ledger.grant(
            user_id=self.user,
            amount=self.random.randint(1, 30),
            action_type="race",
            key=self.key,
            reference=self.payment,
            expires_at=expires_at,
            rollover_cap=self.random.choice([None, 0, 20]) if expires_at else None,
        )

    def correct(self):
        amount = self.random.choice([-15, -5, 5])
        ledger.adjust(user_id=self.user, amount=amount, actor_id=self.users[0], reason="race", key=self.key)

    def return_money(self):
        with suppress(ValueError):  # nothing of this payment's is lost
            ledger.clawback(
                user_id=self.user,
                amount=self.random.choice([-15, -5, 5]),
                action_type="race",
                key=self.key,
                reference=self.payment,
            )

    def hold(self):
        key = self.random.choice([None, self.key])
        request = key and ledger.RequestKey(endpoint="POST /race", key=key, request_hash="body")
        with suppress(AlreadyCharged):
            self.holds.append(
                holds.hold(
                    user_id=self.user,
                    amount=self.random.randint(0, 20),
                    action_type="race",
                    request=request,
                    subject=self.subject,
                )
            )

    def finish(self):
        if not self.holds:
            return
        held = self.random.choice(self.holds[-THREADS:])
        if self.random.random() < 0.3:
            holds.release(hold=held)
        else:
            with transaction.atomic():  # as the work's result is stored
                holds.capture(hold=held, amount=self.random.randint(0, held.amount), response_status=200)

    def refund(self):
        entries = AiCreditLog.objects.of(self.user).order_by("-id")[:20]
        if entries:
            ledger.refund(entry_id=self.random.choice(entries).pk)

    def process_due(self):
        ledger.process_due(user_id=self.user)


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how_many", [1, 20])
def test_the_ledger_is_consistent_whatever_runs_at_once(how_many, settings):
    settings.CREDIT_HOLD_SECONDS = 1  # holds time out while others capture and release them
    users = [UserFactory().pk for _ in range(how_many)]
    holds = []
    start = threading.Barrier(THREADS)

    def run(number):
        start.wait(timeout=60)
        return Worker(number, users, holds).run(time.monotonic() + SECONDS)

    with ThreadPoolExecutor(THREADS) as pool:
        done = sum(pool.map(run, range(THREADS)), Counter())  # raises what is not documented

    verbs = {"spend", "grant", "correct", "return_money", "hold", "finish", "refund", "process_due", "limit"}
    assert verbs <= set(done), done
    assert_ledgers_consistent(users=users, at=timezone.now() + timedelta(days=1))
