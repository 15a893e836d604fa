"""Ask Stripe for a customer as they are now: the answer is one frozen Snapshot.

Webhooks, resync and due work call this under the customer's lock and before any row is locked.
Checkout asks for its pages and subscriptions without a lock, outside any transaction. What is fetched
goes into dj-stripe's tables as well: its own receivers would ask again (see `djstripe_patches`).

Every function raises StripeUnavailable and StripeFailed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from billing.exceptions import StripeObjectMissing, StripeUnavailable
from billing.models import Payment
from billing.stripe_api import mirror
from billing.stripe_api.client import stripe_client
from billing.stripe_objects import (
    CheckoutSession,
    Customer,
    EventObject,
    Invoice,
    Json,
    Snapshot,
    Subscription,
    object_id,
)

# dj-stripe fails on a discount that is not expanded; the payments are for us.
INVOICE_FIELDS = ("discounts", "lines.data.discounts", "payments")
# Stripe's name of an object → dj-stripe's table, the service of Stripe's library, what is expanded.
RETRIEVED: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "subscription": (mirror.Subscription, "subscriptions", ()),
    "invoice": (mirror.Invoice, "invoices", INVOICE_FIELDS),
    "checkout.session": (
        mirror.Session,
        "checkout.sessions",
        (*mirror.Session.expand_fields, "invoice.payments"),
    ),
}
# https://docs.stripe.com/api/disputes/object#dispute_object-status: an inquiry (warning_*) moves no
# money, and a prevented one never did.
DISPUTES_THAT_TOOK_MONEY = ("needs_response", "under_review", "lost")
EVENT_TYPES = ("charge.*", "checkout.session.*", "customer.*", "invoice.*")


def fetch_object(kind: str, stripe_id: str, *, customer_id: str | None) -> Snapshot:
    """Fetch an object and, in the same request, its customer with their subscriptions.

    `kind` is one of RETRIEVED. `customer_id` is None for a guest, who is not ours.
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
        subscriptions = customer.live_subscriptions or list_subscriptions(customer_id=customer_id)
        snapshot = replace(snapshot, subscriptions=subscriptions)
        billed = data if kind == "invoice" else data.get("invoice")
        invoice = Invoice.from_stripe(billed) if billed else None
        if invoice and invoice.is_paid:
            snapshot = replace(snapshot, invoices=(invoice,))
    known = Payment.objects.filter(stripe_id__in=snapshot.paid_ids).first()
    if snapshot.invoices and not (known and known.is_fixed) and snapshot.invoices[0].needs_details:
        snapshot = _add_details(snapshot)
    if known and known.amount_returned and known.payment_intent_id:
        returned = amount_returned(known.payment_intent_id)
        snapshot = replace(snapshot, amounts_returned={known.payment_intent_id: returned})
    mirror.link_customer(customer_id=customer_id, user_id=owner_id)
    return snapshot


def _retrieve(kind: str, stripe_id: str, *, customer_id: str | None) -> Json | None:
    """Return an object with what is expanded, and store it in dj-stripe's table. None if Stripe has none."""
    model, service, expand = RETRIEVED[kind]
    try:
        with stripe_client() as api:
            options = {"expand": [*expand, "customer.subscriptions"]}
            found = attrgetter(service)(api.v1).retrieve(stripe_id, options)
    except StripeObjectMissing:
        return None
    data: Json = found.to_dict(for_json=True)
    if object_id(data.get("customer")) != customer_id:
        raise StripeUnavailable  # the lock that is held is not this customer's
    for name in ("customer", "invoice"):  # they have tables of their own
        if name in data:
            found[name] = object_id(data[name])
    with stripe_client():
        model.sync_from_stripe_data(found)
    return data


def fetch_customer(*, customer_id: str) -> Snapshot:
    """Fetch a customer's subscriptions."""
    owner_id = mirror.find_owner_id(Customer(id=customer_id))
    if owner_id is None and (customer := _retrieve_customer(customer_id)):
        owner_id = mirror.find_owner_id(Customer.from_stripe(customer))
    subscriptions = None
    if owner_id is not None:
        subscriptions = list_subscriptions(customer_id=customer_id)
        mirror.link_customer(customer_id=customer_id, user_id=owner_id)
    return Snapshot(customer_id=customer_id, owner_id=owner_id, subscriptions=subscriptions)


def fetch_payment_intent(payment_intent_id: str, *, customer_id: str) -> Snapshot:
    """Fetch what was returned of a payment, and the payment itself if it was never reported."""
    payment = Payment.objects.filter(payment_intent_id=payment_intent_id).first()
    if payment is None:
        return _fetch_unreported(payment_intent_id, customer_id=customer_id)
    if not _is_paid(payment.stripe_id):
        unpaid = frozenset({payment.stripe_id})
        return Snapshot(customer_id=customer_id, owner_id=payment.user_id, unpaid=unpaid)
    returned = {payment_intent_id: amount_returned(payment_intent_id)}
    return Snapshot(customer_id=customer_id, owner_id=payment.user_id, amounts_returned=returned)


def _fetch_unreported(payment_intent_id: str, *, customer_id: str) -> Snapshot:
    """Find what a payment intent paid: a charge names neither its invoice nor its session."""
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
            returned = {payment_intent_id: amount_returned(payment_intent_id)}
            return replace(snapshot, amounts_returned=returned)
    return Snapshot(customer_id=customer_id)


def fetch_all(*, customer_id: str) -> Snapshot:
    """Fetch everything about a customer: subscriptions, paid invoices and purchases, refunds, disputes.

    It works for a deleted customer, and for one that Stripe does not know.
    """
    data = _retrieve_customer(customer_id) or {"id": customer_id, "deleted": True}
    customer = Customer.from_stripe(data)
    owner_id = mirror.find_owner_id(customer)
    if owner_id is None:
        return Snapshot(customer_id=customer_id)
    subscriptions = _list("subscriptions", customer=customer_id, status="all")
    expand = [f"data.{name}" for name in INVOICE_FIELDS]
    invoices = _list("invoices", customer=customer_id, status="paid", expand=expand)
    if not customer.deleted:
        mirror.store(mirror.Customer, data)
    mirror.store(mirror.Subscription, *subscriptions)
    mirror.store(mirror.Invoice, *invoices)
    paid = [Invoice.from_stripe(one.to_dict()) for one in invoices]
    snapshot = Snapshot(
        customer_id=customer_id,
        owner_id=owner_id,
        deleted=customer.deleted,
        subscriptions=tuple(Subscription.from_stripe(one.to_dict()) for one in subscriptions),
        invoices=tuple(sorted(paid, key=lambda one: (one.created, one.id))),
        purchases=_list_purchases(customer_id),
        amounts_returned=_amounts_returned(customer_id),
    )
    snapshot = _add_details(replace(snapshot, unpaid=_find_unpaid(customer, snapshot)))
    mirror.link_customer(customer_id=customer_id, user_id=owner_id)
    return snapshot


def _retrieve_customer(customer_id: str) -> dict[str, Any] | None:
    """Return the customer's JSON, `deleted` included; None when Stripe does not know it."""
    try:
        with stripe_client() as api:
            return api.v1.customers.retrieve(customer_id).to_dict()
    except StripeObjectMissing:
        return None


def _list(service: str, **parameters: Any) -> list[Any]:
    """Return every object of a list; none for a customer that Stripe does not know."""
    try:
        with stripe_client() as api:
            return list(attrgetter(service)(api.v1).list({"limit": 100, **parameters}).auto_paging_iter())
    except StripeObjectMissing:
        return []


def _list_purchases(customer_id: str) -> tuple[CheckoutSession, ...]:
    """Return the customer's paid one-off sessions, oldest first."""
    found = _list("checkout.sessions", customer=customer_id, status="complete", expand=["data.line_items"])
    sessions = [CheckoutSession.from_stripe(one.to_dict()) for one in found]
    paid = [one for one in sessions if one.is_paid_purchase]
    return tuple(sorted(paid, key=lambda one: (one.paid_at, one.id)))


def _amounts_returned(customer_id: str) -> dict[str, int]:
    """Return what was returned of each of a customer's payments that was refunded or disputed, by intent."""
    return {
        str(charge.payment_intent): amount_returned(str(charge.payment_intent))
        for charge in _list("charges", customer=customer_id)
        if charge.payment_intent and (charge.amount_refunded or charge.disputed)
    }


def amount_returned(payment_intent_id: str) -> int:
    """Return what was returned of a payment so far, refunds and disputes together, in minor units."""
    charges = _list("charges", payment_intent=payment_intent_id)
    returned = sum(charge.amount_refunded for charge in charges)
    if any(charge.disputed for charge in charges):
        disputes = _list("disputes", payment_intent=payment_intent_id)
        returned += sum(one.amount for one in disputes if one.status in DISPUTES_THAT_TOOK_MONEY)
    return int(returned)


def _find_unpaid(customer: Customer, snapshot: Snapshot) -> frozenset[str]:
    """Return the payments that we recorded and that Stripe does not call paid.

    One that is not among this customer's may be a former customer's, so Stripe is asked about each: for
    nearly every user there is none. One that Stripe does not know at all and that is older than the
    customer stays: it was paid in another account.
    """
    unpaid = set()
    for payment in Payment.objects.filter(user=snapshot.owner_id).exclude(stripe_id__in=snapshot.paid_ids):
        paid = _is_paid(payment.stripe_id)
        from_this_account = customer.created_at is not None and payment.paid_at >= customer.created_at
        if paid is False or (paid is None and from_this_account):
            unpaid.add(payment.stripe_id)
    return frozenset(unpaid)


def _is_paid(stripe_id: str) -> bool | None:
    """Return whether Stripe calls an invoice or a session paid now; None if Stripe does not know it."""
    try:
        with stripe_client() as api:
            if stripe_id.startswith("cs_"):
                session = api.v1.checkout.sessions.retrieve(stripe_id)
                return CheckoutSession.from_stripe(session.to_dict()).is_paid_purchase
            return api.v1.invoices.retrieve(stripe_id).status == "paid"
    except StripeObjectMissing:
        return None


def _add_details(snapshot: Snapshot) -> Snapshot:
    """Add what the entitlements of invoices depend on that are not fixed: all lines, unit amounts, history."""
    payments = Payment.objects.filter(stripe_id__in=snapshot.paid_ids, credits__isnull=False)
    fixed = set(payments.values_list("stripe_id", flat=True))
    invoices = [
        one if one.id in fixed or not one.needs_details else _with_all_lines(one) for one in snapshot.invoices
    ]
    open_ones = [one for one in invoices if one.id not in fixed]
    prorated = {line.price_id for one in open_ones for line in one.lines if line.is_proration}
    with stripe_client() as api:
        unit_amounts = {one: api.v1.prices.retrieve(one).unit_amount or 0 for one in sorted(prorated - {""})}
    history: list[Invoice] = []
    if any(one.paid_from_balance for one in open_ones):
        found = _list("invoices", customer=snapshot.customer_id)
        history = [_with_all_lines(Invoice.from_stripe(one.to_dict())) for one in found]
    return replace(
        snapshot, invoices=tuple(invoices), unit_amounts=unit_amounts, invoice_history=tuple(history)
    )


def _with_all_lines(invoice: Invoice) -> Invoice:
    """Return the invoice with all its lines: Stripe's answer holds the first ten."""
    if not invoice.has_more_lines:
        return invoice
    with stripe_client() as api:
        found = api.v1.invoices.line_items.list(invoice.id, {"limit": 100})
        lines = [line.to_dict() for line in found.auto_paging_iter()]
    return replace(invoice, lines=Invoice.parse_lines({"lines": {"data": lines}}), has_more_lines=False)


def customer_of_charge(charge_id: str) -> str | None:
    """Return the id of the customer who paid a charge; None for a guest."""
    with stripe_client() as api:
        return object_id(api.v1.charges.retrieve(charge_id).customer)


def list_customers() -> Iterator[Customer]:
    """Yield every customer of the Stripe account, page by page, except deleted ones."""
    with stripe_client() as api:
        for customer in api.v1.customers.list({"limit": 100}).auto_paging_iter():
            yield Customer.from_stripe(customer.to_dict())


def list_customers_with_events(*, since: datetime) -> list[str]:
    """Return the customers with an event since then. Stripe keeps events for 30 days."""
    found: dict[str, None] = {}
    with stripe_client() as api:
        for pattern in EVENT_TYPES:
            which: Any = {"type": pattern, "created": {"gte": int(since.timestamp())}, "limit": 100}
            for event in api.v1.events.list(which).auto_paging_iter():
                changed = EventObject.from_stripe(event.data.object.to_dict())
                customer_id = changed.customer_id
                if changed.is_dispute and changed.charge_id:
                    customer_id = customer_of_charge(changed.charge_id)
                if customer_id:
                    found[customer_id] = None
    return list(found)


def list_subscriptions(*, customer_id: str, price_id: str | None = None) -> tuple[Subscription, ...]:
    """Return all of a customer's subscriptions, ended ones too; with a price, only those that have not ended."""
    which: dict[str, Any] = {"price": price_id} if price_id else {"status": "all"}
    found = _list("subscriptions", customer=customer_id, **which)
    return tuple(Subscription.from_stripe(one.to_dict()) for one in found)


def list_open_pages(*, customer_id: str) -> list[CheckoutSession]:
    """Return the customer's open Checkout Sessions for subscriptions, newest first."""
    found = _list("checkout.sessions", customer=customer_id, status="open", expand=["data.line_items"])
    pages = [CheckoutSession.from_stripe(one.to_dict()) for one in found]
    return [page for page in pages if page.mode == "subscription"]
