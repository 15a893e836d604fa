"""Take credits for work that is already done."""

from collections.abc import Mapping
from datetime import datetime

from credits.holders import UserId
from credits.models import EntryKind
from credits.services._posting import NO_REFERENCE, Posted, Reference, check_key, check_positive
from credits.services.due_work import post_after_due


def spend(
    *,
    user_id: UserId,
    amount: int,
    action_type: str,
    key: str,
    reference: Reference = NO_REFERENCE,
    metadata: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> Posted:
    """Take `amount` credits for work that is already done.

    Use `charge` for work that takes time: a check before the work and a spend after it would let
    parallel requests overspend.

    Raises InsufficientCredits, AccountBlocked, IdempotencyConflict, UnknownHolder.
    """
    return post_after_due(
        user_id=user_id,
        kind=EntryKind.SPEND,
        action_type=action_type,
        amount=-check_positive(amount),
        key=check_key(key),
        reference=reference,
        metadata=metadata,
        at=at,
    )
