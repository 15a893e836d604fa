"""The verbs that move credits at once: spend, grant, adjust."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from credits.models import CreditGrant, EntryKind
from credits.services.due import process_due
from credits.services.posting import NOTHING, Posted, Reference, callers_key, positive, post


def spend(
    *,
    user_id: Any,
    amount: int,
    action_type: str,
    key: str,
    reference: Reference = NOTHING,
    metadata: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Posted:
    """Take `amount` credits for work that is already done.

    Raises InsufficientCredits, IdempotencyConflict, UnknownHolder. For work that takes time, hold
    and capture instead: a check before and a spend after would let parallel requests overspend.
    """
    return post(
        user_id=user_id,
        kind=EntryKind.SPEND,
        action_type=action_type,
        amount=-positive(amount),
        key=callers_key(key),
        reference=reference,
        metadata=metadata,
        at=at,
    )


def grant(
    *,
    user_id: Any,
    amount: int,
    action_type: str,
    key: str,
    reference: Reference = NOTHING,
    metadata: dict[str, Any] | None = None,
    expires_at: datetime | None = None,
    rollover_cap: int | None = None,
    pool: str = "",
    at: datetime | None = None,
) -> Posted:
    """Give `amount` credits, as a grant that can be spent until `expires_at` (default: for ever).

    With a `rollover_cap`, what is left at the expiry stays, as far as the rolled-over grants of the
    same `pool` are within the cap then (0: all expires).

    Raises ValueError when what never expires, or less than nothing, is to roll over;
    IdempotencyConflict, UnknownHolder.
    """
    if rollover_cap is not None and (rollover_cap < 0 or expires_at is None):
        raise ValueError("Only a grant with an expiry rolls over, and up to a cap of 0 credits or more.")
    return _give(
        user_id=user_id,
        kind=EntryKind.GRANT,
        action_type=action_type,
        amount=positive(amount),
        key=key,
        reference=reference,
        metadata=metadata,
        expires_at=expires_at,
        rollover_cap=rollover_cap,
        pool=pool,
        at=at,
    )


def adjust(
    *, user_id: Any, amount: int, actor_id: Any, reason: str, key: str, at: datetime | None = None
) -> Posted:
    """Change a balance by staff's hand: `amount` is signed, `actor_id` and `reason` go on the entry.

    A negative adjustment stops at zero: compare the answer's `amount` with what was asked for.
    Raises ValueError without a reason, IdempotencyConflict, UnknownHolder.
    """
    if not reason.strip():
        raise ValueError("An adjustment needs a reason.")
    if not amount:
        raise ValueError("An adjustment of 0 credits changes nothing.")
    return _give(
        user_id=user_id,
        kind=EntryKind.ADJUSTMENT,
        action_type="staff_adjustment",
        amount=amount,
        key=key,
        actor_id=actor_id,
        reason=reason.strip(),
        stop_at_zero=True,
        at=at,
    )


def _give(
    *,
    user_id: Any,
    amount: int,
    key: str,
    expires_at: datetime | None = None,
    rollover_cap: int | None = None,
    pool: str = "",
    at: datetime | None = None,
    **entry: Any,
) -> Posted:
    """Post, and when it gave something, make it a grant. What was spent before consumed earlier grants."""
    now = at or timezone.now()
    entry["key"] = callers_key(key)
    if amount < 0:
        return post(user_id=user_id, amount=amount, at=now, **entry)
    with transaction.atomic():
        process_due(user_id=user_id, at=now)
        posted = post(user_id=user_id, amount=amount, at=now, **entry)
        if posted.created and posted.amount:
            CreditGrant.objects.create(
                user_id=user_id,
                entry_id=posted.entry_id,
                pool=pool,
                amount=posted.amount,
                remaining=posted.amount,
                expires_at=expires_at,
                rollover_cap=rollover_cap,
            )
            if expires_at:
                get_user_model().objects.filter(pk=user_id).update(
                    credits_due_at=Least(Coalesce(F("credits_due_at"), expires_at), expires_at)
                )
                if expires_at <= now:  # paid for a period that is over: it came too late
                    posted = replace(posted, available=process_due(user_id=user_id, at=now))
    return posted
