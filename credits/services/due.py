"""Process what is due for a user, exactly once: holds and grants that expired, spends not yet consumed.

1. Holds past their time give their credits back.
2. Spends that were posted without touching a grant are taken from their grants, in consumption order.
3. Grants past their time expire, or roll over: what is left of them, but for what holds reserve.

A spend or a hold first processes what is due (`credits_due_at`), so every spend that is not
yet taken from a grant was posted before the first expiry that is due now, and consuming first is right;
but for a grant that a hold reserved past its time: what was spent then was not taken from that grant.
This is the rare path: plain statements under the user's lock, not one clever one.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Max, Min
from django.utils import timezone

from credits.exceptions import GrantsDisagree, UnknownHolder
from credits.models import AiCreditLog, CreditConsumption, CreditGrant, CreditHold, EntryKind, HoldState
from credits.services import posting
from credits.services.tables import call, fetch_one

ACCOUNT = """
select ai_credits, ai_credits_held, credits_consumed_through
from {users} where {pk} = %(user_id)s for no key update
"""


@transaction.atomic
def process_due(*, user_id: Any, at: datetime | None = None) -> int:
    """Do what is due for this user. Returns the credits that are available then.

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
    grants = list(
        CreditGrant.objects.filter(user_id=user_id, is_open=True).order_by(
            F("expires_at").asc(nulls_last=True), "id"
        )
    )
    spent = sum(grant.remaining for grant in grants) - available - held
    if spent:
        _take_from_grants(user_id=user_id, grants=grants, after=consumed_through, spent=spent)
    for grant in grants:
        if grant.expires_at and grant.expires_at <= now and grant.remaining > grant.reserved:
            available -= _expire(grant, now=now)

    next_grant = min(
        (grant.expires_at for grant in grants if grant.expires_at and grant.expires_at > now), default=None
    )
    next_hold = CreditHold.objects.filter(user_id=user_id, state=HoldState.HELD).aggregate(
        at=Min("expires_at")
    )["at"]
    last_entry = AiCreditLog.objects.filter(user_id=user_id).aggregate(id=Max("id"))["id"]
    get_user_model().objects.filter(pk=user_id).update(
        credits_due_at=min(filter(None, (next_grant, next_hold)), default=None),
        credits_consumed_through=last_entry or 0,
    )
    return int(available)


def process_due_if_any(*, user: Any, at: datetime | None = None) -> bool:
    """Process what is due for a loaded user and reload the balance. Return whether anything was due."""
    now = at or timezone.now()
    if user.credits_due_at is None or user.credits_due_at > now:
        return False
    process_due(user_id=user.pk, at=now)
    user.refresh_from_db(fields=["ai_credits", "ai_credits_held", "credits_due_at"])
    return True


def _take_from_grants(*, user_id: Any, grants: list[CreditGrant], after: int, spent: int) -> None:
    """Burn grants for the entries that were posted without.

    Those are all that took credits, but for captures (they consumed what their hold reserved) and
    expiries.
    """
    entries = (
        AiCreditLog.objects.filter(user_id=user_id, id__gt=after, amount__lt=0)
        .exclude(kind=EntryKind.EXPIRY)
        .exclude(idempotency_key__startswith="hold:")
        .order_by("id")
    )
    consumptions = []
    for entry in entries:
        wanted = -entry.amount
        # What had expired when this was spent comes last: a hold reserved it then, and gave it back since.
        for grant in sorted(
            grants, key=lambda grant: bool(grant.expires_at and grant.expires_at <= entry.created_at)
        ):
            if amount := min(wanted, grant.remaining - grant.reserved):
                grant.remaining -= amount
                wanted -= amount
                consumptions.append(CreditConsumption(entry=entry, grant=grant, amount=amount))
    if sum(consumption.amount for consumption in consumptions) != spent:
        raise GrantsDisagree(user_id=user_id)
    CreditConsumption.objects.bulk_create(consumptions)
    CreditGrant.objects.bulk_update(
        {consumption.grant_id: consumption.grant for consumption in consumptions}.values(), ["remaining"]
    )


def _expire(grant: CreditGrant, *, now: datetime) -> int:
    """End a grant's time; how many credits expired. What its policy lets stay becomes a grant for ever."""
    free = grant.remaining - grant.reserved
    kept = 0
    if grant.rollover_cap is not None:
        rolled = sum(
            CreditGrant.objects.filter(
                user_id=grant.user_id, pool=grant.pool, rolled_over=True, is_open=True
            ).values_list("remaining", flat=True)
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
        posting.post(
            user_id=grant.user_id,
            kind=EntryKind.EXPIRY,
            action_type="credits_expired",
            amount=-expired,
            # A grant may expire in parts, as holds and refunds give back; the entry before tells them apart.
            key=f"expiry:{grant.pk}:{AiCreditLog.objects.of(grant.user_id).latest('id').pk}",
            reference=posting.Reference(type="credit_grant", id=str(grant.pk)),
            due_processed=True,
            at=now,
        )
    CreditGrant.objects.filter(pk=grant.pk).update(remaining=F("remaining") - free)
    return expired
