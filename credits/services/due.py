"""Process what is due for a user, exactly once: expired holds and grants, and spends not yet consumed.

1. Holds past their expiry are released.
2. Spends that were posted without touching a grant are taken from grants, in consumption order.
3. Grants past their expiry expire or roll over: what is left of them, except for what holds reserve.

A spend or a hold first processes what is due (`credits_due_at`). So every spend that is not yet taken
from grants was posted before the first expiry that is due now, and taking it first is right. The
exception is a grant that a hold reserved past its expiry: what was spent then did not come from it.

This is the rare path: plain statements under the user's lock, instead of one function in the database.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Unpack

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Max, Min
from django.utils import timezone

from credits.exceptions import CreditsError, GrantsDisagree, UnknownHolder
from credits.holders import Holder, UserId
from credits.models import AiCreditLog, CreditConsumption, CreditGrant, CreditHold, EntryKind, HoldState
from credits.services._posting import Cause, Posted, Reference, SomethingIsDue, post
from credits.services._sql import call, fetch_one

ACCOUNT = """
select ai_credits, ai_credits_held, credits_consumed_through
from {users} where {pk} = %(user_id)s for no key update
"""


@transaction.atomic
def process_due(*, user_id: UserId, at: datetime | None = None) -> int:
    """Do what is due for this user, and return the credits that are available then.

    Safe at any time, any number of times. The user stays locked until the caller's transaction
    ends. Raises UnknownHolder.
    """
    now = at or timezone.now()
    call(
        "credits_release",
        {"user_id": user_id, "hold_id": None, "state": HoldState.EXPIRED.value, "now": now},
    )
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
    next_hold = CreditHold.objects.filter(user_id=user_id, state=HoldState.HELD).aggregate(
        at=Min("expires_at")
    )["at"]
    last_entry = AiCreditLog.objects.of(user_id).aggregate(id=Max("id"))["id"]
    get_user_model().objects.filter(pk=user_id).update(
        credits_due_at=min(filter(None, (next_grant, next_hold)), default=None),
        credits_consumed_through=last_entry or 0,
    )
    return int(available)


def process_due_if_any(*, user: Holder, at: datetime | None = None) -> bool:
    """Process what is due for a loaded user and reload the balance. Return whether anything was due."""
    now = at or timezone.now()
    if user.credits_due_at is None or user.credits_due_at > now:
        return False
    process_due(user_id=user.pk, at=now)
    user.refresh_from_db(fields=["ai_credits", "ai_credits_held", "credits_due_at"])
    return True


def post_after_due(
    *, user_id: UserId, amount: int, at: datetime | None = None, **cause: Unpack[Cause]
) -> Posted:
    """Post an entry that takes credits. If anything is due, process that first.

    What was due stays processed, also if the entry is refused then.
    """
    now = at or timezone.now()
    with suppress(SomethingIsDue):
        return post(user_id=user_id, amount=amount, at=now, **cause)
    with transaction.atomic():
        process_due(user_id=user_id, at=now)
        try:
            return post(user_id=user_id, amount=amount, at=now, due_processed=True, **cause)
        except CreditsError as error:
            refusal = error
    raise refusal


def _consume(*, user_id: UserId, grants: Sequence[CreditGrant], after: int, spent: int) -> None:
    """Take from `grants` what was posted without touching any.

    Those are all entries that took credits, except captures (they consumed what their hold reserved)
    and expiries.
    """
    entries = (
        AiCreditLog.objects.of(user_id)
        .filter(id__gt=after, amount__lt=0)
        .exclude(kind=EntryKind.EXPIRY)
        .exclude(idempotency_key__startswith="hold:")
        .order_by("id")
    )
    consumptions = []
    for entry in entries:
        wanted = -entry.amount
        # A grant that had expired when this was spent comes last: a hold that reserved it was released since.
        for grant in sorted(grants, key=lambda grant: grant.has_expired(at=entry.created_at)):
            if amount := min(wanted, grant.remaining - grant.reserved):
                grant.remaining -= amount
                wanted -= amount
                consumptions.append(CreditConsumption(entry=entry, grant=grant, amount=amount))
    if sum(consumption.amount for consumption in consumptions) != spent:
        raise GrantsDisagree(user_id=user_id)
    CreditConsumption.objects.bulk_create(consumptions)
    consumed = {consumption.grant_id: consumption.grant for consumption in consumptions}
    CreditGrant.objects.bulk_update(consumed.values(), ["remaining"])


def _expire(grant: CreditGrant, *, now: datetime) -> int:
    """Expire what is left of a grant and return how many credits that was.

    What its rollover policy keeps becomes a grant that never expires.
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
        # A grant may expire in parts, as holds and refunds return credits; the last entry tells them apart.
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
