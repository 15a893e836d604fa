"""Take back the credits of a refunded or disputed payment, and return them after a won dispute.

A clawback cannot take credits that holds reserve, so it claims them: see CreditClaim.

Like a refund, a clawback updates grants at once. Due work is processed before it and after it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from credits.claims import CreditClaim
from credits.holders import UserId
from credits.models import AiCreditLog, CreditGrant, EntryKind
from credits.services import _claims
from credits.services._grant_balances import Consumed, consumed_by, restore, save_taken, take
from credits.services._posting import NO_REFERENCE, Posted, Reference, check_key, post
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
    """Take back credits of a payment (a negative `amount`), or return credits that clawbacks of it took.

    `reference` is that of the payment's grants. A clawback takes from those grants first, then from others in
    consumption order, and stops at zero. For the rest, it claims held credits that no other clawback claims;
    `claimed` of the result is their number. A hold that returns credits pays claims first. The remainder, in
    neither `amount` nor `claimed`, was already spent.

    A positive amount first cancels open claims of this reference (a negative `claimed`). The rest returns
    credits to the grants that they were taken from, starting with the credits taken last. Credits of a grant
    that has since expired become a grant that never expires.

    Raises ValueError if more would return than clawbacks of this reference have taken;
    IdempotencyConflict, UnknownHolder.
    """
    now = at or timezone.now()
    with transaction.atomic():
        available = process_due(user_id=user_id, at=now)
        if amount < 0:
            claimed = min(max(0, -amount - available), _claims.claimable(user_id=user_id))
        else:
            claimed = -min(amount, _claims.open_claims(user_id=user_id, reference=reference))
        posted = post(
            user_id=user_id,
            kind=EntryKind.CLAWBACK,
            action_type=action_type,
            amount=amount + min(0, claimed),
            requested=amount,
            key=check_key(key),
            reference=reference,
            metadata={**(metadata or {}), "claimed": claimed},
            stop_at_zero=True,
            due_processed=True,
            at=now,
        )
        if not posted.created:
            entry = AiCreditLog.objects.get(pk=posted.entry_id)
            return replace(posted, claimed=entry.metadata.get("claimed", 0))
        if amount < 0:
            _consume(posted, user_id=user_id, reference=reference)
            if claimed:
                CreditClaim.objects.create(user_id=user_id, entry_id=posted.entry_id, open_amount=claimed)
        else:
            _claims.cancel(-claimed, user_id=user_id, reference=reference)
            consumed = _consumed_and_not_returned(posted, user_id=user_id, reference=reference)
            restore(posted, user_id=user_id, consumed=consumed, now=now)
        process_due(user_id=user_id, at=now)
    return replace(posted, claimed=claimed)


def _consume(posted: Posted, *, user_id: UserId, reference: Reference) -> None:
    """Consume grants for a clawback, the payment's own ones first."""
    # A grant that replaced another one (rolled over, or refunded after its expiry) has the same entry.
    own = Q(entry__reference_type=reference.type, entry__reference_id=reference.id)
    grants = (
        CreditGrant.objects.open_of(user_id)
        .annotate(own=own & ~Q(entry__reference_id=""))
        .in_consumption_order("-own")
    )
    taken = take(grants, -posted.amount, entry_id=posted.entry_id)
    save_taken(taken, expected=-posted.amount, user_id=user_id)


def _consumed_and_not_returned(posted: Posted, *, user_id: UserId, reference: Reference) -> list[Consumed]:
    """Return the unreturned consumptions of earlier clawbacks of the payment, the last one first."""
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
