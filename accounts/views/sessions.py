"""The caller's sessions: list them, and end one or all."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.authentication import session_id_of
from accounts.models import Session
from accounts.serializers import ActiveSessionSerializer
from common.pagination import NewestFirst

KEEP_CURRENT = "keepCurrent"


class SessionsView(ListAPIView[Session]):
    """The caller's sessions, newest first. A session begins with a sign-up or a sign-in."""

    serializer_class = ActiveSessionSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Session]:
        return Session.objects.open(at=timezone.now()).filter(user=self.request.user)  # type: ignore[misc]  # authenticated

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "current": session_id_of(self.request)}

    @extend_schema(operation_id="auth_sessions_list", summary="List the sessions")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the open sessions, newest first. `current` marks the one of this request."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="auth_sessions_revoke_all",
        summary="End all sessions",
        parameters=[
            OpenApiParameter(
                KEEP_CURRENT, bool, description="Keep the session of this request.", default=False
            )
        ],
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        """End all sessions, including the current one. Their tokens are refused at once."""
        keep = session_id_of(request) if _keeps_current(request) else None
        services.revoke_sessions(user=request.user, keep=keep)  # type: ignore[arg-type]  # authenticated
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionView(APIView):
    @extend_schema(operation_id="auth_sessions_revoke", summary="End a session", responses={204: None})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """End one session. Its tokens are refused at once."""
        if not services.revoke_session(user=request.user, session_id=pk):  # type: ignore[arg-type]  # authenticated
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


def _keeps_current(request: Request) -> bool:
    values = request.query_params.getlist(KEEP_CURRENT)
    if values not in ([], ["true"], ["false"]):
        raise ValidationError({KEEP_CURRENT: ["This must be true or false."]})
    return values == ["true"]
