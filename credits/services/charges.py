"""The one way to charge for work: hold, work, then store the result and capture in one transaction.

The user pays if and only if that transaction commits. `credits.services` shows an example. For work
that another process does:

    with transaction.atomic():
        Job.objects.create(hold=ledger.reserve(user=user, action="summarise"), …)

    with ledger.charge(hold=job.hold) as charge:  # in the worker
        …
"""

import logging
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self, overload

from django.db import Error, transaction

from common.transactions import outside_transaction, requires_transaction
from credits.exceptions import HoldClosed
from credits.holders import Holder
from credits.pricing import price_of
from credits.services import holds
from credits.services._posting import NO_REFERENCE, Reference
from credits.services.holds import Captured, Hold
from credits.services.stored_responses import RequestKey

logger = logging.getLogger(__name__)


class Charge(AbstractContextManager["Charge"]):
    """Credits that are held for the work of a `with` block, and released unless it captures them.

    Entering holds the credits in a commit of its own and fixes the price. Leaving releases them, unless
    a capture was committed: also when the work raises, the worker is told to stop, or the transaction of
    the capture rolls back. If the database fails then, the hold expires after CREDIT_HOLD_SECONDS.
    """

    def __init__(self, *, cost: int | None, open_hold: Callable[[], Hold]) -> None:
        self._cost = cost
        self._open_hold = open_hold
        self._hold: Hold | None = None
        self._committed = False
        self._kept = False

    @property
    def hold(self) -> Hold:
        """The hold. Raises RuntimeError outside the `with` block."""
        if self._hold is None:
            raise RuntimeError("A charge holds credits only within its `with` block.")
        return self._hold

    @property
    def cost(self) -> int:
        """The credits that are held, or will be."""
        return self.hold.amount if self._cost is None else self._cost

    def __enter__(self) -> Self:
        if self._hold:
            raise RuntimeError("A charge is entered once at a time: its hold would be lost.")
        with outside_transaction():
            self._hold = self._open_hold()
        self._committed = self._kept = False
        return self

    def keep(self) -> None:
        """Leave the hold open when the block ends without a capture, for another attempt at the work."""
        self._kept = True

    @requires_transaction
    def capture(
        self,
        *,
        units: int | None = None,
        reference: Reference = NO_REFERENCE,
        metadata: Mapping[str, object] | None = None,
        response_status: int | None = None,
        response_body: object = None,
    ) -> Captured:
        """Charge for `units` (default: all that were asked for) and store the response for a replay.

        Call it inside the transaction that stores the result, last: it locks the user. The price is the
        one of the hold, and never more is taken than is held.

        Raises TransactionManagementError outside a transaction, ValueError for negative units; HoldClosed
        if the hold was closed before, or has expired and the credits are gone: let the transaction roll
        back then.
        """
        captured = holds.capture(
            hold=self.hold,
            amount=self.hold.cost_of(units),
            reference=reference,
            metadata=metadata,
            response_status=response_status,
            response_body=response_body,
        )
        transaction.on_commit(self._note_commit)
        return captured

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        held, self._hold = self.hold, None
        if self._committed or self._kept:
            return
        try:
            holds.release(hold=held)
        except Error:
            logger.exception("A hold of %s credits could not be released; it will expire.", held.amount)

    def _note_commit(self) -> None:
        self._committed = True


@overload
def charge(*, user: Holder, action: str, units: int = 0, request: RequestKey | None = None) -> Charge: ...
@overload
def charge(*, hold: uuid.UUID) -> Charge: ...
def charge(
    *,
    user: Holder | None = None,
    action: str = "",
    units: int = 0,
    request: RequestKey | None = None,
    hold: uuid.UUID | None = None,
) -> Charge:
    """Return a context manager that charges `user` for `action`, at its price in CREDIT_PRICES.

    `units` is how many are asked for: the price of so many is held. `request` is the Idempotency-Key
    of the request that is charged, if it has one. `hold` takes up a hold of `reserve` instead.

    Raises ImproperlyConfigured if the action has no price. Entering the context raises RuntimeError inside
    a transaction, InsufficientCredits, UnknownHolder; AlreadyCharged with the stored response,
    RequestInProgress, StoredResponseExpired or IdempotencyConflict for the key of `request`; HoldClosed
    for a `hold` that was captured or released, or that has expired and had a key.
    """
    if hold is not None:
        return Charge(cost=None, open_hold=lambda: holds.take_up(hold_id=hold))
    if user is None:
        raise TypeError("charge() needs a user and an action, or a hold.")
    cost, open_hold = _priced(user=user, action=action, units=units, request=request)
    return Charge(cost=cost, open_hold=open_hold)


@requires_transaction
def reserve(*, user: Holder, action: str, units: int = 0, request: RequestKey | None = None) -> uuid.UUID:
    """Hold credits in the caller's transaction, for work that another process does; return the hold's id.

    Commit it together with the job: then neither exists without the other. A hold that no process takes
    up expires after CREDIT_HOLD_SECONDS.

    Raises what `charge` raises, and TransactionManagementError outside a transaction.
    """
    _, open_hold = _priced(user=user, action=action, units=units, request=request)
    return open_hold().id


def release(*, hold: uuid.UUID) -> bool:
    """Cancel a hold of `reserve`. Return False if it was captured or released before, or never was.

    Whichever closes a hold first wins: after a release, the capture raises HoldClosed. A hold that has
    expired can be cancelled too, since a capture would take its credits afresh.
    """
    try:
        return holds.release(hold=holds.take_up(hold_id=hold))
    except HoldClosed:
        return False


def _priced(
    *, user: Holder, action: str, units: int, request: RequestKey | None
) -> tuple[int, Callable[[], Hold]]:
    """Return what `units` of `action` cost now, and a function that holds so much."""
    if units < 0:
        raise ValueError(f"{units} units cannot be asked for.")
    price = price_of(action)
    cost = price.of(units)
    return cost, lambda: holds.hold(
        user_id=user.pk,
        amount=cost,
        action_type=action,
        base=price.base,
        per_unit=price.per_unit,
        request=request,
    )
