"""Record payments once, and announce them so that their credits are granted. This never calls Stripe."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from billing.models import CreditPack, Payment, PaymentPart
from billing.rules.catalog import PlanTerms
from billing.rules.entitlements import invoice_entitlement, purchase_entitlement
from billing.signals import payment_recorded
from billing.stripe_objects import CheckoutSession, Invoice, Snapshot

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
    snapshot: Snapshot, *, plans: Mapping[str, PlanTerms], announce_known: bool
) -> list[RecordedPayment]:
    """Record and announce the paid invoices and purchases of a snapshot. The call is idempotent.

    The first call sets a payment's entitlement. While its price is unmapped, nothing is granted.
    `announce_known` also announces payments that were recorded before, in case the ledger lacks a grant.
    """
    recorded = []
    known = _known_payments(snapshot)
    for paid in snapshot.paid:
        payment, is_new = _record(paid, snapshot, plans=plans, known=known)
        posted = 0
        if payment.has_entitlement and (is_new or announce_known):
            replies = payment_recorded.send(sender=Payment, payment=payment)
            posted = sum(int(reply or 0) for _, reply in replies)
        elif not payment.has_entitlement:
            logger.error(
                "%s has the unmapped price %r, so its credits are not granted. "
                "Map the price to a plan or a pack, then run resync_customers.",
                payment.stripe_id,
                payment.stripe_price_id,
            )
        recorded.append(RecordedPayment(payment=payment, is_new=is_new, posted=posted))
    return recorded


def _record(
    paid: Invoice | CheckoutSession,
    snapshot: Snapshot,
    *,
    plans: Mapping[str, PlanTerms],
    known: dict[str, Payment],
) -> tuple[Payment, bool]:
    """Store a purchase's payment with its parts. Return it, and whether its entitlement is set now."""
    payment = _find_or_build(paid, known, user_id=snapshot.owner_id)
    is_stored = payment.pk is not None
    # An invoice of a pack does not set the entitlement. That is computed from the session.
    is_new = not payment.has_entitlement and payment.stripe_id == paid.id
    if is_new and isinstance(paid, Invoice):
        amounts, history = snapshot.unit_amounts, snapshot.invoice_history
        payment.set_entitlement(invoice_entitlement(paid, plans=plans, unit_amounts=amounts, history=history))
    elif is_new and isinstance(paid, CheckoutSession):
        payment.set_entitlement(purchase_entitlement(paid, packs=CreditPack.objects.all().terms_by_price()))
    if payment.invoice_id is None and paid.invoice_id and paid.invoice_id not in known:
        payment.invoice_id = paid.invoice_id
        payment.save()
    elif is_new:
        payment.save()
    stored = {part.stripe_id for part in payment.parts.all()} if is_stored else set()
    PaymentPart.objects.bulk_create(
        PaymentPart(payment=payment, stripe_id=part.id, amount=part.amount)
        for part in paid.parts
        if part.id not in stored
    )
    return payment, is_new


def _known_payments(snapshot: Snapshot) -> dict[str, Payment]:
    """Return the recorded payments of a snapshot, by their own id and by that of their invoice."""
    invoice_ids = [paid.invoice_id for paid in snapshot.paid if paid.invoice_id]
    found = Payment.objects.filter(Q(stripe_id__in=snapshot.paid_ids) | Q(invoice_id__in=invoice_ids))
    known = {}
    for payment in found.prefetch_related("parts"):
        known[payment.invoice_id or payment.stripe_id] = known[payment.stripe_id] = payment
    return known


def _find_or_build(paid: Invoice | CheckoutSession, known: dict[str, Payment], *, user_id: Any) -> Payment:
    """Return the purchase's payment, or an unsaved one.

    The invoice of a pack may have been recorded before it was known to be of a session. It granted nothing
    then, so its payment becomes the session's, or is merged with it.
    """
    own, of_invoice = known.get(paid.id), known.get(paid.invoice_id or "")
    if of_invoice is None or of_invoice is own or of_invoice.credits:
        return own or of_invoice or Payment.from_stripe(paid, user_id=user_id)
    if own is not None:
        known.pop(paid.invoice_id or "").delete()
        return own
    of_invoice.describe(paid)
    of_invoice.credits = None
    return of_invoice


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
