"""Fetch everything about a customer, and list customers, for a resync.

Every function may raise StripeUnavailable or StripeFailed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from billing.models import Payment
from billing.snapshot import Snapshot
from billing.stripe_api import fetch, mirror
from billing.stripe_api.client import stripe_client
from billing.stripe_objects import Customer, EventObject, Subscription
from billing.stripe_payments import CheckoutSession, Invoice, Returned

EVENT_TYPES = ("charge.*", "checkout.session.*", "customer.*", "invoice.*", "refund.*")


def fetch_all(*, customer_id: str) -> Snapshot:
    """Fetch everything about a customer: subscriptions, paid invoices and purchases, refunds, disputes.

    This also works for a deleted customer and for a customer that Stripe does not know.
    """
    data = fetch.retrieve_customer(customer_id) or {"id": customer_id, "deleted": True}
    customer = Customer.from_stripe(data)
    owner_id = mirror.find_owner_id(customer)
    if owner_id is None:
        return Snapshot(customer_id=customer_id)
    subscriptions = fetch.list_all("subscriptions", customer=customer_id, status="all")
    expand = [f"data.{name}" for name in fetch.INVOICE_FIELDS]
    invoices = fetch.list_all("invoices", customer=customer_id, status="paid", expand=expand)
    if not customer.deleted:
        mirror.store(mirror.Customer, data)
    mirror.store(mirror.Subscription, *subscriptions)
    mirror.store(mirror.Invoice, *invoices)
    paid = [fetch.with_all_parts(Invoice.from_stripe(invoice.to_dict())) for invoice in invoices]
    purchases = _list_purchases(customer_id)
    paid, purchases = _match_invoices(paid, purchases)
    snapshot = Snapshot(
        customer_id=customer_id,
        owner_id=owner_id,
        deleted=customer.deleted,
        subscriptions=tuple(
            fetch.with_all_items(Subscription.from_stripe(subscription.to_dict()))
            for subscription in subscriptions
        ),
        invoices=tuple(sorted(paid, key=lambda invoice: (invoice.created, invoice.id))),
        purchases=tuple(purchases),
    )
    snapshot = replace(snapshot, returned=_fetch_returned(snapshot))
    snapshot = fetch.add_details(replace(snapshot, unpaid=_find_unpaid(customer, snapshot)))
    mirror.link_customer(customer_id=customer_id, user_id=owner_id)
    return snapshot


def _list_purchases(customer_id: str) -> list[CheckoutSession]:
    """Return the customer's paid one-off sessions, oldest first."""
    found = fetch.list_all(
        "checkout.sessions", customer=customer_id, status="complete", expand=["data.line_items"]
    )
    sessions = [CheckoutSession.from_stripe(session.to_dict()) for session in found]
    paid = [session for session in sessions if session.is_paid_purchase]
    return sorted(paid, key=lambda session: (session.paid_at, session.id))


def _match_invoices(
    invoices: list[Invoice], purchases: list[CheckoutSession]
) -> tuple[list[Invoice], list[CheckoutSession]]:
    """Remove the invoices that Checkout made for one-time purchases, and name them in the purchases."""
    candidates = [invoice for invoice in invoices if invoice.may_be_of_a_session]
    of_session = {
        session.id: invoice
        for session in purchases
        for invoice in candidates
        if session.is_billed_by(invoice)
    }
    matched = {invoice.id for invoice in of_session.values()}
    return [invoice for invoice in invoices if invoice.id not in matched], [
        replace(session, invoice_id=of_session[session.id].id) if session.id in of_session else session
        for session in purchases
    ]


def _fetch_returned(snapshot: Snapshot) -> dict[str, Returned]:
    """Return the returned amounts of the customer's payments, by payment part."""
    found = fetch.sum_charges(fetch.list_charges(customer=snapshot.customer_id))
    # An attached payment need not be the customer's.
    return found | fetch.fetch_returned(set(snapshot.part_ids) - found.keys())


def _find_unpaid(customer: Customer, snapshot: Snapshot) -> frozenset[str]:
    """Return the ids of recorded payments that are not paid in Stripe.

    A recorded payment that is not in the snapshot may belong to a former Stripe customer of the user, so
    each one is requested from Stripe. Few users have any. If Stripe does not know a payment that is older
    than the customer, it was paid in another Stripe account. It is not returned.
    """
    unpaid = set()
    for payment in Payment.objects.filter(user=snapshot.owner_id).exclude(stripe_id__in=snapshot.paid_ids):
        paid = fetch.is_paid(payment.stripe_id)
        from_this_account = customer.created_at is not None and payment.paid_at >= customer.created_at
        if paid is False or (paid is None and from_this_account):
            unpaid.add(payment.stripe_id)
    return frozenset(unpaid)


def list_customers() -> Iterator[Customer]:
    """Yield every customer of the Stripe account, page by page, except deleted ones."""
    with stripe_client() as api:
        for customer in api.v1.customers.list({"limit": 100}).auto_paging_iter():
            yield Customer.from_stripe(customer.to_dict())


def list_customers_with_events(*, since: datetime) -> list[str]:
    """Return the ids of customers that have an event since `since`. Stripe keeps events for 30 days."""
    found: dict[str, None] = {}
    of_part: dict[str | None, str | None] = {}
    with stripe_client() as api:
        for pattern in EVENT_TYPES:
            which: Any = {"type": pattern, "created": {"gte": int(since.timestamp())}, "limit": 100}
            for event in api.v1.events.list(which).auto_paging_iter():
                changed = EventObject.from_stripe(event.data.object.to_dict())
                customer_id = changed.customer_id
                if changed.is_return:
                    if changed.part_id not in of_part:
                        of_part[changed.part_id] = fetch.customer_of_return(changed)
                    customer_id = of_part[changed.part_id]
                if customer_id:
                    found[customer_id] = None
    return list(found)
