"""Create and cancel claims of clawbacks on held credits. The database collects them (claims.sql).

The caller holds the user's lock.
"""

from collections.abc import Mapping

from django.db.models import Sum

from credits.claims import CreditClaim, CreditClaimQuerySet
from credits.holders import UserId
from credits.services._posting import Reference
from credits.services._sql import fetch_one
from credits.signals import claim_written_off

UNCLAIMED = "select ai_credits_held - ai_credits_claimed from {users} where {pk} = %(user_id)s"


def claimable(*, user_id: UserId) -> int:
    """Return the held credits that no claim claims."""
    row = fetch_one(UNCLAIMED, {"user_id": user_id})
    return int(row[0]) if row else 0


def open_claims(*, user_id: UserId, reference: Reference) -> int:
    """Return the credits that clawbacks of this reference still claim."""
    total: int | None = _of(user_id, reference).aggregate(total=Sum("open_amount"))["total"]
    return total or 0


def cancel(amount: int, *, user_id: UserId, reference: Reference) -> None:
    """Cancel claims on `amount` credits of this reference, the newest claim first."""
    lowered = list(_of(user_id, reference).order_by("-id"))
    for claim in lowered:
        part = min(amount, claim.open_amount)
        claim.open_amount -= part
        amount -= part
    CreditClaim.objects.bulk_update(lowered, ["open_amount"])


def write_off(amount: int, *, user_id: UserId) -> None:
    """Write off `amount` claimed credits, the newest claim first, in one statement."""
    lowered = list(CreditClaim.objects.open_of(user_id).order_by("-id"))
    written_off = {}
    for claim in lowered:
        part = written_off[str(claim.pk)] = min(amount, claim.open_amount)
        claim.open_amount -= part
        claim.written_off_amount += part
        amount -= part
    CreditClaim.objects.bulk_update(lowered, ["open_amount", "written_off_amount"])
    announce_write_offs({pk: part for pk, part in written_off.items() if part})


def announce_write_offs(written_off: Mapping[str, int]) -> None:
    """Send `claim_written_off` for claims by their ids."""
    for claim in CreditClaim.objects.filter(pk__in=written_off).select_related("entry").order_by("-id"):
        claim_written_off.send(
            sender=CreditClaim,
            user_id=claim.user_id,
            reference=Reference(type=claim.entry.reference_type, id=claim.entry.reference_id),
            amount=written_off[str(claim.pk)],
        )


def _of(user_id: UserId, reference: Reference) -> CreditClaimQuerySet:
    return CreditClaim.objects.open_of(user_id).filter(
        entry__reference_type=reference.type, entry__reference_id=reference.id
    )
