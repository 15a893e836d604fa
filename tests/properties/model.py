"""The ledger in plain Python, written from its promises and not from its SQL.

Every operation works on one `Account`, at a moment that is given. A refusal changes nothing. To do
what is due earlier than one has to is always allowed (`process_due`), so a comparison of this model with
the real ledger tries both: processed before the operation, and not.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

NEVER = datetime.max.replace(tzinfo=UTC)
HOLD_TIME = timedelta(minutes=15)
LOW_BALANCE = 10
HOLD_ACTION = "work"


class Refused(Exception):
    """Expected, and nothing was changed: the name of the error, and what it says in numbers."""

    def __init__(self, error: str, *numbers: int) -> None:
        super().__init__(error, *numbers)
        self.outcome = (error, *numbers)


@dataclass
class Grant:
    amount: int
    remaining: int
    reserved: int = 0
    expires_at: datetime | None = None
    rollover_cap: int | None = None
    pool: str = ""
    rolled_over: bool = False
    given_by: int = 0  # the entry that gave it, whatever grant it took the place of since

    @property
    def free(self) -> int:
        return self.remaining - self.reserved

    def expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at


@dataclass
class Entry:
    kind: str
    action: str
    amount: int
    balance_after: int
    at: datetime | None
    key: str | None = None
    reference: str = ""
    asked: int | None = None
    consumptions: dict[int, int] = field(default_factory=dict)  # grant → amount taken from it, or put back
    subject: str | None = None  # of a spend that no hold made
    claimed: int = 0  # by a clawback of what was held; negative, when claims were cancelled
    open: bool = False  # took credits that are not yet taken from grants


@dataclass
class Hold:
    asked: int
    amount: int  # less, when it was reserved again for less
    expires_at: datetime
    parts: dict[int, int]  # grant → amount, in the order in which they are consumed
    made_at: datetime
    subject: str = ""
    state: str = "held"
    captured: int | None = None
    request: tuple[str, str] | None = None  # key, body
    answer: int | None = None

    @property
    def key(self) -> str | None:
        """The request's key, which a hold frees when it pays for nothing."""
        return self.request[0] if self.request and self.state in {"held", "captured"} else None


@dataclass
class Claim:
    """What a clawback could not take because it was held."""

    entry: int  # the clawback
    open: int
    collected: int = 0
    written_off: int = 0


@dataclass
class Limit:
    """What may be spent in a period. Its use is looked up each time, not counted."""

    subject: str
    period: str
    amount: int
    counted_at: datetime  # when it last counted a charge, or was set

    def concerns(self, subject: str | None) -> bool:
        return subject is not None and self.subject in {"", subject}

    def same_period(self, one: datetime, other: datetime | None) -> bool:
        if other is None:
            return False
        length = 3 if self.period == "day" else 2
        return one.timetuple()[:length] == other.timetuple()[:length]


@dataclass
class Account:
    entries: list[Entry]
    grants: list[Grant]
    holds: list[Hold] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    # By payment: the grant of each credit that was clawed back and is not won back, the last one last.
    lost: dict[str, list[int]] = field(default_factory=dict)
    limits: dict[tuple[str, str], Limit] = field(default_factory=dict)
    thresholds: int = 0  # how many were reached

    @classmethod
    def opened(cls, amount: int) -> "Account":
        return cls([Entry("grant", "signup", amount, amount, None, "signup")], [Grant(amount, amount)])

    # What can be asked

    @property
    def balance(self) -> int:
        return self.entries[-1].balance_after

    @property
    def held(self) -> int:
        return sum(hold.amount for hold in self.holds if hold.state == "held")

    @property
    def available(self) -> int:
        return self.balance - self.held

    @property
    def claimed(self) -> int:
        return sum(claim.open for claim in self.claims)

    @property
    def crossings(self) -> int:
        """How often the balance fell below the threshold."""
        return sum(e.balance_after < LOW_BALANCE <= e.balance_after - e.amount for e in self.entries)

    def next_due(self) -> datetime | None:
        holds = [hold.expires_at for hold in self.holds if hold.state == "held"]
        grants = [grant.expires_at for grant in self.grants if grant.expires_at and grant.free]
        return min(holds + grants, default=None)

    def is_due(self, at: datetime) -> bool:
        due = self.next_due()
        return due is not None and due <= at

    def use(self, limit: Limit, at: datetime) -> tuple[int, int]:
        """What holds made in the period of `at` hold, and what was spent of it."""
        made = [h for h in self.holds if limit.concerns(h.subject) and limit.same_period(at, h.made_at)]
        spent = [-e.amount for e in self.entries if limit.concerns(e.subject) and limit.same_period(at, e.at)]
        held = sum(hold.amount for hold in made if hold.state == "held")
        return held, sum(hold.captured or 0 for hold in made) + sum(spent)

    def reached(self, subject: str, amount: int, at: datetime) -> Refused | None:
        """The refusal of a charge for which a limit has no room: the limit that resets last."""
        for limit in sorted(self.limits.values(), key=lambda limit: (limit.period == "day", limit.subject)):
            used = sum(self.use(limit, at))
            if amount and limit.concerns(subject) and used + amount > limit.amount:
                return Refused("SpendingLimitReached", amount, limit.amount, used)
        return None

    def _used(self, subject: str, amount: int, at: datetime) -> None:
        """Note which thresholds were reached by a charge that counts at `at`."""
        for limit in self.limits.values():
            if limit.concerns(subject) and limit.same_period(at, limit.counted_at):
                after = self.use(limit, at)[1]
                self.thresholds += sum(
                    after - amount < limit.amount * part / 100 <= after for part in (80, 90, 100)
                )

    def _admit(self, subject: str, amount: int, at: datetime) -> None:
        if refusal := self.reached(subject, amount, at):
            raise refusal
        for limit in self.limits.values():
            limit.counted_at = at if limit.concerns(subject) else limit.counted_at

    # What happens by itself

    def process_due(self, at: datetime) -> int:
        expired = [hold for hold in self.holds if hold.state == "held" and hold.expires_at <= at]
        self._give_back(expired, "expired", at)
        self._take_from_grants()
        for number in self._consumption_order():
            if self.grants[number].expired(at) and self.grants[number].free:
                self._expire(self.grants[number], at)
        return self.available

    def _consumption_order(self) -> list[int]:
        return sorted(
            range(len(self.grants)), key=lambda number: (self.grants[number].expires_at or NEVER, number)
        )

    def _take_from_grants(self) -> None:
        for entry in self.entries:
            if not entry.open:
                continue
            wanted = -entry.amount
            for number in self._consumption_order():
                grant = self.grants[number]
                assert entry.at is not None
                if wanted and grant.free and not grant.expired(entry.at):
                    consumed = min(wanted, grant.free)
                    grant.remaining -= consumed
                    wanted -= consumed
                    entry.consumptions[number] = consumed
            assert not wanted, "a spend that no grant explains"
            entry.open = False

    def _expire(self, grant: Grant, at: datetime) -> None:
        free = grant.free
        rolled = sum(o.remaining for o in self.grants if o.rolled_over and o.pool == grant.pool)
        kept = 0 if grant.rollover_cap is None else max(0, min(free, grant.rollover_cap - rolled))
        grant.remaining -= free
        if kept:
            self.grants.append(Grant(kept, kept, pool=grant.pool, rolled_over=True, given_by=grant.given_by))
        if free > kept:
            self._post("expiry", "credits_expired", kept - free, at)

    def _give_back(self, holds: list[Hold], state: str, at: datetime) -> None:
        returned: Counter[int] = Counter()
        for hold in holds:
            for number, amount in hold.parts.items():
                self.grants[number].reserved -= amount
                returned[number] += amount
        after = self.held - sum(hold.amount for hold in holds)
        self._collect(returned, after, at)
        for hold in holds:
            hold.state = state

    def _collect(self, returned: Counter[int], held_after: int, at: datetime) -> None:
        """Claims are paid one credit at a time, while the credits are held, the oldest claim's first."""
        for claim in self.claims:
            first = self.entries[claim.entry]
            entry = None
            while claim.open and returned.total():
                number = min(
                    (number for number in self._consumption_order() if returned[number]),
                    key=lambda number: not self._is_of(number, first.reference),  # the first of equals
                )
                returned[number] -= 1
                self.grants[number].remaining -= 1
                claim.open -= 1
                claim.collected += 1
                if entry is None:
                    entry = Entry("clawback", first.action, 0, self.balance, at, "claim:", first.reference)
                    self.entries.append(entry)
                entry.amount -= 1
                entry.balance_after -= 1
                entry.consumptions[number] = entry.consumptions.get(number, 0) + 1
                self.lost[first.reference].append(number)
        for claim in reversed(self.claims):
            lost = min(claim.open, max(0, self.claimed - held_after))
            claim.open -= lost
            claim.written_off += lost

    def _post(self, kind: str, action: str, amount: int, at: datetime, **more: Any) -> Entry:
        entry = Entry(kind, action, amount, self.balance + amount, at, **more)
        assert self.available + amount >= 0
        self.entries.append(entry)
        return entry

    # What one can ask for. Each returns what the service tells, in numbers.

    def post(
        self,
        at: datetime,
        *,
        kind: str,
        action: str,
        amount: int,
        key: str,
        reference: str = "",
        stops: bool = False,
        grant: Grant | None = None,
        subject: str = "",
    ) -> tuple[Any, ...]:
        if amount >= 0 or self.is_due(at):
            self.process_due(at)
        if earlier := self._known(key, kind, action, amount, reference):
            return earlier.amount, earlier.balance_after, self.available, False
        moved = max(amount, -self.available) if stops else amount
        if self.available + moved < 0:
            raise Refused("InsufficientCredits", -amount, self.available)
        if kind == "spend":
            self._admit(subject, -moved, at)
        entry = self._post(
            kind,
            action,
            moved,
            at,
            key=key,
            reference=reference,
            asked=amount if stops else None,
            open=moved < 0,
            subject=subject if kind == "spend" else None,
        )
        if kind == "spend":
            self._used(subject, -moved, at)
        if moved > 0:
            grant = grant or Grant(moved, moved)
            grant.given_by = len(self.entries) - 1
            self.grants.append(grant)
            self.process_due(at)  # a grant that came too late expires at once
        return entry.amount, entry.balance_after, self.available, True

    def clawback(
        self, at: datetime, *, action: str, amount: int, key: str, reference: str
    ) -> tuple[Any, ...]:
        self.process_due(at)
        if earlier := self._known(key, "clawback", action, amount, reference):
            return earlier.amount, earlier.balance_after, self.available, False, earlier.claimed
        lost = self.lost.setdefault(reference, [])
        own = [claim for claim in self.claims if self.entries[claim.entry].reference == reference]
        if amount > len(lost) + sum(claim.open for claim in own):
            raise Refused("ValueError")
        claimed = 0
        if amount > 0:
            for claim in reversed(own):
                cancelled = min(claim.open, amount + claimed)
                claim.open -= cancelled
                claimed -= cancelled
        moved = max(amount + claimed, -self.available)
        if amount < 0:
            claimed = min(moved - amount, self.held - self.claimed)
        entry = self._post("clawback", action, moved, at, key=key, reference=reference, asked=amount)
        entry.claimed = claimed
        if claimed > 0:
            self.claims.append(Claim(len(self.entries) - 1, claimed))
        if amount > 0:
            self._put_back(entry, [lost.pop() for _ in range(moved)], at)
        for number in sorted(
            self._consumption_order(), key=lambda number: not self._is_of(number, reference)
        ):
            grant = self.grants[number]
            while moved < 0 and grant.free:
                grant.remaining -= 1
                moved += 1
                entry.consumptions[number] = entry.consumptions.get(number, 0) + 1
                lost.append(number)
        return entry.amount, entry.balance_after, self.available, True, claimed

    def _is_of(self, number: int, payment: str) -> bool:
        return payment != "" and self.entries[self.grants[number].given_by].reference == payment

    def _known(self, key: str, kind: str, action: str, amount: int, reference: str) -> Entry | None:
        """What the key has posted before, if it was asked for the same."""
        earlier = next((entry for entry in self.entries if entry.key == key), None)
        if earlier is None:
            return None
        asked = earlier.amount if earlier.asked is None else earlier.asked
        if (earlier.kind, earlier.action, asked, earlier.reference) != (kind, action, amount, reference):
            raise Refused("IdempotencyConflict")
        return earlier

    def _put_back(self, entry: Entry, credits_by_grant: Iterable[int], at: datetime) -> None:
        """Credits return, each to its grant; those of expired grants, to a permanent one per entry."""
        homeless: Counter[int] = Counter()
        for number in credits_by_grant:
            if self.grants[number].expired(at):
                homeless[self.grants[number].given_by] += 1
            else:
                self.grants[number].remaining += 1
                entry.consumptions[number] = entry.consumptions.get(number, 0) + 1
        for giver in sorted(homeless):
            self.grants.append(Grant(homeless[giver], homeless[giver], given_by=giver))

    def refund(self, at: datetime, *, number: int) -> tuple[Any, ...]:
        spent = self.entries[number]
        if spent.kind != "spend":
            raise Refused("NotRefundable")
        self.process_due(at)
        key = f"refund:{number}"
        earlier = next((entry for entry in self.entries if entry.key == key), None)
        if earlier:
            return earlier.amount, earlier.balance_after, self.available, False
        entry = self._post("refund", spent.action, -spent.amount, at, key=key, reference=spent.reference)
        self._put_back(entry, Counter(spent.consumptions).elements(), at)
        return entry.amount, entry.balance_after, self.available, True

    def set_limit(self, at: datetime, *, subject: str, period: str, amount: int | None) -> tuple[Any, ...]:
        if amount is None:
            return (self.limits.pop((subject, period), None) is not None,)
        limit = self.limits.setdefault((subject, period), Limit(subject, period, amount, at))
        limit.amount = amount
        return (amount,)

    def hold(
        self, at: datetime, *, amount: int, subject: str, request: tuple[str, str] | None = None
    ) -> tuple[Any, ...]:
        if request and (known := self._with_key(request[0], at)):
            if known.request != request:
                raise Refused("IdempotencyConflict")
            if known.state == "held":
                raise Refused("RequestInProgress")
            return "answer", known.answer, self.available
        self.process_due(at)
        if self.available < amount:
            raise Refused("InsufficientCredits", amount, self.available)
        self._admit(subject, amount, at)
        parts = self._reserve(amount)
        self.holds.append(Hold(amount, amount, at + HOLD_TIME, parts, at, subject, request=request))
        return "hold", amount

    def capture(self, at: datetime, *, number: int, amount: int, answer: int | None) -> tuple[Any, ...]:
        hold = self.holds[number]
        if not 0 <= amount <= hold.asked:
            raise Refused("ValueError")
        if hold.state == "expired":
            self._replace_expired_hold(hold, amount, at)
        elif hold.state != "held":
            raise Refused("HoldClosed")

        consumptions, wanted, overdue = {}, amount, False
        returned: Counter[int] = Counter()
        for grant, reserved in hold.parts.items():
            consumed = min(wanted, reserved)
            wanted -= consumed
            self.grants[grant].reserved -= reserved
            self.grants[grant].remaining -= consumed
            consumptions |= {grant: consumed} if consumed else {}
            returned[grant] = reserved - consumed
            overdue |= consumed < reserved and self.grants[grant].expired(at)
        self._collect(returned, self.held - hold.amount, at)
        hold.state, hold.captured, hold.answer = "captured", amount, answer
        self._post("spend", HOLD_ACTION, -amount, at, consumptions=consumptions)
        self._used(hold.subject, amount, hold.made_at)
        if overdue:
            self.process_due(at)
        return amount, self.available

    def release(self, at: datetime, *, number: int) -> tuple[Any, ...]:
        hold = self.holds[number]
        if hold.state == "expired":  # a capture would reserve it again, and does not after this
            hold.state = "released"
            return (True,)
        if hold.state != "held":
            return (False,)
        self._give_back([hold], "released", at)
        if any(self.grants[grant].expired(at) for grant in hold.parts):
            self.process_due(at)
        return (True,)

    def _with_key(self, key: str, at: datetime) -> Hold | None:
        """The hold that has a request's key at this moment; one past its expiry has lost it."""
        return next(
            (h for h in self.holds if h.key == key and (h.state == "captured" or h.expires_at > at)), None
        )

    def _replace_expired_hold(self, hold: Hold, amount: int, at: datetime) -> None:
        self.process_due(at)
        taken = hold.request and self._with_key(hold.request[0], at)
        if taken or self.available < amount or self.reached(hold.subject, amount, at):
            raise Refused("HoldClosed")
        self._admit(hold.subject, amount, at)
        hold.state, hold.amount, hold.made_at, hold.expires_at = "held", amount, at, at + HOLD_TIME
        hold.parts = self._reserve(amount)

    def _reserve(self, amount: int) -> dict[int, int]:
        parts = {}
        for number in self._consumption_order():
            grant = self.grants[number]
            if amount and grant.free:
                parts[number] = min(amount, grant.free)
                grant.reserved += parts[number]
                amount -= parts[number]
        assert not amount, "credits that no grant explains"
        return parts
