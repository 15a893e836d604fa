"""Decide the response to a request with a known Idempotency-Key: the stored response, or a refusal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from credits.exceptions import (
    AlreadyCharged,
    IdempotencyConflict,
    RequestInProgress,
    StoredResponse,
    StoredResponseExpired,
)
from credits.holders import UserId
from credits.models import CreditHold, HoldState

RESPONSES_PER_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """An Idempotency-Key, its endpoint, and the hash of its request."""

    endpoint: str
    key: str
    request_hash: str


def find_request(*, user_id: UserId, request: RequestKey, at: datetime | None = None) -> CreditHold | None:
    """Return the hold that has this key, if any. Raises IdempotencyConflict if it came with another body.

    A hold past its expiry no longer has its key, whether or not that has been processed.
    """
    earlier = (
        CreditHold.objects.filter(user_id=user_id, endpoint=request.endpoint, idempotency_key=request.key)
        .exclude(state=HoldState.HELD, expires_at__lte=at or timezone.now())
        .first()
    )
    if earlier and earlier.request_hash != request.request_hash:
        raise IdempotencyConflict(key=request.key, differs=("body",))
    return earlier


def raise_if_repeated(*, user_id: UserId, request: RequestKey, available: int, at: datetime) -> None:
    """Raise an exception if the key is in use; return if the request may run.

    Raises AlreadyCharged with the stored response, StoredResponseExpired if it was deleted,
    RequestInProgress, IdempotencyConflict.
    """
    earlier = find_request(user_id=user_id, request=request, at=at)
    if earlier is None:
        return
    if earlier.state == HoldState.HELD:
        raise RequestInProgress(key=request.key, hold_id=earlier.id)
    if earlier.response_status is None:
        raise StoredResponseExpired(key=request.key)
    raise AlreadyCharged(
        key=request.key,
        response=StoredResponse(
            status=earlier.response_status, body=earlier.response_body, available=available
        ),
    )


def delete_expired_responses(*, at: datetime | None = None) -> int:
    """Delete stored responses older than CREDIT_RESPONSE_DAYS and return how many. Their keys stay.

    Works in batches, each in a short transaction. Parallel runs share the work.
    """
    before = (at or timezone.now()) - timedelta(days=settings.CREDIT_RESPONSE_DAYS)
    answered = CreditHold.objects.filter(response_status__isnull=False, closed_at__lt=before)
    oldest = answered.order_by("closed_at").values_list("pk", flat=True)[:RESPONSES_PER_BATCH]
    deleted = 0
    while True:
        with transaction.atomic():
            batch = list(oldest.select_for_update(no_key=True, skip_locked=True))
            count = CreditHold.objects.filter(pk__in=batch).update(response_status=None, response_body=None)
        deleted += count
        if not count:
            return deleted
