"""Fetch a customer's current state from Stripe, as a frozen Snapshot.

Webhooks, resync and due work call these functions under the customer's lock, before they lock a row.
Checkout lists Checkout Sessions and subscriptions without a lock, outside any transaction.
`fetch_object` and `fetch_all` also store the fetched objects in dj-stripe's tables. dj-stripe's own
receivers would request it again (see `djstripe_patches`).

Every function may raise StripeUnavailable or StripeFailed.
"""

import logging
from dataclasses import replace
from operator import attrgetter
from typing import Any

from billing.exceptions import CustomerMismatch, StripeObjectMissing
from billing.models import Payment, Plan
from billing.rules.clawbacks import amount_returned
from billing.rules.subscription_state import CURRENT_STATUSES
from billing.stripe_api import mirror
from billing.stripe_api.client import stripe_client
from billing.stripe_objects import (
    CheckoutSession,
    Customer,
    Invoice,
    Json,
    Snapshot,
    Subscription,
    object_id,
)

logger = logging.getLogger(__name__)

# dj-stripe fails on a discount that is not expanded. `Invoice.from_stripe` reads the payments.
INVOICE_FIELDS = ("discounts", "lines.data.discounts", "payments")
# Stripe's name of an object type → dj-stripe's model, service of Stripe's library, fields to expand.
RETRIEVED: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "subscription": (mirror.Subscription, "subscriptions", ()),
    "invoice": (mirror.Invoice, "invoices", INVOICE_FIELDS),
    "checkout.session": (
        mirror.Session,
        "checkout.sessions",
        (*mirror.Session.expand_fields, "invoice.payments"),
    ),
}


def fetch_object(kind: str, stripe_id: str, *, customer_id: str | None) -> Snapshot:
    """Fetch an object and, in the same request, its customer with the current subscriptions.

    `kind` is a key of RETRIEVED. `customer_id` is None for a guest, who has no user.
    """
    data = _retrieve(kind, stripe_id, customer_id=customer_id)
    if customer_id is None:
        return Snapshot(customer_id="")
    if data is None:
        return fetch_customer(customer_id=customer_id)
    customer = Customer.from_stripe(data["customer"])
    owner_id = mirror.find_owner_id(customer)
    if owner_id is None:
        return Snapshot(customer_id=customer_id)
    snapshot = Snapshot(customer_id=customer_id, owner_id=owner_id)
    if data.get("mode") == "payment":
        session = CheckoutSession.from_stripe(data)
        snapshot = replace(snapshot, purchases=(session,) if session.is_paid_purchase else ())
    else:
        subscriptions = customer.subscriptions  # without ended ones
        if customer.has_more_subscriptions or not any(
            subscription.status in CURRENT_STATUSES for subscription in subscriptions
        ):
            subscriptions = list_subscriptions(customer_id=customer_id)
        snapshot = replace(snapshot, subscriptions=subscriptions)
        billed = data if kind == "invoice" else data.get("invoice")
        invoice = Invoice.from_stripe(billed) if billed else None
        if invoice and invoice.is_paid:
            snapshot = replace(snapshot, invoices=(invoice,))
    known = Payment.objects.filter(stripe_id__in=snapshot.paid_ids).first()
    if snapshot.invoices and not (known and known.has_entitlement) and snapshot.invoices[0].needs_details:
        snapshot = add_details(snapshot)
    if known and known.amount_returned and known.payment_intent_id:
        returned = fetch_amount_returned(known.payment_intent_id)
        snapshot = replace(snapshot, amounts_returned={known.payment_intent_id: returned})
    mirror.link_customer(customer_id=customer_id, user_id=owner_id)
    return snapshot


def _retrieve(kind: str, stripe_id: str, *, customer_id: str | None) -> Json | None:
    """Return an object with its expanded fields, and store it for dj-stripe. None if it does not exist."""
    model, service, expand = RETRIEVED[kind]
    try:
        with stripe_client() as api:
            options = {"expand": [*expand, "customer.subscriptions"]}
            found = attrgetter(service)(api.v1).retrieve(stripe_id, options)
    except StripeObjectMissing:
        return None
    data: Json = found.to_dict(for_json=True)
    if object_id(data.get("customer")) != customer_id:
        raise CustomerMismatch
    for name in ("customer", "invoice"):  # dj-stripe stores these in their own tables
        if name in data:
            found[name] = object_id(data[name])
    try:
        with stripe_client():
            model.sync_from_stripe_data(found)
    except mirror.NOT_STORABLE:  # nothing is computed from the copy, so what was paid is granted without it
        logger.exception("dj-stripe cannot store %s.", stripe_id)
    return data


def fetch_customer(*, customer_id: str) -> Snapshot:
    """Fetch a customer's subscriptions."""
    owner_id = mirror.find_owner_id(Customer(id=customer_id))
    if owner_id is None and (customer := retrieve_customer(customer_id)):
        owner_id = mirror.find_owner_id(Customer.from_stripe(customer))
    subscriptions = None
    if owner_id is not None:
        subscriptions = list_subscriptions(customer_id=customer_id)
        mirror.link_customer(customer_id=customer_id, user_id=owner_id)
    return Snapshot(customer_id=customer_id, owner_id=owner_id, subscriptions=subscriptions)


def fetch_payment_intent(payment_intent_id: str, *, customer_id: str) -> Snapshot:
    """Fetch the returned amount of a payment, and the payment itself if it is not recorded yet."""
    payment = Payment.objects.filter(payment_intent_id=payment_intent_id).first()
    if payment is None:
        return _fetch_unreported(payment_intent_id, customer_id=customer_id)
    if not is_paid(payment.stripe_id):
        unpaid = frozenset({payment.stripe_id})
        return Snapshot(customer_id=customer_id, owner_id=payment.user_id, unpaid=unpaid)
    returned = {payment_intent_id: fetch_amount_returned(payment_intent_id)}
    return Snapshot(customer_id=customer_id, owner_id=payment.user_id, amounts_returned=returned)


def _fetch_unreported(payment_intent_id: str, *, customer_id: str) -> Snapshot:
    """Fetch the invoice or session that a payment intent paid. A charge names neither."""
    payment: Any = {"type": "payment_intent", "payment_intent": payment_intent_id}
    with stripe_client() as api:
        invoices = api.v1.invoice_payments.list({"payment": payment}).data
        sessions = api.v1.checkout.sessions.list({"payment_intent": payment_intent_id}).data
    found = [
        *(("invoice", str(entry.invoice)) for entry in invoices),
        *(("checkout.session", session.id) for session in sessions),
    ]
    for kind, stripe_id in found:
        snapshot = fetch_object(kind, stripe_id, customer_id=customer_id)
        if snapshot.paid_ids:
            returned = {payment_intent_id: fetch_amount_returned(payment_intent_id)}
            return replace(snapshot, amounts_returned=returned)
    return Snapshot(customer_id=customer_id)


def retrieve_customer(customer_id: str) -> dict[str, Any] | None:
    """Return the customer's JSON, also if it is deleted, or None if Stripe does not know it."""
    try:
        with stripe_client() as api:
            return api.v1.customers.retrieve(customer_id).to_dict()
    except StripeObjectMissing:
        return None


def list_all(service: str, **parameters: Any) -> list[Any]:
    """Return every object of a list, or an empty list if Stripe does not know the customer."""
    try:
        with stripe_client() as api:
            return list(attrgetter(service)(api.v1).list({"limit": 100, **parameters}).auto_paging_iter())
    except StripeObjectMissing as error:
        if error.parameter != "customer":
            raise
        return []


def fetch_amount_returned(payment_intent_id: str) -> int:
    """Return the amount of a payment that refunds and disputes returned so far, in minor units."""
    charges = list_all("charges", payment_intent=payment_intent_id)
    disputed = any(charge.disputed for charge in charges)
    disputes = list_all("disputes", payment_intent=payment_intent_id) if disputed else []
    return amount_returned(charges, disputes)


def is_paid(stripe_id: str) -> bool | None:
    """Return whether an invoice or a session is paid in Stripe now, or None if Stripe does not know it."""
    try:
        with stripe_client() as api:
            if stripe_id.startswith("cs_"):
                session = api.v1.checkout.sessions.retrieve(stripe_id)
                return CheckoutSession.from_stripe(session.to_dict()).is_paid_purchase
            return api.v1.invoices.retrieve(stripe_id).status == "paid"
    except StripeObjectMissing:
        return None


def add_details(snapshot: Snapshot) -> Snapshot:
    """Add the data for the entitlements of new payments: all invoice lines, unit amounts, history."""
    payments = Payment.objects.filter(stripe_id__in=snapshot.paid_ids, credits__isnull=False)
    known = set(payments.values_list("stripe_id", flat=True))
    invoices = [
        _with_all_lines(invoice) if invoice.id not in known and invoice.needs_details else invoice
        for invoice in snapshot.invoices
    ]
    new = [invoice for invoice in invoices if invoice.id not in known]
    prorated = {line.price_id for invoice in new for line in invoice.lines if line.is_proration}
    if prorated:  # only prices of plans matter
        prorated &= Plan.objects.all().terms_by_price().keys()
    with stripe_client() as api:
        unit_amounts = {
            price_id: api.v1.prices.retrieve(price_id).unit_amount or 0 for price_id in sorted(prorated)
        }
    history: list[Invoice] = []
    if any(invoice.paid_from_balance for invoice in new):
        found = list_all("invoices", customer=snapshot.customer_id)
        history = [_with_all_lines(Invoice.from_stripe(invoice.to_dict())) for invoice in found]
    return replace(
        snapshot, invoices=tuple(invoices), unit_amounts=unit_amounts, invoice_history=tuple(history)
    )


def _with_all_lines(invoice: Invoice) -> Invoice:
    """Return the invoice with all its lines. Stripe's response contains only the first ten."""
    if not invoice.has_more_lines:
        return invoice
    with stripe_client() as api:
        found = api.v1.invoices.line_items.list(invoice.id, {"limit": 100})
        lines = [line.to_dict() for line in found.auto_paging_iter()]
    return replace(invoice, lines=Invoice.parse_lines({"lines": {"data": lines}}), has_more_lines=False)


def customer_of_charge(charge_id: str) -> str | None:
    """Return the id of a charge's customer, or None for a guest."""
    with stripe_client() as api:
        return object_id(api.v1.charges.retrieve(charge_id).customer)


def list_subscriptions(*, customer_id: str, price_id: str | None = None) -> tuple[Subscription, ...]:
    """Return all subscriptions of a customer, including ended ones.

    With `price_id`, return only the subscriptions to that price that have not ended.
    """
    which: dict[str, Any] = {"price": price_id} if price_id else {"status": "all"}
    found = list_all("subscriptions", customer=customer_id, **which)
    return tuple(Subscription.from_stripe(subscription.to_dict()) for subscription in found)


def list_open_sessions(*, customer_id: str) -> list[CheckoutSession]:
    """Return the customer's open Checkout Sessions for subscriptions, newest first."""
    found = list_all("checkout.sessions", customer=customer_id, status="open", expand=["data.line_items"])
    sessions = [CheckoutSession.from_stripe(session.to_dict()) for session in found]
    return [session for session in sessions if session.mode == "subscription"]
