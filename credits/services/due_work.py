"""Process a user's due work once: expired holds, spends that are not yet taken from grants, expired grants.

1. Holds past their expiry are released. Claims of clawbacks collect first (claims.sql in credits/sql/).
2. Spends that are not yet taken from grants are taken from them, in consumption order.
3. Grants past their expiry lose their unreserved credits, which expire or roll over.

A spend or a hold is posted only after due work is processed (`credits_due_at`). So every spend that is
not yet taken from grants was posted before the earliest expiry that is due now, and step 2 comes before
step 3. There is one exception: a hold can reserve credits of a grant beyond the grant's expiry. Spends
posted after that expiry are not taken from this grant.

Steps 2 and 3 run rarely, so they use separate statements under the user's lock, not one database function.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple, Unpack

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from credits.exceptions import CreditsError, UnknownHolder
from credits.holders import Holder, UserId
from credits.models import AiCreditLog, CreditConsumption, CreditGrant, EntryKind, HoldState
from credits.services._grant_balances import save_taken, take
from credits.services._posting import DueWorkPending, EntryDetails, Posted, post
from credits.services._sql import call, fetch_one
from credits.services.expiry import expire
from credits.services.low_balance import announce_low_balance

NOTE_PROCESSED = """
update {users} set
    credits_due_at = least(  -- it ignores nulls
        %(next_grant)s::timestamptz,
        (select expires_at from {holds} where user_id = %(user_id)s and state = 'held' order by expires_at limit 1)
    ),
    credits_consumed_through = coalesce(
        (select id from {ledger} where user_id = %(user_id)s order by id desc limit 1), 0
    )
where {pk} = %(user_id)s
returning ai_credits
"""


class ClosedHolds(NamedTuple):
    """The result of closing holds: the balance afterwards, and how many were closed.

    `available` is None if there is no such user. If `overdue`, the caller must process due work, because
    returned credits belong to a grant that has expired.
    """

    available: int | None
    balance: int
    closed: int
    overdue: bool


@transaction.atomic
def process_due(*, user_id: UserId, at: datetime | None = None) -> int:
    """Process the user's due work and return the credits that are available afterwards.

    It may be called at any time, any number of times. The user stays locked until the caller's
    transaction ends. Raises UnknownHolder.
    """
    return process_due_without_savepoint(user_id=user_id, at=at)


def process_due_without_savepoint(*, user_id: UserId, at: datetime | None = None) -> int:
    """Do the work of `process_due`, for a caller that has just opened a transaction or a savepoint."""
    now = at or timezone.now()
    account = close_holds(user_id=user_id, hold_id=None, state=HoldState.EXPIRED, at=now)  # locks the user
    if account.available is None:
        raise UnknownHolder(user_id=user_id)
    grants = list(CreditGrant.objects.open_of(user_id).in_consumption_order())
    spent = sum(grant.remaining for grant in grants) - account.balance
    if spent:
        _consume(user_id=user_id, grants=grants, spent=spent)
    for grant in grants:
        if grant.expires_at and grant.expires_at <= now and grant.remaining > grant.reserved:
            expire(grant, now=now)
    next_grant = min(
        (grant.expires_at for grant in grants if grant.expires_at and grant.expires_at > now), default=None
    )
    available: int
    (available,) = fetch_one(NOTE_PROCESSED, {"user_id": user_id, "next_grant": next_grant}) or (0,)
    return available


def close_holds(*, user_id: UserId, hold_id: uuid.UUID | None, state: HoldState, at: datetime) -> ClosedHolds:
    """Close one hold, or all expired holds of the user.

    Claims collect from the returned credits before these become available.
    """
    available, closed, overdue, collected, balance = call(
        "credits_release", {"user_id": user_id, "hold_id": hold_id, "state": state.value, "now": at}
    )
    if collected:
        announce_low_balance(user_id=user_id, amount=-collected, balance_after=balance)
    return ClosedHolds(available=available, balance=balance, closed=closed, overdue=overdue)


def process_due_if_any(*, user: Holder, at: datetime | None = None) -> bool:
    """Process a loaded user's due work and reload the balance. Return whether any work was due."""
    now = at or timezone.now()
    if user.credits_due_at is None or user.credits_due_at > now:
        return False
    process_due(user_id=user.pk, at=now)
    user.refresh_from_db(fields=["ai_credits", "ai_credits_held", "credits_due_at"])
    return True


def post_after_due(
    *, user_id: UserId, amount: int, at: datetime | None = None, **details: Unpack[EntryDetails]
) -> Posted:
    """Process due work, if there is any, then post an entry that takes credits.

    If the entry is refused, the due work stays processed.
    """
    now = at or timezone.now()
    with suppress(DueWorkPending):
        return post(user_id=user_id, amount=amount, at=now, **details)
    with transaction.atomic():
        process_due_without_savepoint(user_id=user_id, at=now)
        try:
            return post(user_id=user_id, amount=amount, at=now, due_processed=True, **details)
        except CreditsError as error:
            refusal = error
    raise refusal


def _consume(*, user_id: UserId, grants: Sequence[CreditGrant], spent: int) -> None:
    """Take from `grants` the credits of entries that were not yet taken from any grant.

    These are all entries that took credits, except captures, expiries and collections of claims. Captures and
    collections take credits that a hold reserved.
    """
    after = get_user_model().objects.values_list("credits_consumed_through", flat=True).get(pk=user_id)
    entries = (
        AiCreditLog.objects.of(user_id)
        .filter(id__gt=after, amount__lt=0)
        .exclude(kind=EntryKind.EXPIRY)
        .exclude(idempotency_key__startswith="hold:")
        .exclude(idempotency_key__startswith="claim:")
        .order_by("id")
    )
    consumptions: list[CreditConsumption] = []
    for entry in entries:
        # A grant that had expired before this entry comes last: a hold reserved it, and was released later.
        in_order = sorted(grants, key=lambda grant: grant.has_expired(at=entry.created_at))
        consumptions += take(in_order, -entry.amount, entry_id=entry.pk)
    save_taken(consumptions, expected=spent, user_id=user_id)
