"""The caller's API keys. These views accept no API keys, so a key cannot manage keys."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.generics import (
    DestroyAPIView,
    GenericAPIView,
    ListAPIView,
    UpdateAPIView,
    get_object_or_404,
)
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.exceptions import ApiKeyConflict, TooManyApiKeys, WrongPassword
from accounts.models import ApiKey, User
from accounts.serializers import (
    ApiKeySerializer,
    CreateApiKeySerializer,
    CurrentPasswordSerializer,
    NewApiKeySerializer,
)
from accounts.throttling import PasswordThrottle
from accounts.views.sign_in import current_user, validated
from common.pagination import NewestFirst
from credits.views import SpendingLimitsView, SpendingLimitView, WithSubject


def _shown_once(new: services.NewApiKey) -> dict[str, Any]:
    return {**ApiKeySerializer(new.row).data, "key": new.text}


class _Keys(GenericAPIView[ApiKey]):
    serializer_class: type[serializers.BaseSerializer[Any]] = ApiKeySerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[ApiKey]:
        return ApiKey.objects.of(cast("User", self.request.user).pk)


@extend_schema_view(get=extend_schema(summary="List the API keys"))
class ApiKeysView(_Keys, ListAPIView[ApiKey]):
    """The caller's API keys, newest first, without revoked keys."""

    api_errors = {"POST": [WrongPassword, TooManyApiKeys]}

    def get_throttles(self) -> list[Any]:
        # A revoked key stays as a row, so the creation of keys is limited like that of sessions.
        return [*super().get_throttles(), *([PasswordThrottle()] if self.request.method == "POST" else [])]

    @extend_schema(
        summary="Create an API key", request=CreateApiKeySerializer, responses={201: NewApiKeySerializer}
    )
    def post(self, request: Request) -> Response:
        """Create an API key. Only this response contains the key.

        The password is required, because a key outlives the session. The user gets a notice by email.
        """
        data, user = validated(CreateApiKeySerializer, request), current_user(request)
        services.require_password(user=user, password=data.pop("password"))
        new = services.create_api_key(user=user, **data)
        return Response(_shown_once(new), status=status.HTTP_201_CREATED)


@extend_schema_view(
    patch=extend_schema(summary="Rename an API key", description="Change the name of an API key."),
    delete=extend_schema(
        summary="Revoke an API key",
        description="Stop an API key at once. Running requests and queued jobs finish.",
        responses={204: OpenApiResponse(description="Revoked.")},
    ),
)
class ApiKeyView(_Keys, UpdateAPIView[ApiKey], DestroyAPIView[ApiKey]):
    """One of the caller's API keys."""

    http_method_names = ["patch", "delete", "options"]

    def perform_update(self, serializer: Any) -> None:
        key: ApiKey = serializer.instance
        services.rename_api_key(key=key, name=serializer.validated_data.get("name", key.name))

    def perform_destroy(self, instance: ApiKey) -> None:
        services.revoke_api_key(key=instance)


class RotateApiKeyView(_Keys):
    """A new secret for one of the caller's API keys."""

    api_errors = {"POST": [WrongPassword, ApiKeyConflict]}
    throttle_classes = [PasswordThrottle]
    is_rate_limited = True

    @extend_schema(
        operation_id="keys_rotate",
        summary="Rotate an API key",
        request=CurrentPasswordSerializer,
        responses={200: NewApiKeySerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Replace the key with a new one of the same id, name, scopes and expiry. The old key stops at once.

        The password is required, as for a new key. To replace a key without downtime, create a second key, and
        revoke the first one afterwards.
        """
        password = validated(CurrentPasswordSerializer, request)["password"]
        key = self.get_object()  # before the slow check: a rotation that ends during the check is a conflict
        services.require_password(user=current_user(request), password=password)
        return Response(_shown_once(services.rotate_api_key(key=key)))


class _KeyAsSubject(WithSubject):
    """The spending limits of one of the caller's API keys."""

    def get_subject(self) -> str:
        keys = ApiKey.objects.of(cast("User", self.request.user).pk)
        return get_object_or_404(keys, pk=self.kwargs["pk"]).credit_subject


@extend_schema_view(get=extend_schema(summary="List the spending limits of an API key"))
class ApiKeyLimitsView(_KeyAsSubject, SpendingLimitsView):
    """How many credits the key may spend in each day and month, and how many it has used so far."""


@extend_schema_view(
    put=extend_schema(summary="Set a spending limit of an API key"),
    delete=extend_schema(summary="Remove a spending limit of an API key"),
)
class ApiKeyLimitView(_KeyAsSubject, SpendingLimitView):
    """The spending limit of an API key in one period."""
