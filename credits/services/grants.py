"""Give credits that can be spent until they expire."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Unpack

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from credits.holders import UserId
from credits.models import CreditGrant, EntryKind
from credits.services._posting import (
    NO_REFERENCE,
    EntryDetails,
    Posted,
    Reference,
    check_key,
    check_positive,
    post,
)
from credits.services.due_work import process_due_without_savepoint


def grant(
    *,
    user_id: UserId,
    amount: int,
    action_type: str,
    key: str,
    reference: Reference = NO_REFERENCE,
    metadata: Mapping[str, object] | None = None,
    expires_at: datetime | None = None,
    rollover_cap: int | None = None,
    pool: str = "",
    at: datetime | None = None,
) -> Posted:
    """Give `amount` credits that can be spent until `expires_at` (default: they never expire).

    With a `rollover_cap`, the remaining credits roll over at the expiry until the rolled-over grants of
    the same `pool` reach the cap (0: all expire).

    Raises ValueError for a rollover cap that is negative or has no expiry; IdempotencyConflict,
    UnknownHolder.
    """
    if rollover_cap is not None and (rollover_cap < 0 or expires_at is None):
        raise ValueError("Only a grant with an expiry rolls over, and up to a cap of 0 credits or more.")
    return post_grant(
        user_id=user_id,
        amount=check_positive(amount),
        expires_at=expires_at,
        rollover_cap=rollover_cap,
        pool=pool,
        kind=EntryKind.GRANT,
        action_type=action_type,
        key=check_key(key),
        reference=reference,
        metadata=metadata,
        at=at,
    )


def post_grant(
    *,
    user_id: UserId,
    amount: int,
    expires_at: datetime | None = None,
    rollover_cap: int | None = None,
    pool: str = "",
    at: datetime | None = None,
    **details: Unpack[EntryDetails],
) -> Posted:
    """Post an entry that gives credits, and create its grant.

    Due work is processed first, so that earlier spends are taken from earlier grants.
    """
    now = at or timezone.now()
    with transaction.atomic():
        process_due_without_savepoint(user_id=user_id, at=now)
        posted = post(user_id=user_id, amount=amount, at=now, **details)
        if posted.created and posted.amount:
            CreditGrant.objects.create(
                user_id=user_id,
                entry_id=posted.entry_id,
                pool=pool,
                amount=posted.amount,
                remaining=posted.amount,
                expires_at=expires_at,
                rollover_cap=rollover_cap,
            )
            if expires_at:
                get_user_model().objects.filter(pk=user_id).update(
                    credits_due_at=Least(Coalesce(F("credits_due_at"), expires_at), expires_at)
                )
                if expires_at <= now:  # paid for a period that is over
                    posted = replace(posted, available=process_due_without_savepoint(user_id=user_id, at=now))
    return posted
