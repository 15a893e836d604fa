"""Process the due work of all jobs: overdue jobs, and jobs of dead workers."""

import logging

from django.db import DatabaseError
from django.utils import timezone

from credits.exceptions import CreditsError
from jobs import queue, services
from jobs.models import Job

logger = logging.getLogger(__name__)


def process_due() -> tuple[int, int]:
    """End overdue jobs, and restart jobs of dead workers; return how many of each."""
    now = timezone.now()
    ended = 0
    for job_id in Job.objects.overdue(at=now).order_by("deadline_at").values_list("id", flat=True):
        try:
            ended += services.end_overdue(job_id=job_id)
        except (CreditsError, DatabaseError):  # one user's error must not stop the others
            logger.exception("The overdue job %s could not be ended.", job_id)
    retried = queue.retry_stalled(at=now)
    return ended, retried
