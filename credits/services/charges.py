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
from functools import partial
from types import TracebackType
from typing import Self, TypeAlias, overload

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, transaction

from common.transactions import outside_transaction, requires_transaction
from credits.exceptions import CostTooLarge, HoldClosed
from credits.holders import Holder
from credits.models import MAX_AMOUNT, CreditHold
from credits.pricing import NO_TOKENS, Price, Tokens, price_of
from credits.services import holds
from credits.services._posting import NO_REFERENCE, Reference
from credits.services.holds import Captured, Hold
from credits.services.idempotency import RequestKey
from credits.services.spending_limits import SUBJECT, check_subject

logger = logging.getLogger(__name__)

MAX_REQUEST_ID = CreditHold._meta.get_field("request_id").max_length or 0
# What a capture writes into the metadata of its entry (docs/credits.md).
RESERVED_METADATA = {"price", "units", "tokens", "request_id", SUBJECT}


# Known, or computed only if the price is per token.
MaxTokens: TypeAlias = Tokens | Callable[[], Tokens | None] | None


class Charge(AbstractContextManager["Charge"]):
    """Credits that are held for the work of a `with` block, and released unless it captures them.

    Entering holds the credits in a commit of its own and fixes the price. Leaving releases them, unless
    a capture was committed: also when the work raises, the worker is told to stop, or the transaction of
    the capture rolls back. If the database fails then, the hold expires after CREDIT_HOLD_SECONDS.
    """

    def __init__(
        self, *, open_hold: Callable[[], Hold], price: Price | None = None, cost: int | None = None
    ) -> None:
        self._open_hold = open_hold
        self._price, self._cost = price, cost
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

    @property
    def price(self) -> Price:
        """The price of the hold, or of the one that entering creates."""
        return self._price or self.hold.price

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
        tokens: Tokens | None = None,
        reference: Reference = NO_REFERENCE,
        metadata: Mapping[str, object] | None = None,
        response_status: int | None = None,
        response_body: object = None,
    ) -> Captured:
        """Charge for `units` (default: all requested ones) and store the response for a replay.

        `tokens` are those that the model billed; without them a price per token costs the held amount.

        Call it inside the transaction that stores the result, last: it locks the user. It charges at
        the hold's price, at most the held amount.

        Raises TransactionManagementError outside a transaction; ValueError for negative units, and for
        `metadata` under a name that the capture writes itself; HoldClosed if the hold was closed before,
        or has expired and the credits are gone: let the transaction roll back then.
        """
        captured = holds.capture(
            hold=self.hold,
            amount=self.hold.cost_of(units, tokens),
            reference=reference,
            metadata=_metadata(self.hold, units, tokens, metadata or {}),
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
def charge(
    *,
    user: Holder,
    action: str,
    units: int = 0,
    max_tokens: MaxTokens = None,
    request: RequestKey | None = None,
    request_id: str = "",
    subject: str = "",
) -> Charge: ...
@overload
def charge(*, hold: uuid.UUID) -> Charge: ...
def charge(
    *,
    user: Holder | None = None,
    action: str = "",
    units: int = 0,
    max_tokens: MaxTokens = None,
    request: RequestKey | None = None,
    request_id: str = "",
    subject: str = "",
    hold: uuid.UUID | None = None,
) -> Charge:
    """Return a context manager that charges `user` for `action`, at its price (credits.pricing).

    The price of `units`, the number requested, and of `max_tokens`, the most that the work may bill, is held.
    `max_tokens` may be a function, which is called only for a price per token.
    `request` is the Idempotency-Key of the charged request, if it has one, and `request_id` its X-Request-ID,
    which the entry names. `subject` names what the charge is made with, such as an API key; the project
    chooses the text. The spending limits of the subject count the charge, and so do those of the whole user.
    `hold` is the id that `reserve` returned, to charge for that hold instead.

    Raises ImproperlyConfigured if the action has no price, or one per token and `max_tokens` is missing;
    CostTooLarge. Entering the context raises RuntimeError inside a transaction; InsufficientCredits,
    SpendingLimitReached, UnknownHolder; AlreadyCharged with the stored response, RequestInProgress,
    StoredResponseExpired or IdempotencyConflict for the key of `request`; HoldClosed for a `hold` that was
    captured or released, or that has expired and had a key.
    """
    if hold is not None:
        return Charge(open_hold=partial(holds.load_hold, hold_id=hold))
    if user is None:
        raise TypeError("charge() needs a user and an action, or a hold.")
    if units < 0:
        raise ValueError(f"{units} units cannot be asked for.")
    if len(request_id) > MAX_REQUEST_ID:
        raise ValueError(f"A request id has at most {MAX_REQUEST_ID} characters.")
    price = price_of(action)
    cost = price.of(units, _most_tokens(price, max_tokens))
    if cost > MAX_AMOUNT:
        raise CostTooLarge(required=cost, most=MAX_AMOUNT)
    open_hold = partial(
        holds.hold,
        user_id=user.pk,
        amount=cost,
        action_type=action,
        price=price,
        units=units,
        request=request,
        request_id=request_id,
        subject=check_subject(subject),
    )
    return Charge(open_hold=open_hold, price=price, cost=cost)


@requires_transaction
def reserve(
    *,
    user: Holder,
    action: str,
    units: int = 0,
    max_tokens: MaxTokens = None,
    request: RequestKey | None = None,
    request_id: str = "",
    subject: str = "",
) -> uuid.UUID:
    """Hold credits in the caller's transaction, for work that another process does; return the hold's id.

    Commit it together with the job: then neither exists without the other. A hold that no process charges
    expires after CREDIT_HOLD_SECONDS.

    Raises what `charge` raises, and TransactionManagementError outside a transaction.
    """
    prepared = charge(
        user=user,
        action=action,
        units=units,
        max_tokens=max_tokens,
        request=request,
        request_id=request_id,
        subject=subject,
    )
    return prepared._open_hold().id  # noqa: SLF001  (of this module)


def release(*, hold: uuid.UUID) -> bool:
    """Cancel a hold of `reserve`. Return False if it was captured or released before, or never was.

    Only the first capture or release closes a hold: after a release, the capture raises HoldClosed. An
    expired hold can be cancelled too, because a capture would reserve its credits again.
    """
    try:
        return holds.release(hold=holds.load_hold(hold_id=hold))
    except HoldClosed:
        return False


def _most_tokens(price: Price, max_tokens: MaxTokens) -> Tokens:
    """Return the tokens to hold for. Raises ImproperlyConfigured if the price needs them and there are none."""
    if not price.is_per_token:
        return NO_TOKENS
    most = max_tokens() if callable(max_tokens) else max_tokens
    if most is None:
        raise ImproperlyConfigured(
            f"The price of {price.action!r} is per token: give the most tokens to hold for."
        )
    return most


def _metadata(
    hold: Hold, units: int | None, tokens: Tokens | None, extra: Mapping[str, object]
) -> dict[str, object]:
    """Return `extra` and the documented names of the receipt. Zero or unknown values are left out."""
    if taken := RESERVED_METADATA & extra.keys():
        raise ValueError(f"The ledger writes {', '.join(sorted(taken))} into the metadata itself.")
    price: dict[str, object] = {
        name: number for name, number in hold.price.numbers.items() if number or name in {"base", "per_unit"}
    }
    if hold.price.source:
        price["source"] = hold.price.source
    metadata: dict[str, object] = {"price": price}
    if charged := hold.units if units is None else units:
        metadata["units"] = charged
    if tokens is not None and tokens != NO_TOKENS:
        metadata["tokens"] = {"input": tokens.input, "output": tokens.output}
    if hold.request_id:
        metadata["request_id"] = hold.request_id
    if hold.subject:
        metadata[SUBJECT] = hold.subject
    return {**metadata, **extra}
