"""Write off the credits of a deleted account."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from credits.holders import UserId
from credits.models import MAX_AMOUNT, CreditGrant, CreditHold, EntryKind, HoldState
from credits.services._posting import Posted, check_key, post
from credits.services.due_work import close_holds, process_due

ACTION = "account_deleted"


@transaction.atomic
def write_off(*, user_id: UserId, key: str, at: datetime | None = None) -> Posted:
    """Release every hold permanently, and post an `expiry` of the remaining credits, once for each key.

    A later capture of such a hold raises HoldClosed, even if the hold had expired before. Claims of clawbacks
    collect first. Raises UnknownHolder.
    """
    now = at or timezone.now()
    process_due(user_id=user_id, at=now)
    holds = CreditHold.objects.filter(user_id=user_id)
    for hold_id in list(holds.filter(state=HoldState.HELD).values_list("id", flat=True)):
        close_holds(user_id=user_id, hold_id=hold_id, state=HoldState.RELEASED, at=now)
    holds.filter(state=HoldState.EXPIRED).update(state=HoldState.RELEASED)
    process_due(user_id=user_id, at=now)
    posted = post(
        user_id=user_id,
        kind=EntryKind.EXPIRY,
        action_type=ACTION,
        amount=-MAX_AMOUNT,  # all that is available
        stop_at_zero=True,
        key=check_key(key),
        due_processed=True,
        at=now,
    )
    if posted.created:
        CreditGrant.objects.open_of(user_id).update(remaining=0)
        process_due(user_id=user_id, at=now)
    return posted


@transaction.atomic
def forget_requests(*, user_id: UserId) -> int:
    """Erase the Idempotency-Keys, the stored responses and the request ids of the user's closed holds.

    The holds and their amounts stay: entries of the ledger name them. Return their number.
    """
    closed = CreditHold.objects.filter(user_id=user_id).exclude(state=HoldState.HELD)
    return closed.update(
        endpoint="",
        idempotency_key=None,
        request_hash="",
        request_id="",
        response_status=None,
        response_body=None,
    )
