"""Process a user's due work once: expired holds, spends that are not yet taken from grants, expired grants.

1. Holds past their expiry are released. Claims of clawbacks collect first (claims.sql in credits/sql/).
2. Spends that are not yet taken from grants are taken from them, in consumption order.
3. Grants past their expiry lose their unreserved credits, which expire or roll over.

A spend or a hold is posted only after due work is processed (`credits_due_at`). So every spend that is
not yet taken from grants was posted before the earliest expiry that is due now, and step 2 comes before
step 3. There is one exception: a hold can reserve credits of a grant beyond the grant's expiry. Spends
posted after that expiry are not taken from this grant.

This code runs rarely, so it uses separate statements under the user's lock, not one database function.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Unpack

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import DateTimeField, F, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from credits.exceptions import CreditsError, UnknownHolder
from credits.holders import Holder, UserId
from credits.models import AiCreditLog, CreditConsumption, CreditGrant, CreditHold, EntryKind, HoldState
from credits.services._grant_balances import save_taken, take
from credits.services._posting import DueWorkPending, EntryDetails, Posted, Reference, post
from credits.services._sql import call, fetch_one
from credits.services.low_balance import announce_low_balance

ACCOUNT = """
select ai_credits, ai_credits_held, credits_consumed_through
from {users} where {pk} = %(user_id)s for no key update
"""


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
    close_holds(user_id=user_id, hold_id=None, state=HoldState.EXPIRED, at=now)
    account = fetch_one(ACCOUNT, {"user_id": user_id})
    if account is None:
        raise UnknownHolder(user_id=user_id)
    available, held, consumed_through = account
    grants = list(CreditGrant.objects.open_of(user_id).in_consumption_order())
    spent = sum(grant.remaining for grant in grants) - available - held
    if spent:
        _consume(user_id=user_id, grants=grants, after=consumed_through, spent=spent)
    for grant in grants:
        if grant.expires_at and grant.expires_at <= now and grant.remaining > grant.reserved:
            available -= _expire(grant, now=now)

    next_grant = min(
        (grant.expires_at for grant in grants if grant.expires_at and grant.expires_at > now), default=None
    )
    holds = CreditHold.objects.filter(user_id=user_id, state=HoldState.HELD).order_by("expires_at")
    entries = AiCreditLog.objects.of(user_id).order_by("-id")
    get_user_model().objects.filter(pk=user_id).update(
        credits_due_at=Least(  # PostgreSQL's ignores nulls
            Subquery(holds.values("expires_at")[:1]), Value(next_grant, output_field=DateTimeField())
        ),
        credits_consumed_through=Coalesce(Subquery(entries.values("id")[:1]), 0),
    )
    return int(available)


def close_holds(
    *, user_id: UserId, hold_id: uuid.UUID | None, state: HoldState, at: datetime
) -> tuple[int, bool]:
    """Close one hold, or all expired holds of the user.

    Claims collect from the returned credits before these become available. Returns how many holds were
    closed, and whether the caller must process due work, because returned credits belong to an expired grant.
    """
    _, closed, overdue, collected, balance = call(
        "credits_release", {"user_id": user_id, "hold_id": hold_id, "state": state.value, "now": at}
    )
    if collected:
        announce_low_balance(user_id=user_id, amount=-collected, balance_after=balance)
    return closed, overdue


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


def _consume(*, user_id: UserId, grants: Sequence[CreditGrant], after: int, spent: int) -> None:
    """Take from `grants` the credits of entries that were not yet taken from any grant.

    These are all entries that took credits, except captures, expiries and collections of claims. Captures and
    collections take credits that a hold reserved.
    """
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


def _expire(grant: CreditGrant, *, now: datetime) -> int:
    """Expire the unreserved credits of a grant and return how many expired.

    Credits that roll over become a grant that never expires.
    """
    free = grant.remaining - grant.reserved
    kept = 0
    if grant.rollover_cap is not None:
        rolled = sum(
            CreditGrant.objects.open_of(grant.user_id)
            .filter(pool=grant.pool, rolled_over=True)
            .values_list("remaining", flat=True)
        )
        kept = max(0, min(free, grant.rollover_cap - rolled))
        if kept:
            CreditGrant.objects.create(
                user_id=grant.user_id,
                entry_id=grant.entry_id,
                pool=grant.pool,
                amount=kept,
                remaining=kept,
                rolled_over=True,
            )
    if expired := free - kept:
        # A grant may expire in parts, as holds and refunds return credits. `last_entry` makes keys differ.
        last_entry = AiCreditLog.objects.of(grant.user_id).latest("id")
        post(
            user_id=grant.user_id,
            kind=EntryKind.EXPIRY,
            action_type="credits_expired",
            amount=-expired,
            key=f"expiry:{grant.pk}:{last_entry.pk}",
            reference=Reference(type="credit_grant", id=str(grant.pk)),
            due_processed=True,
            at=now,
        )
    CreditGrant.objects.filter(pk=grant.pk).update(remaining=F("remaining") - free)
    return expired
