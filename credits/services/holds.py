"""Reserve credits before the work, spend them with its result, or give them back.

A hold moves credits from available to held in one statement; the sum does not change, so no entry
is posted. Capture posts the spend, returns the rest and stores the answer for the request's
Idempotency-Key, in one statement that belongs into the transaction that stores the work.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from credits.exceptions import (
    HoldClosed,
    IdempotencyConflict,
    InsufficientCredits,
    RequestInProgress,
    UnknownHolder,
)
from credits.models import CreditHold, HoldState
from credits.services.posting import NOTHING, Reference
from credits.services.tables import fetch_one

HOLD = """
with holder as (
    select {pk} as id, ai_credits, ai_credits_held from {users} where {pk} = %(user_id)s for no key update
), reserved as (
    insert into {holds} (id, user_id, action_type, amount, state, created_at, expires_at,
                         endpoint, idempotency_key, request_hash)
    select %(hold_id)s, id, %(action_type)s::text, %(amount)s, 'held', %(now)s, %(expires_at)s,
           %(endpoint)s::text, %(key)s::text, %(request_hash)s::text
    from holder where ai_credits >= %(amount)s
    on conflict (user_id, endpoint, idempotency_key) do nothing
    returning user_id, amount
), moved as (
    update {users} u
    set ai_credits = holder.ai_credits - reserved.amount, ai_credits_held = holder.ai_credits_held + reserved.amount
    from reserved join holder on holder.id = reserved.user_id
    where u.{pk} = reserved.user_id
)
select holder.ai_credits, reserved.amount from holder left join reserved on true
"""

# Locks the user first, then the hold: the lock order of everything that moves credits.
CAPTURE = """
with holder as (
    select {pk} as id, ai_credits, ai_credits_held from {users} where {pk} = %(user_id)s for no key update
), closed as (
    update {holds} h
    set state = 'captured', captured_amount = %(amount)s, closed_at = %(now)s,
        response_status = %(response_status)s, response_body = %(response_body)s::jsonb
    from holder
    where h.id = %(hold_id)s and h.user_id = holder.id and h.state = 'held'
    returning h.id, h.user_id, h.amount, h.action_type
), entry as (
    insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                          reference_type, reference_id, reason, metadata, created_at)
    select holder.id, 'spend', closed.action_type, -%(amount)s,
           holder.ai_credits + holder.ai_credits_held - %(amount)s, 'hold:' || closed.id,
           %(reference_type)s::text, %(reference_id)s::text, '', %(metadata)s::jsonb, %(now)s
    from closed join holder on holder.id = closed.user_id
    returning id, user_id
), moved as (
    update {users} u
    set ai_credits = holder.ai_credits + closed.amount - %(amount)s,
        ai_credits_held = holder.ai_credits_held - closed.amount
    from closed join holder on holder.id = closed.user_id join entry on entry.user_id = holder.id
    where u.{pk} = closed.user_id
    returning u.ai_credits
)
select entry.id, moved.ai_credits from entry, moved
"""

GIVE_BACK = """
with holder as (
    select {pk} as id, ai_credits, ai_credits_held from {users} where {pk} = %(user_id)s for no key update
), closed as (
    update {holds} h set state = %(state)s, closed_at = %(now)s, idempotency_key = null
    from holder
    where h.user_id = holder.id and h.state = 'held'
      and (h.id = %(hold_id)s or (%(hold_id)s::uuid is null and h.expires_at <= %(now)s))
    returning h.amount
), total as (
    select count(*) as holds, coalesce(sum(amount), 0)::bigint as amount from closed
), moved as (
    update {users} u
    set ai_credits = holder.ai_credits + total.amount, ai_credits_held = holder.ai_credits_held - total.amount
    from holder, total
    where u.{pk} = holder.id and total.holds > 0
)
select holder.ai_credits + total.amount, total.holds from holder, total
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Credits reserved for one piece of work."""

    id: uuid.UUID
    user_id: Any
    amount: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a capture took, and what is left to spend."""

    entry_id: int
    amount: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The stored answer of a request that has been paid for already."""

    status: int
    body: Any
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """An Idempotency-Key, the endpoint that it was sent to, and the hash of what came with it."""

    endpoint: str
    key: str
    request_hash: str


def hold(
    *,
    user_id: Any,
    amount: int,
    action_type: str,
    request: RequestKey | None = None,
    at: datetime | None = None,
) -> Hold | Answer:
    """Reserve `amount` credits, or find the answer that the request's key has been paid for.

    Raises InsufficientCredits; RequestInProgress while the first request with this key is running;
    IdempotencyConflict when the key came with another body before; UnknownHolder.
    """
    now = at or timezone.now()
    hold_id = uuid.uuid4()
    parameters = {
        "user_id": user_id,
        "hold_id": hold_id,
        "action_type": action_type,
        "amount": amount,
        "now": now,
        "expires_at": now + timedelta(seconds=settings.CREDIT_HOLD_SECONDS),
        "endpoint": request.endpoint if request else "",
        "key": request.key if request else None,
        "request_hash": request.request_hash if request else "",
    }
    for _ in range(3):  # a second look after what is past its time was given back, or a key was
        row = fetch_one(HOLD, parameters)
        if row is None:
            raise UnknownHolder(user_id=user_id)
        available, reserved = row
        if reserved is not None:
            return Hold(id=hold_id, user_id=user_id, amount=amount, available=available - amount)
        earlier = find_request(user_id=user_id, request=request) if request else None
        if earlier and earlier.state == HoldState.CAPTURED:
            return Answer(
                status=earlier.response_status or 200, body=earlier.response_body, available=available
            )
        if request and earlier and earlier.expires_at > now:
            raise RequestInProgress(key=request.key)
        if not expire_due_holds(user_id=user_id, at=now) and available < amount:
            raise InsufficientCredits(required=amount, available=available)
    raise RequestInProgress(key=request.key if request else "")


def find_request(*, user_id: Any, request: RequestKey) -> CreditHold | None:
    """The hold that remembers this key, if any. Raises IdempotencyConflict if it came with another body."""
    earlier = CreditHold.objects.filter(
        user_id=user_id, endpoint=request.endpoint, idempotency_key=request.key
    ).first()
    if earlier and earlier.request_hash != request.request_hash:
        raise IdempotencyConflict(key=request.key, differs=("body",))
    return earlier


def capture(
    *,
    hold: Hold,
    amount: int | None = None,
    reference: Reference = NOTHING,
    metadata: dict[str, Any] | None = None,
    response_status: int | None = None,
    response_body: Any = None,
    at: datetime | None = None,
) -> Captured:
    """Spend `amount` of what is held (default: all of it), return the rest, remember the answer.

    Call it in the transaction that stores the work, last. Raises HoldClosed when the hold is not
    held any more (let the transaction roll back: nothing is stored, nothing charged), ValueError
    when more is asked for than is held.
    """
    amount = hold.amount if amount is None else amount
    if not 0 <= amount <= hold.amount:
        raise ValueError(f"A hold of {hold.amount} cannot be captured with {amount}.")
    row = fetch_one(
        CAPTURE,
        {
            "user_id": hold.user_id,
            "hold_id": hold.id,
            "amount": amount,
            "now": at or timezone.now(),
            "reference_type": reference.type,
            "reference_id": reference.id,
            "metadata": json.dumps(metadata or {}),
            "response_status": response_status,
            "response_body": None if response_status is None else json.dumps(response_body),
        },
    )
    if row is None:
        state = CreditHold.objects.filter(id=hold.id).values_list("state", flat=True).first()
        raise HoldClosed(hold_id=hold.id, state=state or "unknown")
    entry_id, available = row
    return Captured(entry_id=entry_id, amount=amount, available=available)


def release(*, hold: Hold, at: datetime | None = None) -> bool:
    """Give back what is held; its key may run again. False when it was closed already."""
    return _give_back(
        user_id=hold.user_id, hold_id=hold.id, state=HoldState.RELEASED, at=at or timezone.now()
    )


def expire_due_holds(*, user_id: Any, at: datetime | None = None) -> bool:
    """Give back what dead processes left held past its time. False when there was nothing."""
    return _give_back(user_id=user_id, hold_id=None, state=HoldState.EXPIRED, at=at or timezone.now())


def _give_back(*, user_id: Any, hold_id: uuid.UUID | None, state: HoldState, at: datetime) -> bool:
    row = fetch_one(GIVE_BACK, {"user_id": user_id, "hold_id": hold_id, "state": state.value, "now": at})
    return row is not None and row[1] > 0
