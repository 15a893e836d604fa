"""Record what was paid, once, and announce what it gives."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import stripe
from django.db import transaction

from billing.models import CreditPack, Payment, Plan
from billing.rules import entitlements
from billing.services.customers import id_of
from billing.signals import payment_recorded
from billing.stripe_api.client import client, is_absent, stripe_errors

logger = logging.getLogger(__name__)

PAID = ("paid", "no_payment_required")


def is_paid(payment: Payment) -> bool | None:
    """Whether Stripe calls it paid now; None if Stripe does not know it at all."""
    api = client().v1
    with stripe_errors():
        try:
            if payment.stripe_id.startswith("cs_"):
                return is_paid_session(api.checkout.sessions.retrieve(payment.stripe_id).to_dict())
            return api.invoices.retrieve(payment.stripe_id).status == "paid"
        except stripe.InvalidRequestError as error:
            if is_absent(error):
                return None
            raise


def is_paid_session(session: Mapping[str, Any]) -> bool:
    """Whether a Checkout Session sold something once, and was paid. Subscriptions are paid by their invoices."""
    return (
        session.get("mode") == "payment"
        and session.get("status") == "complete"
        and session.get("payment_status") in PAID
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidInvoice:
    """A paid invoice, its Payment if it is `known`, and what it gives; None where that was fixed before."""

    invoice: entitlements.Invoice
    known: Payment | None
    entitlement: entitlements.Entitlement | None


def read_paid_invoice(invoice: Mapping[str, Any]) -> PaidInvoice | None:
    """What there is to record of an invoice (Stripe's JSON). None if it is not paid.

    Asks Stripe for what the entitlement depends on, so call it before anything is written: the user's row
    must not be locked while we wait.
    """
    if invoice.get("status") != "paid":
        return None
    paid = entitlements.read_invoice(invoice)
    known = Payment.objects.filter(stripe_id=paid.id).first()
    fixed = known is not None and known.credits is not None
    entitlement = None
    if not fixed:
        entitlement = _entitlement_for(
            entitlements.read_invoice(_with_all_lines(invoice)), customer_id=invoice["customer"]
        )
    return PaidInvoice(invoice=paid, known=known, entitlement=entitlement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A payment that was announced, and how many credits were posted on hearing of it: 0 for a repeat."""

    payment: Payment
    posted: int


@transaction.atomic(savepoint=False)
def record_invoice(*, user: Any, paid_invoice: PaidInvoice) -> Recorded:
    """Record a paid invoice of `user`'s and announce it. Asks Stripe nothing.

    Call it under the customer's lock, any number of times: the first call fixes what it gives.
    """
    paid, entitlement, payment = paid_invoice.invoice, paid_invoice.entitlement, paid_invoice.known
    if entitlement:
        payment = payment or Payment(
            user=user,
            stripe_id=paid.id,
            payment_intent_id=paid.payment_intent_id,
            billing_reason=paid.reason,
            amount_paid=paid.amount_paid,
            currency=paid.currency,
            paid_at=paid.paid_at,
        )
        payment.plan = entitlement.plan
        payment.stripe_price_id = entitlement.price_id
        payment.credits = entitlement.credits
        payment.action_type = entitlement.action_type
        payment.period_start, payment.period_end = entitlement.period_start, entitlement.period_end
        payment.expires_at, payment.rollover_cap = entitlement.expires_at, entitlement.rollover_cap
        payment.instalments, payment.instalments_left = entitlement.instalments, entitlement.instalments - 1
        payment.next_instalment_at = payment.due_at(2) if payment.instalments_left else None
        payment.save()
    if payment is None:
        raise Payment.DoesNotExist(paid.id)
    if payment.payment_intent_id is None and paid.payment_intent_id:
        payment.payment_intent_id = paid.payment_intent_id
        payment.save(update_fields=["payment_intent_id"])
    return _announce(payment)


@transaction.atomic(savepoint=False)
def record_session(*, user: Any, session: Mapping[str, Any]) -> Recorded | None:
    """Record a paid one-off Checkout Session of `user`'s and announce it. None if it is not one, or not paid.

    Call it under the customer's lock, any number of times.
    """
    if not is_paid_session(session):
        return None
    payment = Payment.objects.filter(stripe_id=session["id"]).first()
    if payment is None or payment.credits is None:
        items = (session.get("line_items") or {}).get("data") or []
        prices = [(item.get("price") or {}).get("id", "") for item in items]
        packs = {pack.stripe_price_id: pack for pack in CreditPack.objects.filter(stripe_price_id__in=prices)}
        price_id = next((price for price in prices if price in packs), next(iter(prices), ""))
        payment = payment or Payment(
            user=user,
            stripe_id=session["id"],
            payment_intent_id=id_of(session.get("payment_intent")),
            amount_paid=session.get("amount_total") or 0,
            currency=session.get("currency") or "",
            paid_at=datetime.fromtimestamp(session["created"], UTC),
            action_type="credit_pack",
        )
        payment.pack = packs.get(price_id)
        payment.stripe_price_id = price_id
        if packs:
            payment.credits = sum(
                packs[price].credits * (item.get("quantity") or 1)
                for price, item in zip(prices, items, strict=True)
                if price in packs
            )
        payment.save()
    return _announce(payment)


def _entitlement_for(invoice: entitlements.Invoice, *, customer_id: Any) -> entitlements.Entitlement:
    plans = Plan.objects.all().by_price()
    changed = {line.price_id for line in invoice.lines if line.is_proration}
    share = Fraction(1)
    if invoice.from_balance or invoice.from_changes:
        share = entitlements.cash_share(
            invoice, history=_history(id_of(customer_id)) if invoice.from_balance else ()
        )
    with stripe_errors():
        unit_amounts = {
            price_id: client().v1.prices.retrieve(price_id).unit_amount or 0
            for price_id in sorted(changed & plans.keys())
        }
    return entitlements.entitlement_for(invoice, plans=plans, unit_amounts=unit_amounts, share=share)


def _history(customer_id: str | None) -> list[entitlements.Invoice]:
    with stripe_errors():
        found = client().v1.invoices.list({"customer": customer_id or "", "limit": 100})
        return [
            entitlements.read_invoice(_with_all_lines(data.to_dict())) for data in found.auto_paging_iter()
        ]


def _with_all_lines(invoice: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer of Stripe's holds an invoice's first ten lines; the others are asked for."""
    lines = invoice.get("lines") or {}
    if not lines.get("has_more"):
        return invoice
    with stripe_errors():
        found = client().v1.invoices.line_items.list(invoice["id"], {"limit": 100})
        every = [line.to_dict() for line in found.auto_paging_iter()]
    return {**invoice, "lines": {**lines, "data": every}}


@transaction.atomic
def give_instalments(*, payment: Payment, at: datetime) -> Recorded:
    """Give the instalments of `payment` that are due by `at`, and announce it.

    Call it under the customer's lock, and settle what went back of it afterwards.
    """
    payment = Payment.objects.get(pk=payment.pk)
    while payment.next_instalment_at and payment.next_instalment_at <= at:
        payment.instalments_left -= 1
        following = payment.instalments - payment.instalments_left + 1
        payment.next_instalment_at = payment.due_at(following) if payment.instalments_left else None
    payment.save(update_fields=["instalments_left", "next_instalment_at"])
    return _announce(payment)


def _announce(payment: Payment) -> Recorded:
    posted = 0
    if payment.credits is None:
        logger.error(
            "%s was paid at the price %r, which nothing on sale has: nothing is granted. "
            "Give a plan or a pack this price, then run resync_customers.",
            payment.stripe_id,
            payment.stripe_price_id,
        )
    else:
        answers = payment_recorded.send(sender=Payment, payment=payment)
        posted = sum(int(credits_posted or 0) for _, credits_posted in answers)
    return Recorded(payment=payment, posted=posted)
