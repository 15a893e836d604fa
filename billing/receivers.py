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
from billing.stripe_api import client, stripe_errors

# The event types that a webhook endpoint should subscribe to: those that something here follows.
HANDLED_EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "customer.created",
    "customer.updated",
    "customer.deleted",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
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
    services.lock_customer(_customer_id(event["data"]["object"]) or event["id"])


@djstripe_receiver(
    [
        "customer.created",
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
    ]
)
def on_subscription_change(sender: Any, event: mirror.Event, **kwargs: Any) -> None:  # noqa: ARG001
    if user := _owner(event):
        services.follow_subscriptions(user=user)


@djstripe_receiver("invoice.paid")
def on_invoice_paid(sender: Any, event: mirror.Event, **kwargs: Any) -> None:  # noqa: ARG001
    if user := _owner(event):
        _record(user=user, invoice_id=event.data["object"]["id"])
        services.follow_subscriptions(user=user)


@djstripe_receiver(["checkout.session.completed", "checkout.session.async_payment_succeeded"])
def on_checkout_completed(sender: Any, event: mirror.Event, **kwargs: Any) -> None:  # noqa: ARG001
    if user := _owner(event):
        if invoice_id := _id(event.data["object"].get("invoice")):
            _record(user=user, invoice_id=invoice_id)
        services.follow_subscriptions(user=user)


def _record(*, user: Any, invoice_id: str) -> None:
    """From Stripe as it is now: the event may be late."""
    with stripe_errors():
        invoice = client().v1.invoices.retrieve(invoice_id).to_dict()
    services.record_invoice(user=user, invoice=invoice)


def _owner(event: mirror.Event) -> Any | None:
    customer = event.customer  # dj-stripe's row of it, fetched from Stripe when it has none
    return services.owner_of(customer=customer.stripe_data) if customer else None


def _customer_id(data: dict[str, Any]) -> str | None:
    return _id(data) if data.get("object") == "customer" else _id(data.get("customer"))


def _id(value: Any) -> str | None:
    """The id of something that Stripe sends by id or expanded."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) and found else None
