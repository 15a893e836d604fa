"""Reserve credits before work, then capture or release them. `charge` is the interface to this.

A hold moves credits from available to held and reserves grants in consumption order, in one call of
`credits_hold`; the sum does not change, so no entry is posted. `credits_capture` posts the spend,
returns the rest and stores the response for the request's Idempotency-Key.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from credits.exceptions import CreditsError, HoldClosed, InsufficientCredits, UnknownHolder
from credits.holders import UserId
from credits.models import CreditHold, HoldState
from credits.services._posting import NO_REFERENCE, Reference, announce_low_balance
from credits.services._sql import call
from credits.services.due import process_due
from credits.services.stored_responses import RequestKey, refuse_repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Credits that are reserved for one piece of work, and the price that was fixed for it."""

    id: uuid.UUID
    user_id: UserId
    amount: int
    action_type: str
    base: int
    per_unit: int = 0
    request: RequestKey | None = None

    def cost_of(self, units: int | None) -> int:
        """Return what delivering `units` costs, at most what is held; None: all that is held."""
        if units is None:
            return self.amount
        if units < 0:
            raise ValueError(f"{units} units cannot be delivered.")
        return min(self.amount, self.base + self.per_unit * units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a capture took, and what can be spent now."""

    entry_id: int
    amount: int
    available: int


def hold(
    *,
    user_id: UserId,
    amount: int,
    action_type: str,
    base: int | None = None,
    per_unit: int = 0,
    request: RequestKey | None = None,
    at: datetime | None = None,
) -> Hold:
    """Reserve `amount` credits. `base` (default: all of it) and `per_unit` are the price, to be kept.

    Raises InsufficientCredits, UnknownHolder; for the key of `request`: AlreadyCharged with the stored
    response, RequestInProgress, StoredResponseExpired, IdempotencyConflict.
    """
    if amount < 0:
        raise ValueError(f"An amount to hold is not negative, as {amount} is.")
    now = at or timezone.now()
    reserved = Hold(
        id=uuid.uuid4(),
        user_id=user_id,
        amount=amount,
        action_type=action_type,
        base=amount if base is None else base,
        per_unit=per_unit,
        request=request,
    )
    available, done = _reserve(reserved, now=now)
    if done:
        return reserved
    if request:
        refuse_repeated(user_id=user_id, request=request, available=available, at=now)
    # Something is due, or not yet taken from grants. The lock that processing it takes is kept for the
    # second attempt, which then sees every grant.
    with transaction.atomic():
        process_due(user_id=user_id, at=now)
        available, done = _reserve(reserved, now=now)
    if done:
        return reserved
    if request:
        refuse_repeated(user_id=user_id, request=request, available=available, at=now)
    raise InsufficientCredits(required=amount, available=available)


def _reserve(wanted: Hold, *, now: datetime) -> tuple[int, bool]:
    """Return what was available, and whether `wanted` is reserved now."""
    request = wanted.request
    available, reserved = call(
        "credits_hold",
        {
            "user_id": wanted.user_id,
            "hold_id": wanted.id,
            "action_type": wanted.action_type,
            "amount": wanted.amount,
            "base": wanted.base,
            "per_unit": wanted.per_unit,
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
    return available, reserved


def take_up(*, hold_id: uuid.UUID) -> Hold:
    """Load a hold that another process took. Raises HoldClosed if it was captured or released.

    One that has expired is accepted: its capture takes the credits afresh, if they are there.
    """
    row = CreditHold.objects.filter(id=hold_id).first()
    if row is None or row.state not in {HoldState.HELD, HoldState.EXPIRED}:
        raise HoldClosed(hold_id=hold_id, state=row.state if row else "unknown")
    return Hold(
        id=row.id,
        user_id=row.user_id,
        amount=row.amount,
        action_type=row.action_type,
        base=row.base,
        per_unit=row.per_unit,
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
    """Spend `amount` of what is held (default: all of it), return the rest, store the response.

    Call it in the transaction that stores the work, last. A hold that has expired meanwhile is taken
    afresh, if the credits are there.

    Raises ValueError if `amount` is more than is held; HoldClosed if the hold was captured or released
    before, or has expired and the credits are gone. Let the transaction roll back then, so that nothing
    is stored and nothing charged.
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
    entry_id, available, balance, overdue = call("credits_capture", arguments)
    if entry_id is None:
        with transaction.atomic():
            _take_afresh(hold, amount, now=now)
            entry_id, available, balance, overdue = call("credits_capture", arguments)
    if entry_id is None:
        raise HoldClosed(hold_id=hold.id, state="unknown")
    if overdue:  # what it returned belongs to a grant that has expired
        available = process_due(user_id=hold.user_id, at=now)
    announce_low_balance(user_id=hold.user_id, amount=-amount, balance_after=balance)
    return Captured(entry_id=entry_id, amount=amount, available=available)


def release(*, hold: Hold, at: datetime | None = None) -> bool:
    """Return what is held; its key may run again. Return False if the hold was closed already."""
    now = at or timezone.now()
    _, closed, overdue = call(
        "credits_release",
        {"user_id": hold.user_id, "hold_id": hold.id, "state": HoldState.RELEASED.value, "now": now},
    )
    if overdue:  # what it returned belongs to a grant that has expired
        process_due(user_id=hold.user_id, at=now)
    return bool(closed)


def _take_afresh(expired: Hold, amount: int, *, now: datetime) -> None:
    """Replace a hold that has expired with one of the same id, so that it too is captured at most once."""
    state = CreditHold.objects.filter(id=expired.id).values_list("state", flat=True).first() or "unknown"
    if state != HoldState.EXPIRED:
        raise HoldClosed(hold_id=expired.id, state=state)
    try:
        afresh = hold(
            user_id=expired.user_id,
            amount=amount,
            action_type=expired.action_type,
            base=expired.base,
            per_unit=expired.per_unit,
            request=expired.request,
            at=now,
        )
    except CreditsError as error:  # the credits are gone, or the same request ran again meanwhile
        raise HoldClosed(hold_id=expired.id, state=state) from error
    replaced, _ = CreditHold.objects.filter(id=expired.id, state=HoldState.EXPIRED).delete()
    if not replaced:  # another process took it afresh while this one waited for the user's lock
        raise HoldClosed(hold_id=expired.id, state=HoldState.CAPTURED.value)
    CreditHold.objects.filter(id=afresh.id).update(id=expired.id)
