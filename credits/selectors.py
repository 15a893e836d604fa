"""Reads that cross rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import Count, Exists, F, Min, OuterRef, Sum, TextField, Value
from django.db.models.functions import Cast, Concat, TruncDate

from credits.holders import UserId
from credits.models import AiCreditLog, CreditGrant

GroupBy = Literal["day", "action"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The credits and the number of one group's spends that were not refunded."""

    group: date | str
    credits_used: int
    calls: int


def usage(*, user_id: UserId, since: datetime, until: datetime, group_by: GroupBy) -> list[Usage]:
    """Sum a user's spends in [since, until) by UTC day or by action, sorted, without refunded spends."""
    refund = AiCreditLog.objects.of(user_id).filter(
        idempotency_key=Concat(Value("refund:"), Cast(OuterRef("id"), TextField()))
    )
    group = TruncDate("created_at") if group_by == "day" else F("action_type")
    rows = (
        AiCreditLog.objects.of(user_id)
        .spends()
        .filter(~Exists(refund), created_at__gte=since, created_at__lt=until)
        .annotate(group=group)
        .values("group")
        .annotate(used=Sum("amount"), calls=Count("id"))
        .order_by("group")
    )
    return [Usage(group=row["group"], credits_used=-row["used"], calls=row["calls"]) for row in rows]


def next_expiry(*, user_id: UserId) -> datetime | None:
    """Return when credits of the user expire next, or None."""
    found: datetime | None = CreditGrant.objects.open_of(user_id).aggregate(at=Min("expires_at"))["at"]
    return found
