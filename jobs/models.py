"""Jobs: paid work that a worker does after the request, and the runs of scheduled commands."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class JobState(models.TextChoices):
    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    SUCCEEDED = "succeeded", "succeeded"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def overdue(self, *, at: datetime) -> "JobQuerySet":
        """Return open jobs past their deadline."""
        return self.filter(state__in=OPEN_STATES, deadline_at__lte=at)


class Job(models.Model):
    """One piece of paid work. Its hold and its row in the queue are committed together with it.

    `body` is the body of the request, validated again when the work begins. It is deleted when the job ends,
    because it contains the user's text. `partial` lists the finished units that the client may see before the
    charge; `deliverable` is what the work needs to deliver them, if the client cancels the job. Both are of the
    current attempt. `finished_units` counts finished units, and after the end those that were delivered.
    `queue_id` is the id of Procrastinate's row, which only tells a worker to look at this job: the state is here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs", db_index=False)
    hold_id = models.UUIDField(unique=True)
    action = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    body = models.JSONField(null=True, blank=True)
    units = models.PositiveIntegerField(default=0)
    partial = models.JSONField(default=list, blank=True)
    deliverable = models.JSONField(null=True, blank=True)
    finished_units = models.PositiveIntegerField(default=0)
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    response_body = models.JSONField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    queue_id = models.BigIntegerField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField()

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="jobs_job_known_state"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES) ^ Q(finished_at__isnull=False),
                name="jobs_job_finished_when_not_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES) ^ Q(body__isnull=True),
                name="jobs_job_keeps_the_body_while_open",
            ),
            models.CheckConstraint(
                condition=(Q(state=JobState.SUCCEEDED) ^ Q(response_status__isnull=True))
                | Q(state=JobState.CANCELLED),
                name="jobs_job_has_a_response_if_it_succeeded",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.FAILED) ^ Q(error__isnull=True),
                name="jobs_job_has_an_error_if_it_failed",
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(started_at__isnull=False, attempts__gt=0),
                name="jobs_job_started_when_running",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at", "-id"], name="jobs_by_user"),
            # For the sweep. It has only open jobs, so it stays small.
            models.Index(
                fields=["deadline_at"],
                condition=Q(state__in=OPEN_STATES),
                name="jobs_open_by_deadline",
            ),
            models.Index(
                fields=["finished_at"], condition=Q(finished_at__isnull=False), name="jobs_finished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether the job waits or runs."""
        return self.state in OPEN_STATES

    def is_overdue(self, *, at: datetime) -> bool:
        return self.is_open and self.deadline_at <= at


class ScheduledCommand(models.Model):
    """The last runs of a command of SCHEDULED_COMMANDS. One row for each; services write it."""

    name = models.CharField(max_length=100, primary_key=True)
    first_seen_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True, default="")  # of the last run; empty if it succeeded
    reported_at = models.DateTimeField(null=True, blank=True)  # when this gap was logged

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
