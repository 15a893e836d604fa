"""Take credits from grants, and return credits to the grants that they were taken from."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from credits.exceptions import GrantBalanceMismatch
from credits.holders import UserId
from credits.models import AiCreditLog, CreditConsumption, CreditGrant
from credits.services._posting import Posted

Consumed = tuple[CreditGrant, int]  # a grant, and how many credits were taken from it


def take(grants: Iterable[CreditGrant], amount: int, *, entry_id: int) -> list[CreditConsumption]:
    """Take up to `amount` unreserved credits from `grants`, in order, for an entry. Save nothing."""
    consumptions = []
    for grant in grants:
        if part := min(amount, grant.remaining - grant.reserved):
            grant.remaining -= part
            amount -= part
            consumptions.append(CreditConsumption(entry_id=entry_id, grant=grant, amount=part))
    return consumptions


def save_taken(consumptions: list[CreditConsumption], *, expected: int, user_id: UserId) -> None:
    """Save consumptions and their grants. Raises GrantBalanceMismatch if they do not add up to `expected`."""
    if sum(consumption.amount for consumption in consumptions) != expected:
        raise GrantBalanceMismatch(user_id=user_id)
    CreditConsumption.objects.bulk_create(consumptions)
    grants = {consumption.grant_id: consumption.grant for consumption in consumptions}
    CreditGrant.objects.bulk_update(grants.values(), ["remaining"])


def consumed_by(entry: AiCreditLog) -> list[Consumed]:
    """Return the grants that an entry took credits from, with the amounts, in that order."""
    consumptions = entry.consumptions.select_related("grant").order_by("id")
    return [(consumption.grant, consumption.amount) for consumption in consumptions]


def restore(posted: Posted, *, user_id: UserId, consumed: Iterable[Consumed], now: datetime) -> None:
    """Return the credits of `posted` to the grants that they were taken from, in the order of `consumed`.

    Credits of a grant that has expired since become a grant that never expires.
    """
    # Another machine's clock may be ahead and have expired a grant, which must not be reopened.
    latest = AiCreditLog.objects.of(user_id).filter(id__lt=posted.entry_id).latest("id").created_at
    now = max(now, latest)
    rest = posted.amount
    returned: dict[int, int] = {}  # grant id → amount
    permanent: dict[int, int] = {}  # id of the entry that first gave it → amount
    for grant, amount in consumed:
        part = min(amount, rest)
        rest -= part
        target, key = (permanent, grant.entry_id) if grant.has_expired(at=now) else (returned, grant.pk)
        target[key] = target.get(key, 0) + part
    permanent[posted.entry_id] = rest  # credits that no grant explains, in a repaired ledger
    for grant_id, amount in returned.items():
        CreditGrant.objects.filter(pk=grant_id).update(remaining=F("remaining") + amount)
    CreditConsumption.objects.bulk_create(
        CreditConsumption(entry_id=posted.entry_id, grant_id=grant_id, amount=amount)
        for grant_id, amount in returned.items()
        if amount
    )
    CreditGrant.objects.bulk_create(
        CreditGrant(user_id=user_id, entry_id=entry_id, amount=amount, remaining=amount)
        for entry_id, amount in sorted(permanent.items())
        if amount
    )
