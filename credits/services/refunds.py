"""Undo a spend.

Unlike a spend, a refund updates grants at once. Due work is processed before it, so that all spends have been
taken from grants, and after it, so that no spend is taken twice. The user stays locked in between.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from credits.exceptions import NotRefundable
from credits.holders import UserId
from credits.models import AiCreditLog, EntryKind
from credits.services._grant_balances import consumed_by, restore
from credits.services._posting import Posted, Reference, post
from credits.services.due_work import process_due


def refund(
    *, entry_id: int, actor_id: UserId | None = None, reason: str = "", at: datetime | None = None
) -> Posted:
    """Undo a whole spend, once: the key is the spend's id. `actor_id` is the member of staff, if any.

    The credits return to the grants that they were taken from. Credits of a grant that has since expired
    become a grant that never expires, because refunded credits must be usable.

    Raises NotRefundable if the entry is not a spend, AiCreditLog.DoesNotExist if there is none.
    """
    entry = AiCreditLog.objects.get(id=entry_id)
    if entry.kind != EntryKind.SPEND:
        raise NotRefundable(entry_id=entry_id)
    now = at or timezone.now()
    with transaction.atomic():
        process_due(user_id=entry.user_id, at=now)
        posted = post(
            user_id=entry.user_id,
            kind=EntryKind.REFUND,
            action_type=entry.action_type,
            amount=-entry.amount,
            key=f"refund:{entry.id}",
            reference=Reference(type=entry.reference_type, id=entry.reference_id),
            actor_id=actor_id,
            reason=reason,
            at=now,
        )
        if posted.created:
            restore(posted, user_id=entry.user_id, consumed=consumed_by(entry), now=now)
            process_due(user_id=entry.user_id, at=now)
    return posted
