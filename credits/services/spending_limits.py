"""Set, remove and list spending limits. The database counts charges against them (spending_limits.sql).

A new limit also counts earlier charges of the same period, so it makes no difference whether a limit or a
charge comes first. Every function that writes locks the user first, as charges do.
"""

import json
from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from credits.exceptions import UnknownHolder
from credits.holders import UserId
from credits.models import MAX_AMOUNT, AiCreditLog, CreditHold
from credits.services._sql import call, fetch_one, sql
from credits.signals import spending_threshold_reached
from credits.spending_limits import WHOLE_USER, Period, ReachedLimit, SpendingLimit

MAX_SUBJECT: int = SpendingLimit._meta.get_field("subject").max_length or 0
# The name of the charge's subject in the metadata of an entry.
SUBJECT = "credit_subject"

LOCK = "select {pk} from {users} where {pk} = %(user_id)s for no key update"
# The correct counters of a row `l` of the limits. credits/audit.py checks them.
HELD = """
coalesce((
    select sum(h.amount) from {holds} h
    where h.user_id = l.user_id and l.subject in ('', h.subject)
      and h.state = 'held' and h.created_at >= l.period_start
), 0)
"""
USED = """
coalesce((
    select sum(h.captured_amount) from {holds} h
    where h.user_id = l.user_id and l.subject in ('', h.subject)
      and h.state = 'captured' and h.created_at >= l.period_start
), 0) + coalesce((
    select -sum(e.amount) from {ledger} e
    where e.user_id = l.user_id and l.subject in ('', e.metadata ->> 'credit_subject')
      and e.kind = 'spend' and e.idempotency_key not like 'hold:%%' and e.created_at >= l.period_start
), 0)
"""
RECOUNT = f"""
update {{limits}} set held = counted.held, used = counted.used
from (select l.id, {HELD} as held, {USED} as used from {{limits}} l where l.user_id = %(user_id)s) counted
where {{limits}}.id = counted.id and ({{limits}}.held, {{limits}}.used) <> (counted.held, counted.used)
"""  # noqa: S608  (constants)


@transaction.atomic
def set_spending_limit(
    *, user_id: UserId, period: Period, amount: int, subject: str = WHOLE_USER, at: datetime | None = None
) -> SpendingLimit:
    """Let the user spend at most `amount` credits in each `period`, as a whole or for one subject.

    A limit below the used credits refuses the next charge, but does not affect open holds.

    Raises UnknownHolder; ValueError for an amount or a subject that is out of range.
    """
    if not 0 <= amount <= MAX_AMOUNT:
        raise ValueError(f"A spending limit is from 0 to {MAX_AMOUNT}, not {amount}.")
    check_subject(subject)
    _lock(user_id)
    limit, created = SpendingLimit.objects.update_or_create(
        user_id=user_id,
        subject=subject,
        period=period,
        defaults={"amount": amount},
        create_defaults={
            "amount": amount,
            "period_start": period.start(_latest_charge(user_id, at or timezone.now())),
        },
    )
    if created:
        recount(user_id=user_id)
        limit.refresh_from_db()
    return limit


@transaction.atomic
def remove_spending_limit(*, user_id: UserId, period: Period, subject: str = WHOLE_USER) -> bool:
    """Remove a limit, and return whether there was one. Raises UnknownHolder."""
    _lock(user_id)
    deleted, _ = SpendingLimit.objects.filter(user_id=user_id, subject=subject, period=period).delete()
    return bool(deleted)


@transaction.atomic
def remove_spending_limits_of(*, user_id: UserId, subjects: Collection[str]) -> int:
    """Remove all limits of subjects that charge no longer. Return how many there were. Raises UnknownHolder."""
    _lock(user_id)
    deleted, _ = SpendingLimit.objects.filter(user_id=user_id, subject__in=subjects).delete()
    return deleted


def list_spending_limits(
    *, user_id: UserId, subject: str = WHOLE_USER, at: datetime | None = None
) -> list[SpendingLimit]:
    """Return the limits of the user as a whole, or of one subject, with the credits held and used now."""
    limits = SpendingLimit.objects.filter(user_id=user_id, subject=subject).order_by("period")
    return [limit.at(at or timezone.now()) for limit in limits]


def find_reached_limit(
    *, user_id: UserId, amount: int, subject: str = WHOLE_USER, at: datetime | None = None
) -> ReachedLimit | None:
    """Return a limit that has no room for `amount` credits, or None. Advisory: the hold is authoritative."""
    arguments = {"user_id": user_id, "subject": subject, "amount": amount, "now": at or timezone.now()}
    _, reached = call("credits_find_reached_limit", arguments)
    return reached_limit(reached) if reached else None


# For the other services


def check_subject(subject: str) -> str:
    """Return a caller's subject. Raises ValueError if it is too long."""
    if len(subject) > MAX_SUBJECT:
        raise ValueError(f"A subject has at most {MAX_SUBJECT} characters.")
    return subject


def reached_limit(found: str) -> ReachedLimit:
    """Parse the limit that credits_find_reached_limit found."""
    limit: dict[str, Any] = json.loads(found)
    period = Period(limit["period"])
    return ReachedLimit(
        subject=limit["subject"],
        period=period,
        amount=limit["amount"],
        used=limit["used"],
        resets_at=period.end(datetime.fromisoformat(limit["period_start"])),
    )


def announce_thresholds(*, user_id: UserId, thresholds: str | None) -> None:
    """Send `spending_threshold_reached` after commit for the thresholds of credits_count_against_limits."""
    for threshold in json.loads(thresholds) if thresholds else []:
        threshold["period_start"] = datetime.fromisoformat(threshold["period_start"])
        send = partial(spending_threshold_reached.send, sender=SpendingLimit, user_id=user_id, **threshold)
        transaction.on_commit(send, robust=True)


def recount(*, user_id: UserId) -> bool:
    """Recompute the counters of a locked user's limits, and return whether a row was wrong."""
    with connection.cursor() as cursor:
        cursor.execute(sql(RECOUNT), {"user_id": user_id})
        changed: int = cursor.rowcount
    return changed > 0


def _lock(user_id: UserId) -> None:
    if fetch_one(LOCK, {"user_id": user_id}) is None:
        raise UnknownHolder(user_id=user_id)


def _latest_charge(user_id: UserId, now: datetime) -> datetime:
    """Return `now`, or the time of a later charge: a server's clock may be ahead of ours."""
    rows = (CreditHold.objects.filter(user_id=user_id), AiCreditLog.objects.of(user_id).spends())
    times: list[datetime | None] = [query.aggregate(at=Max("created_at"))["at"] for query in rows]
    return max([now, *filter(None, times)])
