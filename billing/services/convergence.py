"""Bring a subscriber in line with Stripe's current state, whatever was heard of it before.

The customer's lock is held from before Stripe is read until what was read is committed, so that two
readers cannot commit in the wrong order. The user's row is written last.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from billing.models import Payment, Plan
from billing.rules import subscription_state as rules
from billing.rules.subscription_state import PAST_DUE, SubscriberState, derive
from billing.services.clawbacks import amount_returned, reconcile_clawback
from billing.services.customers import find_owner, link, lock_customer, owner_of
from billing.services.payments import (
    give_instalments,
    is_paid,
    read_paid_invoice,
    record_invoice,
    record_session,
)
from billing.stripe_api.client import client, stripe_errors
from billing.stripe_api.fetch import Json, read_invoice, read_session, read_subscription, subscriptions_of
from billing.subscribers import FREE

STATE_FIELDS = tuple(SubscriberState.__dataclass_fields__)


@dataclass(slots=True)
class Changes:
    """What a reconciliation changed.

    `fields` by name: before and after. The rest by the payment's Stripe id: `payments` were recorded;
    `granted` were, and the ledger lacked so many credits of them; `instalments` were due; `returned`
    moved so many credits (negative: taken back); `written_off` could not be taken back, being spent.
    `ungranted` are paid at a price that nothing on sale has.
    """

    customer_id: str
    user_id: Any = None
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    payments: list[str] = field(default_factory=list)
    granted: dict[str, int] = field(default_factory=dict)
    instalments: list[str] = field(default_factory=list)
    returned: dict[str, int] = field(default_factory=dict)
    written_off: dict[str, int] = field(default_factory=dict)
    ungranted: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether anything was out of line."""
        return any(
            (self.fields, self.payments, self.granted, self.instalments, self.returned, self.written_off)
        )

    def sentences(self) -> list[str]:
        """The changes, for a person."""
        return [
            *(f"{name}: {before} → {after}" for name, (before, after) in self.fields.items()),
            *(f"payment {stripe_id} recorded" for stripe_id in self.payments),
            *(
                f"payment {stripe_id}: {amount} credits granted that were missing"
                for stripe_id, amount in self.granted.items()
            ),
            *(f"payment {stripe_id}: an instalment given" for stripe_id in self.instalments),
            *(
                f"payment {stripe_id} returned: {moved:+d} credits"
                for stripe_id, moved in self.returned.items()
            ),
            *(
                f"payment {stripe_id}: {amount:+d} credits written off"
                for stripe_id, amount in self.written_off.items()
            ),
        ]


def follow_customer(*, customer_id: str) -> None:
    """Follow a customer, from Stripe as it is now: an event may be late.

    Writes what follows from the subscriptions. Nothing happens for a customer that is not ours.
    Call it under the customer's lock.
    """
    _follow(customer_id)


def follow_subscription(*, customer_id: str, subscription_id: str) -> None:
    """Mirror a subscription, and `follow_customer`."""
    reading = read_subscription(subscription_id, customer_id=customer_id)
    _follow(customer_id, customer=reading.customer if reading else None)


def follow_invoice(*, customer_id: str | None, invoice_id: str) -> None:
    """Mirror an invoice, record it if it is paid, and `follow_customer`."""
    reading = read_invoice(invoice_id, customer_id=customer_id)
    if customer_id:
        _follow(
            customer_id,
            customer=reading.customer if reading else None,
            invoice=reading.data if reading else None,
        )


def follow_session(*, customer_id: str | None, session_id: str) -> None:
    """Mirror a Checkout Session, and record it if it sold something once and is paid.

    One that sold a subscription is followed as its invoice is.
    """
    reading = read_session(session_id, customer_id=customer_id)
    if customer_id and reading:
        _follow(
            customer_id, customer=reading.customer, invoice=reading.data.get("invoice"), session=reading.data
        )


def _follow(
    customer_id: str,
    *,
    customer: Json | None = None,
    invoice: Json | None = None,
    session: Json | None = None,
) -> None:
    user = owner_of(customer=customer) if customer else find_owner(customer_id=customer_id)
    if user is None:
        return
    one_off = session if session and session.get("mode") == "payment" else None
    paid_invoice = read_paid_invoice(invoice) if invoice else None
    subscriptions = None if one_off else subscriptions_of(customer_id, customer)
    known = paid_invoice.known if paid_invoice else None
    if one_off:
        known = Payment.objects.filter(stripe_id=one_off["id"]).first()
    returned = returned_of(known) if known and known.amount_returned else None
    # From here on nothing waits for Stripe: the user's row is locked.
    link(user=user, customer_id=customer_id)
    if paid_invoice and paid_invoice.entitlement:
        record_invoice(user=user, paid_invoice=paid_invoice)
    if one_off:
        record_session(user=user, session=one_off)
    if known and returned is not None:
        reconcile_clawback(payment=known, returned=returned)
    if subscriptions is not None and user.stripe_customer_id == customer_id:
        state = derive_state(subscriptions)
        # The row was read in this customer's turn, in which alone these fields are written.
        if any(getattr(user, name) != getattr(state, name) for name in STATE_FIELDS):
            write_state(user=user, state=state)


def follow_charge(*, customer_id: str, payment_intent_id: str) -> None:
    """Bring the payment that a refunded or disputed charge paid in line. Call it under the customer's lock.

    A payment that was not heard of before is recorded first: both events end in the same state.
    """
    payment = Payment.objects.filter(payment_intent_id=payment_intent_id).first()
    returned = returned_of(payment) if payment else amount_returned(payment_intent_id)
    if payment is None and (user := find_owner(customer_id=customer_id)):
        payment = _find_payment(user=user, customer_id=customer_id, payment_intent_id=payment_intent_id)
    if payment is not None:
        reconcile_clawback(payment=payment, returned=returned)


def _find_payment(*, user: Any, customer_id: str, payment_intent_id: str) -> Payment | None:
    """Record what a payment intent paid. A charge names neither its invoice nor its session."""
    with stripe_errors():
        invoices = client().v1.invoice_payments.list(
            {"payment": {"type": "payment_intent", "payment_intent": payment_intent_id}}
        )
        sessions = client().v1.checkout.sessions.list({"payment_intent": payment_intent_id})
    read_invoices = [read_invoice(str(entry.invoice), customer_id=customer_id) for entry in invoices.data]
    paid_invoices = [read_paid_invoice(one.data) for one in read_invoices if one]
    found = [read_session(session.id, customer_id=customer_id) for session in sessions.data]
    link(user=user, customer_id=customer_id)
    for paid_invoice in filter(None, paid_invoices):
        return record_invoice(user=user, paid_invoice=paid_invoice).payment
    for session in filter(None, found):
        if recorded := record_session(user=user, session=session.data):
            return recorded.payment
    return None


def returned_of(payment: Payment) -> int:
    """What of a payment went back, in minor units; `all_of` it where Stripe does not call it paid."""
    if not is_paid(payment):
        return all_of(payment)
    return amount_returned(payment.payment_intent_id) if payment.payment_intent_id else 0


def all_of(payment: Payment) -> int:
    """What has gone back, in minor units, when nothing was paid, though the payment be over 0."""
    return max(1, payment.amount_paid)


@transaction.atomic
def follow_time(*, user: Any, at: datetime) -> Changes:
    """Do what time has made due for `user` without an event: instalments, and the end of a grace period.

    Raises what Stripe's library raises as StripeUnavailable or StripeFailed.
    """
    changes = Changes(customer_id=str(user.stripe_customer_id), user_id=user.pk)
    lock_customer(changes.customer_id)
    late = user.subscription_status == PAST_DUE and user.plan != FREE
    subscriptions = subscriptions_of(changes.customer_id) if late else None
    # From here on nothing waits for Stripe: the user's row is locked.
    give_due(user, changes, at=at)
    if subscriptions is not None:
        changes.fields = write_state(user=user, state=derive_state(subscriptions, at=at))
    return changes


def give_due(user: Any, changes: Changes, *, at: datetime) -> None:
    """Give the instalments that are due."""
    for payment in user.payments.filter(next_instalment_at__lte=at).order_by("paid_at", "id"):
        given = give_instalments(payment=payment, at=at).payment
        reconcile_clawback(payment=given, returned=given.amount_returned)
        changes.instalments.append(given.stripe_id)


def due_users(*, at: datetime) -> QuerySet[Any]:
    """The users for whom `follow_time` has something to do."""
    late = Q(subscription_status=PAST_DUE) & ~Q(plan=FREE)
    owed = Payment.objects.filter(user=OuterRef("pk"), next_instalment_at__lte=at)
    return get_user_model().objects.filter(late | Exists(owed), stripe_customer_id__isnull=False)


def derive_state(subscriptions: list[Json], *, at: datetime | None = None) -> SubscriberState:
    """What follows from a customer's subscriptions (Stripe's JSON)."""
    plans = {price_id: plan.slug for price_id, plan in Plan.objects.all().by_price().items()}
    return derive(
        [rules.read_subscription(data) for data in subscriptions],
        plans=plans,
        at=at or timezone.now(),
        grace=timedelta(days=settings.PAST_DUE_GRACE_DAYS),
    )


def write_state(*, user: Any, state: SubscriberState) -> dict[str, tuple[Any, Any]]:
    """Write the subscription fields of `user`, under the row's lock. What changed, by name: before and after."""
    users = get_user_model().objects
    row = users.select_for_update(no_key=True).only("pk", *STATE_FIELDS).get(pk=user.pk)
    after = {name: getattr(state, name) for name in STATE_FIELDS}
    changed = {
        name: (getattr(row, name), value) for name, value in after.items() if getattr(row, name) != value
    }
    if changed:
        users.filter(pk=user.pk).update(**after)
    return changed
