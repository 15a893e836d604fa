"""A paid view: hold, work, then store, answer and charge in one transaction.

    class SummariseView(PaidActionView):
        credit_action = "summarise"             # priced in settings.CREDIT_PRICES
        serializer_class = SummariseSerializer  # what the caller must send

        def perform(self, data):                # the work: in no transaction, however long it takes
            return summarise(data["text"])

        def store(self, data, summary):         # with the charge, in one transaction
            row = Summary.objects.create(user=self.request.user, text=summary)
            return PaidResult(body={"id": row.id, "summary": summary})

A caller pays if and only if `store` and the charge were committed and the answer is 2xx.
"""

import logging
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import DatabaseError, transaction
from django.utils.decorators import method_decorator
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credits import services as ledger
from credits.idempotency import request_key
from credits.permissions import HasAiCredits
from credits.pricing import price_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidResult:
    """What was stored, and so what is paid for.

    `body` is the answer, in JSON's types, and `status` is 2xx (raises ValueError otherwise). `units` is
    how many were delivered, None for all that were asked for; `reference` goes on the ledger's entry,
    `metadata` too (tokens, for the margin).
    """

    body: Any
    status: int = status.HTTP_200_OK
    units: int | None = None
    reference: ledger.Reference = ledger.NO_REFERENCE
    metadata: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if not status.is_success(self.status):
            raise ValueError(
                f"A delivery is paid for, so its status is 2xx, not {self.status}. Raise instead."
            )


# Also where ATOMIC_REQUESTS is on: no lock and no transaction may last as long as the work.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class PaidActionView(APIView):
    """A POST that costs credits. See the module's docstring for the three things to say."""

    permission_classes = [IsAuthenticated, HasAiCredits]
    credit_action: ClassVar[str]
    serializer_class: ClassVar[type[serializers.Serializer[Any]]]

    def get_credit_units(self, data: dict[str, Any]) -> int:
        """How many units are asked for: what is held is the price of so many."""
        return 0

    def prepare(self, data: dict[str, Any]) -> None:
        """Look up what the work needs, before anything is held. Raise Http404 and the like here."""

    def perform(self, data: dict[str, Any]) -> Any:
        """Do the work, in no transaction. Whatever it raises, nothing is charged."""
        raise NotImplementedError

    def store(self, data: dict[str, Any], outcome: Any) -> PaidResult:
        """Store the outcome, inside the transaction that charges for it."""
        raise NotImplementedError

    def get_credit_cost(self, request: Request) -> int:
        """The credits that this request will hold. Raises ValidationError for a bad one."""
        if not hasattr(self, "_data"):
            serializer = self.serializer_class(data=request.data, context={"request": request, "view": self})
            serializer.is_valid(raise_exception=True)
            self._data: dict[str, Any] = serializer.validated_data
        return price_of(self.credit_action).of(self.get_credit_units(self._data))

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer; what the URL names is in `self.args` and `self.kwargs`."""
        data, cost = self._data, self.get_credit_cost(request)
        self.prepare(data)
        held = ledger.hold(
            user_id=request.user.pk, amount=cost, action_type=self.credit_action, request=request_key(request)
        )
        if isinstance(held, ledger.StoredResponse):
            return _receipt(
                Response(held.body, status=held.status, headers={"Idempotent-Replayed": "true"}),
                charged=0,
                remaining=held.available,
            )
        try:
            outcome = self.perform(data)
            with transaction.atomic():
                delivery = self.store(data, outcome)
                captured = ledger.capture(
                    hold=held,
                    amount=cost
                    if delivery.units is None
                    else min(cost, price_of(self.credit_action).of(delivery.units)),
                    reference=delivery.reference,
                    metadata=delivery.metadata,
                    response_status=delivery.status,
                    response_body=delivery.body,
                )
        except BaseException:  # also when the worker is told to stop: the credits go back
            _give_back(held)
            raise
        return _receipt(
            Response(delivery.body, status=delivery.status),
            charged=captured.amount,
            remaining=captured.available,
        )


def _give_back(held: ledger.Hold) -> None:
    """Release, or leave it to the hold's expiry when the database is what failed."""
    try:
        ledger.release(hold=held)
    except DatabaseError:
        logger.exception("A hold of %s credits could not be released; it expires by itself.", held.amount)


def _receipt(response: Response, *, charged: int, remaining: int) -> Response:
    response["X-Credits-Charged"] = str(charged)
    response["X-Credits-Remaining"] = str(remaining)
    return response
