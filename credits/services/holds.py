"""Reserve credits before work, then capture or release them. `charge` wraps these functions.

`credits_hold` moves credits from available to held and reserves grants in consumption order. It posts
no entry, because the balance does not change. `credits_capture` posts the spend, returns the rest of
the held credits and stores the response for the request's Idempotency-Key.

The SQL functions (credits/sql/) lock the user, then the hold, then its grants. All code that moves
credits uses this lock order.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from credits.exceptions import (
    AccountBlocked,
    CreditsError,
    HoldClosed,
    InsufficientCredits,
    SpendingLimitReached,
    TooManyOpenHolds,
    UnknownHolder,
)
from credits.holders import UserId
from credits.models import PRICE_NUMBERS, CreditHold, HoldState
from credits.pricing import NO_TOKENS, Price, Tokens
from credits.services._claims import announce_write_offs
from credits.services._posting import NO_REFERENCE, Reference
from credits.services._sql import call
from credits.services.due_work import close_holds, process_due
from credits.services.idempotency import RequestKey, raise_if_repeated
from credits.services.low_balance import announce_low_balance
from credits.services.spending_limits import announce_thresholds, reached_limit
from credits.spending_limits import WHOLE_USER


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Credits that are reserved for one piece of work, and its price at the time of the hold.

    `units` is the number requested. `request_id` is that of the request that made it, if any. `subject` is
    whose spending limits count it, besides those of the whole user.
    """

    id: uuid.UUID
    user_id: UserId
    amount: int
    action_type: str
    price: Price
    units: int = 0
    request: RequestKey | None = None
    request_id: str = ""
    subject: str = WHOLE_USER

    def cost_of(self, units: int | None = None, tokens: Tokens | None = None) -> int:
        """Return the cost of the delivered units and tokens, at most the held amount.

        `units` defaults to the requested ones. Without `tokens`, a price per token costs the held amount.
        """
        if units is not None and units < 0:
            raise ValueError(f"{units} units cannot be delivered.")
        if self.price.is_per_token:
            if tokens is None:
                return self.amount
        elif units is None:
            return self.amount
        cost = self.price.of(self.units if units is None else units, tokens or NO_TOKENS)
        return min(self.amount, cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A posted spend of `amount` credits, and the credits that are `available` after it."""

    entry_id: int
    amount: int
    available: int


def hold(
    *,
    user_id: UserId,
    amount: int,
    action_type: str,
    price: Price | None = None,
    units: int = 0,
    request: RequestKey | None = None,
    request_id: str = "",
    subject: str = WHOLE_USER,
    at: datetime | None = None,
) -> Hold:
    """Reserve `amount` credits. The hold stores the price (default: `amount` for the whole).

    It expires after CREDIT_HOLD_SECONDS, a number of seconds in the settings.

    Raises InsufficientCredits, AccountBlocked, SpendingLimitReached, TooManyOpenHolds, UnknownHolder; for the
    key of `request`: AlreadyCharged with the stored response, RequestInProgress, StoredResponseExpired,
    IdempotencyConflict.
    """
    if amount < 0:
        raise ValueError(f"An amount to hold must not be negative: {amount}.")
    now = at or timezone.now()
    reserved = Hold(
        id=uuid.uuid4(),
        user_id=user_id,
        amount=amount,
        action_type=action_type,
        price=price or Price(action=action_type, base=amount),
        units=units,
        request=request,
        request_id=request_id,
        subject=subject,
    )
    available, done, refusal = _reserve(reserved, now=now)
    if done:
        return reserved
    if request:
        raise_if_repeated(user_id=user_id, request=request, available=available, at=now)
    if refusal:
        raise refusal
    # Work is due, or spends are not yet taken from grants. Process them and try again in the same
    # transaction, which keeps the user locked until the second attempt.
    with transaction.atomic():
        process_due(user_id=user_id, at=now)
        available, done, refusal = _reserve(reserved, now=now)
    if done:
        return reserved
    if request:
        raise_if_repeated(user_id=user_id, request=request, available=available, at=now)
    if refusal:
        raise refusal
    if available >= amount:
        raise TooManyOpenHolds(most=settings.CREDIT_MAX_OPEN_HOLDS)
    raise InsufficientCredits(required=amount, available=available)


def _reserve(wanted: Hold, *, now: datetime) -> tuple[int, bool, CreditsError | None]:
    """Return the credits that were available, whether `wanted` was reserved, and another reason why not."""
    request, price = wanted.request, wanted.price
    available, reserved, limit_reached, blocked = call(
        "credits_hold",
        {
            "user_id": wanted.user_id,
            "hold_id": wanted.id,
            "action_type": wanted.action_type,
            "amount": wanted.amount,
            **price.numbers,
            "price_source": price.source,
            "units": wanted.units,
            "request_id": wanted.request_id,
            "subject": wanted.subject,
            "most_open": settings.CREDIT_MAX_OPEN_HOLDS,
            "now": now,
            "expires_at": now + timedelta(seconds=settings.CREDIT_HOLD_SECONDS),
            "endpoint": request.endpoint if request else "",
            "key": request.key if request else None,
            "request_hash": request.request_hash if request else "",
            "alone": connection.get_autocommit(),
        },
    )
    if available is None:
        raise UnknownHolder(user_id=wanted.user_id)
    if blocked:
        return available, reserved, AccountBlocked()
    if limit_reached:
        refusal = SpendingLimitReached(reached=reached_limit(limit_reached), required=wanted.amount)
        return available, reserved, refusal
    return available, reserved, None


def load_hold(*, hold_id: uuid.UUID) -> Hold:
    """Load a hold that another process created. Raises HoldClosed if it was captured or released.

    An expired hold without an Idempotency-Key is accepted: `capture` reserves its credits again if enough
    are available. An expired hold with a key is refused, because the same request may have run again.
    """
    row = CreditHold.objects.filter(id=hold_id).first()
    expired = row is not None and row.state == HoldState.EXPIRED and not row.request_hash
    if row is None or not (expired or row.state == HoldState.HELD):
        raise HoldClosed(hold_id=hold_id, state=row.state if row else "unknown")
    return Hold(
        id=row.id,
        user_id=row.user_id,
        amount=row.amount,
        action_type=row.action_type,
        price=Price(
            action=row.action_type,
            source=row.price_source,
            **{name: getattr(row, name) for name in PRICE_NUMBERS},
        ),
        units=row.units,
        request_id=row.request_id,
        subject=row.subject,
        request=RequestKey(endpoint=row.endpoint, key=row.idempotency_key, request_hash=row.request_hash)
        if row.idempotency_key
        else None,
    )


def capture(
    *,
    hold: Hold,
    amount: int | None = None,
    reference: Reference = NO_REFERENCE,
    metadata: Mapping[str, object] | None = None,
    response_status: int | None = None,
    response_body: object = None,
    at: datetime | None = None,
) -> Captured:
    """Spend `amount` of the held credits (default: all), return the rest and store the response.

    Call this last in the transaction that stores the result. Claims of clawbacks collect from the returned
    credits. Claims that exceed the remaining held credits are written off, and `claim_written_off` is sent.
    Spending limits count the spend in the period of the hold. An open hold of a blocked user is captured. The
    credits of an expired hold are reserved again, if enough are available, the user is not blocked, and the
    spending limits have room now.

    Raises ValueError if `amount` exceeds the held amount. Raises HoldClosed if the hold was captured or
    released before, or if it has expired and cannot be reserved again. Let the exception roll the
    transaction back, so that nothing is stored and nothing is charged.
    """
    now = at or timezone.now()
    amount = hold.amount if amount is None else amount
    if not 0 <= amount <= hold.amount:
        raise ValueError(f"A hold of {hold.amount} cannot be captured with {amount}.")
    arguments = {
        "user_id": hold.user_id,
        "hold_id": hold.id,
        "amount": amount,
        "now": now,
        "reference_type": reference.type,
        "reference_id": reference.id,
        "metadata": json.dumps(metadata or {}),
        "response_status": response_status,
        "response_body": None if response_status is None else json.dumps(response_body),
    }
    captured = call("credits_capture", arguments)
    if captured[0] is None:
        with transaction.atomic():
            _replace_expired_hold(hold, amount, now=now)
            captured = call("credits_capture", arguments)
    entry_id, available, balance, overdue, collected, written_off, thresholds = captured
    if entry_id is None:
        raise HoldClosed(hold_id=hold.id, state="unknown")
    if overdue:  # the returned credits belong to a grant that has expired
        available = process_due(user_id=hold.user_id, at=now)
    announce_low_balance(user_id=hold.user_id, amount=-amount - collected, balance_after=balance)
    announce_thresholds(user_id=hold.user_id, thresholds=thresholds)
    if written_off:
        announce_write_offs(json.loads(written_off))
    return Captured(entry_id=entry_id, amount=amount, available=available)


def release(*, hold: Hold, at: datetime | None = None) -> bool:
    """Return the held credits and free the key. Return False if it was captured or released before.

    Claims of clawbacks collect from them before they are available.
    """
    now = at or timezone.now()
    _, _, closed, overdue = close_holds(
        user_id=hold.user_id, hold_id=hold.id, state=HoldState.RELEASED, at=now
    )
    if overdue:  # the returned credits belong to a grant that has expired
        process_due(user_id=hold.user_id, at=now)
    if not closed:  # mark an expired hold as released, so that no capture can take it again
        closed = CreditHold.objects.filter(id=hold.id, state=HoldState.EXPIRED).update(
            state=HoldState.RELEASED
        )
    return bool(closed)


def _replace_expired_hold(expired: Hold, amount: int, *, now: datetime) -> None:
    """Replace an expired hold with a new one that has the same id, so that it is captured at most once."""
    state = CreditHold.objects.filter(id=expired.id).values_list("state", flat=True).first() or "unknown"
    if state != HoldState.EXPIRED:
        raise HoldClosed(hold_id=expired.id, state=state)
    try:
        replacement = hold(
            user_id=expired.user_id,
            amount=amount,
            action_type=expired.action_type,
            price=expired.price,
            units=expired.units,
            request=expired.request,
            request_id=expired.request_id,
            subject=expired.subject,
            at=now,
        )
    except (
        CreditsError
    ) as error:  # too few credits, a block, a spending limit, or the same request has run again
        raise HoldClosed(hold_id=expired.id, state=state) from error
    replaced, _ = CreditHold.objects.filter(id=expired.id, state=HoldState.EXPIRED).delete()
    if not replaced:  # another process replaced it while this one waited for the user's lock
        raise HoldClosed(hold_id=expired.id, state=HoldState.CAPTURED.value)
    CreditHold.objects.filter(id=replacement.id).update(id=expired.id)
