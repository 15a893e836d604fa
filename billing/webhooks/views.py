"""`POST /api/stripe-webhook`: dj-stripe's view at a fixed path, with a guard before it.

dj-stripe stores a delivery before it verifies it, and in DEBUG lets a header override the secret.
So the signature is verified here first, on the raw body: what is not Stripe's writes no row.
"""

import ipaddress
import json
import uuid

import stripe
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from djstripe.models import WebhookEndpoint
from djstripe.views import ProcessWebhookView

from billing.exceptions import BillingError
from billing.stripe_api.client import deadline
from billing.stripe_api.djstripe_patches import one_account

TOLERANCE_SECONDS = 300  # https://docs.stripe.com/webhooks#replay-attacks
OVERRIDES_THE_SECRET = "HTTP_X_DJSTRIPE_WEBHOOK_SECRET"  # noqa: S105  (a header's name)


class StripeWebhookView(ProcessWebhookView):
    """200 processed or recorded, 400 not Stripe's, 5xx send it again. Outside ATOMIC_REQUESTS, as dj-stripe's."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.STRIPE_WEBHOOK_SECRET or not settings.STRIPE_SECRET_KEY:
            return _refuse("Payments are not configured on this server.", "payments_not_configured", 503)
        try:
            payload = request.body.decode()
            stripe.WebhookSignature.verify_header(
                payload,
                request.headers.get("Stripe-Signature", ""),
                settings.STRIPE_WEBHOOK_SECRET,
                TOLERANCE_SECONDS,
            )
        except (stripe.SignatureVerificationError, UnicodeDecodeError, ValueError):
            return _refuse("The signature is missing, wrong or too old.", "invalid_signature")
        try:
            event = json.loads(payload)
            # PostgreSQL stores neither half a surrogate pair nor NUL; nothing of Stripe's holds either.
            json.dumps(event, ensure_ascii=False).encode()
            storable = "\\u0000" not in payload.replace("\\\\", "")
        except ValueError:
            return _refuse("The body is not JSON.", "invalid")
        if not storable or not _is_event(event):
            return _refuse("The body is not an event.", "invalid")
        if event.get("livemode") is not settings.STRIPE_LIVE_MODE:
            return _refuse("The event is of the other mode (test or live).", "livemode_mismatch")

        request.encoding = "utf-8"  # dj-stripe decodes the body again, by what the sender claims it is
        for header in (OVERRIDES_THE_SECRET, *_forwarded_for_nobody(request)):
            request.META.pop(header, None)
        request.__dict__.pop("headers", None)  # Django caches them
        try:
            with deadline(), one_account():
                return self._process(request)
        except BillingError as error:
            # Stripe did not answer our question about its own event. It sends the event again.
            return _refuse(error.message, error.code, error.status_code)
        except stripe.StripeError:
            return _refuse("The payment service does not answer.", "stripe_unavailable", 503)

    def _process(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return super().post(request, uuid=_secret_uuid())
        except Http404:  # the first of all, or the first since the secret was changed
            _store_secret()
            return super().post(request, uuid=_secret_uuid())


def _secret_uuid() -> uuid.UUID:
    """How dj-stripe's view finds the row that holds the environment's secret: another secret, another row."""
    fixed = (settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_LIVE_MODE, settings.STRIPE_API_VERSION)
    return uuid.uuid5(uuid.NAMESPACE_URL, f"billing/stripe-webhook/{fixed}")


def _store_secret() -> None:
    """Make the one row of dj-stripe's that holds the secret equal to the environment."""
    WebhookEndpoint.objects.update_or_create(
        id="we_from_environment",
        defaults={
            "djstripe_uuid": _secret_uuid(),
            "secret": settings.STRIPE_WEBHOOK_SECRET,
            "livemode": settings.STRIPE_LIVE_MODE,
            "api_version": settings.STRIPE_API_VERSION,
            "djstripe_tolerance": TOLERANCE_SECONDS,
            "enabled_events": ["*"],
            "status": "enabled",
            "url": "https://localhost/api/stripe-webhook",
            "stripe_data": {},
        },
    )


def _is_event(event: object) -> bool:
    return (
        isinstance(event, dict)
        and isinstance(event.get("id"), str)
        and isinstance(event.get("type"), str)
        and isinstance(event.get("data"), dict)
        and isinstance(event["data"].get("object"), dict)
    )


def _forwarded_for_nobody(request: HttpRequest) -> tuple[str, ...]:
    """dj-stripe stores the address that the sender claims, and fails on one that is none."""
    claimed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[0].strip()
    try:
        ipaddress.ip_address(claimed)
    except ValueError:
        return ("HTTP_X_FORWARDED_FOR",)
    return ()


def _refuse(message: str, code: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"message": message, "code": code}, status=status)
