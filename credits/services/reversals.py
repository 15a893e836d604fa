"""The verbs that undo: a refund undoes a spend, a clawback follows a payment's money, back and forth.

Unlike a spend, they move grants at once. What is due is processed before, so that all that was spent has
been taken from its grants, and afterwards, so that nothing takes it again; the lock that the first
processing takes is kept in between. An entry's consumptions say what it did to which grant: one that takes
credits took so many from it, one that gives credits put so many back.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from credits.exceptions import GrantsDisagree, NotRefundable
from credits.models import AiCreditLog, CreditConsumption, CreditGrant, EntryKind
from credits.services.due import process_due
from credits.services.posting import NOTHING, Posted, Reference, callers_key, post


def refund(*, entry_id: int, actor_id: Any = None, reason: str = "", at: datetime | None = None) -> Posted:
    """Undo a spend, whole and once: its key is the spend's id. By staff's hand, `actor_id` is theirs.

    The credits go back to the grants that they were taken from. What belongs to a grant that has
    expired since comes back as a grant that never expires: whoever was refunded did not let them lapse.

    Raises NotRefundable when the entry is not a spend, AiCreditLog.DoesNotExist when there is none.
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
            _give_back(posted, user_id=entry.user_id, taken=_taken_by(entry), now=now)
            process_due(user_id=entry.user_id, at=now)
    return posted


def clawback(
    *,
    user_id: Any,
    amount: int,
    action_type: str,
    key: str,
    reference: Reference = NOTHING,
    metadata: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Posted:
    """Take back what a refunded payment gave (a negative `amount`), or give it again when it is won back.

    `reference` names the payment as its grants do. Their grants are taken from first, then the others
    in consumption order; what holds reserve is spared. It stops at zero: what could not be taken is the
    difference between `amount` and the answer's. What is won back goes to the grants that it was
    taken from, the last taken first; what belongs to one that has expired since comes back as a grant
    that never expires.

    Raises ValueError when more would come back than clawbacks of this reference have taken, and
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
            key=callers_key(key),
            reference=reference,
            metadata=metadata,
            stop_at_zero=True,
            at=now,
        )
        if posted.created:
            if amount < 0:
                _take(posted, user_id=user_id, reference=reference)
            else:
                taken = _taken_back(posted, user_id=user_id, reference=reference)
                _give_back(posted, user_id=user_id, taken=taken, now=now)
            process_due(user_id=user_id, at=now)
    return posted


def _take(posted: Posted, *, user_id: Any, reference: Reference) -> None:
    """Burn grants for a clawback: the payment's own first."""
    # A grant that took another's place (rolled over, refunded after its end) has its entry, too.
    own = Q(entry__reference_type=reference.type, entry__reference_id=reference.id)
    grants = (
        CreditGrant.objects.filter(user_id=user_id, is_open=True)
        .annotate(own=own & ~Q(entry__reference_id=""))
        .order_by("-own", F("expires_at").asc(nulls_last=True), "id")
    )
    wanted, consumed = -posted.amount, []
    for grant in grants:
        if amount := min(wanted, grant.remaining - grant.reserved):
            grant.remaining -= amount
            wanted -= amount
            consumed.append((grant, amount))
    if wanted:
        raise GrantsDisagree(user_id=user_id)
    CreditGrant.objects.bulk_update([grant for grant, _ in consumed], ["remaining"])
    CreditConsumption.objects.bulk_create(
        CreditConsumption(entry_id=posted.entry_id, grant=grant, amount=amount) for grant, amount in consumed
    )


def _taken_by(entry: AiCreditLog) -> list[tuple[CreditGrant, int]]:
    """The grants that an entry was taken from, and how many of each, in that order."""
    return [
        (consumption.grant, consumption.amount)
        for consumption in entry.consumptions.select_related("grant").order_by("id")
    ]


def _taken_back(posted: Posted, *, user_id: Any, reference: Reference) -> list[tuple[CreditGrant, int]]:
    """What the payment's clawbacks before `posted` took and did not give back, the last taken first."""
    clawbacks = (
        AiCreditLog.objects.of(user_id)
        .filter(
            kind=EntryKind.CLAWBACK,
            reference_type=reference.type,
            reference_id=reference.id,
            id__lt=posted.entry_id,
        )
        .order_by("id")
    )
    taken: list[tuple[CreditGrant, int]] = []
    total = 0
    for entry in clawbacks:
        total -= entry.amount
        if entry.amount < 0:
            taken += _taken_by(entry)
            continue
        given = entry.amount
        while given and taken:
            grant, amount = taken.pop()
            if amount > given:
                taken.append((grant, amount - given))
            given -= min(amount, given)
    if posted.amount > total:
        raise ValueError(f"{total} credits were taken and can come back, not {posted.amount}.")
    return taken[::-1]


def _give_back(
    posted: Posted, *, user_id: Any, taken: Iterable[tuple[CreditGrant, int]], now: datetime
) -> None:
    """Put what was given back into the grants that it was taken from, in the order of `taken`."""
    # Another machine's clock may be ahead and have ended a grant's time: it does not begin again.
    latest = AiCreditLog.objects.of(user_id).filter(id__lt=posted.entry_id).latest("id").created_at
    now = max(now, latest)
    rest = posted.amount
    back: dict[int, int] = {}  # grant → amount
    for_ever: dict[int, int] = {}  # the entry that gave it → amount
    for grant, amount in taken:
        part = min(amount, rest)
        rest -= part
        lapsed = grant.expires_at is not None and grant.expires_at <= now
        places, place = (for_ever, grant.entry_id) if lapsed else (back, grant.pk)
        places[place] = places.get(place, 0) + part
    for_ever[posted.entry_id] = rest  # what no grant explains, in books that were repaired
    for grant_id, amount in back.items():
        CreditGrant.objects.filter(pk=grant_id).update(remaining=F("remaining") + amount)
    CreditConsumption.objects.bulk_create(
        CreditConsumption(entry_id=posted.entry_id, grant_id=grant_id, amount=amount)
        for grant_id, amount in back.items()
        if amount
    )
    CreditGrant.objects.bulk_create(
        CreditGrant(user_id=user_id, entry_id=entry_id, amount=amount, remaining=amount)
        for entry_id, amount in sorted(for_ever.items())
        if amount
    )
