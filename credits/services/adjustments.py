"""Change a balance manually, with a reason and the name of a member of staff."""

from datetime import datetime

from credits.holders import UserId
from credits.models import EntryKind
from credits.services._posting import Posted, check_key
from credits.services.due_work import post_after_due
from credits.services.grants import post_grant


def adjust(
    *,
    user_id: UserId,
    amount: int,
    actor_id: UserId,
    reason: str,
    key: str,
    at: datetime | None = None,
) -> Posted:
    """Give or take credits (`amount` is signed). `actor_id` and `reason` are stored on the entry.

    A negative adjustment stops at zero: compare the result's `amount` with the requested one.

    Raises ValueError without a reason or an amount; IdempotencyConflict, UnknownHolder.
    """
    if not reason.strip():
        raise ValueError("An adjustment needs a reason.")
    if not amount:
        raise ValueError("An adjustment of 0 credits changes nothing.")
    move = post_grant if amount > 0 else post_after_due
    return move(
        user_id=user_id,
        kind=EntryKind.ADJUSTMENT,
        action_type="staff_adjustment",
        amount=amount,
        key=check_key(key),
        actor_id=actor_id,
        reason=reason.strip(),
        stop_at_zero=True,
        at=at,
    )
