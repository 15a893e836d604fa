"""Record what was paid, once, and announce what it gives."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from billing.models import Payment, Plan
from billing.signals import payment_settled

logger = logging.getLogger(__name__)

# https://docs.stripe.com/api/invoices/object#invoice_object-billing_reason
# The first invoice of a subscription and its renewals pay for a period. Upgrades, manual invoices
# and the rest must not give a whole period's credits by accident.
PAYS_FOR_A_PERIOD = {
    "subscription_create": "subscription_start",
    "subscription_cycle": "subscription_renewal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The line of an invoice that pays for a plan."""

    price_id: str
    quantity: int
    is_trial: bool
    period_start: datetime | None
    period_end: datetime | None


@transaction.atomic
def record_invoice(*, user: Any, invoice: Mapping[str, Any]) -> Payment | None:
    """Record a paid invoice of `user`'s and announce it. None if it is not paid.

    Call it under the customer's lock, any number of times: the first call fixes what it gives.
    """
    if invoice.get("status") != "paid":
        return None
    payment = Payment.objects.filter(stripe_id=invoice["id"]).first()
    if payment is None:
        payment = _read(user=user, invoice=invoice)
        payment.save(force_insert=True)
    elif payment.credits is None:
        # No plan knew the price. Perhaps one does now.
        again = _read(user=user, invoice=invoice)
        payment.plan, payment.credits = again.plan, again.credits
        payment.stripe_price_id = again.stripe_price_id
        payment.save(update_fields=["plan", "credits", "stripe_price_id"])
    if payment.credits is None:
        logger.error(
            "Invoice %s was paid at the price %r, which no plan knows: nothing is granted. "
            "Give a plan this price, then run resync_customers.",
            payment.stripe_id,
            payment.stripe_price_id,
        )
    else:
        payment_settled.send(sender=Payment, payment=payment)
    return payment


def _read(*, user: Any, invoice: Mapping[str, Any]) -> Payment:
    lines = _subscription_lines(invoice)
    plan, line = None, lines[0] if lines else None
    for candidate in lines:
        if known := Plan.objects.for_price(candidate.price_id):
            plan, line = known, candidate
            break
    reason = invoice.get("billing_reason") or ""
    credits_given: int | None
    if reason not in PAYS_FOR_A_PERIOD:
        credits_given = 0
    elif plan is None or line is None:
        credits_given = None
    elif line.is_trial:
        credits_given = plan.trial_credits
    else:
        credits_given = plan.credits_per_period * line.quantity
    paid_at = (invoice.get("status_transitions") or {}).get("paid_at") or invoice["created"]
    return Payment(
        user=user,
        stripe_id=invoice["id"],
        stripe_price_id=line.price_id if line else "",
        billing_reason=reason,
        plan=plan,
        credits=credits_given,
        action_type=PAYS_FOR_A_PERIOD.get(reason, "payment"),
        amount_paid=invoice["amount_paid"],
        currency=invoice["currency"],
        period_start=line.period_start if line else None,
        period_end=line.period_end if line else None,
        paid_at=datetime.fromtimestamp(paid_at, UTC),
    )


def _subscription_lines(invoice: Mapping[str, Any]) -> list[Line]:
    """The lines that pay for a period of a subscription: not prorations, not one-off items."""
    lines = []
    for data in (invoice.get("lines") or {}).get("data") or []:
        parent = data.get("parent") or {}
        details = parent.get("subscription_item_details") or {}
        if details.get("proration") or data.get("proration") or parent.get("type") == "invoice_item_details":
            continue
        pricing = (data.get("pricing") or {}).get("price_details") or {}
        price = pricing.get("price") or (data.get("price") or {}).get("id") or ""
        period = data.get("period") or {}
        # A trial's line costs nothing before any discount; a 100% coupon leaves the line's amount.
        lines.append(
            Line(
                price_id=price if isinstance(price, str) else price["id"],
                quantity=data.get("quantity") or 1,
                is_trial=data.get("amount") == 0,
                period_start=_time(period.get("start")),
                period_end=_time(period.get("end")),
            )
        )
    return lines


def _time(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
