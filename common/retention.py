"""Delete rows that are no longer needed. `manage.py delete_expired` runs every sweep.

An app registers its sweeps in a module `retention`:

    register(Sweep(name="model calls", setting="MODEL_CALL_DAYS", expired=lambda before: ModelCallRecord.objects.filter(
        created_at__lt=before)))
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import register as register_check
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules

ROWS_AT_A_TIME = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The expired rows of one table: those that `expired(before)` selects.

    `before` is the current time minus the days of `setting`, which is at least `minimum`. Without a setting,
    the rows store the time at which they expire, and `before` is the current time. `delete` is for rows that
    need more than a DELETE: it deletes all of them and returns their number.
    """

    name: str
    expired: Callable[[datetime], QuerySet[Any]]
    setting: str = ""
    minimum: int = 1
    delete: Callable[[datetime], int] | None = None

    def before(self, now: datetime) -> datetime:
        return now - timedelta(days=getattr(settings, self.setting)) if self.setting else now

    def count(self, *, at: datetime) -> int:
        """Return how many rows have expired."""
        return self.expired(self.before(at)).count()

    def delete_batch(self, *, at: datetime) -> int:
        """Delete some of the expired rows in one transaction. Return their number: 0 if none is left.

        Parallel runs share the work.
        """
        before = self.before(at)
        if self.delete:
            return self.delete(before)
        with transaction.atomic():
            rows = self.expired(before).order_by("pk")
            locked = rows.select_for_update(no_key=False, skip_locked=True, of=("self",))
            batch = list(locked.values_list("pk", flat=True)[:ROWS_AT_A_TIME])
            rows.model._meta.default_manager.filter(pk__in=batch).delete()
        return len(batch)


SWEEPS: dict[str, Sweep] = {}


def register(sweep: Sweep) -> None:
    """Add a sweep. Sweeps run in the order of their registration."""
    SWEEPS[sweep.name] = sweep


def discover() -> None:
    """Import the module `retention` of every app, which registers its sweeps."""
    autodiscover_modules("retention")


@register_check()
def check_days(**kwargs: Any) -> list[CheckMessage]:
    """Check that rows are kept as long as they are needed."""
    by_setting = {sweep.setting: sweep for sweep in SWEEPS.values() if sweep.setting}
    return [
        Error(
            f"{sweep.setting} must be at least {sweep.minimum}, not {days}.",
            hint=f"This is the number of days for which {sweep.name} are kept.",
            id="common.E001",
        )
        for sweep in by_setting.values()
        if (days := getattr(settings, sweep.setting, None)) is None or days < sweep.minimum
    ]
