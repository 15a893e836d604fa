"""The rows of dj-stripe that expire. Payments and the mirror of Stripe's objects stay."""

from datetime import timedelta

from djstripe.models import Event, IdempotencyKey, WebhookEventTrigger

from common.retention import Sweep, register

# A repeated event is recognized by its row. Stripe resends an event for up to 30 days.
# https://docs.stripe.com/webhooks/process-undelivered-events
MINIMUM_DAYS = 30
KEY_LIFETIME = timedelta(days=1)  # Stripe's, for an idempotency key

register(
    Sweep(
        name="webhook deliveries",
        setting="WEBHOOK_EVENT_DAYS",
        minimum=MINIMUM_DAYS,
        expired=lambda before: WebhookEventTrigger.objects.filter(created__lt=before),
    )
)
register(
    Sweep(
        name="webhook events",
        setting="WEBHOOK_EVENT_DAYS",
        minimum=MINIMUM_DAYS,
        expired=lambda before: Event.objects.filter(djstripe_created__lt=before),
    )
)
register(
    Sweep(
        name="idempotency keys of dj-stripe",
        expired=lambda before: IdempotencyKey.objects.filter(created__lt=before - KEY_LIFETIME),
    )
)
