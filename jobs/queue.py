"""Write Procrastinate's rows on Django's connection, so that they commit with the caller's transaction."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import psycopg
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone
from procrastinate import App
from procrastinate.connector import BaseAsyncConnector
from procrastinate.contrib.django import connector_params
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.tasks import configure_task

RUN_JOB, RUN_SCHEDULED = "jobs.run_job", "jobs.run_scheduled"
PAID_QUEUE, SCHEDULED_QUEUE = "paid", "scheduled"
# A worker without a heartbeat for STALLED_SECONDS is dead. A stopping worker sends none while its jobs finish.
STALLED_SECONDS, LONGEST_STOP_SECONDS = 45, 35


class Connector(DjangoConnector):
    """Django's connection in a web process; in a worker, a small pool of its own."""

    def get_worker_connector(self) -> BaseAsyncConnector:
        """Return a pool of one to four connections; the default would keep four idle ones."""
        return PsycopgConnector(kwargs=connector_params(self.alias), min_size=1, max_size=4)


def _manager() -> JobManager:
    # Not the app's manager: in a worker, it has its own connections, outside our transaction.
    return JobManager(DjangoConnector())


def set_up(app: App) -> None:
    """Give Procrastinate's app our connector and the schedule (PROCRASTINATE_ON_APP_READY)."""
    app.connector = app.job_manager.connector = Connector()
    for name, cron in settings.SCHEDULED_COMMANDS.items():
        # A waiting command is not queued again. It has no lock, because a dead worker would keep it.
        app.periodic_registry.register_task(
            task=app.tasks[RUN_SCHEDULED],
            cron=cron,
            periodic_id=name,
            configure_kwargs={"task_kwargs": {"name": name}, "queueing_lock": f"scheduled:{name}"},
        )


def enqueue(job_id: uuid.UUID, *, priority: int = 0) -> int:
    """Queue a job in the caller's transaction and return Procrastinate's id. A higher priority starts earlier."""
    return enqueue_task(RUN_JOB, queue=PAID_QUEUE, priority=priority, job_id=str(job_id))


def enqueue_task(name: str, *, queue: str, priority: int = 0, **arguments: Any) -> int:
    """Queue a task of any app in the caller's transaction and return Procrastinate's id.

    `queue` must be the task's own queue: workers serve the queues of the tasks that they know.
    """
    with _django_errors():
        deferrer = configure_task(name=name, job_manager=_manager(), queue=queue, priority=priority)
        return deferrer.defer(**arguments)


def enqueue_command(name: str) -> None:
    """Queue a scheduled command in the caller's transaction, so that a worker runs it now.

    If it already waits in the queue, that run is enough. If it is running, another run follows.
    """
    deferrer = configure_task(
        name=RUN_SCHEDULED,
        job_manager=_manager(),
        queue=SCHEDULED_QUEUE,
        queueing_lock=f"scheduled:{name}",
    )
    with suppress(AlreadyEnqueued), _django_errors(), transaction.atomic():
        deferrer.defer(name=name, timestamp=int(time.time()))


def abort(queue_id: int) -> None:
    """Take a job from the queue, or tell the worker that runs it to stop, when the transaction commits."""
    with _django_errors():
        _manager().cancel_job_by_id(queue_id, abort=True)


def retry_stalled(*, at: datetime) -> int:
    """Queue again the tasks that dead workers had begun, and return how many.

    Scheduled commands are not queued again: their schedule starts them.
    """
    with _django_errors():
        stalled: Any = async_to_sync(_manager().get_stalled_jobs)(seconds_since_heartbeat=STALLED_SECONDS)
        retried = 0
        for job in stalled:
            try:
                if job.queue == SCHEDULED_QUEUE:
                    async_to_sync(_manager().finish_job)(job, Status.FAILED, delete_job=False)
                else:
                    _manager().retry_job_by_id(job.id, retry_at=at)
                    retried += 1
            except ConnectorException as error:
                if not isinstance(error.__cause__, psycopg.errors.RaiseException):
                    raise
                # The worker was slow, not dead, and has finished the job.
        return retried


def delete_finished(before: datetime) -> int:
    """Delete Procrastinate's rows of tasks that ended before that time. Return how many rows are gone."""
    hours = (timezone.now() - before).total_seconds() / 3600
    rows = ProcrastinateJob.objects.count()
    with _django_errors():
        async_to_sync(_manager().delete_old_jobs)(
            int(hours), include_failed=True, include_cancelled=True, include_aborted=True
        )
    return rows - ProcrastinateJob.objects.count()


@contextmanager
def _django_errors() -> Iterator[None]:
    """Raise Django's database errors, as other queries do."""
    try:
        yield
    except ConnectorException as error:
        raise (OperationalError if _is_lost(error) else DatabaseError)(str(error.__cause__)) from error


def _is_lost(error: ConnectorException) -> bool:
    return isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError)
