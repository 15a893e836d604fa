"""Take credits for work that is already done."""

from collections.abc import Mapping
from datetime import datetime

from credits.holders import UserId
from credits.models import EntryKind
from credits.services._posting import NO_REFERENCE, Posted, Reference, check_key, check_positive
from credits.services.due_work import post_after_due
from credits.services.spending_limits import SUBJECT, check_subject


def spend(
    *,
    user_id: UserId,
    amount: int,
    action_type: str,
    key: str,
    reference: Reference = NO_REFERENCE,
    metadata: Mapping[str, object] | None = None,
    subject: str = "",
    at: datetime | None = None,
) -> Posted:
    """Take `amount` credits for work that is already done.

    Use `charge` for work that takes time: a check before the work and a spend after it would let
    parallel requests overspend. `subject` is whose spending limits count it, besides those of the whole user.

    Raises InsufficientCredits, AccountBlocked, SpendingLimitReached, IdempotencyConflict, UnknownHolder;
    ValueError if `metadata` has the name under which the entry stores the subject.
    """
    if metadata and SUBJECT in metadata:
        raise ValueError(f"The ledger writes {SUBJECT} into the metadata itself.")
    if check_subject(subject):
        metadata = {**(metadata or {}), SUBJECT: subject}
    return post_after_due(
        user_id=user_id,
        kind=EntryKind.SPEND,
        action_type=action_type,
        amount=-check_positive(amount),
        key=check_key(key),
        reference=reference,
        metadata=metadata,
        subject=subject,
        at=at,
    )
