"""dj-stripe's signals → our services. A handler unpacks, calls, returns; it never catches.

What a handler raises rolls the event back and answers 5xx, so that Stripe sends it again. Where
dj-stripe's own receiver mirrors the object, it runs first; the events of FETCHED_BY_US are mirrored by
our services, from the answer that they are followed by (`djstripe_patches`).
"""

from typing import Any

from django.dispatch import receiver
from djstripe import models as mirror
from djstripe.event_handlers import djstripe_receiver
from djstripe.signals import webhook_pre_process

from billing import services

SUBSCRIPTION_EVENTS = (
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.updated",
)
INVOICE_EVENTS = ("invoice.paid", "invoice.payment_failed")
SESSION_EVENTS = ("checkout.session.async_payment_succeeded", "checkout.session.completed")
FETCHED_BY_US = (*SUBSCRIPTION_EVENTS, *INVOICE_EVENTS, *SESSION_EVENTS)

# The event types that a webhook endpoint should subscribe to: those that something here follows.
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


@receiver(webhook_pre_process, dispatch_uid="billing.lock_customer_for_event")
def lock_customer_for_event(sender: Any, instance: mirror.WebhookEventTrigger, **kwargs: Any) -> None:
    """One event of a customer at a time, from before its Event is looked up until it is committed.

    This closes two holes: handlers that run twice for two deliveries of one event, and two
    re-reads of Stripe that commit in the wrong order.
    """
    event = instance.json_body
    services.lock_customer(services.customer_in(event["data"]["object"]) or event["id"])


@djstripe_receiver(["customer.created", "customer.deleted"])
def on_customer_change(sender: Any, event: mirror.Event, **kwargs: Any) -> None:
    services.follow_customer(customer_id=event.data["object"]["id"])


@djstripe_receiver(list(SUBSCRIPTION_EVENTS))
def on_subscription_change(sender: Any, event: mirror.Event, **kwargs: Any) -> None:
    subscription = event.data["object"]
    services.follow_subscription(
        customer_id=str(services.id_of(subscription["customer"])), subscription_id=subscription["id"]
    )


@djstripe_receiver(list(INVOICE_EVENTS))
def on_invoice_change(sender: Any, event: mirror.Event, **kwargs: Any) -> None:
    invoice = event.data["object"]
    services.follow_invoice(customer_id=services.customer_in(invoice), invoice_id=invoice["id"])


@djstripe_receiver(list(SESSION_EVENTS))
def on_session_change(sender: Any, event: mirror.Event, **kwargs: Any) -> None:
    session = event.data["object"]
    services.follow_session(customer_id=services.customer_in(session), session_id=session["id"])


@djstripe_receiver(
    [
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    ]
)
def on_money_returned(sender: Any, event: mirror.Event, **kwargs: Any) -> None:
    charge = event.data["object"]
    customer_id, intent_id = services.customer_in(charge), services.id_of(charge.get("payment_intent"))
    if customer_id and intent_id:
        services.follow_charge(customer_id=customer_id, payment_intent_id=intent_id)
