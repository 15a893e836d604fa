"""Endpoints for checkout, portal and catalog."""

from typing import cast

from django.db import transaction
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import selectors, services
from billing.exceptions import (
    AccountBlocked,
    AlreadySubscribed,
    BillingClosed,
    NoCustomer,
    NotForSale,
    PaymentsNotConfigured,
    PortalNotConfigured,
    StripeBusy,
    StripeFailed,
    StripeUnavailable,
)
from billing.serializers import (
    CheckoutRequestSerializer,
    CheckoutSessionSerializer,
    OffersSerializer,
    PortalSessionSerializer,
)
from billing.subscribers import SubscribedUser
from billing.waiting_slots import waiting_slot

FAILURES = [PaymentsNotConfigured, StripeUnavailable, StripeFailed, StripeBusy]


@method_decorator(transaction.non_atomic_requests, name="dispatch")  # calls Stripe
class CreateCheckoutSessionView(APIView):
    permission_classes = [IsAuthenticated]
    calls_stripe = True  # limits.throttling.ApiThrottle counts the requests of each user
    is_rate_limited = True
    api_errors = {"POST": [AccountBlocked, NotForSale, AlreadySubscribed, BillingClosed, *FAILURES]}

    @extend_schema(
        operation_id="payments_create_checkout_session",
        summary="Start a checkout",
        request=CheckoutRequestSerializer,
        responses={200: CheckoutSessionSerializer},
    )
    def post(self, request: Request) -> Response:
        """Create a Stripe Checkout Session for a plan or a credit pack. An empty body means the plan `pro`."""
        serializer = CheckoutRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = cast("SubscribedUser", request.user)
        with waiting_slot(user_id=user.pk):
            session = services.create_checkout_session(user=user, **serializer.validated_data)
        return Response(CheckoutSessionSerializer(session).data)


@method_decorator(transaction.non_atomic_requests, name="dispatch")  # calls Stripe
class CreatePortalSessionView(APIView):
    permission_classes = [IsAuthenticated]
    calls_stripe = True
    is_rate_limited = True
    api_errors = {"POST": [NoCustomer, PortalNotConfigured, *FAILURES]}

    @extend_schema(
        operation_id="payments_create_portal_session",
        summary="Open the customer portal",
        request=None,
        responses={200: PortalSessionSerializer},
    )
    def post(self, request: Request) -> Response:
        """Create a Stripe customer portal session, where the user manages the subscription and the cards."""
        user = cast("SubscribedUser", request.user)
        with waiting_slot(user_id=user.pk):
            return Response({"url": services.create_portal_session(user=user)})


@method_decorator(transaction.non_atomic_requests, name="dispatch")  # may call Stripe, once
class PlansView(APIView):
    permission_classes = [AllowAny]
    api_key_scopes = {"GET": "read"}

    @extend_schema(
        operation_id="payments_plans",
        summary="List what is on sale",
        responses=OffersSerializer,
        auth=[{}],  # type: ignore[list-item]  # {} is "none" in OpenAPI; the stubs want names
    )
    def get(self, request: Request) -> Response:
        """List the plans and packs on sale, with their prices."""
        services.load_first_price_to_list()
        return Response(OffersSerializer(selectors.offers()).data)
