"""Run one job on a worker's event loop. Everything that uses the database runs in a small pool of threads."""

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from credits.services import Hold
from jobs import services
from jobs.exceptions import JobDeadlinePassed
from jobs.models import Job
from jobs.paid_work import PaidWork

P = ParamSpec("P")
R = TypeVar("R")

DATABASE_LOST = (OperationalError, InterfaceError)
_pool = ThreadPoolExecutor(settings.JOB_DATABASE_THREADS, thread_name_prefix="jobs-database")


class TryAgain(Exception):
    """The attempt failed, and another one starts at `at`."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__(f"Another attempt starts at {at:%H:%M:%S}.")


async def in_pool(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function that uses the database in one of the pool's threads."""
    call = partial(function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_pool, _with_connection, call)


def _with_connection(call: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return call()
    finally:
        close_old_connections()


async def run(job_id: uuid.UUID) -> None:
    """Do a job's work and charge for it, or record its failure.

    Raises TryAgain or a database error; the queue then calls it again.
    """
    job = await in_pool(services.claim, job_id=job_id)
    if job is None:
        return
    try:
        work, hold = await in_pool(services.take_up, job=job)
        outcome = await _perform(job, work, hold)
        await in_pool(services.finish, job=job, work=work, outcome=outcome)
    except asyncio.CancelledError:
        await asyncio.shield(in_pool(services.requeue, job=job))
        raise
    except DATABASE_LOST:
        raise
    except Exception as error:  # after any error, the job ends and its credits are released
        at = await in_pool(services.fail, job=job, error=error)
        if at:
            raise TryAgain(at) from error


async def _perform(job: Job, work: PaidWork, hold: Hold) -> Any:
    async def report(units: list[Any], deliverable: object = None) -> None:
        await in_pool(services.report, job=job, partial=units, deliverable=deliverable)

    left = (job.deadline_at - timezone.now()).total_seconds()
    try:
        async with asyncio.timeout(left) as deadline:
            return await work.aperform(hold=hold, report=report)
    except TimeoutError:
        if deadline.expired():
            raise JobDeadlinePassed from None
        raise
