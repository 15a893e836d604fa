"""Handlers of Stripe's events, one for each type. Each fetches an object and applies the snapshot.

Handlers catch no exceptions. An exception rolls the transaction back, the webhook returns 5xx, and
Stripe sends the event again. Handlers take only ids from an event and fetch the current object (ADR 7).
"""

from contextvars import ContextVar

from django.dispatch import receiver
from djstripe.event_handlers import djstripe_receiver
from djstripe.models import Event, WebhookEventTrigger
from djstripe.signals import webhook_post_process, webhook_pre_process, webhook_processing_error

from billing.customer_lock import lock_customer, require_customer_lock
from billing.models import CustomerDeletion
from billing.services import catalog, sync
from billing.stripe_api import fetch
from billing.stripe_api.mirror_erasure import erase_mirror, redact_delivery
from billing.stripe_api.prices import fetch_and_mirror_price
from billing.stripe_objects import EventObject

# For these events, our handlers fetch the object and store it in dj-stripe's tables. dj-stripe's own
# receivers would request it again, so `djstripe_patches` disconnects them.
EVENTS_WE_FETCH = (
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.updated",
    "invoice.paid",
    "invoice.payment_failed",
    "price.created",
    "price.deleted",
    "price.updated",
)
# The event types to subscribe a webhook endpoint to.
HANDLED_EVENTS = (
    *EVENTS_WE_FETCH,
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.refund.updated",
    "charge.refunded",
    "customer.created",
    "customer.deleted",
    "customer.updated",
    "product.created",
    "product.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
)

# A refund or a dispute does not name its customer. The view requests its charge before the transaction
# begins, and stores the customer of that charge here.
customer_of_return: ContextVar[str | None] = ContextVar("customer_of_return", default=None)


@receiver(webhook_pre_process, dispatch_uid="billing.lock_customer_for_event")
def lock_customer_for_event(sender: object, instance: WebhookEventTrigger, **kwargs: object) -> None:
    """Lock the customer before dj-stripe looks up the Event, until the transaction commits.

    The lock prevents two races. Two deliveries of one event cannot both run the handlers. A transaction
    cannot commit an older state from Stripe after another one has committed a newer state.
    """
    event = instance.json_body
    found = EventObject.from_stripe(event["data"]["object"])
    own_lock = found.id if found.is_price else event["id"]
    lock_customer(found.customer_id or customer_of_return.get() or own_lock)


@receiver(
    [webhook_post_process, webhook_processing_error], dispatch_uid="billing.erase_event_of_deleted_customer"
)
def erase_event_of_deleted_customer(sender: object, instance: WebhookEventTrigger, **kwargs: object) -> None:
    """Erase what an event of a deleted account stored, in the transaction that processed it.

    After a failure, that transaction is rolled back, and only the delivery is left to be emptied.
    """
    found = EventObject.from_stripe(instance.json_body["data"]["object"])
    customer_id = found.customer_id or customer_of_return.get()
    if customer_id and CustomerDeletion.is_requested(customer_id):
        erase_mirror([customer_id])
        redact_delivery(instance)


@djstripe_receiver("checkout.session.async_payment_succeeded")
def handle_checkout_session_async_payment_succeeded(sender: object, event: Event, **kwargs: object) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("checkout.session", found.id, customer_id=found.customer_id))


@djstripe_receiver("checkout.session.completed")
def handle_checkout_session_completed(sender: object, event: Event, **kwargs: object) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("checkout.session", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.subscription.created")
def handle_customer_subscription_created(sender: object, event: Event, **kwargs: object) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("subscription", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.subscription.deleted")
def handle_customer_subscription_deleted(sender: object, event: Event, **kwargs: object) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("subscription", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.subscription.paused")
def handle_customer_subscription_paused(sender: object, event: Event, **kwargs: object) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("subscription", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.subscription.resumed")
def handle_customer_subscription_resumed(sender: object, event: Event, **kwargs: object) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("subscription", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.subscription.updated")
def handle_customer_subscription_updated(sender: object, event: Event, **kwargs: object) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("subscription", found.id, customer_id=found.customer_id))


@djstripe_receiver("invoice.paid")
def handle_invoice_paid(sender: object, event: Event, **kwargs: object) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("invoice", found.id, customer_id=found.customer_id))


@djstripe_receiver("invoice.payment_failed")
def handle_invoice_payment_failed(sender: object, event: Event, **kwargs: object) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("invoice", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.created")
def handle_customer_created(sender: object, event: Event, **kwargs: object) -> None:
    sync.apply(fetch.fetch_customer(customer_id=event.data["object"]["id"]))


@djstripe_receiver("customer.deleted")
def handle_customer_deleted(sender: object, event: Event, **kwargs: object) -> None:
    sync.apply(fetch.fetch_customer(customer_id=event.data["object"]["id"]))


@djstripe_receiver("price.created")
def handle_price_created(sender: object, event: Event, **kwargs: object) -> None:
    _sync_price(event)


@djstripe_receiver("price.deleted")
def handle_price_deleted(sender: object, event: Event, **kwargs: object) -> None:
    _sync_price(event)


@djstripe_receiver("price.updated")
def handle_price_updated(sender: object, event: Event, **kwargs: object) -> None:
    _sync_price(event)


def _sync_price(event: Event) -> None:
    """Fetch and apply a price."""
    price_id = EventObject.from_stripe(event.data["object"]).id
    catalog.apply_price(price_id, fetch_and_mirror_price(price_id))


@djstripe_receiver("charge.refunded")
def handle_charge_refunded(sender: object, event: Event, **kwargs: object) -> None:
    _sync_part(event)


@djstripe_receiver("charge.dispute.closed")
def handle_charge_dispute_closed(sender: object, event: Event, **kwargs: object) -> None:
    _sync_part(event)


@djstripe_receiver("charge.dispute.created")
def handle_charge_dispute_created(sender: object, event: Event, **kwargs: object) -> None:
    _sync_part(event)


@djstripe_receiver("charge.dispute.funds_reinstated")
def handle_charge_dispute_funds_reinstated(sender: object, event: Event, **kwargs: object) -> None:
    _sync_part(event)


@djstripe_receiver("charge.dispute.funds_withdrawn")
def handle_charge_dispute_funds_withdrawn(sender: object, event: Event, **kwargs: object) -> None:
    _sync_part(event)


@djstripe_receiver("charge.refund.updated")
def handle_charge_refund_updated(sender: object, event: Event, **kwargs: object) -> None:
    _sync_part(event)


@djstripe_receiver("refund.created")
def handle_refund_created(sender: object, event: Event, **kwargs: object) -> None:
    _sync_part(event)


@djstripe_receiver("refund.failed")
def handle_refund_failed(sender: object, event: Event, **kwargs: object) -> None:
    _sync_part(event)


@djstripe_receiver("refund.updated")
def handle_refund_updated(sender: object, event: Event, **kwargs: object) -> None:
    _sync_part(event)


def _sync_part(event: Event) -> None:
    """Fetch and apply the returned amount of the payment that a charge, refund or dispute belongs to."""
    require_customer_lock()  # without it, customer_of_return is not set
    found = EventObject.from_stripe(event.data["object"])
    customer_id = found.customer_id or customer_of_return.get()
    if customer_id and found.part_id:
        sync.apply(fetch.fetch_part(found.part_id, customer_id=customer_id))
