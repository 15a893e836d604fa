"""Change a balance manually, with a reason and the name of a member of staff."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from credits.exceptions import AdjustmentTooLarge
from credits.holders import UserId
from credits.models import AiCreditLog, EntryKind
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
    limit: int | None = None,
    at: datetime | None = None,
) -> Posted:
    """Give or take credits (`amount` is signed). `actor_id` and `reason` are stored on the entry.

    A negative adjustment stops at zero: compare the result's `amount` with the requested one.

    `limit` is the most credits that the actor may give within 24 hours, or take at once.

    Raises ValueError without a reason or an amount; AdjustmentTooLarge, IdempotencyConflict, UnknownHolder.
    """
    if not reason.strip():
        raise ValueError("An adjustment needs a reason.")
    if not amount:
        raise ValueError("An adjustment of 0 credits changes nothing.")
    move = post_grant if amount > 0 else post_after_due
    if limit is not None:
        with transaction.atomic():
            _check_limit(
                limit, user_id=user_id, amount=amount, actor_id=actor_id, key=key, now=at or timezone.now()
            )
            return adjust(user_id=user_id, amount=amount, actor_id=actor_id, reason=reason, key=key, at=at)
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


def _check_limit(
    limit: int, *, user_id: UserId, amount: int, actor_id: UserId, key: str, now: datetime
) -> None:
    """Raise AdjustmentTooLarge if the actor may not adjust by `amount` now.

    Serialize the actor's adjustments.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"adjustments:{actor_id}"])
    given = 0
    if amount > 0:
        recent = AiCreditLog.objects.filter(  # type: ignore[misc]  # the key of another user model may be text
            actor_id=actor_id, kind=EntryKind.ADJUSTMENT, amount__gt=0, created_at__gt=now - timedelta(days=1)
        )
        # A repeated form posts nothing more. Other users may have an entry with the same key: it counts.
        recent = recent.exclude(user_id=user_id, idempotency_key=key)
        given = recent.aggregate(given=Sum("amount", default=0))["given"]
    if given + abs(amount) > limit:
        raise AdjustmentTooLarge(limit=limit, left=max(0, limit - given))
