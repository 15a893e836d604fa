"""Bring a subscriber in line with Stripe's current state, whatever was heard of it before.

The customer's lock is held from before Stripe is read until what was read is committed, so that two
readers cannot commit in the wrong order. The user's row is written last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from djstripe import models as mirror

from billing.models import Payment, Plan
from billing.services.customers import customer_in, fetch_customer, find_owner, link, lock_customer, owner_of
from billing.services.payments import (
    fetch_invoice,
    fetch_session,
    give_instalments,
    read_paid_invoice,
    record_invoice,
    record_session,
)
from billing.services.returns import amount_returned, settle_return
from billing.state import PAST_DUE, SubscriberState, derive, read_subscription
from billing.stripe_api import client, is_absent, stripe_errors
from billing.subscribers import FREE

# The payments are for us; dj-stripe fails on a discount that is not expanded.
INVOICE_PARTS = ["data.payments", "data.discounts", "data.lines.data.discounts"]
STATE_FIELDS = tuple(SubscriberState.__dataclass_fields__)


@dataclass(slots=True)
class Changes:
    """What a reconciliation changed, by name: before and after."""

    customer_id: str
    user_id: Any = None
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    payments: list[str] = field(default_factory=list)
    instalments: list[str] = field(default_factory=list)
    returned: dict[str, int] = field(default_factory=dict)
    ungranted: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether anything was out of line."""
        return bool(self.fields or self.payments or self.instalments or self.returned)

    def sentences(self) -> list[str]:
        """The changes, for a person."""
        return [
            *(f"{name}: {before} → {after}" for name, (before, after) in self.fields.items()),
            *(f"payment {stripe_id} recorded" for stripe_id in self.payments),
            *(f"payment {stripe_id}: an instalment given" for stripe_id in self.instalments),
            *(
                f"payment {stripe_id} returned: {moved:+d} credits"
                for stripe_id, moved in self.returned.items()
            ),
        ]


def follow_customer(
    *, customer_id: str, invoice_id: str | None = None, session_id: str | None = None
) -> None:
    """Follow a customer, from Stripe as it is now: an event may be late.

    Records the invoice or the one-off session if it is paid, then writes what follows from the
    subscriptions. Nothing happens for a customer that is not ours. Call it under the customer's lock.
    """
    user = find_owner(customer_id=customer_id)
    if user is None:
        return
    paid_invoice = read_paid_invoice(fetch_invoice(invoice_id)) if invoice_id else None
    session = fetch_session(session_id) if session_id else None
    subscriptions = None if session_id else fetch_subscriptions(customer_id)
    # From here on nothing waits for Stripe: the user's row is locked.
    link(user=user, customer_id=customer_id)
    if paid_invoice:
        record_invoice(user=user, paid_invoice=paid_invoice)
    if session:
        record_session(user=user, session=session)
    if subscriptions is not None and user.stripe_customer_id == customer_id:
        _write_state(user=user, state=_derive(subscriptions))


def follow_charge(*, customer_id: str, payment_intent_id: str) -> None:
    """Bring the payment that a refunded or disputed charge paid in line. Call it under the customer's lock.

    A payment that was not heard of before is recorded first: both events end in the same state.
    """
    payment = Payment.objects.filter(payment_intent_id=payment_intent_id).first()
    returned = amount_returned(payment_intent_id)
    if payment is None and (user := find_owner(customer_id=customer_id)):
        payment = _find_payment(user=user, customer_id=customer_id, payment_intent_id=payment_intent_id)
    if payment is not None:
        settle_return(payment=payment, returned=returned)


def _find_payment(*, user: Any, customer_id: str, payment_intent_id: str) -> Payment | None:
    """Record what a payment intent paid. A charge names neither its invoice nor its session."""
    with stripe_errors():
        invoices = client().v1.invoice_payments.list(
            {"payment": {"type": "payment_intent", "payment_intent": payment_intent_id}}
        )
        sessions = client().v1.checkout.sessions.list({"payment_intent": payment_intent_id})
    paid_invoices = [read_paid_invoice(fetch_invoice(str(entry.invoice))) for entry in invoices.data]
    found = [fetch_session(session.id) for session in sessions.data]
    link(user=user, customer_id=customer_id)
    for paid_invoice in filter(None, paid_invoices):
        return record_invoice(user=user, paid_invoice=paid_invoice)
    for session in found:
        if payment := record_session(user=user, session=session):
            return payment
    return None


def fetch_subscriptions(customer_id: str) -> list[stripe.Subscription]:
    """All of a customer's subscriptions, the ended ones too; none when Stripe lists none for a deleted one."""
    with stripe_errors():
        try:
            found = client().v1.subscriptions.list({"customer": customer_id, "status": "all", "limit": 100})
            return list(found.auto_paging_iter())
        except stripe.InvalidRequestError as error:
            if is_absent(error):
                return []
            raise


@transaction.atomic
def reconcile_customer(*, customer_id: str, dry_run: bool = False) -> Changes:
    """Bring one customer back in line: mirror, payments, what went back, subscription fields.

    Everything that the webhooks would have done is done under the same keys, so that a late
    webhook changes nothing. With `dry_run` all of it is rolled back, and only told.
    Raises what Stripe's library raises as StripeUnavailable or StripeFailed.
    """
    lock_customer(customer_id)
    changes = Changes(customer_id=customer_id)
    customer = fetch_customer(customer_id) or {"id": customer_id, "deleted": True}
    user = owner_of(customer=customer)
    if user is None:
        return changes
    changes.user_id = user.pk
    subscriptions = fetch_subscriptions(customer_id)
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
    # From here on nothing waits for Stripe: the user's row is locked.
    link(user=user, customer_id=customer_id, deleted=bool(customer.get("deleted")))
    granted = set(user.payments.filter(credits__isnull=False).values_list("stripe_id", flat=True))
    for paid_invoice in filter(None, paid_invoices):
        _note(record_invoice(user=user, paid_invoice=paid_invoice), granted, changes)
    for session in sorted(sessions, key=lambda data: (data.created, data.id)):
        _note(record_session(user=user, session=session.to_dict()), granted, changes)
    _give_due(user, changes, at=timezone.now())
    for payment in user.payments.filter(payment_intent_id__in=returned).order_by("paid_at", "id"):
        moved = settle_return(payment=payment, returned=returned[str(payment.payment_intent_id)])
        if moved:
            changes.returned[payment.stripe_id] = moved
    if user.stripe_customer_id == customer_id:
        changes.fields = _write_state(user=user, state=_derive(subscriptions))
    if dry_run:
        transaction.set_rollback(True)
    return changes


@transaction.atomic
def follow_time(*, user: Any, at: datetime) -> Changes:
    """Do what time has made due for `user` without an event: instalments, and the end of a grace period.

    Raises what Stripe's library raises as StripeUnavailable or StripeFailed.
    """
    changes = Changes(customer_id=str(user.stripe_customer_id), user_id=user.pk)
    lock_customer(changes.customer_id)
    late = user.subscription_status == PAST_DUE and user.plan != FREE
    subscriptions = fetch_subscriptions(changes.customer_id) if late else None
    # From here on nothing waits for Stripe: the user's row is locked.
    _give_due(user, changes, at=at)
    if subscriptions is not None:
        changes.fields = _write_state(user=user, state=_derive(subscriptions, at=at))
    return changes


def _give_due(user: Any, changes: Changes, *, at: datetime) -> None:
    for payment in user.payments.filter(next_instalment_at__lte=at).order_by("paid_at", "id"):
        given = give_instalments(payment=payment, at=at)
        settle_return(payment=given, returned=given.amount_returned)
        changes.instalments.append(given.stripe_id)


def due_users(*, at: datetime) -> QuerySet[Any]:
    """The users for whom `follow_time` has something to do."""
    late = Q(subscription_status=PAST_DUE) & ~Q(plan=FREE)
    owed = Payment.objects.filter(user=OuterRef("pk"), next_instalment_at__lte=at)
    return get_user_model().objects.filter(late | Exists(owed), stripe_customer_id__isnull=False)


def _mirror(customer: dict[str, Any], subscriptions: list[Any], invoices: list[Any]) -> None:
    """Bring dj-stripe's tables in line: what staff look at."""
    with stripe_errors():
        if not customer.get("deleted"):
            mirror.Customer.sync_from_stripe_data(customer)
        for data in subscriptions:
            mirror.Subscription.sync_from_stripe_data(data)
        for data in invoices:
            mirror.Invoice.sync_from_stripe_data(data)


def _fetch_payments(customer_id: str) -> tuple[list[Any], list[Any], list[Any]]:
    """A customer's paid invoices, completed one-off sessions, and charges. Also those of a deleted one."""
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
                [session for session in sessions.auto_paging_iter() if session.mode == "payment"],
                list(charges.auto_paging_iter()),
            )
        except stripe.InvalidRequestError as error:
            if is_absent(error):
                return [], [], []
            raise


def _note(payment: Payment | None, granted: set[str], changes: Changes) -> None:
    if payment is None:
        return
    if payment.credits is None:
        changes.ungranted.append(payment.stripe_id)
    elif payment.stripe_id not in granted:
        changes.payments.append(payment.stripe_id)


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


def _derive(subscriptions: list[stripe.Subscription], *, at: datetime | None = None) -> SubscriberState:
    plans = {price_id: plan.slug for price_id, plan in Plan.objects.all().by_price().items()}
    return derive(
        [read_subscription(data.to_dict()) for data in subscriptions],
        plans=plans,
        at=at or timezone.now(),
        grace=timedelta(days=settings.PAST_DUE_GRACE_DAYS),
    )


def _write_state(*, user: Any, state: SubscriberState) -> dict[str, tuple[Any, Any]]:
    users = get_user_model().objects
    row = users.select_for_update(no_key=True).only("pk", *STATE_FIELDS).get(pk=user.pk)
    after = {name: getattr(state, name) for name in STATE_FIELDS}
    changed = {
        name: (getattr(row, name), value) for name, value in after.items() if getattr(row, name) != value
    }
    if changed:
        users.filter(pk=user.pk).update(**after)
    return changed
