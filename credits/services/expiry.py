"""Expire the credits of a grant. They are gone, or roll over into a grant that never expires."""

from datetime import datetime

from django.db.models import F

from credits.models import AiCreditLog, CreditGrant, EntryKind
from credits.services._posting import Reference, post


def expire(grant: CreditGrant, *, now: datetime) -> None:
    """Expire the unreserved credits of a grant. Credits that roll over become a grant that never expires."""
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
