"""Billing periods. Months are calendar months, kept on the day of the anchor."""

import calendar
from datetime import UTC, datetime, timedelta

from stripe_sandbox.store import Json

DAY = 86400  # seconds
DAYS = {"day": 1, "week": 7}


def after(start: int, *, interval: str, count: int = 1, anchor: int | None = None) -> int:
    """Return the end of the period that begins at `start` (seconds since the epoch).

    A subscription anchored on the 31st ends on the last day of a shorter month, and on the 31st again
    after it. Source: https://docs.stripe.com/billing/subscriptions/billing-cycle
    """
    moment = datetime.fromtimestamp(start, UTC)
    if interval in DAYS:
        return int((moment + timedelta(days=DAYS[interval] * count)).timestamp())
    months = count * (12 if interval == "year" else 1)
    wanted_day = datetime.fromtimestamp(anchor, UTC).day if anchor else moment.day
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(max(wanted_day, moment.day), calendar.monthrange(year, month + 1)[1])
    return int(moment.replace(year=year, month=month + 1, day=day).timestamp())


def end_of_period(price: Json, *, start: int, anchor: int) -> int:
    """Return the end of the period that a recurring price bills from `start` on."""
    recurring = price["recurring"]
    return after(start, interval=recurring["interval"], count=recurring["interval_count"], anchor=anchor)
