"""Process the due work of all jobs: overdue ones, those of dead workers, old ones."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from credits.exceptions import CreditsError
from jobs import queue, services
from jobs.models import Job

logger = logging.getLogger(__name__)


def process_due() -> tuple[int, int, int]:
    """End overdue jobs, restart jobs of dead workers, and delete old ones; return how many of each."""
    now = timezone.now()
    ended = 0
    for job_id in Job.objects.overdue(at=now).order_by("deadline_at").values_list("id", flat=True):
        try:
            ended += services.end_overdue(job_id=job_id)
        except (CreditsError, DatabaseError):  # one user's error must not stop the others
            logger.exception("The overdue job %s could not be ended.", job_id)
    retried = queue.retry_stalled(at=now)
    before = now - timedelta(days=settings.CREDIT_RESPONSE_DAYS)
    deleted, _ = Job.objects.filter(finished_at__lt=before).delete()
    queue.delete_finished()
    return ended, retried, deleted
