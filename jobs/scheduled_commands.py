"""Run SCHEDULED_COMMANDS, from a worker or from cron, and record the last run of each."""

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from procrastinate.contrib.django import app

from common.database_errors import remove_values
from jobs.models import ScheduledCommand
from jobs.queue import RUN_SCHEDULED

logger = logging.getLogger(__name__)

MISSED_RUNS = 2  # in a row, before it is an error
GRACE = timedelta(minutes=10)  # for a deployment, and for runs that take a while
LONGEST_FAILURE = 2000  # characters


def run(*, name: str) -> None:
    """Run a command of SCHEDULED_COMMANDS and record its outcome. Raises CommandError if it fails."""
    if name not in settings.SCHEDULED_COMMANDS:
        raise CommandError(f"{name} is not one of SCHEDULED_COMMANDS.")
    now = timezone.now()
    ScheduledCommand.objects.update_or_create(
        name=name, defaults={"started_at": now}, create_defaults={"started_at": now, "first_seen_at": now}
    )
    printed = io.StringIO()
    failure = ""
    try:
        call_command(name, stdout=io.StringIO(), stderr=printed)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (whatever it is, it is recorded)
        remove_values(error)
        failure = f"{printed.getvalue()}{error or type(error).__name__}"[-LONGEST_FAILURE:]
        cause: BaseException = error
    now = timezone.now()
    row = ScheduledCommand.objects.filter(name=name)
    if not failure:
        row.update(finished_at=now, succeeded_at=now, failure="", reported_at=None)
        return
    row.update(finished_at=now, failure=failure)
    logger.error("The scheduled command %s failed: %s", name, failure, exc_info=_unexpected(cause))
    raise CommandError(failure) from cause


def report_missed(*, at: datetime | None = None) -> list[str]:
    """Log each command that has not succeeded for two runs, once for each gap. Return the names of these commands."""
    now = at or timezone.now()
    rows = {row.name: row for row in ScheduledCommand.objects.all()}
    missed = []
    for name in settings.SCHEDULED_COMMANDS:
        row = rows.get(name)
        if row is None:
            ScheduledCommand.objects.get_or_create(name=name, defaults={"first_seen_at": now})
            continue
        since = row.succeeded_at or row.first_seen_at
        if row.reported_at or now < _nth_run_after(name, since) + GRACE:
            continue
        # Several processes may look at once; one of them reports.
        if ScheduledCommand.objects.filter(name=name, reported_at=None).update(reported_at=now):
            logger.error("The scheduled command %s has not succeeded since %s.", name, since)
            missed.append(name)
    return missed


def _nth_run_after(name: str, moment: datetime) -> datetime:
    runs = _runs_after(name, moment)
    for _ in range(MISSED_RUNS - 1):
        next(runs)
    return next(runs)


def _runs_after(name: str, moment: datetime) -> Iterator[datetime]:
    schedule = app.periodic_registry.periodic_tasks[RUN_SCHEDULED, name].croniter
    at = moment.timestamp()
    while True:
        at = schedule.get_next(ret_type=float, start_time=at)
        yield datetime.fromtimestamp(at, tz=UTC)


def _unexpected(error: BaseException) -> BaseException | None:
    return None if isinstance(error, CommandError | SystemExit) else error
