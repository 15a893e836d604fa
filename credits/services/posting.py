"""Post an entry and move the balance: one call of `credits_post` (credits/sql/post.sql).

`on conflict do nothing` in it raises nothing, so a repeated key does not poison a caller's
transaction. A spend does not touch grants. It only looks whether something is due (`credits_due_at`,
of the row that it locks anyway): then it posts nothing, what is due is processed, and it runs once more.
See docs/adr/0001.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from credits.exceptions import IdempotencyConflict, InsufficientCredits, UnknownHolder
from credits.models import AiCreditLog, EntryKind
from credits.services.tables import call
from credits.signals import balance_low

# Keys that the ledger makes itself, of what they are about. A caller's would get in their way.
OWN_KEYS = ("hold:", "refund:", "expiry:")
MAX_KEY = 255  # characters
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


def post(
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
    due_processed: bool = False,
    at: datetime | None = None,
) -> Posted:
    """Post one entry and move the balance, or find what the key has posted before.

    What every verb is made of; call the verbs. `due_processed` says that the caller has processed what is due.
    Raises InsufficientCredits, IdempotencyConflict, UnknownHolder.
    """
    from credits.services.due import process_due

    # What was asked for is part of the cause, also when less was taken.
    metadata = {**(metadata or {}), "requested": amount} if stop_at_zero else metadata or {}
    now = at or timezone.now()
    arguments = {
        "user_id": user_id,
        "kind": kind.value,
        "action_type": action_type,
        "amount": _bounded(amount),
        "stop_at_zero": stop_at_zero,
        "due_processed": due_processed,
        "key": key,
        "reference_type": reference.type,
        "reference_id": reference.id,
        "actor_id": actor_id,
        "reason": reason,
        "metadata": json.dumps(metadata),
        "now": now,
    }
    available, due, entry_id, moved, balance = call("credits_post", arguments)
    if due:
        with transaction.atomic():
            process_due(user_id=user_id, at=now)
            available, _, entry_id, moved, balance = call("credits_post", arguments | {"due_processed": True})
    if available is None:
        raise UnknownHolder(user_id=user_id)
    if entry_id is not None:
        announce_low_balance(user_id=user_id, amount=moved, balance_after=balance)
        return Posted(entry_id, moved, balance, available, created=True)

    before = AiCreditLog.objects.filter(user_id=user_id, idempotency_key=key).first()
    if before is None:
        raise InsufficientCredits(required=-amount, available=available)
    asked = before.metadata.get("requested", before.amount) if stop_at_zero else before.amount
    same = {
        "kind": before.kind == kind,
        "amount": asked == amount,
        "action type": before.action_type == action_type,
        "reference": (before.reference_type, before.reference_id) == (reference.type, reference.id),
    }
    if not all(same.values()):
        raise IdempotencyConflict(key=key, differs=tuple(what for what, equal in same.items() if not equal))
    return Posted(before.id, before.amount, before.balance_after, available, created=False)


def announce_low_balance(*, user_id: Any, amount: int, balance_after: int) -> None:
    """After commit, once for each crossing: entries follow one another, so just one crosses."""
    threshold = settings.CREDIT_LOW_BALANCE
    if balance_after < threshold <= balance_after - amount:
        transaction.on_commit(
            lambda: balance_low.send(
                sender=AiCreditLog, user_id=user_id, balance=balance_after, threshold=threshold
            ),
            robust=True,
        )


def _bounded(amount: int) -> int:
    if abs(amount) > MAX_AMOUNT:
        raise ValueError(f"{amount} credits are more than one movement may be ({MAX_AMOUNT}).")
    return amount


def callers_key(key: str) -> str:
    if not 0 < len(key) <= MAX_KEY or key.startswith(OWN_KEYS):
        raise ValueError(
            f"A key has 1 to {MAX_KEY} characters and starts with none of {', '.join(OWN_KEYS)}: not {key!r:.99}."
        )
    return key


def positive(amount: int) -> int:
    if amount <= 0:
        raise ValueError(f"An amount of credits is positive, not {amount}.")
    return _bounded(amount)
