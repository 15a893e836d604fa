"""The ledger in plain Python, written from its promises and not from its SQL.

Every operation works on one `Account`, at a moment that is given. A refusal changes nothing. To do
what is due earlier than one has to is always allowed (`settle`), so whoever compares this model with
the real ledger tries both: settled before the operation, and not.
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
class Lot:
    amount: int
    remaining: int
    reserved: int = 0
    expires_at: datetime | None = None
    rollover_cap: int | None = None
    pool: str = ""
    rolled_over: bool = False
    given_by: int = 0  # the entry that gave it, whatever lot it took the place of since

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
    burns: dict[int, int] = field(default_factory=dict)  # lot → amount taken from it, or put back
    open: bool = False  # took credits that are not yet taken from lots


@dataclass
class Hold:
    asked: int
    amount: int  # more, when the work cost more
    expires_at: datetime
    parts: dict[int, int]  # lot → amount, in the order in which they burn
    state: str = "held"
    captured: int | None = None
    request: tuple[str, str] | None = None  # key, body
    answer: int | None = None

    @property
    def key(self) -> str | None:
        """The request's key, which a hold gives back when it pays for nothing."""
        return self.request[0] if self.request and self.state in {"held", "captured"} else None


@dataclass
class Account:
    entries: list[Entry]
    lots: list[Lot]
    holds: list[Hold] = field(default_factory=list)
    # By payment: the lot of each credit that was clawed back and is not won back, the last one last.
    lost: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def opened(cls, amount: int) -> "Account":
        return cls([Entry("grant", "signup", amount, amount, None, "signup")], [Lot(amount, amount)])

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
    def crossings(self) -> int:
        """How often the balance fell below the threshold."""
        return sum(e.balance_after < LOW_BALANCE <= e.balance_after - e.amount for e in self.entries)

    def next_due(self) -> datetime | None:
        holds = [hold.expires_at for hold in self.holds if hold.state == "held"]
        lots = [lot.expires_at for lot in self.lots if lot.expires_at and lot.free]
        return min(holds + lots, default=None)

    def is_due(self, at: datetime) -> bool:
        due = self.next_due()
        return due is not None and due <= at

    # What happens by itself

    def settle(self, at: datetime) -> int:
        for hold in self.holds:
            if hold.state == "held" and hold.expires_at <= at:
                self._give_back(hold, "expired")
        self._take_from_lots()
        for number in self._burn_order():
            if self.lots[number].expired(at) and self.lots[number].free:
                self._expire(self.lots[number], at)
        return self.available

    def _burn_order(self) -> list[int]:
        return sorted(
            range(len(self.lots)), key=lambda number: (self.lots[number].expires_at or NEVER, number)
        )

    def _take_from_lots(self) -> None:
        for entry in self.entries:
            if not entry.open:
                continue
            wanted = -entry.amount
            for number in self._burn_order():
                lot = self.lots[number]
                assert entry.at is not None
                if wanted and lot.free and not lot.expired(entry.at):
                    burned = min(wanted, lot.free)
                    lot.remaining -= burned
                    wanted -= burned
                    entry.burns[number] = burned
            assert not wanted, "a spend that no lot explains"
            entry.open = False

    def _expire(self, lot: Lot, at: datetime) -> None:
        free = lot.free
        rolled = sum(o.remaining for o in self.lots if o.rolled_over and o.pool == lot.pool)
        kept = 0 if lot.rollover_cap is None else max(0, min(free, lot.rollover_cap - rolled))
        lot.remaining -= free
        if kept:
            self.lots.append(Lot(kept, kept, pool=lot.pool, rolled_over=True, given_by=lot.given_by))
        if free > kept:
            self._post("expiry", "credits_expired", kept - free, at)

    def _give_back(self, hold: Hold, state: str) -> None:
        hold.state = state
        for number, amount in hold.parts.items():
            self.lots[number].reserved -= amount

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
        lot: Lot | None = None,
    ) -> tuple[Any, ...]:
        if amount >= 0 or self.is_due(at):
            self.settle(at)
        if earlier := self._known(key, kind, action, amount, reference):
            return earlier.amount, earlier.balance_after, self.available, False
        moved = max(amount, -self.available) if stops else amount
        if self.available + moved < 0:
            raise Refused("InsufficientCredits", -amount, self.available)
        entry = self._post(
            kind,
            action,
            moved,
            at,
            key=key,
            reference=reference,
            asked=amount if stops else None,
            open=moved < 0,
        )
        if moved > 0:
            lot = lot or Lot(moved, moved)
            lot.given_by = len(self.entries) - 1
            self.lots.append(lot)
            self.settle(at)  # a lot that came too late expires at once
        return entry.amount, entry.balance_after, self.available, True

    def clawback(
        self, at: datetime, *, action: str, amount: int, key: str, reference: str
    ) -> tuple[Any, ...]:
        self.settle(at)
        if earlier := self._known(key, "clawback", action, amount, reference):
            return earlier.amount, earlier.balance_after, self.available, False
        lost = self.lost.setdefault(reference, [])
        if amount > len(lost):
            raise Refused("ValueError")
        moved = max(amount, -self.available)
        entry = self._post("clawback", action, moved, at, key=key, reference=reference, asked=amount)
        if amount > 0:
            self._put_back(entry, [lost.pop() for _ in range(amount)], at)
        for number in sorted(self._burn_order(), key=lambda number: not self._is_of(number, reference)):
            lot = self.lots[number]
            while moved < 0 and lot.free:
                lot.remaining -= 1
                moved += 1
                entry.burns[number] = entry.burns.get(number, 0) + 1
                lost.append(number)
        return entry.amount, entry.balance_after, self.available, True

    def _is_of(self, number: int, payment: str) -> bool:
        return payment != "" and self.entries[self.lots[number].given_by].reference == payment

    def _known(self, key: str, kind: str, action: str, amount: int, reference: str) -> Entry | None:
        """What the key has posted before, if it was asked for the same."""
        earlier = next((entry for entry in self.entries if entry.key == key), None)
        if earlier is None:
            return None
        asked = earlier.amount if earlier.asked is None else earlier.asked
        if (earlier.kind, earlier.action, asked, earlier.reference) != (kind, action, amount, reference):
            raise Refused("IdempotencyConflict")
        return earlier

    def _put_back(self, entry: Entry, credits_by_lot: Iterable[int], at: datetime) -> None:
        """Credits return, each to its lot; those of lots that are over, to one for ever for each giver."""
        homeless: Counter[int] = Counter()
        for number in credits_by_lot:
            if self.lots[number].expired(at):
                homeless[self.lots[number].given_by] += 1
            else:
                self.lots[number].remaining += 1
                entry.burns[number] = entry.burns.get(number, 0) + 1
        for giver in sorted(homeless):
            self.lots.append(Lot(homeless[giver], homeless[giver], given_by=giver))

    def refund(self, at: datetime, *, number: int) -> tuple[Any, ...]:
        spent = self.entries[number]
        if spent.kind != "spend":
            raise Refused("NotRefundable")
        self.settle(at)
        key = f"refund:{number}"
        earlier = next((entry for entry in self.entries if entry.key == key), None)
        if earlier:
            return earlier.amount, earlier.balance_after, self.available, False
        entry = self._post("refund", spent.action, -spent.amount, at, key=key, reference=spent.reference)
        self._put_back(entry, Counter(spent.burns).elements(), at)
        return entry.amount, entry.balance_after, self.available, True

    def hold(self, at: datetime, *, amount: int, request: tuple[str, str] | None = None) -> tuple[Any, ...]:
        if request and (known := self._with_key(request[0], at)):
            if known.request != request:
                raise Refused("IdempotencyConflict")
            if known.state == "held":
                raise Refused("RequestInProgress")
            return "answer", known.answer, self.available
        self.settle(at)
        if self.available < amount:
            raise Refused("InsufficientCredits", amount, self.available)
        self.holds.append(Hold(amount, amount, at + HOLD_TIME, self._reserve(amount), request=request))
        return "hold", amount, self.available

    def capture(
        self, at: datetime, *, number: int, amount: int, overage: int, answer: int | None
    ) -> tuple[Any, ...]:
        hold = self.holds[number]
        if not 0 <= amount <= hold.asked + overage:
            raise Refused("ValueError")
        if amount > hold.amount:
            self.settle(at)
        # What was held, and of the overage what is there.
        there = self.available + (hold.amount if hold.state == "held" else 0)
        amount = min(amount, max(hold.amount, there))
        if hold.state == "held":
            if (more := amount - hold.amount) > 0:
                hold.amount = amount
                for lot, part in self._reserve(more).items():
                    hold.parts[lot] = hold.parts.get(lot, 0) + part
        elif hold.state == "expired":
            self._take_afresh(hold, amount, at)
        else:
            raise Refused("HoldClosed")

        burns, wanted, overdue = {}, amount, False
        for lot, reserved in hold.parts.items():
            burned = min(wanted, reserved)
            wanted -= burned
            self.lots[lot].reserved -= reserved
            self.lots[lot].remaining -= burned
            burns |= {lot: burned} if burned else {}
            overdue |= burned < reserved and self.lots[lot].expired(at)
        hold.state, hold.captured, hold.answer = "captured", amount, answer
        self._post("spend", HOLD_ACTION, -amount, at, burns=burns)
        if overdue:
            self.settle(at)
        return amount, self.available

    def release(self, at: datetime, *, number: int) -> tuple[Any, ...]:
        hold = self.holds[number]
        if hold.state != "held":
            return (False,)
        self._give_back(hold, "released")
        if any(self.lots[lot].expired(at) for lot in hold.parts):
            self.settle(at)
        return (True,)

    def _with_key(self, key: str, at: datetime) -> Hold | None:
        """Whoever has a request's key at this moment; a hold past its time has lost it."""
        return next(
            (h for h in self.holds if h.key == key and (h.state == "captured" or h.expires_at > at)), None
        )

    def _take_afresh(self, hold: Hold, amount: int, at: datetime) -> None:
        self.settle(at)
        taken = hold.request and self._with_key(hold.request[0], at)
        if taken or self.available < amount:
            raise Refused("HoldClosed")
        hold.state, hold.amount, hold.expires_at = "held", amount, at + HOLD_TIME
        hold.parts = self._reserve(amount)

    def _reserve(self, amount: int) -> dict[int, int]:
        parts = {}
        for number in self._burn_order():
            lot = self.lots[number]
            if amount and lot.free:
                parts[number] = min(amount, lot.free)
                lot.reserved += parts[number]
                amount -= parts[number]
        assert not amount, "credits that no lot explains"
        return parts
