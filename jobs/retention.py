"""The rows of this app that expire."""

from procrastinate.contrib.django.models import ProcrastinateJob

from common.retention import Sweep, register
from jobs import queue
from jobs.models import Job

register(
    Sweep(
        name="jobs",
        setting="CREDIT_RESPONSE_DAYS",  # a job keeps its response as long as a hold does
        expired=lambda before: Job.objects.filter(finished_at__lt=before),
    )
)
register(
    Sweep(
        name="tasks of the queue",
        setting="QUEUE_DAYS",
        expired=lambda before: ProcrastinateJob.objects.filter(
            status__in=("succeeded", "failed", "cancelled", "aborted"),
        ).exclude(procrastinateevent__at__gte=before),
        delete=queue.delete_finished,
    )
)
