"""Handlers of Stripe's events, one for each type: fetch, apply, and never catch.

What a handler raises rolls the event back and answers 5xx, so that Stripe sends it again. An event is a
hint: what is applied is the object as Stripe has it now (ADR 7).
"""

from contextvars import ContextVar
from typing import Any

from django.dispatch import receiver
from djstripe.event_handlers import djstripe_receiver
from djstripe.models import Event, WebhookEventTrigger
from djstripe.signals import webhook_pre_process

from billing.customer_lock import lock_customer, require_customer_lock
from billing.services import sync
from billing.stripe_api import fetch
from billing.stripe_objects import EventObject

# Our handlers fetch these objects with all that they need and store them in dj-stripe's tables, so
# dj-stripe's own receivers, which would ask again, are disconnected (`djstripe_patches`).
FETCHED_BY_US = (
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.updated",
    "invoice.paid",
    "invoice.payment_failed",
)
# The event types to subscribe a webhook endpoint to.
HANDLED_EVENTS = (
    *FETCHED_BY_US,
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.refunded",
    "customer.created",
    "customer.deleted",
    "customer.updated",
    "price.created",
    "price.updated",
    "product.created",
    "product.updated",
)

# A dispute does not name its customer. The view asks for that of its charge, before any transaction begins.
customer_of_dispute: ContextVar[str | None] = ContextVar("customer_of_dispute", default=None)


@receiver(webhook_pre_process, dispatch_uid="billing.lock_customer_for_event")
def lock_customer_for_event(sender: Any, instance: WebhookEventTrigger, **kwargs: Any) -> None:
    """Take the customer's lock before the Event is looked up, until it is committed.

    This closes two holes: handlers that run twice for two deliveries of one event, and two fetches that
    commit in the wrong order.
    """
    event = instance.json_body
    found = EventObject.from_stripe(event["data"]["object"])
    lock_customer(found.customer_id or customer_of_dispute.get() or event["id"])


@djstripe_receiver("checkout.session.async_payment_succeeded")
def handle_checkout_session_async_payment_succeeded(sender: Any, event: Event, **kwargs: Any) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("checkout.session", found.id, customer_id=found.customer_id))


@djstripe_receiver("checkout.session.completed")
def handle_checkout_session_completed(sender: Any, event: Event, **kwargs: Any) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("checkout.session", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.subscription.created")
def handle_customer_subscription_created(sender: Any, event: Event, **kwargs: Any) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("subscription", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.subscription.deleted")
def handle_customer_subscription_deleted(sender: Any, event: Event, **kwargs: Any) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("subscription", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.subscription.paused")
def handle_customer_subscription_paused(sender: Any, event: Event, **kwargs: Any) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("subscription", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.subscription.resumed")
def handle_customer_subscription_resumed(sender: Any, event: Event, **kwargs: Any) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("subscription", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.subscription.updated")
def handle_customer_subscription_updated(sender: Any, event: Event, **kwargs: Any) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("subscription", found.id, customer_id=found.customer_id))


@djstripe_receiver("invoice.paid")
def handle_invoice_paid(sender: Any, event: Event, **kwargs: Any) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("invoice", found.id, customer_id=found.customer_id))


@djstripe_receiver("invoice.payment_failed")
def handle_invoice_payment_failed(sender: Any, event: Event, **kwargs: Any) -> None:
    found = EventObject.from_stripe(event.data["object"])
    sync.apply(fetch.fetch_object("invoice", found.id, customer_id=found.customer_id))


@djstripe_receiver("customer.created")
def handle_customer_created(sender: Any, event: Event, **kwargs: Any) -> None:
    sync.apply(fetch.fetch_customer(customer_id=event.data["object"]["id"]))


@djstripe_receiver("customer.deleted")
def handle_customer_deleted(sender: Any, event: Event, **kwargs: Any) -> None:
    sync.apply(fetch.fetch_customer(customer_id=event.data["object"]["id"]))


@djstripe_receiver("charge.refunded")
def handle_charge_refunded(sender: Any, event: Event, **kwargs: Any) -> None:
    _sync_payment_intent(event)


@djstripe_receiver("charge.dispute.closed")
def handle_charge_dispute_closed(sender: Any, event: Event, **kwargs: Any) -> None:
    _sync_payment_intent(event)


@djstripe_receiver("charge.dispute.created")
def handle_charge_dispute_created(sender: Any, event: Event, **kwargs: Any) -> None:
    _sync_payment_intent(event)


@djstripe_receiver("charge.dispute.funds_reinstated")
def handle_charge_dispute_funds_reinstated(sender: Any, event: Event, **kwargs: Any) -> None:
    _sync_payment_intent(event)


@djstripe_receiver("charge.dispute.funds_withdrawn")
def handle_charge_dispute_funds_withdrawn(sender: Any, event: Event, **kwargs: Any) -> None:
    _sync_payment_intent(event)


def _sync_payment_intent(event: Event) -> None:
    """Apply what was returned of the payment that a charge or a dispute is about."""
    require_customer_lock()  # without it, no view has asked for a dispute's customer: it would look like a guest's
    found = EventObject.from_stripe(event.data["object"])
    customer_id = found.customer_id or customer_of_dispute.get()
    if customer_id and found.payment_intent_id:
        sync.apply(fetch.fetch_payment_intent(found.payment_intent_id, customer_id=customer_id))
