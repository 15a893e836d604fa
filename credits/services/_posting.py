"""Post an entry and move the balance: one call of `credits_post` (post.sql in credits/sql/).

`on conflict do nothing` in that function raises nothing, so a repeated key does not poison a caller's
transaction. See docs/adr/0001.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from django.utils import timezone

from credits.exceptions import (
    AccountBlocked,
    IdempotencyConflict,
    InsufficientCredits,
    SpendingLimitReached,
    UnknownHolder,
)
from credits.holders import UserId
from credits.models import MAX_AMOUNT, AiCreditLog, EntryKind
from credits.services._sql import call
from credits.services.low_balance import announce_low_balance
from credits.services.spending_limits import announce_thresholds, reached_limit

# Prefixes of the keys that the ledger makes. A caller's key must not start with one of them.
RESERVED_KEY_PREFIXES = ("hold:", "refund:", "expiry:", "claim:")
MAX_KEY_LENGTH = 255  # characters


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry of the ledger.

    `amount` is signed, `balance_after` includes held credits, `available` credits can be spent now.
    `created` is False if the key was used before and nothing moved. `claimed` is for clawbacks: the number of
    held credits that it claimed or, if negative, on which it cancelled claims.
    """

    entry_id: int
    amount: int
    balance_after: int
    available: int
    created: bool
    claimed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The object that an entry is about, such as a document or an invoice."""

    type: str = ""
    id: str = ""


NO_REFERENCE = Reference()


class EntryDetails(TypedDict):
    """The details of an entry: arguments of `post` that its callers pass through."""

    kind: EntryKind
    action_type: str
    key: str
    reference: NotRequired[Reference]
    actor_id: NotRequired[UserId | None]
    reason: NotRequired[str]
    metadata: NotRequired[Mapping[str, object] | None]
    stop_at_zero: NotRequired[bool]
    requested: NotRequired[int]
    subject: NotRequired[str]


class DueWorkPending(Exception):
    """Nothing was posted, because due work comes first. `credits.services.due_work` handles it."""


def post(
    *,
    user_id: UserId,
    amount: int,
    due_processed: bool = False,
    at: datetime | None = None,
    **details: Unpack[EntryDetails],
) -> Posted:
    """Post one entry and move the balance, or return the entry that the key posted before.

    While due work is pending, an entry that takes credits raises DueWorkPending, unless the caller has
    processed that work (`due_processed`). With `stop_at_zero`, at most the available credits are taken, and
    `requested` (default: `amount`) is what a repeat of the key is compared with.

    Raises InsufficientCredits, IdempotencyConflict, UnknownHolder; for a spend also AccountBlocked,
    SpendingLimitReached.
    """
    now = at or timezone.now()
    arguments = _arguments(amount, details)
    arguments |= {"user_id": user_id, "due_processed": due_processed, "now": now}
    available, due, entry_id, moved, balance, limit_reached, thresholds, blocked = call(
        "credits_post", arguments
    )
    if due:
        raise DueWorkPending
    if available is None:
        raise UnknownHolder(user_id=user_id)
    if entry_id is not None:
        announce_low_balance(user_id=user_id, amount=moved, balance_after=balance)
        announce_thresholds(user_id=user_id, thresholds=thresholds)
        return Posted(entry_id, moved, balance, available, created=True)
    before = AiCreditLog.objects.of(user_id).filter(idempotency_key=details["key"]).first()
    if before is None:
        if blocked:
            raise AccountBlocked
        if limit_reached:
            raise SpendingLimitReached(reached=reached_limit(limit_reached), required=-amount)
        raise InsufficientCredits(required=-amount, available=available)
    _raise_if_different(before, amount, details)
    return Posted(before.id, before.amount, before.balance_after, available, created=False)


def _arguments(amount: int, details: EntryDetails) -> dict[str, object]:
    """Return the arguments of `credits_post` that describe the entry."""
    reference = details.get("reference", NO_REFERENCE)
    metadata = dict(details.get("metadata") or {})
    if stop_at_zero := details.get("stop_at_zero", False):
        metadata["requested"] = details.get(
            "requested", amount
        )  # compared when the key is repeated, also if less was taken
    return {
        "kind": details["kind"].value,
        "action_type": details["action_type"],
        "amount": _check_size(amount),
        "stop_at_zero": stop_at_zero,
        "key": details["key"],
        "reference_type": reference.type,
        "reference_id": reference.id,
        "actor_id": details.get("actor_id"),
        "reason": details.get("reason", ""),
        "metadata": json.dumps(metadata),
        "subject": details.get("subject", ""),
    }


def _raise_if_different(before: AiCreditLog, amount: int, details: EntryDetails) -> None:
    """Raise IdempotencyConflict if `before`, the entry with the same key, differs."""
    reference = details.get("reference", NO_REFERENCE)
    stop_at_zero = details.get("stop_at_zero", False)
    asked = before.metadata.get("requested", before.amount) if stop_at_zero else before.amount
    amount = details.get("requested", amount)
    same = {
        "kind": before.kind == details["kind"],
        "amount": asked == amount,
        "action type": before.action_type == details["action_type"],
        "reference": (before.reference_type, before.reference_id) == (reference.type, reference.id),
    }
    if not all(same.values()):
        differs = tuple(what for what, equal in same.items() if not equal)
        raise IdempotencyConflict(key=details["key"], differs=differs)


def check_key(key: str) -> str:
    """Return a caller's key. Raises ValueError if it is empty, too long or has a reserved prefix."""
    if not 0 < len(key) <= MAX_KEY_LENGTH or key.startswith(RESERVED_KEY_PREFIXES):
        raise ValueError(
            f"A key has 1 to {MAX_KEY_LENGTH} characters and starts with none of "
            f"{', '.join(RESERVED_KEY_PREFIXES)}: not {key!r:.99}."
        )
    return key


def check_positive(amount: int) -> int:
    """Return `amount`. Raises ValueError if it is not positive or too large."""
    if amount <= 0:
        raise ValueError(f"An amount of credits must be positive, not {amount}.")
    return _check_size(amount)


def _check_size(amount: int) -> int:
    if abs(amount) > MAX_AMOUNT:
        raise ValueError(f"{amount} credits are more than one movement may be ({MAX_AMOUNT}).")
    return amount
