"""Compute when to retry a failed attempt at a job. `jobs/tasks.py` tells the queue."""

from datetime import datetime, timedelta

from django.utils import timezone

from credits.exceptions import HoldClosed
from jobs.exceptions import JobDeadlinePassed
from jobs.models import Job

MAX_ATTEMPTS = 6
RETRIED_STATUSES = (503, 504)  # of errors that may go away
MAX_WAIT = 60  # seconds between two attempts, unless the error asks for more


def retry_at(job: Job, error: Exception, status: int) -> datetime | None:
    """Return when to try again, or None if a retry is useless or would be too late.

    The wait doubles with each attempt, and is at least the `Retry-After` of the error.
    """
    if status not in RETRIED_STATUSES or isinstance(error, HoldClosed | JobDeadlinePassed):
        return None
    if job.attempts >= MAX_ATTEMPTS:
        return None
    asked = getattr(error, "wait", None) or 0
    at = timezone.now() + timedelta(seconds=max(asked, min(2**job.attempts, MAX_WAIT)))
    return at if at < job.deadline_at else None
