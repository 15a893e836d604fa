"""Delete the caller's account, and export its data."""

from typing import cast

from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.exceptions import AccountBusy, StaffAccount, WrongPassword
from accounts.models import User
from accounts.serializers import CurrentPasswordSerializer, ExportSerializer
from accounts.throttling import ExportThrottle, PasswordThrottle
from credits.exceptions import AccountBlocked


class DeleteAccountView(APIView):
    throttle_classes = [PasswordThrottle]
    is_rate_limited = True
    max_body_bytes = 8_192
    api_errors = {"POST": [WrongPassword, AccountBlocked, StaffAccount, AccountBusy]}

    @extend_schema(
        operation_id="auth_delete_account",
        summary="Delete the account",
        request=CurrentPasswordSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Delete the caller's account permanently. The password confirms the deletion.

        Personal data, question sets and stored responses are erased at once, and all tokens and keys stop
        working. Unspent credits are lost. The subscription is cancelled and the customer deleted in Stripe
        within minutes. Payments and the ledger stay, without the name.
        """
        serializer = CurrentPasswordSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.delete_own_account(
            user=cast("User", request.user), password=serializer.validated_data["password"]
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    get=extend_schema(
        operation_id="users_export",
        summary="Export the caller's data",
        tags=["users"],
        responses={200: ExportSerializer},
    )
)
class ExportView(APIView):
    throttle_classes = [ExportThrottle]
    is_rate_limited = True

    def get(self, request: Request) -> HttpResponseBase:
        """Return all stored data of the caller as one JSON document.

        Besides the profile, the document has a list for each kind of row, such as `ledger`, `payments`,
        `questionSets` and `stripeObjects`. It contains no secrets.
        """
        return export_response(cast("User", request.user))


def export_response(user: User) -> StreamingHttpResponse:
    """Return the export of a user's data as a file that is sent while it is generated."""
    return StreamingHttpResponse(
        (part.encode() for part in services.export_account(user=user)),
        content_type="application/json",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{services.export_file_name(user=user)}"',
        },
    )
