"""Sign-up, login and tokens."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts import services
from accounts.exceptions import EmailTaken, InvalidCredentials, InvalidToken
from accounts.models import User
from accounts.serializers import (
    LoginSerializer,
    ProfileSerializer,
    RefreshTokenSerializer,
    RegisterSerializer,
    SessionSerializer,
    TokensSerializer,
)
from accounts.throttling import AuthThrottle, LoginThrottle, SignUpThrottle, remember_address
from credits import services as ledger
from limits.addresses import client_block


def validated(serializer_class: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the valid data of the body. Raises DRF's ValidationError."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


def current_user(request: Request) -> User:
    """Return the signed-in user. IsAuthenticated is a default permission."""
    user: User = request.user  # type: ignore[assignment]  # never anonymous, as above
    return user


class CredentialsView(APIView):
    """Base view for unauthenticated, throttled endpoints."""

    authentication_classes = []
    permission_classes = [AllowAny]
    max_body_bytes = 8_192
    throttle_classes: list[Any] = [AuthThrottle]
    is_rate_limited = True
    serializer_class: ClassVar[type[Serializer[Any]]]

    def validated(self, request: Request) -> dict[str, Any]:
        return validated(self.serializer_class, request)


def begin_session(user: User, request: Request) -> services.Tokens:
    """Begin a session of the user at the request's client. Return its first tokens."""
    return services.issue_tokens(
        user=user, user_agent=request.headers.get("User-Agent", ""), address=client_block(request)
    )


def _session(user: User, request: Request) -> dict[str, Any]:
    tokens = begin_session(user, request)
    ledger.process_due_if_any(user=user)  # so that the returned balance is current
    return {
        "token": tokens.access,
        "refreshToken": tokens.refresh,
        "user": ProfileSerializer(user).data,
    }


class RegisterView(CredentialsView):
    serializer_class = RegisterSerializer
    throttle_classes = [SignUpThrottle]
    api_errors = {"POST": [EmailTaken]}

    @extend_schema(
        operation_id="auth_register", summary="Sign up", responses={201: SessionSerializer}, auth=[]
    )
    def post(self, request: Request) -> Response:
        """Sign up. The profile in the response includes the credits of a new user."""
        user = services.register(**self.validated(request))
        remember_address(email=user.email, request=request)
        return Response(_session(user, request), status=status.HTTP_201_CREATED)


class LoginView(CredentialsView):
    serializer_class = LoginSerializer
    throttle_classes = [LoginThrottle]
    api_errors = {"POST": [InvalidCredentials]}

    @extend_schema(operation_id="auth_login", summary="Sign in", responses={200: SessionSerializer}, auth=[])
    def post(self, request: Request) -> Response:
        """Sign in. The response includes the balance."""
        user = services.log_in(request=request._request, **self.validated(request))  # noqa: SLF001  (authenticate() needs Django's request)
        session = _session(user, request)
        remember_address(email=user.email, request=request)
        return Response(session)


class RefreshView(CredentialsView):
    serializer_class = RefreshTokenSerializer
    api_errors = {"POST": [InvalidToken]}

    @extend_schema(
        operation_id="auth_refresh", summary="Refresh the tokens", responses={200: TokensSerializer}, auth=[]
    )
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for new tokens, once.

        For `REFRESH_REUSE_GRACE_SECONDS`, the same token returns the new tokens again, in case the response
        was lost. The use of a token that was replaced earlier ends its session.
        """
        tokens = services.rotate_tokens(refresh_token=self.validated(request)["refreshToken"])
        return Response({"token": tokens.access, "refreshToken": tokens.refresh})


class LogoutView(CredentialsView):
    serializer_class = RefreshTokenSerializer
    api_errors = {"POST": [InvalidToken]}

    @extend_schema(operation_id="auth_logout", summary="Sign out", responses={204: None}, auth=[])
    def post(self, request: Request) -> Response:
        """End the session of a refresh token. Its access tokens are also refused at once."""
        services.log_out(refresh_token=self.validated(request)["refreshToken"])
        return Response(status=status.HTTP_204_NO_CONTENT)
