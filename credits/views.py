"""What a caller can read of their own credits. Nothing here writes a balance."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credits import selectors
from credits import services as ledger
from credits.models import AiCreditLog
from credits.pagination import CursorPages
from credits.pricing import prices
from credits.serializers import (
    BalanceSerializer,
    LogEntrySerializer,
    UsageQuerySerializer,
    UsageSerializer,
)


class LogPagination(CursorPages):
    ordering = "-id"
    page_size = 25


class BalanceView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="credits_balance", tags=["credits"], responses=BalanceSerializer)
    def get(self, request: Request) -> Response:
        """The balance, and what each action costs."""
        user: Any = request.user
        ledger.process_due_if_any(user=user)
        return Response(
            BalanceSerializer(
                {
                    "ai_credits": user.ai_credits,
                    "ai_credits_held": user.ai_credits_held,
                    "next_expiry_at": selectors.next_expiry(user_id=user.pk),
                    "plan": getattr(user, "plan", None),
                    "prices": prices(),
                }
            ).data
        )


@extend_schema_view(get=extend_schema(operation_id="credits_log", tags=["credits"]))
class LogView(ListAPIView[AiCreditLog]):
    """Every movement of the caller's credits, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = LogEntrySerializer
    pagination_class = LogPagination

    def get_queryset(self) -> QuerySet[AiCreditLog]:
        user_id: Any = self.request.user.pk
        return AiCreditLog.objects.of(user_id)


class UsageView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="credits_usage",
        tags=["credits"],
        parameters=[
            OpenApiParameter(
                "from", str, description="First day (UTC), YYYY-MM-DD. Default: 29 days before `to`."
            ),
            OpenApiParameter("to", str, description="Last day (UTC), included. Default: today."),
            OpenApiParameter("groupBy", str, enum=["day", "action"], default="day"),
        ],
        responses=UsageSerializer,
    )
    def get(self, request: Request) -> Response:
        """What the caller spent, by day or by action."""
        query = UsageQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked: dict[str, Any] = query.validated_data
        rows = selectors.usage(
            user_id=request.user.pk,
            since=asked["since"],
            until=asked["until"],
            group_by=asked["group_by"],
        )
        return Response(
            UsageSerializer(
                {
                    "from": asked["first"],
                    "to": asked["last"],
                    "groupBy": asked["group_by"],
                    "totalCreditsUsed": sum(row.credits_used for row in rows),
                    "results": rows,
                }
            ).data
        )
