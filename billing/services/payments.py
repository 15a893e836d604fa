"""Record payments once, and announce them so that their credits are granted. This never calls Stripe."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.models import Payment, PaymentPart, Price
from billing.rules.catalog import PlanTerms
from billing.rules.entitlements import invoice_entitlement, purchase_entitlement
from billing.signals import payment_recorded
from billing.snapshot import Snapshot
from billing.stripe_payments import CheckoutSession, Invoice

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPayment:
    """The result of recording a payment.

    `is_new` tells whether its entitlement was set now. `posted` is the number of credits that receivers
    posted, 0 for a repeat.
    """

    payment: Payment
    is_new: bool
    posted: int


def record_payments(
    snapshot: Snapshot, *, user: Any, plans: Mapping[str, PlanTerms], announce_known: bool
) -> list[RecordedPayment]:
    """Record and announce the paid invoices and purchases of a snapshot. The call is idempotent.

    `user` is the owner, whose row is locked. The first call with a mapped price sets what a payment grants.
    `announce_known` also announces payments that were recorded before, in case the ledger lacks a grant.
    """
    recorded = []
    known = Payment.objects.by_purchase(snapshot.paid)
    for paid in snapshot.paid:
        payment = known.get(paid.id) or Payment.from_stripe(paid, user_id=snapshot.owner_id)
        if known.get(paid.invoice_id or "", payment) is not payment:
            payment = _merge(paid, payment, known)
        if payment.user_id == user.pk:
            payment.user = user  # so that receivers need not load it
        # The invoice of a pack does not set the entitlement. That is computed from the session.
        is_new = not payment.has_entitlement and payment.stripe_id == paid.id
        if is_new and isinstance(paid, Invoice):
            amounts, history = snapshot.unit_amounts, snapshot.invoice_history
            payment.set_entitlement(
                invoice_entitlement(paid, plans=plans, unit_amounts=amounts, history=history)
            )
        elif is_new and isinstance(paid, CheckoutSession):
            payment.set_entitlement(purchase_entitlement(paid, packs=Price.objects.all().pack_terms()))
        stored = {part.stripe_id for part in payment.parts.all()} if payment.pk else set()
        names_invoice = payment.invoice_id is None and paid.invoice_id and paid.invoice_id not in known
        if names_invoice:
            payment.invoice_id = paid.invoice_id
        if is_new or names_invoice:
            payment.save()
        PaymentPart.objects.bulk_create(payment.build_parts(paid, without=stored))
        posted = 0
        if payment.has_entitlement and (is_new or announce_known):
            replies = payment_recorded.send(sender=Payment, payment=payment)
            posted = sum(int(reply or 0) for _, reply in replies)
        elif not payment.has_entitlement:
            _log_unmapped(payment)
        recorded.append(RecordedPayment(payment=payment, is_new=is_new, posted=posted))
    return recorded


def _merge(paid: CheckoutSession | Invoice, payment: Payment, known: dict[str, Payment]) -> Payment:
    """Return the session's payment if its invoice was recorded as a payment of its own.

    That was before Stripe linked the two. It granted nothing then, so it becomes the session's, or is
    deleted if the session has a payment.
    """
    of_invoice = known[paid.invoice_id or ""]
    if of_invoice.credits:
        return payment if payment.pk else of_invoice
    if payment.pk:
        del known[of_invoice.stripe_id]
        of_invoice.delete()
        return payment
    of_invoice.describe(paid)
    of_invoice.credits = None
    return of_invoice


def _log_unmapped(payment: Payment) -> None:
    logger.error(
        "%s has the unmapped price %r, so its credits are not granted. "
        "Map the price to a plan or a pack, then run resync_customers.",
        payment.stripe_id,
        payment.stripe_price_id,
    )


def grant_due_instalments(*, user_id: Any, at: datetime) -> list[Payment]:
    """Grant the instalments of a user's payments that are due by `at`. Returns those payments.

    The caller reconciles their clawbacks afterwards.
    """
    due = list(Payment.objects.filter(user=user_id, next_instalment_at__lte=at).order_by("paid_at", "id"))
    for payment in due:
        while payment.next_instalment_at and payment.next_instalment_at <= at:
            payment.instalments_left -= 1
            next_number = payment.instalments - payment.instalments_left + 1
            payment.next_instalment_at = payment.due_at(next_number) if payment.instalments_left else None
        payment.save(update_fields=["instalments_left", "next_instalment_at"])
        payment_recorded.send(sender=Payment, payment=payment)
    return due
