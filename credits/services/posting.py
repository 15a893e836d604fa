"""Post an entry and move the balance, in one statement.

    holder  locks the user's row: from here on nobody else moves this balance
    entry   writes the entry if the balance allows it and the key is new
    moved   moves the balance by what was written

`on conflict do nothing` raises nothing, so a repeated key does not poison a caller's transaction.
The new balance is computed from the locked row (`holder.ai_credits`), never from `u.ai_credits`:
PostgreSQL checks constraints on the statement's snapshot before it notices a concurrent update.
`for no key update` lets other tables go on referring to the user. See docs/adr/0001.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from credits.exceptions import IdempotencyConflict, InsufficientCredits, NotRefundable, UnknownHolder
from credits.models import AiCreditLog, EntryKind
from credits.services.tables import fetch_one

POST = """
with holder as (
    select {pk} as id, ai_credits, ai_credits_held,
           case when %(stop_at_zero)s then greatest(%(amount)s, -ai_credits) else %(amount)s end as amount
    from {users} where {pk} = %(user_id)s for no key update
), entry as (
    insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                          reference_type, reference_id, actor_id, reason, metadata, created_at)
    select id, %(kind)s::text, %(action_type)s::text, amount, ai_credits + ai_credits_held + amount,
           %(key)s::text, %(reference_type)s::text, %(reference_id)s::text, %(actor_id)s::{pk_type},
           %(reason)s::text, %(metadata)s::jsonb, %(created_at)s
    from holder where ai_credits + amount >= 0
    on conflict (user_id, idempotency_key) do nothing
    returning id, user_id, amount, balance_after
), moved as (
    update {users} u set ai_credits = holder.ai_credits + entry.amount
    from entry join holder on holder.id = entry.user_id
    where u.{pk} = entry.user_id
)
select holder.ai_credits, entry.id, entry.amount, entry.balance_after
from holder left join entry on true
"""

MAX_AMOUNT = 10**12  # credits in one movement; keeps every sum far from the columns' end


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry of the ledger, as its cause left it.

    `amount` is signed, `balance_after` includes held credits, `available` is what can be spent now.
    `created` is False when the key had posted this before and nothing moved.
    """

    entry_id: int
    amount: int
    balance_after: int
    available: int
    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What an entry is about: a question set, an invoice."""

    type: str = ""
    id: str = ""


NOTHING = Reference()


def spend(
    *,
    user_id: Any,
    amount: int,
    action_type: str,
    key: str,
    reference: Reference = NOTHING,
    metadata: dict[str, Any] | None = None,
) -> Posted:
    """Take `amount` credits for work that is already done.

    Raises InsufficientCredits, IdempotencyConflict, UnknownHolder. For work that takes time, hold
    and capture instead: a check before and a spend after would let parallel requests overspend.
    """
    return _post(
        user_id=user_id,
        kind=EntryKind.SPEND,
        action_type=action_type,
        amount=-_positive(amount),
        key=key,
        reference=reference,
        metadata=metadata,
    )


def grant(
    *,
    user_id: Any,
    amount: int,
    action_type: str,
    key: str,
    reference: Reference = NOTHING,
    metadata: dict[str, Any] | None = None,
) -> Posted:
    """Give `amount` credits. Raises IdempotencyConflict, UnknownHolder."""
    return _post(
        user_id=user_id,
        kind=EntryKind.GRANT,
        action_type=action_type,
        amount=_positive(amount),
        key=key,
        reference=reference,
        metadata=metadata,
    )


def refund(*, entry_id: int, actor_id: Any = None, reason: str = "") -> Posted:
    """Undo a spend, whole and once: its key is the spend's id. By staff's hand, `actor_id` is theirs.

    Raises NotRefundable when the entry is not a spend, AiCreditLog.DoesNotExist when there is none.
    """
    entry = AiCreditLog.objects.get(id=entry_id)
    if entry.kind != EntryKind.SPEND:
        raise NotRefundable(entry_id=entry_id)
    return _post(
        user_id=entry.user_id,
        kind=EntryKind.REFUND,
        action_type=entry.action_type,
        amount=-entry.amount,
        key=f"refund:{entry.id}",
        reference=Reference(type=entry.reference_type, id=entry.reference_id),
        actor_id=actor_id,
        reason=reason.strip(),
    )


def adjust(*, user_id: Any, amount: int, actor_id: Any, reason: str, key: str) -> Posted:
    """Change a balance by staff's hand: `amount` is signed, `actor_id` and `reason` go on the entry.

    A negative adjustment stops at zero: compare the answer's `amount` with what was asked for.
    Raises ValueError without a reason, IdempotencyConflict, UnknownHolder.
    """
    if not reason.strip():
        raise ValueError("An adjustment needs a reason.")
    if not amount:
        raise ValueError("An adjustment of 0 credits changes nothing.")
    return _post(
        user_id=user_id,
        kind=EntryKind.ADJUSTMENT,
        action_type="staff_adjustment",
        amount=_bounded(amount),
        key=key,
        actor_id=actor_id,
        reason=reason.strip(),
        stop_at_zero=True,
    )


def clawback(
    *,
    user_id: Any,
    amount: int,
    action_type: str,
    key: str,
    reference: Reference = NOTHING,
    metadata: dict[str, Any] | None = None,
) -> Posted:
    """Take back what a refunded payment gave (negative), or give it again when it is won back.

    Stops at zero: what could not be taken is the difference between `amount` and the answer's.
    """
    return _post(
        user_id=user_id,
        kind=EntryKind.CLAWBACK,
        action_type=action_type,
        amount=_bounded(amount),
        key=key,
        reference=reference,
        metadata=metadata,
        stop_at_zero=True,
    )


def _post(
    *,
    user_id: Any,
    kind: EntryKind,
    action_type: str,
    amount: int,
    key: str,
    reference: Reference = NOTHING,
    actor_id: Any = None,
    reason: str = "",
    metadata: dict[str, Any] | None = None,
    stop_at_zero: bool = False,
    at: datetime | None = None,
) -> Posted:
    # What was asked for is part of the cause, also when less was taken.
    metadata = {**(metadata or {}), "requested": amount} if stop_at_zero else metadata or {}
    row = fetch_one(
        POST,
        {
            "user_id": user_id,
            "kind": kind.value,
            "action_type": action_type,
            "amount": amount,
            "stop_at_zero": stop_at_zero,
            "key": key,
            "reference_type": reference.type,
            "reference_id": reference.id,
            "actor_id": actor_id,
            "reason": reason,
            "metadata": json.dumps(metadata),
            "created_at": at or timezone.now(),
        },
    )
    if row is None:
        raise UnknownHolder(user_id=user_id)
    available, entry_id, moved, balance_after = row
    if entry_id is not None:
        return Posted(entry_id, moved, balance_after, available + moved, created=True)

    before = AiCreditLog.objects.filter(user_id=user_id, idempotency_key=key).first()
    if before is None:
        raise InsufficientCredits(required=-amount, available=available)
    requested = before.metadata.get("requested", before.amount)
    same = {
        "kind": before.kind == kind,
        "amount": requested == amount,
        "action type": before.action_type == action_type,
        "reference": (before.reference_type, before.reference_id) == (reference.type, reference.id),
    }
    if not all(same.values()):
        raise IdempotencyConflict(key=key, differs=tuple(what for what, equal in same.items() if not equal))
    return Posted(before.id, before.amount, before.balance_after, available, created=False)


def _bounded(amount: int) -> int:
    if abs(amount) > MAX_AMOUNT:
        raise ValueError(f"{amount} credits are more than one movement may be ({MAX_AMOUNT}).")
    return amount


def _positive(amount: int) -> int:
    if amount <= 0:
        raise ValueError(f"An amount of credits is positive, not {amount}.")
    return _bounded(amount)
