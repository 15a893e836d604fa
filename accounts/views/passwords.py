"""Reset and change of the password."""

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.exceptions import InvalidLink, WrongPassword
from accounts.serializers import (
    ChangePasswordSerializer,
    ForgotPasswordSerializer,
    ResetPasswordSerializer,
    TokensSerializer,
)
from accounts.throttling import PasswordThrottle, remember_address
from accounts.views.sign_in import CredentialsView, begin_session, current_user, validated


class ForgotPasswordView(CredentialsView):
    serializer_class = ForgotPasswordSerializer

    @extend_schema(
        operation_id="auth_forgot_password",
        summary="Ask for a password reset",
        responses={202: None},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Send a link that resets the password. The response is the same if there is no such account.

        The number of emails per hour is limited. Over the limit, none is sent, but earlier links still work.
        """
        services.send_password_reset(**self.validated(request))
        return Response(status=status.HTTP_202_ACCEPTED)


class ResetPasswordView(CredentialsView):
    serializer_class = ResetPasswordSerializer
    api_errors = {"POST": [InvalidLink]}

    @extend_schema(
        operation_id="auth_reset_password", summary="Reset the password", responses={204: None}, auth=[]
    )
    def post(self, request: Request) -> Response:
        """Set a new password with the token from the link. All the user's tokens and API keys are revoked."""
        try:
            user = services.reset_password(**self.validated(request))
        except ValidationError as error:
            raise serializers.ValidationError({"password": error.messages}) from None
        remember_address(email=user.email, request=request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChangePasswordView(APIView):
    throttle_classes = [PasswordThrottle]
    is_rate_limited = True
    max_body_bytes = CredentialsView.max_body_bytes
    serializer_class = ChangePasswordSerializer
    api_errors = {"POST": [WrongPassword]}

    @extend_schema(
        operation_id="auth_change_password", summary="Change the password", responses={200: TokensSerializer}
    )
    def post(self, request: Request) -> Response:
        """Set a new password. All tokens of the user are revoked, and the response contains new ones."""
        data: dict[str, Any] = validated(self.serializer_class, request)
        try:
            user = services.change_password(
                user=current_user(request),
                current_password=data["currentPassword"],
                new_password=data["newPassword"],
            )
        except ValidationError as error:
            raise serializers.ValidationError({"newPassword": error.messages}) from None
        tokens = begin_session(user, request)
        return Response({"token": tokens.access, "refreshToken": tokens.refresh})
