"""Every service, in any order, against the model: Hypothesis looks for the history that divides them."""

import pickle
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from accounts.models import User
from credits import services as ledger
from credits.exceptions import AlreadyCharged, CreditsError, InsufficientCredits, SpendingLimitReached
from credits.models import AiCreditLog
from credits.services import holds
from tests.properties.model import HOLD_ACTION, Account, Grant, Refused
from tests.properties.snapshot import Snapshot, differences, in_database, in_model, text

START = datetime(2026, 11, 30, 23, 51, tzinfo=UTC)  # close to the end of a day and a month
MINUTE = 60  # seconds
ENDPOINT = "POST /api/work"
emails = count()

users = st.sampled_from([0, 0, 0, 0, 1])  # the other one is there to be left alone
openings = st.sampled_from([0, 0, 20, 100])
amounts = st.integers(1, 30)
# Few, so that grants, holds (of fifteen minutes) and looks meet at one moment, or just miss.
spans = st.sampled_from([1, 4, 5, 5, 5, 10, 15, 1440]).map(lambda minutes: minutes * MINUTE)
lifetimes = st.sampled_from([None, -1, 0, 5, 5, 10, 10, 15, 20, 1440]).map(
    lambda minutes: None if minutes is None else minutes * MINUTE
)
picks = st.integers(0, 9)
subjects = st.sampled_from(["", "", "key:1"])
WORDS = {  # verb → action type
    "spend": "summarise",
    "grant": "renewal",
    "adjust": "staff_adjustment",
    "clawback": "payment_returned",
}
# Few, so that a payment gives several grants, and more than one payment's money goes back.
payments = st.sampled_from(["in_1", "in_1", "in_2", ""])
SIGNED = {"adjust", "clawback"}
causes = st.sampled_from([None, None, "amount", "verb", "action", "reference"])
requests = st.none() | st.tuples(st.sampled_from("klm"), st.sampled_from(["body", "other"]))


# What can happen, how often compared with the rest, and with which arguments. Not a rule each:
# Hypothesis would leave half of them out of each history, and few would hold, wait and release.
ACTIONS: dict[str, tuple[int, dict[str, st.SearchStrategy[Any]]]] = {
    "take": (
        4,
        {
            "user": users,
            "verb": st.sampled_from(["spend", "spend", "spend", "adjust"]),
            "amount": amounts,
            "subject": subjects,
        },
    ),
    "add": (1, {"user": users, "amount": amounts}),
    "claw_back": (3, {"user": users, "amount": amounts, "payment": payments}),
    "win_back": (3, {"user": users, "part": st.sampled_from([1, 2, 2, 3]), "payment": payments}),
    "grant": (
        6,
        {
            "user": users,
            "amount": st.integers(1, 60),
            "lifetime": lifetimes,
            "cap": st.none() | st.integers(0, 40),
            "pool": st.sampled_from(["", "plan"]),
            "payment": payments,
        },
    ),
    "again": (2, {"pick": picks, "other": causes}),
    "refund": (2, {"user": users, "pick": picks}),
    "hold": (
        6,
        {"user": users, "amount": st.integers(0, 40), "request": requests, "subject": subjects},
    ),
    "limit": (
        5,
        {
            "user": users,
            "subject": subjects,
            "period": st.sampled_from(list(ledger.Period)),
            "amount": st.none() | st.integers(0, 40) | st.integers(20, 90),
        },
    ),
    "capture": (4, {"pick": picks, "part": st.sampled_from([0, 1, 2, 2, 3])}),
    "release": (3, {"pick": picks}),
    "process_due": (1, {"user": users}),
    "look": (1, {"user": users}),
    "pass_time": (6, {"seconds": spans}),
}
actions = st.sampled_from([name for name, (often, _) in ACTIONS.items() for _ in range(often)]).flatmap(
    lambda name: st.tuples(st.just(name), st.fixed_dictionaries(ACTIONS[name][1]))
)


@dataclass(frozen=True)
class Cause:
    """What was asked for under a key, so that it can be asked for again."""

    user: int
    verb: str
    amount: int
    action: str
    key: str
    reference: str = ""
    subject: str = ""

    @property
    def kind(self) -> str:
        return {"adjust": "adjustment"}.get(self.verb, self.verb)


@dataclass(frozen=True)
class Held:
    """A hold, as its worker keeps it, and its number in the model."""

    user: int
    number: int
    hold: holds.Hold


class LedgerMachine(RuleBasedStateMachine):
    """Two users and a clock. Everything happens in one transaction, which is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.diverged = False
        self.keys = count()
        self.callbacks = len(connection.run_on_commit)
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.ids: list[int] = []
        self.accounts: list[Account] = []
        self.causes: list[Cause] = []
        self.holds: list[Held] = []

    def teardown(self) -> None:
        try:
            for user in range(0 if self.diverged else len(self.ids)):
                self.process_due(user)
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize(first=openings, second=openings)
    def open_accounts(self, first: int, second: int) -> None:
        for opening in (first, second):
            user = User.objects.create(email=f"machine{next(emails)}@example.com", ai_credits=opening)
            self.ids.append(user.pk)
            self.accounts.append(Account.opened(opening))

    @rule(action=actions)
    def act(self, action: tuple[str, dict[str, Any]]) -> None:
        name, arguments = action
        getattr(self, name)(**arguments)

    # The verbs

    def take(self, user: int, verb: str, amount: int, subject: str) -> None:
        amount = amount if verb == "spend" else -amount
        self.post(Cause(user, verb, amount, WORDS[verb], self.new_key(), subject=subject))

    def limit(self, *, user: int, subject: str, period: ledger.Period, amount: int | None) -> None:
        """Set a limit, or remove it."""
        of: Any = {"user_id": self.ids[user], "subject": subject, "period": period}

        def ask() -> tuple[Any, ...]:
            if amount is None:
                return (ledger.remove_spending_limit(**of),)
            return (ledger.set_spending_limit(**of, amount=amount, at=self.now).amount,)

        self.step(
            user,
            ask,
            lambda account: account.set_limit(self.now, subject=subject, period=period.value, amount=amount),
        )

    def add(self, user: int, amount: int) -> None:
        self.post(Cause(user, "adjust", amount, WORDS["adjust"], self.new_key()))

    def claw_back(self, user: int, amount: int, payment: str) -> None:
        self.post(Cause(user, "clawback", -amount, WORDS["clawback"], self.new_key(), payment))

    def win_back(self, user: int, part: int, payment: str) -> None:
        """Half or all of what was lost or is claimed, or more."""
        lost = len(self.accounts[user].lost.get(payment, [])) + self.accounts[user].claimed
        amount = max(1, lost + 1 if part == 3 else lost * part // 2)
        self.post(Cause(user, "clawback", amount, WORDS["clawback"], self.new_key(), payment))

    def grant(
        self, *, user: int, amount: int, lifetime: int | None, cap: int | None, pool: str, payment: str
    ) -> None:
        expires_at = None if lifetime is None else self.now + timedelta(seconds=lifetime)
        grant = Grant(
            amount, amount, expires_at=expires_at, rollover_cap=cap if expires_at else None, pool=pool
        )
        self.post(Cause(user, "grant", amount, WORDS["grant"], self.new_key(), payment), grant)

    def again(self, pick: int, other: str | None) -> None:
        """The same key, with the same arguments or with another."""
        if not self.causes:
            return
        cause = self.causes[-1 - pick % len(self.causes)]
        changes: dict[str | None, dict[str, Any]] = {
            "amount": {"amount": cause.amount + (1 if cause.amount > 0 else -1)},
            "verb": {"verb": "clawback" if cause.verb in {"grant", "spend"} else "grant"},
            "action": {"action": "another", "verb": "clawback" if cause.verb == "adjust" else cause.verb},
            "reference": {"reference": "in_3", "verb": "clawback" if cause.verb == "adjust" else cause.verb},
        }
        changed = Cause(**{**asdict(cause), **changes.get(other, {})})
        self.post(changed if changed.verb in SIGNED else replace(changed, amount=abs(changed.amount)))

    def refund(self, user: int, pick: int) -> None:
        """A spend, preferably; the last one, preferably."""
        entries = self.accounts[user].entries
        order = sorted(range(len(entries)), key=lambda number: (entries[number].kind != "spend", -number))
        number = order[pick % len(order)]
        ids = AiCreditLog.objects.filter(user_id=self.ids[user]).order_by("id").values_list("id", flat=True)
        self.step(
            user,
            lambda: told(ledger.refund(entry_id=ids[number], at=self.now)),
            lambda account: account.refund(self.now, number=number),
        )

    def hold(self, user: int, amount: int, request: tuple[str, str] | None, subject: str) -> None:
        key = request and ledger.RequestKey(endpoint=ENDPOINT, key=request[0], request_hash=request[1])
        taken: list[holds.Hold] = []

        def ask() -> tuple[Any, ...]:
            try:
                held = holds.hold(
                    user_id=self.ids[user],
                    amount=amount,
                    action_type=HOLD_ACTION,
                    request=key,
                    subject=subject,
                    at=self.now,
                )
            except AlreadyCharged as earlier:
                return "answer", earlier.response.body, earlier.response.available
            taken.append(held)
            return "hold", held.amount

        self.step(
            user,
            ask,
            lambda account: account.hold(self.now, amount=amount, subject=subject, request=request),
        )
        number = len(self.accounts[user].holds) - 1
        self.holds += [Held(user, number, hold) for hold in taken]

    def picked(self, pick: int) -> Held | None:
        """An open hold, preferably; the last one, preferably."""
        if not self.holds:
            return None
        order = sorted(self.holds, key=lambda held: (not self.is_open(held), -held.number))
        return order[pick % len(order)]

    def is_open(self, held: Held) -> bool:
        return self.accounts[held.user].holds[held.number].state == "held"

    def capture(self, pick: int, part: int) -> None:
        """Nothing, half or all of what was held, or more, which is refused."""
        if not (held := self.picked(pick)):
            return
        amount = held.hold.amount + 1 if part == 3 else held.hold.amount * part // 2
        answer = next(self.keys)

        def ask() -> tuple[Any, ...]:
            captured = holds.capture(
                hold=held.hold,
                amount=amount,
                response_status=200,
                response_body=answer,
                at=self.now,
            )
            return captured.amount, captured.available

        self.step(
            held.user,
            ask,
            lambda account: account.capture(self.now, number=held.number, amount=amount, answer=answer),
        )

    def release(self, pick: int) -> None:
        if not (held := self.picked(pick)):
            return
        self.step(
            held.user,
            lambda: (holds.release(hold=held.hold, at=self.now),),
            lambda account: account.release(self.now, number=held.number),
        )

    # Time

    def pass_time(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def look(self, user: int) -> None:
        loaded = User.objects.get(pk=self.ids[user])

        def ask() -> tuple[Any, ...]:
            ledger.process_due_if_any(user=loaded, at=self.now)
            return loaded.ai_credits, loaded.ai_credits_held

        def expect(account: Account) -> tuple[Any, ...]:
            if account.is_due(self.now):
                account.process_due(self.now)
            return account.available, account.held

        self.step(user, ask, expect)

    # How all of them are compared

    def new_key(self) -> str:
        return f"cause:{next(self.keys)}"

    def process_due(self, user: int) -> None:
        self.step(
            user,
            lambda: (ledger.process_due(user_id=self.ids[user], at=self.now),),
            lambda account: (account.process_due(self.now),),
        )
        account = self.accounts[user]
        assert sum(grant.remaining for grant in account.grants) == account.balance

    def post(self, cause: Cause, grant: Grant | None = None) -> None:
        self.causes.append(cause)
        self.step(
            cause.user,
            lambda: self.ask(cause, grant),
            lambda account: self.expect(account, cause, deepcopy(grant)),
        )

    def expect(self, account: Account, cause: Cause, grant: Grant | None) -> tuple[Any, ...]:
        asked: dict[str, Any] = {"action": cause.action, "key": cause.key, "reference": cause.reference}
        if cause.verb == "clawback":
            return account.clawback(self.now, amount=cause.amount, **asked)
        amount = -cause.amount if cause.verb == "spend" else cause.amount
        if cause.verb == "spend":
            asked["subject"] = cause.subject
        return account.post(
            self.now, kind=cause.kind, amount=amount, stops=cause.verb == "adjust", grant=grant, **asked
        )

    def ask(self, cause: Cause, grant: Grant | None) -> tuple[Any, ...]:
        user_id = self.ids[cause.user]
        if cause.verb == "adjust":
            return told(
                ledger.adjust(
                    user_id=user_id,
                    amount=cause.amount,
                    actor_id=user_id,
                    reason="why",
                    key=cause.key,
                    at=self.now,
                )
            )
        given: dict[str, Any] = (
            {"expires_at": grant.expires_at, "rollover_cap": grant.rollover_cap, "pool": grant.pool}
            if grant
            else {}
        )
        if cause.verb == "spend":
            given["subject"] = cause.subject
        verb: Callable[..., ledger.Posted] = getattr(ledger, cause.verb)
        posted = verb(
            user_id=user_id,
            amount=cause.amount,
            action_type=cause.action,
            key=cause.key,
            reference=ledger.Reference(type="cause" if cause.reference else "", id=cause.reference),
            at=self.now,
            **given,
        )
        return (*told(posted), posted.claimed) if cause.verb == "clawback" else told(posted)

    def step(
        self,
        user: int,
        ask: Callable[[], tuple[Any, ...]],
        expect: Callable[[Account], tuple[Any, ...]],
    ) -> None:
        """Ask the ledger and the model; what is due processed before or not, one of the two must be what happened."""
        try:
            outcome = ask()
        except InsufficientCredits as error:
            outcome = ("InsufficientCredits", error.required, error.available)
        except SpendingLimitReached as error:
            outcome = (type(error).__name__, error.required, error.reached.amount, error.reached.used)
        except (CreditsError, ValueError) as error:
            outcome = (type(error).__name__,)
        found = in_database(self.ids[user], self.now) | {"outcome": outcome}
        before = pickle.dumps(self.accounts[user])
        diverged = []
        for due_first in (False, True):
            account, unchanged = pickle.loads(before), None
            if due_first:
                account.process_due(self.now)
                unchanged = deepcopy(account)
            try:
                expected = expect(account)
            except Refused as refused:
                account, expected = unchanged or pickle.loads(before), refused.outcome
            diverged.append(differences(found, in_model(account, self.now) | {"outcome": expected}))
            if not diverged[-1]:
                break
        self.diverged = all(diverged)
        assert not self.diverged, diverged[0]
        self.accounts[user] = account
        self.check(user, found)

    def check(self, user: int, found: Snapshot) -> None:
        """The invariants, of what the database says."""
        assert found["available"] >= 0
        assert found["held"] >= found["claimed"] >= 0
        assert sum(entry[2] for entry in found["entries"]) == found["available"] + found["held"]
        assert sum(grant[2] for grant in found["grants"]) == found["held"]
        due = text(self.accounts[user].next_due())
        assert due is None or (found["due_at"] is not None and found["due_at"] <= due)
        announced = len(connection.run_on_commit) - self.callbacks
        assert announced == sum(account.crossings + account.thresholds for account in self.accounts)


def told(posted: ledger.Posted) -> tuple[Any, ...]:
    return posted.amount, posted.balance_after, posted.available, posted.created
