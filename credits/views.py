"""The caller's balance, ledger and usage."""

from datetime import date
from typing import cast

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
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
    UsageQuerySerializer,
    UsageSerializer,
)


class LogPagination(CursorPages):
    ordering = "-id"
    page_size = 25


class BalanceView(APIView):
    """A project that adds fields subclasses this view and sets `serializer_class`."""

    permission_classes = [IsAuthenticated]
    serializer_class: type[BalanceSerializer] = BalanceSerializer

    @extend_schema(operation_id="credits_balance", summary="Get the balance")
    def get(self, request: Request) -> Response:
        """The balance, and what each action costs."""
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
            OpenApiParameter("to", date, description="Last day (UTC), included. Default: today."),
            OpenApiParameter("groupBy", str, enum=["day", "action"], default="day"),
        ],
        responses=UsageSerializer,
    )
    def get(self, request: Request) -> Response:
        """What the caller spent, by day or by action."""
        query = UsageQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        days = {"from": asked.pop("first"), "to": asked.pop("last")}
        rows = selectors.usage(user_id=cast("Holder", request.user).pk, **asked)
        total = sum(row.credits_used for row in rows)
        usage = {**days, "groupBy": asked["group_by"], "totalCreditsUsed": total, "results": rows}
        return Response(UsageSerializer(usage).data)
