"""Update our tables from a snapshot. Webhooks, resync and due work call `apply`; it never calls Stripe.

fetch (billing.stripe_api) → rules → apply
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from billing.customer_lock import LOCKED_CUSTOMER, CustomerNotLocked
from billing.models import Payment, PaymentPart, Price
from billing.rules.clawbacks import share_of_part, unpaid_amount
from billing.rules.subscription_state import SubscriberState, derive_state
from billing.services.change_report import Changes
from billing.services.clawbacks import reconcile_clawback
from billing.services.deletion_requests import request_deletion
from billing.services.payments import grant_due_instalments, record_payments
from billing.snapshot import Snapshot

FIELDS = ("stripe_customer_id", "billing_closed_at", *SubscriberState.__dataclass_fields__)


@transaction.atomic(savepoint=False)
def apply(snapshot: Snapshot, *, at: datetime | None = None, due: bool = False) -> Changes:
    """Write payments, clawbacks and subscription fields from a snapshot. Return the changes.

    The call is idempotent. With `due`, it also grants due instalments and announces known payments again.
    `at` is the time of the state (default: now). Raises CustomerNotLocked without the customer's lock.
    """
    changes = Changes(customer_id=snapshot.customer_id, user_id=snapshot.owner_id)
    if snapshot.owner_id is None:
        return changes
    now = at or timezone.now()
    users = get_user_model().objects
    locked = users.select_for_update(no_key=True).only(*FIELDS)
    user: Any = locked.annotate(locked_customer=LOCKED_CUSTOMER).get(pk=snapshot.owner_id)
    if not user.locked_customer:
        raise CustomerNotLocked
    if user.billing_closed_at:
        request_deletion(snapshot.customer_id, user_id=user.pk, at=now)
    elif user.stripe_customer_id is None and not snapshot.deleted:
        user.stripe_customer_id = snapshot.customer_id
        users.filter(pk=user.pk).update(stripe_customer_id=snapshot.customer_id)
    plans = Price.objects.all().plan_terms() if snapshot.plans is None else snapshot.plans
    recorded = record_payments(snapshot, user=user, plans=plans, announce_known=due)
    changes.note_payments(recorded)
    if due:
        _grant_instalments(changes, at=now)
    was_returned = any(result.payment.amount_returned for result in recorded)
    if snapshot.unpaid or snapshot.returned or was_returned:
        _reconcile_clawbacks(snapshot, changes)
    if snapshot.subscriptions is not None and user.stripe_customer_id == snapshot.customer_id:
        grace = timedelta(days=settings.PAST_DUE_GRACE_DAYS)
        after = asdict(derive_state(snapshot.subscriptions, plans=plans, at=now, grace=grace))
        changes.fields = {
            name: (getattr(user, name), value)
            for name, value in after.items()
            if getattr(user, name) != value
        }
        if changes.fields:
            users.filter(pk=user.pk).update(**after)
    return changes


def _grant_instalments(changes: Changes, *, at: datetime) -> None:
    for payment in grant_due_instalments(user_id=changes.user_id, at=at):
        reconcile_clawback(payment, amount_returned=payment.amount_returned)
        changes.instalments.append(payment.stripe_id)


def _reconcile_clawbacks(snapshot: Snapshot, changes: Changes) -> None:
    """Reconcile payments that became unpaid or paid again, or whose returned amount is in the snapshot."""
    paid_again = Q(stripe_id__in=snapshot.paid_ids, amount_returned__gt=0)
    of_parts = PaymentPart.objects.filter(stripe_id__in=snapshot.returned).values("payment")
    affected = Payment.objects.filter(
        Q(stripe_id__in=snapshot.unpaid) | Q(pk__in=of_parts) | paid_again, user=snapshot.owner_id
    )
    for payment in affected.order_by("paid_at", "id").prefetch_related("parts"):
        written_off = payment.written_off
        amount = sum(_store_returned(part, snapshot) for part in payment.parts.all())
        if payment.stripe_id in snapshot.unpaid:
            amount = unpaid_amount(payment.amount_paid)
        if not amount and not payment.amount_returned:
            continue
        if not payment.has_entitlement:  # so that staff see it, and it counts once the price is mapped
            payment.amount_returned = amount
            payment.save(update_fields=["amount_returned"])
        if moved := reconcile_clawback(payment, amount_returned=amount):
            changes.returned[payment.stripe_id] = moved
        if payment.written_off != written_off:
            changes.written_off[payment.stripe_id] = payment.written_off - written_off


def _store_returned(part: PaymentPart, snapshot: Snapshot) -> int:
    """Store the snapshot's data of a part, if it has any. Return the part's returned amount."""
    if part.stripe_id in snapshot.returned:
        shares = share_of_part(snapshot.returned[part.stripe_id], amount=part.amount)
        if shares != (part.amount_refunded, part.amount_disputed):
            part.amount_refunded, part.amount_disputed = shares
            part.save(update_fields=["amount_refunded", "amount_disputed"])
    return part.amount_returned
