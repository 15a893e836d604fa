"""Block a user from spending, and lift the block.

A block does not wait for the user's open holds, and leaves them open: their work was admitted.
"""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils import timezone

from credits.holders import CreditHolder, UserId

REASON_LENGTH = CreditHolder._meta.get_field("blocked_reason").max_length or 0


def block(*, user_id: UserId, reason: str, at: datetime | None = None) -> bool:
    """Block a user, for a reason that staff see. Return False if the user is blocked already, or is unknown.

    The update takes the user's lock. So a hold is committed before the block, or it is refused.
    """
    if not reason:
        raise ValueError("A block needs a reason.")
    unblocked = get_user_model().objects.filter(pk=user_id, blocked_at=None)
    return bool(unblocked.update(blocked_at=at or timezone.now(), blocked_reason=reason[:REASON_LENGTH]))


def unblock(*, user_id: UserId) -> bool:
    """Lift the block of a user. Return False if there is none."""
    blocked = get_user_model().objects.filter(pk=user_id, blocked_at__isnull=False)
    return bool(blocked.update(blocked_at=None, blocked_reason=""))
