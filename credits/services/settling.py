"""Settle a user: everything that has happened by itself since the last time, exactly once.

1. Holds past their time give their credits back.
2. Spends that were posted without touching a lot are taken from their lots, in burn order.
3. Lots past their time expire, or roll over: what is left of them, but for what holds reserve.

A spend or a hold first settles when something is due (`credits_due_at`), so every spend that is not
yet taken from a lot was posted before the first expiry that is due now, and burning first is right;
but for a lot that a hold reserved past its time: what was spent then was not taken from that lot.
This is the rare path: plain statements under the user's lock, not one clever one.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Max, Min
from django.utils import timezone

from credits.exceptions import LotsDisagree, UnknownHolder
from credits.models import AiCreditLog, CreditBurn, CreditGrant, CreditHold, EntryKind, HoldState
from credits.services import posting
from credits.services.tables import call, fetch_one

ACCOUNT = """
select ai_credits, ai_credits_held, credits_settled_through
from {users} where {pk} = %(user_id)s for no key update
"""


@transaction.atomic
def settle(*, user_id: Any, at: datetime | None = None) -> int:
    """Do what is due for this user. Returns the credits that are available then.

    Safe at any time, any number of times. The user stays locked until the caller's transaction
    ends. Raises UnknownHolder.
    """
    now = at or timezone.now()
    call(
        "credits_give_back",
        {"user_id": user_id, "hold_id": None, "state": HoldState.EXPIRED.value, "now": now},
    )
    account = fetch_one(ACCOUNT, {"user_id": user_id})
    if account is None:
        raise UnknownHolder(user_id=user_id)
    available, held, settled_through = account
    lots = list(
        CreditGrant.objects.filter(user_id=user_id, is_open=True).order_by(
            F("expires_at").asc(nulls_last=True), "id"
        )
    )
    spent = sum(lot.remaining for lot in lots) - available - held
    if spent:
        _take_from_lots(user_id=user_id, lots=lots, after=settled_through, spent=spent)
    for lot in lots:
        if lot.expires_at and lot.expires_at <= now and lot.remaining > lot.reserved:
            available -= _expire(lot, now=now)

    next_lot = min((lot.expires_at for lot in lots if lot.expires_at and lot.expires_at > now), default=None)
    next_hold = CreditHold.objects.filter(user_id=user_id, state=HoldState.HELD).aggregate(
        at=Min("expires_at")
    )["at"]
    last_entry = AiCreditLog.objects.filter(user_id=user_id).aggregate(id=Max("id"))["id"]
    get_user_model().objects.filter(pk=user_id).update(
        credits_due_at=min(filter(None, (next_lot, next_hold)), default=None),
        credits_settled_through=last_entry or 0,
    )
    return int(available)


def settle_if_due(*, user: Any, at: datetime | None = None) -> bool:
    """Settle a loaded user if something is due, and reload the balance. False: nothing was."""
    now = at or timezone.now()
    if user.credits_due_at is None or user.credits_due_at > now:
        return False
    settle(user_id=user.pk, at=now)
    user.refresh_from_db(fields=["ai_credits", "ai_credits_held", "credits_due_at"])
    return True


def _take_from_lots(*, user_id: Any, lots: list[CreditGrant], after: int, spent: int) -> None:
    """Burn lots for the entries that were posted without.

    Those are all that took credits, but for captures (they burned what their hold reserved) and
    expiries.
    """
    entries = (
        AiCreditLog.objects.filter(user_id=user_id, id__gt=after, amount__lt=0)
        .exclude(kind=EntryKind.EXPIRY)
        .exclude(idempotency_key__startswith="hold:")
        .order_by("id")
    )
    burns = []
    for entry in entries:
        wanted = -entry.amount
        # What had expired when this was spent comes last: a hold reserved it then, and gave it back since.
        for lot in sorted(lots, key=lambda lot: bool(lot.expires_at and lot.expires_at <= entry.created_at)):
            if amount := min(wanted, lot.remaining - lot.reserved):
                lot.remaining -= amount
                wanted -= amount
                burns.append(CreditBurn(entry=entry, lot=lot, amount=amount))
    if sum(burn.amount for burn in burns) != spent:
        raise LotsDisagree(user_id=user_id)
    CreditBurn.objects.bulk_create(burns)
    CreditGrant.objects.bulk_update({burn.lot_id: burn.lot for burn in burns}.values(), ["remaining"])


def _expire(lot: CreditGrant, *, now: datetime) -> int:
    """End a lot's time; how many credits expired. What its policy lets stay becomes a lot for ever."""
    free = lot.remaining - lot.reserved
    kept = 0
    if lot.rollover_cap is not None:
        rolled = sum(
            CreditGrant.objects.filter(
                user_id=lot.user_id, pool=lot.pool, rolled_over=True, is_open=True
            ).values_list("remaining", flat=True)
        )
        kept = max(0, min(free, lot.rollover_cap - rolled))
        if kept:
            CreditGrant.objects.create(
                user_id=lot.user_id,
                entry_id=lot.entry_id,
                pool=lot.pool,
                amount=kept,
                remaining=kept,
                rolled_over=True,
            )
    if expired := free - kept:
        posting.post(
            user_id=lot.user_id,
            kind=EntryKind.EXPIRY,
            action_type="credits_expired",
            amount=-expired,
            # A lot may expire in parts, as holds and refunds give back; the entry before tells them apart.
            key=f"expiry:{lot.pk}:{AiCreditLog.objects.of(lot.user_id).latest('id').pk}",
            reference=posting.Reference(type="credit_grant", id=str(lot.pk)),
            settled=True,
            at=now,
        )
    CreditGrant.objects.filter(pk=lot.pk).update(remaining=F("remaining") - free)
    return expired
