"""Verification and change of the email address."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.exceptions import EmailTakenMeanwhile, InvalidLink, WrongPassword
from accounts.serializers import ChangeEmailSerializer, MailTokenSerializer
from accounts.throttling import ChangeEmailThrottle, MailThrottle, remember_address
from accounts.views.sign_in import CredentialsView, current_user, validated
from credits.exceptions import AccountBlocked


class SendVerificationView(APIView):
    throttle_classes = [MailThrottle]
    is_rate_limited = True

    @extend_schema(
        operation_id="auth_send_verification",
        summary="Send the verification email again",
        request=None,
        responses={202: None},
    )
    def post(self, request: Request) -> Response:
        """Send a link that verifies the email address. If it is verified already, nothing is sent."""
        services.send_verification(user=current_user(request))
        return Response(status=status.HTTP_202_ACCEPTED)


class VerifyEmailView(CredentialsView):
    serializer_class = MailTokenSerializer
    api_errors = {"POST": [InvalidLink]}

    @extend_schema(
        operation_id="auth_verify_email", summary="Verify the email address", responses={204: None}, auth=[]
    )
    def post(self, request: Request) -> Response:
        """Verify the email address with the token from the link. The token works once."""
        services.verify_email(**self.validated(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChangeEmailView(APIView):
    throttle_classes = [ChangeEmailThrottle]
    is_rate_limited = True
    max_body_bytes = CredentialsView.max_body_bytes
    serializer_class = ChangeEmailSerializer
    api_errors = {"POST": [WrongPassword, AccountBlocked]}

    @extend_schema(
        operation_id="auth_change_email", summary="Change the email address", responses={202: None}
    )
    def post(self, request: Request) -> Response:
        """Send a link to the new address. The change takes effect when the link is used.

        The old address gets a notice. If another account has the new address, the response is the same, but
        no link is sent.
        """
        data: dict[str, Any] = validated(self.serializer_class, request)
        services.request_email_change(user=current_user(request), **data)
        return Response(status=status.HTTP_202_ACCEPTED)


class ConfirmEmailView(CredentialsView):
    serializer_class = MailTokenSerializer
    api_errors = {"POST": [InvalidLink, AccountBlocked, EmailTakenMeanwhile]}

    @extend_schema(
        operation_id="auth_confirm_email",
        summary="Confirm the new email address",
        responses={204: None},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Change the email address with the token from the link. The user stays signed in."""
        user = services.confirm_email_change(**self.validated(request))
        remember_address(email=user.email, request=request)
        return Response(status=status.HTTP_204_NO_CONTENT)
