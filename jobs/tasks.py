"""The tasks that Procrastinate runs. They call services."""

import asyncio
import uuid
from contextlib import suppress

from django.core.management.base import CommandError
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import AbortReason, JobContext
from procrastinate.jobs import Job as QueuedJob
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from jobs import scheduled_commands, worker
from jobs.queue import PAID_QUEUE, RUN_JOB, RUN_SCHEDULED, SCHEDULED_QUEUE

DATABASE_WAIT = 2  # seconds


class Retries(BaseRetryStrategy):
    """Retry after TryAgain, after a lost database connection, and after the worker stopped."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if isinstance(exception, worker.TryAgain):
            return RetryDecision(retry_at=exception.at)
        if isinstance(exception, worker.DATABASE_LOST):
            return RetryDecision(retry_in={"seconds": DATABASE_WAIT})
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_in={"seconds": 0})
        return None


@app.task(name=RUN_JOB, queue=PAID_QUEUE, retry=Retries(), pass_context=True)
async def run_job(context: JobContext, *, job_id: str) -> None:
    """Do the work of a job."""
    try:
        await worker.run(uuid.UUID(job_id))
    except asyncio.CancelledError:
        if context.abort_reason() is AbortReason.USER_REQUEST:
            raise JobAborted from None  # cancelled permanently, as the job's row already records
        raise


# Not a coroutine: a command may take minutes, so it runs in its own thread.
@app.task(name=RUN_SCHEDULED, queue=SCHEDULED_QUEUE)
def run_scheduled(*, name: str, timestamp: int) -> None:
    """Run a scheduled command; its failure is recorded and logged."""
    with suppress(CommandError):
        scheduled_commands.run(name=name)
