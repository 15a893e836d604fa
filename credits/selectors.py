"""Reads that cross rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Count, Exists, F, Min, OuterRef, Sum, TextField, Value
from django.db.models.functions import Cast, Concat, TruncDate

from credits.models import AiCreditLog, CreditGrant

GroupBy = Literal["day", "action"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was used in one group: the credits of spends that were not refunded, and how many those are."""

    group: date | str
    credits_used: int
    calls: int


def usage(*, user_id: Any, since: datetime, until: datetime, group_by: GroupBy) -> list[Usage]:
    """A user's spends in [since, until) that were not refunded, summed by UTC day or by action, in that order."""
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


def next_expiry(*, user_id: Any) -> datetime | None:
    """When credits of the user expire next, if any do."""
    found: datetime | None = CreditGrant.objects.filter(user_id=user_id, is_open=True).aggregate(
        at=Min("expires_at")
    )["at"]
    return found
