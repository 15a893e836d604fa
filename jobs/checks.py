"""System checks of the settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

HOLD_MARGIN = 60  # seconds to store a result after the deadline, and to end a job that is overdue


@register(Tags.models)
def check_deadline(**kwargs: Any) -> list[CheckMessage]:
    """Check that a job ends before its hold expires, so that the hold is still open at the capture."""
    deadline = getattr(settings, "JOB_DEADLINE_SECONDS", None)
    longest = settings.CREDIT_HOLD_SECONDS - HOLD_MARGIN
    if isinstance(deadline, int) and 0 < deadline <= longest:
        return []
    return [
        Error(
            f"JOB_DEADLINE_SECONDS must be from 1 to {longest}, not {deadline!r}.",
            hint=f"It must be at least {HOLD_MARGIN} seconds below CREDIT_HOLD_SECONDS.",
            id="jobs.E001",
        )
    ]


@register(Tags.models)
def check_threads(**kwargs: Any) -> list[CheckMessage]:
    """Check that JOB_DATABASE_THREADS is a positive number."""
    threads = getattr(settings, "JOB_DATABASE_THREADS", None)
    if isinstance(threads, int) and threads > 0:
        return []
    return [Error(f"JOB_DATABASE_THREADS must be a positive number, not {threads!r}.", id="jobs.E002")]
