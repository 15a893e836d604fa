"""Spending limits: the most that a user may spend in a day or a month. docs/adr/0016 gives the reasons.

    held = Σ amounts of open holds
    used = Σ captured amounts + Σ other spends

The sums are over the limit's period. They include the holds that were created in it, whenever they are
captured, and the other spends that were posted in it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

WHOLE_USER = ""  # the subject of a limit on everything that the user spends


class Period(models.TextChoices):
    """A calendar period in UTC. PostgreSQL's date_trunc knows the same names."""

    DAY = "day"
    MONTH = "month"

    def start(self, at: datetime) -> datetime:
        """Return the start of the period that contains `at`."""
        day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return day.replace(day=1) if self is Period.MONTH else day

    def end(self, start: datetime) -> datetime:
        """Return the start of the period after the one that starts at `start`."""
        return self.start(start + timedelta(days=32 if self is Period.MONTH else 1))


class SpendingLimit(models.Model):
    """The most that a user may spend in one period, as a whole or for one subject, and its current use.

    `subject` is a string of the project, such as "key:12", or empty for the user as a whole. `held` and
    `used` count the period that starts at `period_start`. The first charge of a later period moves the row to
    that period. `used` may exceed `amount`, because a limit may be lowered below the used credits, and a
    capture of an open hold is never refused.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="spending_limits", db_index=False
    )
    subject = models.CharField(max_length=64, blank=True, default=WHOLE_USER)
    period = models.CharField(max_length=8, choices=Period)
    amount = models.BigIntegerField()
    held = models.BigIntegerField(default=0, db_default=0)
    used = models.BigIntegerField(default=0, db_default=0)
    period_start = models.DateTimeField()

    class Meta:
        verbose_name = "spending limit"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "subject", "period"], name="credits_spendinglimit_one_per_subject_and_period"
            ),
            models.CheckConstraint(
                condition=Q(period__in=Period.values), name="credits_spendinglimit_period_is_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="credits_spendinglimit_amount_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} each {self.period}"

    @property
    def resets_at(self) -> datetime:
        """The end of the period of the counters."""
        return Period(self.period).end(self.period_start)

    def at(self, now: datetime) -> Self:
        """Move the loaded row to the period that contains `now`, and return it.

        Nothing is stored; a charge moves the stored row.
        """
        start = Period(self.period).start(now)
        if start > self.period_start:
            self.held, self.used, self.period_start = 0, 0, start
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedLimit:
    """A limit without room for a charge. `used` includes the credits of open holds."""

    subject: str
    period: Period
    amount: int
    used: int
    resets_at: datetime
