"""Fetch a customer's current state from Stripe, as a frozen Snapshot.

Webhooks, resync and due work call these functions under the customer's lock, before they lock a row.
Checkout lists Checkout Sessions and subscriptions without a lock, outside any transaction.
`fetch_object` and `fetch_all` also store the fetched objects in dj-stripe's tables. dj-stripe's own
receivers would request it again (see `djstripe_patches`).

Every function may raise StripeUnavailable or StripeFailed.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Any
from urllib.parse import quote

from django.conf import settings

from billing.exceptions import CustomerMismatch, StripeObjectMissing
from billing.models import Payment, Price
from billing.rules.clawbacks import sum_returned
from billing.rules.subscription_state import CURRENT_STATUSES
from billing.snapshot import Snapshot
from billing.stripe_api import mirror
from billing.stripe_api.client import stripe_client
from billing.stripe_api.prices import fetch_price
from billing.stripe_objects import Customer, EventObject, Json, JsonList, Subscription, object_id
from billing.stripe_payments import Charge, CheckoutSession, Invoice, Returned

logger = logging.getLogger(__name__)

# dj-stripe fails on a discount that is not expanded. `Invoice.from_stripe` reads the payments.
INVOICE_FIELDS = ("discounts", "lines.data.discounts", "payments")
# Stripe's name of an object type → dj-stripe's model, path in Stripe's API, fields to expand.
RETRIEVED: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "subscription": (mirror.Subscription, "subscriptions", ()),
    "invoice": (mirror.Invoice, "invoices", INVOICE_FIELDS),
    "checkout.session": (
        mirror.Session,
        "checkout/sessions",
        (*mirror.Session.expand_fields, "invoice.payments"),
    ),
}


def fetch_object(kind: str, stripe_id: str, *, customer_id: str | None) -> Snapshot:
    """Fetch an object and, in the same request, its customer with the current subscriptions.

    `kind` is a key of RETRIEVED. `customer_id` is None for a guest, who has no user.
    """
    data, is_linked = _retrieve(kind, stripe_id, customer_id=customer_id)
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
        plans = Price.objects.all().plan_terms()
        known = customer.is_complete and customer.has_subscription(plans, statuses=CURRENT_STATUSES)
        # The expanded subscriptions do not include ended ones.
        subscriptions = customer.subscriptions if known else list_subscriptions(customer_id=customer.id)
        snapshot = replace(snapshot, subscriptions=subscriptions, plans=plans)
        billed = data if kind == "invoice" else data.get("invoice")
        invoice = Invoice.from_stripe(billed) if billed else None
        if invoice and invoice.is_paid:
            snapshot = replace(snapshot, invoices=(invoice,))
            if invoice.has_more_parts or invoice.may_be_of_a_session:
                snapshot = _complete_invoice(snapshot, invoice)
    payment = Payment.objects.filter(stripe_id__in=snapshot.paid_ids).first()
    if snapshot.invoices and not (payment and payment.has_entitlement) and snapshot.invoices[0].needs_details:
        snapshot = add_details(snapshot)
    # Stripe may have returned an attached payment before it was attached, and so before this report.
    attached = any(part.is_attached for paid in snapshot.paid for part in paid.parts)
    if attached or (payment and payment.amount_returned):
        snapshot = replace(snapshot, returned=fetch_returned(snapshot.part_ids))
    if not is_linked:
        mirror.link_customer(customer_id=customer_id, user_id=owner_id)
    return snapshot


def _retrieve(kind: str, stripe_id: str, *, customer_id: str | None) -> tuple[Json | None, bool]:
    """Return an object with its expanded fields, and store it for dj-stripe. None if it does not exist.

    Also return whether the stored copy of its customer has a user.
    """
    model, path, expand = RETRIEVED[kind]
    try:
        with stripe_client() as api:
            # As JSON: the library takes long to turn a response with so many objects into its own.
            fields = [*expand, "customer.subscriptions"]
            response: Any = api.raw_request("get", f"/v1/{path}/{quote(stripe_id, safe='')}", expand=fields)
    except StripeObjectMissing:
        return None, False
    data: Json = response.data
    if object_id(data.get("customer")) != customer_id:
        raise CustomerMismatch
    # dj-stripe stores these in their own tables.
    ids = {name: object_id(data[name]) for name in ("customer", "invoice") if name in data}
    lists = {name: JsonList(data[name]) for name in ("items", "lines") if data.get(name)}
    stored: Any = {**data, **ids, **lists}
    try:
        with stripe_client() as api:
            if any(part["has_more"] for part in lists.values()):
                stored = api.deserialize(stored, api_mode="V1")  # so that dj-stripe requests further pages
            customer = model.sync_from_stripe_data(stored).customer
    except mirror.NOT_STORABLE as error:  # nothing is computed from the copy, so what was paid is granted
        logger.warning("dj-stripe cannot store %s: %s", stripe_id, error.__cause__ or error)
        return data, False
    return data, customer is not None and customer.subscriber_id is not None


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


def fetch_part(part_id: str, *, customer_id: str) -> Snapshot:
    """Fetch the returned amounts of the payments that a payment intent (or a charge) paid.

    If none is recorded yet, also fetch the payment.
    """
    payments = Payment.objects.filter(parts__stripe_id=part_id).order_by("pk").prefetch_related("parts")
    if not payments:
        return _fetch_unreported(part_id, customer_id=customer_id)
    unpaid = {payment.stripe_id for payment in payments if not is_paid(payment.stripe_id)}
    part_ids = [
        part.stripe_id
        for payment in payments
        if payment.stripe_id not in unpaid
        for part in payment.parts.all()
    ]
    return Snapshot(
        customer_id=customer_id,
        owner_id=payments[0].user_id,
        returned=fetch_returned(part_ids),
        unpaid=frozenset(unpaid),
    )


def _fetch_unreported(part_id: str, *, customer_id: str) -> Snapshot:
    """Fetch the session or invoices that a payment intent paid. A charge names neither."""
    if not part_id.startswith("pi_"):
        return Snapshot(customer_id=customer_id)  # Stripe cannot find what a charge paid
    payment: Any = {"type": "payment_intent", "payment_intent": part_id}
    with stripe_client() as api:
        sessions = api.v1.checkout.sessions.list({"payment_intent": part_id}).data
        invoices = api.v1.invoice_payments.list({"payment": payment}).data
    found = [
        *(("checkout.session", session.id) for session in sessions),
        *(("invoice", str(entry.invoice)) for entry in invoices),
    ]
    for kind, stripe_id in found:
        snapshot = fetch_object(kind, stripe_id, customer_id=customer_id)
        if snapshot.paid_ids:
            return replace(snapshot, returned=snapshot.returned or fetch_returned(snapshot.part_ids))
    return Snapshot(customer_id=customer_id)


def _complete_invoice(snapshot: Snapshot, invoice: Invoice) -> Snapshot:
    """Add all parts of a paid invoice, or replace it by the session if Checkout made it for one.

    A one-time purchase belongs to its session, even if the invoice is reported first.
    """
    invoice = with_all_parts(invoice)
    snapshot = replace(snapshot, invoices=(invoice,))
    if not invoice.may_be_of_a_session or Payment.objects.filter(stripe_id=invoice.id).exists():
        return snapshot  # a recorded one becomes the session's when the session is reported
    session = _find_session_of_invoice(invoice, customer_id=snapshot.customer_id)
    if session is None:
        return snapshot
    purchases = (replace(session, invoice_id=invoice.id),) if session.is_paid_purchase else ()
    return replace(snapshot, invoices=(), purchases=purchases)


def _find_session_of_invoice(invoice: Invoice, *, customer_id: str) -> CheckoutSession | None:
    """Return the session for whose one-time purchase Checkout made the invoice, if it did."""
    which: dict[str, Any] = {"customer": customer_id}
    if len(invoice.parts) == 1:
        which = {"payment_intent": invoice.parts[0].id}
    found = list_all("checkout.sessions", **which, expand=["data.line_items"])
    sessions = [CheckoutSession.from_stripe(session.to_dict()) for session in found]
    return next((session for session in sessions if session.is_billed_by(invoice)), None)


def retrieve_customer(customer_id: str) -> dict[str, Any] | None:
    """Return the customer's JSON, even if it is deleted, or None if Stripe does not know it."""
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


def fetch_returned(part_ids: Iterable[str]) -> dict[str, Returned]:
    """Return the returned amounts of payment intents, and of charges without one, by id."""
    return {part_id: _fetch_returned(part_id) for part_id in dict.fromkeys(part_ids)}


def _fetch_returned(part_id: str) -> Returned:
    if part_id.startswith("pi_"):
        return sum_charges(list_charges(payment_intent=part_id)).get(part_id, Returned())
    with stripe_client() as api:
        charge = api.v1.charges.retrieve(part_id, {"expand": ["refunds"]})
    (returned,) = sum_charges([_with_all_refunds(Charge.from_stripe(charge.to_dict()))]).values()
    return returned


def list_charges(**which: str) -> list[Charge]:
    """Return the charges of a customer or of a payment intent, each with its refunds."""
    found = list_all("charges", **which, expand=["data.refunds"])
    return [_with_all_refunds(Charge.from_stripe(charge.to_dict())) for charge in found]


def _with_all_refunds(charge: Charge) -> Charge:
    """Return the charge with the sum of all its refunds. Stripe's response contains only the first ten."""
    if not charge.has_more_refunds:
        return charge
    refunds = [refund.to_dict() for refund in list_all("refunds", charge=charge.id)]
    return replace(charge, refunded=Charge.sum_refunds(refunds), has_more_refunds=False)


def sum_charges(charges: Iterable[Charge]) -> dict[str, Returned]:
    """Return the returned amounts of charges, by payment part. List the disputes of charges that have any."""
    by_part: dict[str, list[Charge]] = {}
    for charge in charges:
        by_part.setdefault(charge.part_id, []).append(charge)
    disputes = {
        part_id: [
            dispute
            for charge in of_part
            if charge.is_disputed
            for dispute in list_all("disputes", charge=charge.id)
        ]
        for part_id, of_part in by_part.items()
    }
    return {part_id: sum_returned(of_part, disputes[part_id]) for part_id, of_part in by_part.items()}


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
    amounts = Price.objects.filter(stripe_id__in=prorated, plan__isnull=False)
    unit_amounts = dict(amounts.values_list("stripe_id", "unit_amount"))
    if (first := settings.STRIPE_PRICE_ID) in prorated - unit_amounts.keys():  # its row does not exist yet
        price = fetch_price(first)
        unit_amounts[first] = (price.unit_amount if price else None) or 0
    history: list[Invoice] = []
    if any(invoice.paid_from_balance for invoice in new):
        found = list_all("invoices", customer=snapshot.customer_id)
        history = [_with_all_lines(Invoice.from_stripe(invoice.to_dict())) for invoice in found]
    return replace(
        snapshot, invoices=tuple(invoices), unit_amounts=unit_amounts, invoice_history=tuple(history)
    )


def with_all_parts(invoice: Invoice) -> Invoice:
    """Return the invoice with all its payments. Stripe's response contains only the first ones."""
    if not invoice.has_more_parts:
        return invoice
    found = list_all("invoice_payments", invoice=invoice.id)
    parts = Invoice.parse_parts({"payments": {"data": [entry.to_dict() for entry in found]}})
    return replace(invoice, parts=parts, has_more_parts=False)


def _with_all_lines(invoice: Invoice) -> Invoice:
    """Return the invoice with all its lines. Stripe's response contains only the first ten."""
    if not invoice.has_more_lines:
        return invoice
    with stripe_client() as api:
        found = api.v1.invoices.line_items.list(invoice.id, {"limit": 100})
        lines = [line.to_dict() for line in found.auto_paging_iter()]
    return replace(invoice, lines=Invoice.parse_lines({"lines": {"data": lines}}), has_more_lines=False)


def customer_of_return(found: EventObject) -> str | None:
    """Return the id of the customer of a refund's or a dispute's payment, or None for a guest."""
    with stripe_client() as api:
        if found.charge_id:
            return object_id(api.v1.charges.retrieve(found.charge_id).customer)
        if found.payment_intent_id:
            return object_id(api.v1.payment_intents.retrieve(found.payment_intent_id).customer)
    return None


def list_subscriptions(*, customer_id: str, with_ended: bool = True) -> tuple[Subscription, ...]:
    """Return the subscriptions of a customer with all their items."""
    which = {"status": "all"} if with_ended else {}
    found = list_all("subscriptions", customer=customer_id, **which)
    return tuple(with_all_items(Subscription.from_stripe(one.to_dict())) for one in found)


def with_all_items(subscription: Subscription) -> Subscription:
    """Return the subscription with all its items. Stripe's response contains only the first ones."""
    if not subscription.has_more_items:
        return subscription
    items = list_all("subscription_items", subscription=subscription.id)
    data = {"items": {"data": [item.to_dict() for item in items]}}
    return replace(subscription, items=Subscription.parse_items(data), has_more_items=False)


def list_open_sessions(*, customer_id: str) -> list[CheckoutSession]:
    """Return the customer's open Checkout Sessions for subscriptions, newest first."""
    found = list_all("checkout.sessions", customer=customer_id, status="open", expand=["data.line_items"])
    sessions = [CheckoutSession.from_stripe(session.to_dict()) for session in found]
    return [session for session in sessions if session.mode == "subscription"]
