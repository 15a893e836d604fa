"""Read-only admin pages of jobs and scheduled commands."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from procrastinate.contrib.django.models import ProcrastinateJob

from common.admin import LargeTableAdmin, ReadOnlyAdmin, badge, column, time_column, user_column
from jobs.models import Job, JobState, ScheduledCommand

STATE_COLOURS = {
    JobState.RUNNING: "info",
    JobState.SUCCEEDED: "success",
    JobState.FAILED: "danger",
    JobState.CANCELLED: "warning",
}

# Procrastinate's forms look broken under Unfold, and its actions would let staff run a job twice.
admin.site.unregister(ProcrastinateJob)


@admin.register(Job)
class JobAdmin(LargeTableAdmin):
    """Jobs, without their texts and results."""

    list_display = ["when", "state_badge", "holder", "action", "attempts", "took", "why"]
    list_filter = ["state", "action"]
    list_select_related = ["user"]
    search_fields = ["user__email", "id__exact", "hold_id__exact"]
    search_help_text = "A user's email address, or the exact id of a job or of its hold."
    ordering = ["-created_at", "-id"]
    fields = [
        "id",
        "holder",
        ("action", "units"),
        ("state_badge", "attempts"),
        "why",
        ("when", "began", "ended"),
        "deadline",
        "hold_id",
    ]

    when = time_column("Created at", "created_at")
    began = time_column("Started at", "started_at")
    ended = time_column("Finished at", "finished_at")
    deadline = time_column("Deadline", "deadline_at")
    holder = user_column()
    state_badge = column(
        "State",
        lambda job: badge(job.get_state_display(), STATE_COLOURS.get(job.state, "default")),
        ordering="state",
    )
    took = column("Duration", lambda job: _duration(job.started_at, job.finished_at))
    why = column("Error", lambda job: job.error and _why(job.error))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return super().get_queryset(request).defer("body", "partial", "deliverable", "response_body")


@admin.register(ScheduledCommand)
class ScheduledCommandAdmin(ReadOnlyAdmin):
    list_display = ["name", "outcome", "schedule", "began", "took", "succeeded", "failure_line"]
    ordering = ["name"]
    fields = ["name", "schedule", "outcome", ("began", "ended"), "succeeded", "failure"]

    began = time_column("Last start", "started_at")
    ended = time_column("Last end", "finished_at")
    succeeded = time_column("Last success", "succeeded_at")
    schedule = column("Schedule", lambda row: settings.SCHEDULED_COMMANDS.get(row.name, "not scheduled"))
    took = column("Duration", lambda row: _duration(row.started_at, row.finished_at))
    failure_line = column("Error", lambda row: _last_line(row.failure))

    @admin.display(description="Outcome")
    def outcome(self, row: ScheduledCommand) -> SafeString:
        if row.reported_at:
            return badge("missed", "danger")
        if row.started_at is None:
            return badge("not run yet")
        if row.finished_at is None or row.finished_at < row.started_at:
            return badge("running", "info")
        return badge("failed", "danger") if row.failure else badge("ok", "success")


def _why(error: dict[str, Any]) -> str:
    if "code" in error and "message" in error:
        return f"{error['code']}: {error['message']}"
    return str(error)  # of a project with another form of errors


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _duration(start: Any, end: Any) -> str | None:
    if start is None or end is None or end < start:
        return None
    took: timedelta = end - start
    return f"{took.total_seconds():.1f} s"
