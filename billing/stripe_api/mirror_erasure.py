"""Erase a customer's data in dj-stripe's tables.

Their rows are copies of Stripe's objects, with names, email addresses, postal addresses and cards in
`stripe_data`. The lists below state for each of dj-stripe's models whether it may hold data of a customer. A
test fails for a model that is in none of them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from djstripe.models import Event, WebhookEventTrigger

from billing.models import Payment, PaymentPart

# Rows of these are found by their foreign keys, from the customer on.
CONNECTED = (
    *("Customer", "Subscription", "SubscriptionItem", "SubscriptionSchedule", "Discount", "TaxId"),
    *("Invoice", "UpcomingInvoice", "InvoiceItem", "LineItem", "Session"),
    *("Charge", "PaymentIntent", "SetupIntent", "PaymentMethod", "Source", "SourceTransaction", "Mandate"),
    *("Refund", "Dispute", "BalanceTransaction", "ApplicationFee", "ApplicationFeeRefund"),
    "DjstripePaymentMethod",
)
# Rows of these name their customer only in `stripe_data`. The events that we handle store none.
NAMING = ("Card", "BankAccount", "ActiveEntitlement")
# Rows of these are emptied, not deleted: a repeated event is recognized by its row.
EVENTS = ("Event", "WebhookEventTrigger")
# Rows of these hold no data of a customer: the catalog, the account, and what no event of ours stores.
IMPERSONAL = (
    *("Account", "AccountV2", "APIKey", "CountrySpec", "IdempotencyKey", "WebhookEndpoint"),
    *("Product", "Price", "Coupon", "PromotionCode", "TaxRate", "TaxCode", "ShippingRate"),
    *("Feature", "ProductFeature", "File", "FileLink", "ScheduledQueryRun"),
    *("Payout", "Transfer", "TransferReversal", "EarlyFraudWarning", "Review"),
    *("VerificationSession", "VerificationReport"),
    *("IssuingAuthorization", "IssuingCard", "IssuingCardholder", "IssuingDispute"),
    "IssuingTransaction",
    *("Invoice_default_tax_rates", "InvoiceItem_tax_rates", "SubscriptionItem_tax_rates"),
)

Found = dict[type[models.Model], set[Any]]  # model → primary keys


def erase_mirror(customer_ids: Iterable[str]) -> None:
    """Delete the customers' rows from dj-stripe's tables, except their events."""
    for model, keys in find_rows(customer_ids).items():
        _all(model).filter(pk__in=keys).delete()


def stored_objects(customer_ids: Iterable[str]) -> Iterator[Any]:
    """Yield the customers' objects as dj-stripe stores them, with their type in `object`."""
    for model, keys in find_rows(customer_ids).items():
        if any(field.name == "stripe_data" for field in model._meta.concrete_fields):
            rows = _all(model).filter(pk__in=keys).order_by("pk")
            yield from rows.values_list("stripe_data", flat=True).iterator(chunk_size=100)


def find_rows(customer_ids: Iterable[str]) -> Found:
    """Return the rows of customers: all rows that are connected to them by foreign keys."""
    wanted = list(customer_ids)
    customer = _model("Customer")
    found: Found = {customer: set(_keys(customer, Q(id__in=wanted)))}
    for name in NAMING:
        found[_model(name)] = set(_keys(_model(name), Q(stripe_data__customer__in=wanted)))
    new = {model: set(keys) for model, keys in found.items()}
    while any(new.values()):
        step: Found = {}
        for source, field, target in _references():
            if keys := new.get(target):
                step.setdefault(source, set()).update(_keys(source, Q(**{f"{field}__pk__in": keys})))
            if target is not customer and (keys := new.get(source)):
                named = _all(source).filter(pk__in=keys).exclude(**{field: None})
                step.setdefault(target, set()).update(named.values_list(f"{field}__pk", flat=True))
        new = {
            model: _of(found[customer], model, keys) - found.get(model, set()) for model, keys in step.items()
        }
        for model, keys in new.items():
            found.setdefault(model, set()).update(keys)
    return found


def _of(customers: set[Any], model: type[models.Model], keys: set[Any]) -> set[Any]:
    """Return the keys without rows of other customers."""
    if not keys or not any(field.name == "customer" for field in model._meta.concrete_fields):
        return keys
    theirs = Q(customer__pk__in=customers) | Q(customer=None)
    return set(_keys(model, Q(pk__in=keys) & theirs))


def _all(model: type[models.Model]) -> models.QuerySet[Any]:
    return models.QuerySet(model)


def _keys(model: type[models.Model], condition: Q) -> models.QuerySet[Any, Any]:
    return _all(model).filter(condition).values_list("pk", flat=True)


def _references() -> list[tuple[type[models.Model], str, type[models.Model]]]:
    """Return the foreign keys among the connected models: from, by which field, to."""
    connected = [_model(name) for name in CONNECTED]
    return [
        (model, field.name, field.related_model)
        for model in connected
        for field in model._meta.concrete_fields
        if field.many_to_one and field.related_model in connected
    ]


def _model(name: str) -> type[models.Model]:
    return apps.get_model("djstripe", name)


# Events


def redact_delivery(delivery: WebhookEventTrigger) -> None:
    """Empty a delivery, and its event, in memory and in the database. Their ids stay."""
    delivery.body, delivery.headers, delivery.remote_ip = "", {}, NO_ADDRESS
    delivery.exception = delivery.traceback = ""
    delivery.save()
    if delivery.event:
        Event.objects.filter(pk=delivery.event.pk).update(**EMPTY_EVENT)


def redact_events(*, customer_id: str, user_id: Any) -> int:
    """Empty the events and deliveries that mention the customer or one of the user's payments.

    A dispute or a refund names only the payment. Both tables are read as a whole, so call it in the
    background. Return the number of rows.
    """
    payments = Payment.objects.filter(user=user_id).values_list("stripe_id", flat=True)
    parts = PaymentPart.objects.filter(payment__user=user_id).values_list("stripe_id", flat=True)
    mentioned = "|".join(re.escape(stripe_id) for stripe_id in {customer_id, *payments, *parts})
    pattern = rf'"({mentioned})"'
    deliveries = WebhookEventTrigger.objects.filter(body__regex=pattern)
    events = Event.objects.alias(text=Cast("data", TextField())).filter(text__regex=pattern)
    return int(deliveries.update(**EMPTY_DELIVERY) + events.update(**EMPTY_EVENT))


NO_ADDRESS = "0.0.0.0"  # noqa: S104  (a row without an address)
EMPTY_DELIVERY: dict[str, Any] = {
    "body": "",
    "headers": {},
    "remote_ip": NO_ADDRESS,
    "exception": "",
    "traceback": "",
}
EMPTY_EVENT: dict[str, Any] = {"data": {}, "stripe_data": {}, "request_id": "", "idempotency_key": ""}
