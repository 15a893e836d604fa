"""The only code that changes jobs. A job's row, its hold and its row in the queue change together.

Lock order: job → user → hold. The first transaction that locks an open job may end it, so a worker's capture
and a cancellation cannot both happen. A cancellation captures as well, for the units that the job has shown.
"""

import logging
import uuid
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.settings import api_settings

from common.transactions import requires_transaction
from credits import services as ledger
from credits.exceptions import HoldClosed, RequestInProgress
from credits.holders import Holder
from credits.paid_views import PaidResult
from jobs import queue, retries
from jobs.exceptions import JobDeadlinePassed, JobFinished, JobGivenUp, UnknownAction
from jobs.models import OPEN_STATES, Job, JobState
from jobs.paid_work import DeliverableChanged, PaidWork, find_work, storable_body

logger = logging.getLogger(__name__)

NO_PROGRESS: Mapping[str, Any] = {"partial": [], "deliverable": None, "finished_units": 0}
SERVER_ERROR = {"message": "Something went wrong on our side. Nothing was charged.", "code": "server_error"}


def submit(
    *,
    user: Holder,
    work: PaidWork,
    body: Mapping[str, Any],
    request: ledger.RequestKey | None = None,
    request_id: str = "",
    subject: str = "",
) -> Job:
    """Hold the credits and queue the work, in one commit; or return the job that has the key of `request`.

    Raises what `ledger.reserve` raises: InsufficientCredits, SpendingLimitReached; for the key of `request`
    AlreadyCharged with the stored response, StoredResponseExpired, IdempotencyConflict, and RequestInProgress
    if a plain request with this key is running.
    """
    while True:
        try:
            return _submit(
                user=user, work=work, body=body, request=request, request_id=request_id, subject=subject
            )
        except RequestInProgress as running:
            job = Job.objects.filter(hold_id=running.hold_id).first()
            if job is None:
                raise
            if not end_overdue(job_id=job.id):
                return job


@transaction.atomic
def _submit(
    *,
    user: Holder,
    work: PaidWork,
    body: Mapping[str, Any],
    request: ledger.RequestKey | None,
    request_id: str,
    subject: str,
) -> Job:
    now = timezone.now()
    hold_id = ledger.reserve(
        user=user,
        action=work.action,
        units=work.units(),
        max_tokens=work.max_tokens,
        request=request,
        request_id=request_id,
        subject=subject,
    )
    # Each open job lowers the priority of the user's next one, so that one user's jobs do not delay everyone
    # else's. The count is exact, because `reserve` has locked the user.
    open_jobs = Job.objects.filter(user_id=user.pk, state__in=OPEN_STATES).count()
    job_id = uuid.uuid4()
    return Job.objects.create(
        id=job_id,
        user_id=user.pk,
        hold_id=hold_id,
        action=work.action,
        body=storable_body(type(work), body),
        units=work.units(),
        queue_id=queue.enqueue(job_id, priority=-open_jobs),
        created_at=now,
        deadline_at=now + timedelta(seconds=settings.JOB_DEADLINE_SECONDS),
    )


def cancel(*, job_id: uuid.UUID) -> ledger.Captured | None:
    """Cancel an open job and tell its worker to stop. Return what was charged, or None.

    The units that the job has shown are delivered and charged, so that reading them and cancelling is not free.
    Without such units, the credits are released. A cancelled job stays as it is. Raises JobFinished if the job
    has succeeded or failed, and HoldClosed if its hold is closed meanwhile.
    """
    hold_id = Job.objects.filter(id=job_id).values_list("hold_id", flat=True).first()
    if hold_id is None:
        raise Http404("There is no such job.")
    with ExitStack() as stack:
        charge = None
        with suppress(HoldClosed):  # of a job that has ended, or whose hold was released
            charge = stack.enter_context(ledger.charge(hold=hold_id))
            charge.keep()  # `_cancel` closes the hold
        with transaction.atomic():
            return _cancel(_lock(job_id), charge)


def _cancel(job: Job, charge: ledger.Charge | None) -> ledger.Captured | None:
    if job.state == JobState.CANCELLED:
        return None
    if not job.is_open:
        raise JobFinished(job_id=job.id, state=job.state)
    captured = None
    if charge and (result := _store_shown_units(job)):
        captured = _deliver(job, JobState.CANCELLED, result, charge)
    else:
        _end(job, JobState.CANCELLED)
    queue.abort(job.queue_id)
    return captured


def _store_shown_units(job: Job) -> PaidResult | None:
    """Store the units that a job has shown. Return None if there are none that can be delivered."""
    if job.deliverable is None:
        return None
    try:
        work = _work_of(job)
        return work.store_partial(job.deliverable)
    except (UnknownAction, ValidationError, DeliverableChanged):
        return None  # since a deployment; the attempt would fail for free as well


def list_open(*, user_id: Any) -> list[Job]:
    """Return the open jobs of a user."""
    return list(Job.objects.filter(user_id=user_id, state__in=OPEN_STATES).order_by("id"))


@requires_transaction
def lock_open(*, user_id: Any) -> list[Job]:
    """Lock the open jobs of a user and return them. The user's row must not be locked yet."""
    jobs = Job.objects.select_for_update(no_key=True).filter(user_id=user_id, state__in=OPEN_STATES)
    return list(jobs.order_by("id"))


@requires_transaction
def cancel_locked(*, jobs: Iterable[Job]) -> None:
    """Cancel jobs that `lock_open` returned."""
    for job in jobs:
        _end(job, JobState.CANCELLED)
        queue.abort(job.queue_id)


# For workers


@transaction.atomic
def claim(*, job_id: uuid.UUID) -> Job | None:
    """Start an attempt of a job. Return None if it has ended, is overdue, or its user was deactivated.

    A running job is also claimed, because its worker is assumed to be dead. If that worker is alive, both do
    the work, and the first to finish is paid.
    """
    job = _lock_if_any(job_id)
    now = timezone.now()
    if job is None or not job.is_open or _end_if_hopeless(job, at=now):
        return None
    job.state, job.attempts, job.started_at = JobState.RUNNING, job.attempts + 1, job.started_at or now
    job.partial, job.deliverable, job.finished_units = [], None, 0
    job.save(update_fields=["state", "attempts", "started_at", *NO_PROGRESS])
    return job


def take_up(*, job: Job) -> tuple[PaidWork, ledger.Hold]:
    """Return a claimed job's work and hold. Raises UnknownAction, ValidationError, HoldClosed, Http404."""
    work = _work_of(job)
    work.prepare()
    with ledger.charge(hold=job.hold_id) as charge:
        charge.keep()
        return work, charge.hold


def report(*, job: Job, partial: list[Any], deliverable: object = None) -> None:
    """Store the finished units of a running attempt: for the client to see, and for a cancellation to deliver."""
    Job.objects.filter(id=job.id, state=JobState.RUNNING, attempts=job.attempts).update(
        partial=partial, deliverable=deliverable, finished_units=len(partial)
    )


def finish(*, job: Job, work: PaidWork, outcome: Any) -> None:
    """Store the outcome and charge for it, in one transaction.

    Raises HoldClosed if the job has ended in the meantime, or its hold is closed. Nothing is stored then.
    """
    with ledger.charge(hold=job.hold_id) as charge:
        charge.keep()  # a failure here may be tried again
        with transaction.atomic():
            locked = _lock(job.id)
            if not locked.is_open:
                raise HoldClosed(hold_id=job.hold_id, state=locked.state)
            _deliver(locked, JobState.SUCCEEDED, work.store(outcome), charge)


@transaction.atomic
def fail(*, job: Job, error: Exception) -> datetime | None:
    """End a job with an error and release its credits, or return the time of the next attempt."""
    status, body = _describe(error)
    locked = _lock_if_any(job.id)
    if locked is None or not locked.is_open:
        return None
    if at := retries.retry_at(locked, error, status):
        requeue(job=locked)
        return at
    locked.error = {"status": status, **body}
    _end(locked, JobState.FAILED)
    return None


def requeue(*, job: Job) -> None:
    """Record that an attempt was interrupted. The queue starts the next one."""
    Job.objects.filter(id=job.id, state=JobState.RUNNING, attempts=job.attempts).update(
        state=JobState.QUEUED, **NO_PROGRESS
    )


# At the deadline


def end_overdue(*, job_id: uuid.UUID) -> bool:
    """End a job that is past its deadline. Return whether it was."""
    with transaction.atomic():
        job = _lock(job_id)
        overdue = job.is_overdue(at=timezone.now())
        if overdue:
            _fail(job, JobDeadlinePassed())
            queue.abort(job.queue_id)
    return overdue


# Private


def _lock(job_id: uuid.UUID) -> Job:
    job = _lock_if_any(job_id)
    if job is None:  # deleted since it was looked up
        raise Http404("There is no such job.")
    return job


def _lock_if_any(job_id: uuid.UUID) -> Job | None:
    return Job.objects.select_for_update(no_key=True).filter(id=job_id).first()


def _work_of(job: Job) -> PaidWork:
    return find_work(job.action).from_body(user_id=job.user_id, body=job.body)


@requires_transaction
def _deliver(job: Job, state: JobState, result: PaidResult, charge: ledger.Charge) -> ledger.Captured:
    """Close a locked job with its result, and charge for it."""
    job.response_status, job.response_body = result.status, result.body
    _close(job, state, finished_units=job.units if result.units is None else result.units)
    return charge.capture(
        units=result.units,
        tokens=result.tokens,
        reference=result.reference,
        metadata=result.metadata,
        response_status=result.status,
        response_body=result.body,
    )


@requires_transaction
def _end(job: Job, state: JobState) -> None:
    """Close a locked job that was not paid for, and free its credits."""
    _close(job, state)
    ledger.release(hold=job.hold_id)


def _close(job: Job, state: JobState, *, finished_units: int = 0) -> None:
    job.state, job.finished_at, job.body = state, timezone.now(), None
    job.partial, job.deliverable, job.finished_units = [], None, finished_units
    job.save(
        update_fields=[
            *("state", "finished_at", "body", *NO_PROGRESS),
            *("response_status", "response_body", "error"),
        ]
    )


def _end_if_hopeless(job: Job, *, at: datetime) -> bool:
    """End a locked job that is overdue, was interrupted too often, or has no active user.

    Return whether it has ended.
    """
    if not job.user.is_active:  # who could not read the result, and must not pay for it
        _end(job, JobState.CANCELLED)
    elif job.is_overdue(at=at):
        _fail(job, JobDeadlinePassed())
    elif job.attempts >= retries.MAX_ATTEMPTS:
        _fail(job, JobGivenUp())
    return not job.is_open


def _fail(job: Job, error: Exception) -> None:
    status, body = _describe(error)
    job.error = {"status": status, **body}
    _end(job, JobState.FAILED)


def _describe(error: Exception) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of the response to a plain request that failed in this way."""
    handler: Any = api_settings.EXCEPTION_HANDLER
    response = handler(error, {})
    if connection.in_atomic_block:
        # DRF's handler undoes the transaction of a request where ATOMIC_REQUESTS is on. This one must commit.
        transaction.set_rollback(False)
    if response is None:
        logger.error("A job failed with an unexpected error.", exc_info=error)
        return 500, SERVER_ERROR
    # A handler may respond with a list.
    data = response.data if isinstance(response.data, dict) else {"detail": response.data}
    return response.status_code, data
