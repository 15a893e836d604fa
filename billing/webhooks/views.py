"""`POST /api/stripe-webhook`: verify the signature, then call dj-stripe's view.

dj-stripe stores a delivery before it verifies it, and in DEBUG a header overrides the secret. Here the
signature of the raw body is verified first, so an unsigned request writes no row.
"""

import ipaddress
import json
import logging
import uuid

import stripe
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from djstripe import models as mirror
from djstripe.models import WebhookEndpoint
from djstripe.views import ProcessWebhookView

from billing.customer_lock import lock_customer
from billing.event_objects import Event
from billing.exceptions import BillingError, CustomerMismatch, StripeObjectMissing
from billing.models import CustomerDeletion
from billing.stripe_api import fetch
from billing.stripe_api.client import deadline, stripe_client
from billing.stripe_api.djstripe_patches import cached_account_lookup
from billing.stripe_api.mirror_erasure import EMPTY_EVENT
from billing.stripe_objects import EventObject
from billing.webhooks.handlers import HANDLED_EVENTS, customer_of_return

logger = logging.getLogger(__name__)

TOLERANCE_SECONDS = 300  # https://docs.stripe.com/webhooks#replay-attacks
SECRET_OVERRIDE_HEADER = "HTTP_X_DJSTRIPE_WEBHOOK_SECRET"  # noqa: S105  (a header's name)
CLIENT_ADDRESS_HEADER = "HTTP_X_FORWARDED_FOR"


class StripeWebhookView(ProcessWebhookView):
    """Return 200 if the event is processed or recorded, 400 if it is not Stripe's, 5xx to get it again.

    dj-stripe's view is exempt from ATOMIC_REQUESTS, and so is this one.
    """

    http_method_names = ["post"]
    max_body_bytes = 1_048_576

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.STRIPE_WEBHOOK_SECRET or not settings.STRIPE_SECRET_KEY:
            return _refuse("Payments are not configured on this server.", "payments_not_configured", 503)
        try:
            payload = request.body.decode()
            signature = request.headers.get("Stripe-Signature", "")
            signature.encode("ascii")  # Stripe's library raises TypeError for other characters
            secret = settings.STRIPE_WEBHOOK_SECRET
            stripe.WebhookSignature.verify_header(payload, signature, secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeError, ValueError):
            return _refuse("The signature is missing, wrong or too old.", "invalid_signature")
        try:
            event = Event.from_payload(payload)
        except (ValueError, TypeError, KeyError, RecursionError):
            return _refuse("The body is not an event.", "invalid")
        if event.livemode is not settings.STRIPE_LIVE_MODE:
            return _refuse("The event is of the other mode (test or live).", "livemode_mismatch")

        request.encoding = "utf-8"  # dj-stripe decodes the body again, with the sender's charset
        request.META.pop(SECRET_OVERRIDE_HEADER, None)
        try:  # dj-stripe stores the sender's X-Forwarded-For, and fails if it is not an address
            ipaddress.ip_address(request.META.get(CLIENT_ADDRESS_HEADER, "").split(",")[0].strip())
        except ValueError:
            request.META.pop(CLIENT_ADDRESS_HEADER, None)
        request.__dict__.pop("headers", None)  # Django caches them
        try:
            with deadline(), cached_account_lookup():
                return self._process(request, event)
        except (BillingError, stripe.StripeError, mirror.Price.DoesNotExist) as error:
            return _fail(error, event, request.body)

    def _process(self, request: HttpRequest, event: Event) -> HttpResponseBase:
        found = EventObject.from_stripe(event.data)
        if event.defect or (event.type in HANDLED_EVENTS and not found.id):
            return _record(event, request.body, cause=event.defect or "its object has no id")
        customer_of_return.set(fetch.customer_of_return(found) if found.is_return else None)
        # dj-stripe looks up the secret by the row's UUID, so the UUID is derived from these settings.
        values = (settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_LIVE_MODE, settings.STRIPE_API_VERSION)
        endpoint = uuid.uuid5(uuid.NAMESPACE_URL, f"billing/stripe-webhook/{values}")
        try:
            return super().post(request, uuid=endpoint)
        except Http404:  # the first delivery, or the first since these settings were changed
            _store_secret(endpoint)
            return super().post(request, uuid=endpoint)


def _store_secret(endpoint: uuid.UUID) -> None:
    """Store the secret from the settings in dj-stripe's only endpoint row."""
    WebhookEndpoint.objects.update_or_create(
        id="we_from_environment",
        defaults={
            "djstripe_uuid": endpoint,
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


def _fail(error: Exception, event: Event, body: bytes) -> HttpResponseBase:
    """Return 5xx, so that Stripe sends the event again, or 200 if it can never be processed."""
    if isinstance(error, (StripeObjectMissing, CustomerMismatch, mirror.Price.DoesNotExist)):
        # Stripe does not have the object, has it for another customer, or has a price without its product.
        return _record(event, body, cause=error.__cause__ or repr(error))
    if isinstance(error, stripe.InvalidRequestError) and error.code == "resource_missing":
        return _record(event, body, cause=error)
    logger.warning("%s (%s) failed: %s", event.id, event.type, error.__cause__ or error)
    if isinstance(error, BillingError):
        return _refuse(error.message, error.code, error.status_code)
    return _refuse("The payment service does not answer.", "stripe_unavailable", 503)


@deadline()
@transaction.atomic
def _record(event: Event, body: bytes, *, cause: object) -> HttpResponseBase:
    """Store an event without calling the handlers. Log the cause.

    Stripe sends a failed event again for days, and disables an endpoint that keeps failing.
    """
    logger.error("%s (%s) is recorded, but not processed: %s", event.id, event.type, cause)
    lock_customer(event.id)
    if not mirror.Event.objects.filter(id=event.id).exists():
        with stripe_client():
            stored = mirror.Event._create_from_stripe_object(json.loads(body))  # noqa: SLF001  (no public method)
        customer_id = EventObject.from_stripe(event.data).customer_id or customer_of_return.get()
        if customer_id and CustomerDeletion.is_requested(customer_id):
            mirror.Event.objects.filter(pk=stored.pk).update(**EMPTY_EVENT)
    return HttpResponse()


def _refuse(message: str, code: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"message": message, "code": code}, status=status)
