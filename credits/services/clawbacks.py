"""Take back what a refunded payment gave, and return it when the payment is won back.

Like a refund, a clawback moves grants at once, between two rounds of processing what is due.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from credits.exceptions import GrantBalanceMismatch
from credits.holders import UserId
from credits.models import AiCreditLog, CreditConsumption, CreditGrant, EntryKind
from credits.services._posting import NO_REFERENCE, Posted, Reference, check_key, post
from credits.services._restore import Consumed, consumed_by, restore
from credits.services.due_work import process_due


def clawback(
    *,
    user_id: UserId,
    amount: int,
    action_type: str,
    key: str,
    reference: Reference = NO_REFERENCE,
    metadata: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> Posted:
    """Take back what a payment gave (a negative `amount`), or return what clawbacks of it took.

    `reference` names the payment as its grants do. Those grants are taken from first, then others in
    consumption order; what holds reserve is spared. A clawback stops at zero: what could not be taken
    is the difference between `amount` and the result's.

    What is won back returns to the grants that it was taken from, the last taken first; what belongs to
    a grant that has expired since becomes a grant that never expires.

    Raises ValueError if more would return than clawbacks of this reference have taken;
    IdempotencyConflict, UnknownHolder.
    """
    now = at or timezone.now()
    with transaction.atomic():
        process_due(user_id=user_id, at=now)
        posted = post(
            user_id=user_id,
            kind=EntryKind.CLAWBACK,
            action_type=action_type,
            amount=amount,
            key=check_key(key),
            reference=reference,
            metadata=metadata,
            stop_at_zero=True,
            due_processed=True,
            at=now,
        )
        if posted.created:
            if amount < 0:
                _consume(posted, user_id=user_id, reference=reference)
            else:
                consumed = _consumed_and_not_returned(posted, user_id=user_id, reference=reference)
                restore(posted, user_id=user_id, consumed=consumed, now=now)
            process_due(user_id=user_id, at=now)
    return posted


def _consume(posted: Posted, *, user_id: UserId, reference: Reference) -> None:
    """Take from grants what a clawback took: from the payment's own first."""
    # A grant that replaced another (rolled over, or refunded after its expiry) has its entry, too.
    own = Q(entry__reference_type=reference.type, entry__reference_id=reference.id)
    grants = (
        CreditGrant.objects.open_of(user_id)
        .annotate(own=own & ~Q(entry__reference_id=""))
        .in_consumption_order("-own")
    )
    wanted, consumed = -posted.amount, []
    for grant in grants:
        if amount := min(wanted, grant.remaining - grant.reserved):
            grant.remaining -= amount
            wanted -= amount
            consumed.append((grant, amount))
    if wanted:
        raise GrantBalanceMismatch(user_id=user_id)
    CreditGrant.objects.bulk_update([grant for grant, _ in consumed], ["remaining"])
    CreditConsumption.objects.bulk_create(
        CreditConsumption(entry_id=posted.entry_id, grant=grant, amount=amount) for grant, amount in consumed
    )


def _consumed_and_not_returned(posted: Posted, *, user_id: UserId, reference: Reference) -> list[Consumed]:
    """Return what earlier clawbacks of the payment took and did not return, the last taken first."""
    clawbacks = AiCreditLog.objects.of(user_id).filter(kind=EntryKind.CLAWBACK, id__lt=posted.entry_id)
    of_payment = clawbacks.filter(reference_type=reference.type, reference_id=reference.id)
    taken: list[Consumed] = []
    total = 0
    for entry in of_payment.order_by("id"):
        total -= entry.amount
        if entry.amount < 0:
            taken += consumed_by(entry)
            continue
        returned = entry.amount
        while returned and taken:
            grant, amount = taken.pop()
            if amount > returned:
                taken.append((grant, amount - returned))
            returned -= min(amount, returned)
    if posted.amount > total:
        raise ValueError(f"{total} credits were taken and can return, not {posted.amount}.")
    return taken[::-1]
