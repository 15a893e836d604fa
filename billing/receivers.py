"""dj-stripe's signals → our services. A handler unpacks, calls, returns; it never catches.

dj-stripe's own receivers run first and sync the object. What a handler raises rolls the event back
and answers 5xx, so that Stripe sends it again.
"""

from typing import Any

from django.dispatch import receiver
from djstripe import models as mirror
from djstripe.event_handlers import djstripe_receiver
from djstripe.signals import webhook_pre_process

from billing import services

# The event types that a webhook endpoint should subscribe to: those that something here follows.
HANDLED_EVENTS = (
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.refunded",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "customer.created",
    "customer.deleted",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.updated",
    "customer.updated",
    "invoice.paid",
    "invoice.payment_failed",
    "price.created",
    "price.updated",
    "product.created",
    "product.updated",
)


@receiver(webhook_pre_process, dispatch_uid="billing.take_turns")
def take_turns(sender: Any, instance: mirror.WebhookEventTrigger, **kwargs: Any) -> None:  # noqa: ARG001
    """One event of a customer at a time, from before its Event is looked up until it is committed.

    This closes two holes: handlers that run twice for two deliveries of one event, and two
    re-reads of Stripe that commit in the wrong order.
    """
    event = instance.json_body
    services.lock_customer(services.customer_in(event["data"]["object"]) or event["id"])


@djstripe_receiver(
    [
        "customer.created",
        "customer.deleted",
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
        "invoice.payment_failed",
    ]
)
def on_subscription_change(sender: Any, event: mirror.Event, **kwargs: Any) -> None:  # noqa: ARG001
    if customer_id := services.customer_in(event.data["object"]):
        services.follow_customer(customer_id=customer_id)


@djstripe_receiver("invoice.paid")
def on_invoice_paid(sender: Any, event: mirror.Event, **kwargs: Any) -> None:  # noqa: ARG001
    invoice = event.data["object"]
    if customer_id := services.customer_in(invoice):
        services.follow_customer(customer_id=customer_id, invoice_id=invoice["id"])


@djstripe_receiver(["checkout.session.completed", "checkout.session.async_payment_succeeded"])
def on_checkout_completed(sender: Any, event: mirror.Event, **kwargs: Any) -> None:  # noqa: ARG001
    session = event.data["object"]
    if customer_id := services.customer_in(session):
        one_off = session["id"] if session.get("mode") == "payment" else None
        services.follow_customer(
            customer_id=customer_id, invoice_id=services.id_of(session.get("invoice")), session_id=one_off
        )


@djstripe_receiver(
    [
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    ]
)
def on_money_returned(sender: Any, event: mirror.Event, **kwargs: Any) -> None:  # noqa: ARG001
    charge = event.data["object"]
    customer_id, intent_id = services.customer_in(charge), services.id_of(charge.get("payment_intent"))
    if customer_id and intent_id:
        services.follow_charge(customer_id=customer_id, payment_intent_id=intent_id)
