"""A paid view: hold, work, then store, respond and charge in one transaction.

    class SummariseView(PaidActionView):
        credit_action = "summarise"             # priced by staff or in settings.CREDIT_PRICES
        serializer_class = SummariseSerializer  # validates the request body

        def perform(self, data):                # the work: in no transaction, however long it takes
            return summarise(data["text"])

        def store(self, data, summary):         # in one transaction with the charge
            row = Summary.objects.create(user=self.request.user, text=summary)
            return PaidResult(body={"id": row.id, "summary": summary})

A caller pays if and only if `store` and the charge were committed and the response is 2xx.

With `?preview=true`, the view returns the credits that the call would hold, and does no work.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar, cast, final

from django.db import transaction
from django.utils.decorators import method_decorator
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credits import services as ledger
from credits.exceptions import AlreadyCharged
from credits.holders import Holder
from credits.openapi import PaidActionSchema
from credits.permissions import HasAiCredits, credit_subject
from credits.request_key import request_key
from credits.serializers import PreviewSerializer


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidResult:
    """The stored result of paid work, for which the user pays.

    `body` is the response, in JSON's types. `status` is 2xx (raises ValueError otherwise): only a 2xx
    response is charged, stored and replayed for its Idempotency-Key. `units` is the number of delivered
    units, None for all requested units. `tokens` are the tokens that a model billed; a price per token needs
    them. The ledger's entry stores `reference` and `metadata`.
    """

    body: object
    status: int = status.HTTP_200_OK
    units: int | None = None
    tokens: ledger.Tokens | None = None
    reference: ledger.Reference = ledger.NO_REFERENCE
    metadata: Mapping[str, object] | None = None

    def __post_init__(self) -> None:
        if not status.is_success(self.status):
            raise ValueError(
                f"A paid result has a 2xx status, not {self.status}. Raise an exception instead."
            )


# Also where ATOMIC_REQUESTS is on: no lock and no transaction may last as long as the work.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class PaidActionView(APIView):
    """A POST that costs credits. A subclass sets the two attributes and overrides `perform` and `store`."""

    permission_classes = [IsAuthenticated, HasAiCredits]
    schema = PaidActionSchema()
    is_rate_limited = True  # for the OpenAPI document
    api_key_scopes = {"POST": "spend"}  # read by an authentication class for API keys, if there is one
    credit_action: ClassVar[str]
    serializer_class: ClassVar[type[serializers.Serializer[Any]]]

    def get_credit_units(self, data: dict[str, Any]) -> int:
        """Return the number of requested units. Their price is held."""
        return 0

    def get_credit_tokens(self, data: dict[str, Any]) -> ledger.Tokens | None:
        """Return the most tokens that the work may bill. Called only for a price per token, which holds them."""
        return None

    @classmethod
    def counts_tokens(cls) -> bool:
        """Return whether a price per token can be charged here."""
        return cls.get_credit_tokens is not PaidActionView.get_credit_tokens

    def prepare(self, data: dict[str, Any]) -> None:
        """Look up rows for the price and the work, once, before credits are held. Raise Http404 here."""

    def perform(self, data: dict[str, Any]) -> Any:
        """Do the work, outside a transaction. If it raises, nothing is charged."""
        raise NotImplementedError

    def store(self, data: dict[str, Any], outcome: Any) -> PaidResult:
        """Store the outcome, inside the transaction that charges for it."""
        raise NotImplementedError

    def check_permissions(self, request: Request) -> None:
        """Check the throttles first, because HasAiCredits reads the body, and a refused call must not."""
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Do nothing: DRF calls this after the permissions."""

    @property
    def holder(self) -> Holder:
        """The user who pays."""
        return cast("Holder", self.request.user)

    @cached_property
    def validated_data(self) -> dict[str, Any]:
        """The validated body, parsed on first use. Raises ValidationError."""
        serializer = self.serializer_class(
            data=self.request.data, context={"request": self.request, "view": self}
        )
        serializer.is_valid(raise_exception=True)
        data: dict[str, Any] = serializer.validated_data
        return data

    @cached_property
    def is_preview(self) -> bool:
        """Whether the request is a preview. Raises ValidationError if `preview` is not true or false."""
        values = self.request.query_params.getlist("preview")
        if values not in ([], ["true"], ["false"]):
            raise ValidationError({"preview": ["This must be true or false."]})
        return values == ["true"]

    @cached_property
    def charge(self) -> ledger.Charge:
        """The charge for this request, prepared and priced once. `post` enters it."""
        data = self.validated_data
        self.prepare(data)
        return ledger.charge(
            user=self.holder,
            action=self.credit_action,
            units=self.get_credit_units(data),
            max_tokens=partial(self.get_credit_tokens, data),
            request=request_key(self.request),
            request_id=getattr(self.request, "request_id", ""),
            subject=credit_subject(self.request),
        )

    @final
    def get_credit_cost(self, request: Request) -> int:
        """Return the credits that this request will hold. Raises ValidationError for an invalid request."""
        return self.charge.cost

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # No docstring: the view's own one describes the endpoint in the OpenAPI document.
        if self.is_preview:
            return self.preview()
        data, priced = self.validated_data, self.charge
        with ExitStack() as stack:
            try:
                charge = stack.enter_context(priced)
            except AlreadyCharged as earlier:
                return replay(earlier.response)
            outcome = self.perform(data)
            with transaction.atomic():
                result = self.store(data, outcome)
                captured = charge.capture(
                    units=result.units,
                    tokens=result.tokens,
                    reference=result.reference,
                    metadata=result.metadata,
                    response_status=result.status,
                    response_body=result.body,
                )
        response = Response(result.body, status=result.status)
        return with_receipt(response, charged=captured.amount, remaining=captured.available)

    def preview(self) -> Response:
        """Return the credits that the call would hold, and whether balance and spending limits cover them."""
        holder = self.holder
        ledger.process_due_if_any(user=holder)
        required, available, reached = self.charge.cost, holder.ai_credits, None
        if holder.credits_limited:
            reached = ledger.find_reached_limit(
                user_id=holder.pk, subject=credit_subject(self.request), amount=required
            )
        preview = {
            "required": required,
            "available": available,
            "covered": available >= required and reached is None and holder.blocked_at is None,
            "spending_limit_reached": reached,
            "price": self.charge.price,
        }
        return Response(PreviewSerializer(preview).data)


def views_of(action: str | None = None) -> list[type[PaidActionView]]:
    """Return the loaded paid views: all, or those that sell `action`."""
    found: list[type[PaidActionView]] = []
    unseen = [PaidActionView]
    while unseen:
        view = unseen.pop()
        unseen += view.__subclasses__()
        if hasattr(view, "credit_action") and action in (None, view.credit_action):
            found.append(view)
    return found


def replay(stored: ledger.StoredResponse) -> Response:
    """Return the stored response to an earlier request with the same key. It costs nothing."""
    response = Response(stored.body, status=stored.status, headers={"Idempotent-Replayed": "true"})
    return with_receipt(response, charged=0, remaining=stored.available)


def with_receipt(response: Response, *, charged: int, remaining: int) -> Response:
    """Add the headers X-Credits-Charged and X-Credits-Remaining."""
    response["X-Credits-Charged"] = str(charged)
    response["X-Credits-Remaining"] = str(remaining)
    return response
