"""Three ways: what Stripe calls paid ↔ payments and grants here ↔ balances, for one customer at a time.

Everything that the webhooks would have done is done under the same keys, so that a late webhook
changes nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import stripe
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from djstripe import models as mirror

from billing.models import Payment
from billing.services.clawbacks import amount_returned, reconcile_clawback
from billing.services.convergence import (
    Changes,
    all_of,
    derive_state,
    give_due,
    write_state,
)
from billing.services.customers import customer_in, fetch_customer, link, lock_customer, owner_of
from billing.services.payments import (
    Recorded,
    is_paid,
    is_paid_session,
    read_paid_invoice,
    record_invoice,
    record_session,
)
from billing.stripe_api.client import client, is_absent, stripe_errors
from billing.stripe_api.djstripe_patches import one_account
from billing.stripe_api.fetch import Json, list_subscriptions

# The payments are for us; dj-stripe fails on a discount that is not expanded.
INVOICE_PARTS = ["data.payments", "data.discounts", "data.lines.data.discounts"]


@transaction.atomic
def reconcile_customer(*, customer_id: str, dry_run: bool = False) -> Changes:
    """Bring one customer back in line: mirror, payments, what went back, subscription fields.

    With `dry_run` all of it is rolled back, and only told.
    Raises what Stripe's library raises as StripeUnavailable or StripeFailed.
    """
    lock_customer(customer_id)
    changes = Changes(customer_id=customer_id)
    customer = fetch_customer(customer_id) or {"id": customer_id, "deleted": True}
    user = owner_of(customer=customer)
    if user is None:
        return changes
    changes.user_id = user.pk
    subscriptions = list_subscriptions(customer_id)
    invoices, sessions, charges = _fetch_payments(customer_id)
    _mirror(customer, subscriptions, invoices)
    paid_invoices = [
        read_paid_invoice(invoice.to_dict())
        for invoice in sorted(invoices, key=lambda data: (data.created, data.id))
    ]
    returned = {
        str(charge.payment_intent): amount_returned(str(charge.payment_intent))
        for charge in charges
        if charge.payment_intent and (charge.amount_refunded or charge.disputed)
    }
    paid = {one.id for one in (*invoices, *sessions)}
    unpaid = _unpaid(user, customer, paid)
    # From here on nothing waits for Stripe: the user's row is locked.
    link(user=user, customer_id=customer_id, deleted=bool(customer.get("deleted")))
    known = set(
        Payment.objects.filter(stripe_id__in=paid, credits__isnull=False).values_list("stripe_id", flat=True)
    )
    for paid_invoice in filter(None, paid_invoices):
        _note(record_invoice(user=user, paid_invoice=paid_invoice), known, changes)
    for session in sorted(sessions, key=lambda data: (data.created, data.id)):
        _note(record_session(user=user, session=session.to_dict()), known, changes)
    give_due(user, changes, at=timezone.now())
    for payment in user.payments.order_by("paid_at", "id"):
        if payment.pk in unpaid:
            _settle(payment, all_of(payment), changes)
        elif payment.payment_intent_id in returned:
            _settle(payment, returned[payment.payment_intent_id], changes)
        elif payment.amount_returned and payment.stripe_id in paid:
            _settle(payment, 0, changes)
    if user.stripe_customer_id == customer_id:
        changes.fields = write_state(user=user, state=derive_state([one.to_dict() for one in subscriptions]))
    if dry_run:
        transaction.set_rollback(True)
    return changes


def _mirror(customer: Json, subscriptions: list[Any], invoices: list[Any]) -> None:
    """Bring dj-stripe's tables in line: what staff look at."""
    with stripe_errors(), one_account():
        if not customer.get("deleted"):
            mirror.Customer.sync_from_stripe_data(customer)
        for data in subscriptions:
            mirror.Subscription.sync_from_stripe_data(data)
        for data in invoices:
            mirror.Invoice.sync_from_stripe_data(data)


def _fetch_payments(customer_id: str) -> tuple[list[Any], list[Any], list[Any]]:
    """A customer's paid invoices, paid one-off sessions, and charges. Also those of a deleted one."""
    api = client().v1
    with stripe_errors():
        try:
            invoices = api.invoices.list(
                {"customer": customer_id, "status": "paid", "limit": 100, "expand": INVOICE_PARTS}
            )
            sessions = api.checkout.sessions.list(
                {"customer": customer_id, "status": "complete", "limit": 100, "expand": ["data.line_items"]}
            )
            charges = api.charges.list({"customer": customer_id, "limit": 100})
            return (
                list(invoices.auto_paging_iter()),
                [one for one in sessions.auto_paging_iter() if is_paid_session(one.to_dict())],
                list(charges.auto_paging_iter()),
            )
        except stripe.InvalidRequestError as error:
            if is_absent(error):
                return [], [], []
            raise


def _unpaid(user: Any, customer: dict[str, Any], paid: set[str]) -> set[Any]:
    """The payments of `user` that are here, and that Stripe does not call paid.

    What is not among this customer's may be a former customer's, so Stripe is asked about each: none,
    for nearly everybody. What Stripe does not know at all and is older than the customer stays: it was
    paid in another account.
    """
    since = datetime.fromtimestamp(customer["created"], UTC) if customer.get("created") else None
    unpaid = set()
    for payment in user.payments.exclude(stripe_id__in=paid):
        answer = is_paid(payment)
        if answer is False or (answer is None and since and payment.paid_at >= since):
            unpaid.add(payment.pk)
    return unpaid


def _note(recorded: Recorded | None, known: set[str], changes: Changes) -> None:
    if recorded is None:
        return
    stripe_id = recorded.payment.stripe_id
    if recorded.payment.credits is None:
        changes.ungranted.append(stripe_id)
    elif stripe_id not in known:
        changes.payments.append(stripe_id)
    elif recorded.posted:
        changes.granted[stripe_id] = recorded.posted


def _settle(payment: Payment, returned: int, changes: Changes) -> None:
    before = payment.written_off
    if moved := reconcile_clawback(payment=payment, returned=returned):
        changes.returned[payment.stripe_id] = moved
    if payment.written_off != before:
        changes.written_off[payment.stripe_id] = payment.written_off - before


def list_customers() -> Iterator[dict[str, Any]]:
    """Every customer of the Stripe account, page by page, but the deleted."""
    with stripe_errors():
        for customer in client().v1.customers.list({"limit": 100}).auto_paging_iter():
            yield customer.to_dict()


def customers_with_events(*, since: datetime) -> list[str]:
    """The customers that something happened to since then, by Stripe's events. It keeps them for 30 days."""
    found: dict[str, None] = {}
    with stripe_errors():
        for pattern in ("charge.*", "checkout.session.*", "customer.*", "invoice.*"):
            events = client().v1.events.list(
                {"type": pattern, "created": {"gte": int(since.timestamp())}, "limit": 100}
            )
            for event in events.auto_paging_iter():
                if customer_id := customer_in(event.data.object.to_dict()):
                    found[customer_id] = None
    return list(found)


def known_customers() -> list[str]:
    """The customers of our users, those included that were deleted in Stripe and replaced since."""
    users = get_user_model().objects.exclude(stripe_customer_id=None)
    current = list(users.order_by("pk").values_list("stripe_customer_id", flat=True))
    former = mirror.Customer.objects.exclude(subscriber=None).exclude(
        id__in=users.values("stripe_customer_id")
    )
    return [*current, *former.order_by("djstripe_id").values_list("id", flat=True)]
