"""Reserve credits before the work, spend them with its result, or give them back.

A hold moves credits from available to held, and reserves grants in consumption order, in one call of
`credits_hold`; the sum does not change, so no entry is posted. `credits_capture` posts the spend,
returns the rest and stores the answer for the request's Idempotency-Key; it belongs into the
transaction that stores the work.

The functions (credits/sql/) lock the user, then the hold, then its grants: the lock order of everything
that moves credits.
"""

import json
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from credits.exceptions import (
    CreditsError,
    HoldClosed,
    InsufficientCredits,
    UnknownHolder,
)
from credits.models import CreditHold, HoldState
from credits.services._posting import NO_REFERENCE, Reference, announce_low_balance
from credits.services._sql import call
from credits.services.due import process_due
from credits.services.stored_responses import RequestKey, StoredResponse, find_stored_response


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Credits reserved for one piece of work. `available` is what was left to spend."""

    id: uuid.UUID
    user_id: Any
    amount: int
    action_type: str
    available: int
    request: RequestKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a capture took, and what is left to spend."""

    entry_id: int
    amount: int
    available: int


def hold(
    *,
    user_id: Any,
    amount: int,
    action_type: str,
    request: RequestKey | None = None,
    at: datetime | None = None,
) -> Hold | StoredResponse:
    """Reserve `amount` credits, or find the answer that the request's key has been paid for.

    Raises InsufficientCredits; RequestInProgress while the first request with this key is running;
    StoredResponseExpired when its answer is not kept any more; IdempotencyConflict when the key came with
    another body before; UnknownHolder.
    """
    if amount < 0:
        raise ValueError(f"An amount to hold is not negative, as {amount} is.")
    now = at or timezone.now()
    hold_id = uuid.uuid4()
    arguments = {
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

    def reserve() -> tuple[int, Hold | None]:
        available, reserved = call("credits_hold", arguments | {"alone": connection.get_autocommit()})
        if available is None:
            raise UnknownHolder(user_id=user_id)
        if not reserved:
            return available, None
        return available, Hold(
            id=hold_id,
            user_id=user_id,
            amount=amount,
            action_type=action_type,
            available=available - amount,
            request=request,
        )

    available, reserved = reserve()
    if reserved:
        return reserved
    if request and (
        answer := find_stored_response(user_id=user_id, request=request, available=available, now=now)
    ):
        return answer
    # Something is due, or not yet taken from its grants. The lock that this takes is kept for the
    # second look, so that it sees every grant.
    with transaction.atomic():
        process_due(user_id=user_id, at=now)
        available, reserved = reserve()
    if reserved:
        return reserved
    if request and (
        answer := find_stored_response(user_id=user_id, request=request, available=available, now=now)
    ):
        return answer
    raise InsufficientCredits(required=amount, available=available)


def capture(
    *,
    hold: Hold,
    amount: int | None = None,
    overage: int = 0,
    reference: Reference = NO_REFERENCE,
    metadata: dict[str, Any] | None = None,
    response_status: int | None = None,
    response_body: Any = None,
    at: datetime | None = None,
) -> Captured:
    """Spend `amount` of what is held (default: all of it), return the rest, remember the answer.

    Call it in the transaction that stores the work, last. The work may have cost more than was
    held: up to `overage` credits more are taken, as far as they are there. A hold that has expired
    meanwhile is taken afresh, if the credits are there; otherwise, and when it was captured or
    released before, raises HoldClosed: let the transaction roll back, so that nothing is stored and
    nothing charged. Raises ValueError when `amount` is more than was held and the overage.
    """
    now = at or timezone.now()
    amount = hold.amount if amount is None else amount
    if not 0 <= amount <= hold.amount + overage:
        raise ValueError(f"A hold of {hold.amount} (and {overage}) cannot be captured with {amount}.")
    arguments = {
        "user_id": hold.user_id,
        "hold_id": hold.id,
        "now": now,
        "reference_type": reference.type,
        "reference_id": reference.id,
        "metadata": json.dumps(metadata or {}),
        "response_status": response_status,
        "response_body": None if response_status is None else json.dumps(response_body),
    }

    def take(amount: int) -> Captured | None:
        entry_id, available, balance, overdue = call("credits_capture", arguments | {"amount": amount})
        if entry_id is None:
            return None
        if overdue:  # what it returned belongs to a grant that has expired
            available = process_due(user_id=hold.user_id, at=now)
        announce_low_balance(user_id=hold.user_id, amount=-amount, balance_after=balance)
        return Captured(entry_id=entry_id, amount=amount, available=available)

    captured = take(amount) if amount <= hold.amount else None
    if captured is None:
        with transaction.atomic():
            if amount > hold.amount:
                hold, amount = _extend(hold, amount, now=now)
                captured = take(amount)
            if captured is None:
                hold = _take_afresh(hold, amount, now=now)
                captured = take(amount)
    if captured is None:
        raise HoldClosed(hold_id=hold.id, state="unknown")
    return captured


def release(*, hold: Hold, at: datetime | None = None) -> bool:
    """Give back what is held; its key may run again. False when it was closed already."""
    now = at or timezone.now()
    _, closed, overdue = call(
        "credits_release",
        {"user_id": hold.user_id, "hold_id": hold.id, "state": HoldState.RELEASED.value, "now": now},
    )
    if overdue:  # what it returned belongs to a grant that has expired
        process_due(user_id=hold.user_id, at=now)
    return bool(closed)


def _take_afresh(expired: Hold, amount: int, *, now: datetime) -> Hold:
    """A new hold in place of one that has expired: same id, so that it too is captured at most once."""
    state = CreditHold.objects.filter(id=expired.id).values_list("state", flat=True).first() or "unknown"
    if state != HoldState.EXPIRED:
        raise HoldClosed(hold_id=expired.id, state=state)
    try:
        afresh = hold(
            user_id=expired.user_id,
            amount=amount,
            action_type=expired.action_type,
            request=expired.request,
            at=now,
        )
    except CreditsError as error:
        raise HoldClosed(hold_id=expired.id, state=state) from error
    if isinstance(afresh, StoredResponse):  # the same request ran again meanwhile, and was paid for
        raise HoldClosed(hold_id=expired.id, state=state)
    replaced, _ = CreditHold.objects.filter(id=expired.id, state=HoldState.EXPIRED).delete()
    if not replaced:  # somebody else took it afresh while this waited for the user's lock
        raise HoldClosed(hold_id=expired.id, state=HoldState.CAPTURED.value)
    CreditHold.objects.filter(id=afresh.id).update(id=expired.id)
    return replace(afresh, id=expired.id)


def _extend(held: Hold, amount: int, *, now: datetime) -> tuple[Hold, int]:
    """Add to a hold what the work cost more, as far as it is there; the hold, and what it can pay.

    A second hold is taken for the difference, and merged into the first.
    """
    available = process_due(user_id=held.user_id, at=now)
    first = CreditHold.objects.filter(id=held.id, state=HoldState.HELD).first()
    if first is None:  # it has expired: what it held is free again, and all of it is taken afresh
        return held, max(held.amount, min(amount, available))
    more = min(amount - held.amount, available)
    if not more:
        return held, held.amount
    extra = hold(user_id=held.user_id, amount=more, action_type=held.action_type, at=now)
    second = CreditHold.objects.get(id=extra.id)  # type: ignore[union-attr]  # without a key there is no answer
    grants = dict(zip(first.grant_ids, first.grant_amounts, strict=True))
    for grant_id, reserved in zip(second.grant_ids, second.grant_amounts, strict=True):
        grants[grant_id] = grants.get(grant_id, 0) + reserved
    second.delete()
    CreditHold.objects.filter(id=held.id).update(
        amount=held.amount + more, grant_ids=list(grants), grant_amounts=list(grants.values())
    )
    return replace(held, amount=held.amount + more), held.amount + more
