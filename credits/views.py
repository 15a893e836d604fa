"""The caller's balance, ledger, usage and spending limits."""

from datetime import date
from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.pagination import CursorPages
from credits import selectors
from credits import services as ledger
from credits.holders import Holder
from credits.models import AiCreditLog
from credits.pricing import prices
from credits.serializers import (
    BalanceSerializer,
    LogEntrySerializer,
    LogQuerySerializer,
    SetSpendingLimitSerializer,
    SpendingLimitSerializer,
    UsageQuerySerializer,
    UsageSerializer,
)
from credits.spending_limits import WHOLE_USER, Period, SpendingLimit


class LogPagination(CursorPages):
    ordering = "-id"
    page_size = 25


class BalanceView(APIView):
    """To add fields, subclass this view and set `serializer_class`."""

    permission_classes = [IsAuthenticated]
    serializer_class: type[BalanceSerializer] = BalanceSerializer

    @extend_schema(operation_id="credits_balance", summary="Get the balance")
    def get(self, request: Request) -> Response:
        """The balance, and the price of each action."""
        user = cast("Holder", request.user)
        ledger.process_due_if_any(user=user)
        next_expiry_at = selectors.next_expiry(user_id=user.pk)
        balance = {"user": user, "next_expiry_at": next_expiry_at, "prices": prices()}
        return Response(self.serializer_class(balance).data)


@extend_schema_view(
    get=extend_schema(operation_id="credits_log", summary="List the ledger", parameters=[LogQuerySerializer])
)
class LogView(ListAPIView[AiCreditLog]):
    """Every movement of the caller's credits, newest first.

    The filters may be combined. The links `next` and `previous` keep them.
    """

    permission_classes = [IsAuthenticated]
    serializer_class = LogEntrySerializer
    pagination_class = LogPagination

    def get_queryset(self) -> QuerySet[AiCreditLog]:
        query = LogQuerySerializer(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        return AiCreditLog.objects.of(cast("Holder", self.request.user).pk).filter(**query.validated_data)


class UsageView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="credits_usage",
        summary="Sum the usage",
        parameters=[
            OpenApiParameter("from", date, description="First day (UTC). Default: 29 days before `to`."),
            OpenApiParameter("to", date, description="Last day (UTC), inclusive. Default: today."),
            OpenApiParameter("groupBy", str, enum=["day", "action"], default="day"),
        ],
        responses=UsageSerializer,
    )
    def get(self, request: Request) -> Response:
        """The credits that the caller spent, by day or by action."""
        query = UsageQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        days = {"from": asked.pop("first"), "to": asked.pop("last")}
        rows = selectors.usage(user_id=cast("Holder", request.user).pk, **asked)
        total = sum(row.credits_used for row in rows)
        usage = {**days, "groupBy": asked["group_by"], "totalCreditsUsed": total, "results": rows}
        return Response(UsageSerializer(usage).data)


class SpendingLimitPagination(CursorPages):
    ordering = "id"
    page_size = 25


class WithSubject(APIView):
    """The base of views of spending limits: those of the caller as a whole, or of one subject.

        class KeyLimitsView(SpendingLimitsView):
            def get_subject(self) -> str:
                return get_object_or_404(self.request.user.keys, pk=self.kwargs["pk"]).credit_subject

    Do not let a key call the view of its own limits, because it could raise them.
    """

    permission_classes = [IsAuthenticated]

    def get_subject(self) -> str:
        """Return the subject of the limits. Raise Http404 if the caller has no such subject."""
        return WHOLE_USER


@extend_schema_view(get=extend_schema(summary="List the spending limits"))
class SpendingLimitsView(WithSubject, ListAPIView[SpendingLimit]):
    """How many credits may be spent in each day and month, and how many are used so far."""

    permission_classes = [IsAuthenticated]
    serializer_class = SpendingLimitSerializer
    pagination_class = SpendingLimitPagination

    def get_queryset(self) -> QuerySet[SpendingLimit]:
        user = cast("Holder", self.request.user)
        return SpendingLimit.objects.filter(user_id=user.pk, subject=self.get_subject())


@extend_schema(
    parameters=[
        OpenApiParameter("period", str, OpenApiParameter.PATH, enum=Period.values, description="In UTC.")
    ]
)
class SpendingLimitView(WithSubject):
    """The spending limit of one period."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        summary="Set a spending limit",
        request=SetSpendingLimitSerializer,
        responses=SpendingLimitSerializer,
    )
    def put(self, request: Request, period: str, **kwargs: object) -> Response:
        """Limit the credits that may be spent in each day or month.

        Credits that were spent or held earlier in the current period count. A limit below them refuses the
        next paid request.
        """
        serializer = SetSpendingLimitSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        limit = ledger.set_spending_limit(**self._arguments(period), **serializer.validated_data)
        return Response(SpendingLimitSerializer(limit).data)

    @extend_schema(
        summary="Remove a spending limit",
        responses={204: OpenApiResponse(description="Removed, now or before.")},
    )
    def delete(self, request: Request, period: str, **kwargs: object) -> Response:
        """Remove the limit of a day or a month."""
        ledger.remove_spending_limit(**self._arguments(period))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _arguments(self, period: str) -> Any:
        if period not in Period.values:
            raise NotFound(f"The period must be one of {', '.join(Period.values)}.")
        user = cast("Holder", self.request.user)
        return {"user_id": user.pk, "subject": self.get_subject(), "period": Period(period)}
