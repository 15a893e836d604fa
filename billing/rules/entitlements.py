"""Compute the credits that a payment grants.

    period lines       the plan's credits times the quantity; for a trial, the plan's trial credits
    proration lines    the credits for a plan change within a period, by the new plan's upgrade policy
    credit balance     After a downgrade, Stripe adds the price of the unused time to the customer's
                       balance. That money has already bought credits. The share of an invoice that
                       it pays grants none, so repeated downgrades and upgrades grant no extra credits.

The result does not depend on the order in which invoices are reported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from billing.rules.catalog import PackTerms, PlanTerms
from billing.stripe_objects import CheckoutSession, Invoice, InvoiceLine

# https://docs.stripe.com/api/invoices/object#invoice_object-billing_reason
# Invoices with any other reason, such as a manual invoice or a threshold, grant no credits.
ACTION_TYPES = {
    "subscription_create": "subscription_start",
    "subscription_cycle": "subscription_renewal",
    "subscription_update": "subscription_change",
}
FINALIZED = ("open", "paid", "uncollectible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """The credits that a payment grants. `credits` is None while no plan or pack has the paid price."""

    plan_id: int | None = None
    pack_id: int | None = None
    price_id: str = ""
    credits: int | None = 0
    action_type: str = "payment"
    period_start: datetime | None = None
    period_end: datetime | None = None
    expires_at: datetime | None = None
    rollover_cap: int | None = None
    instalments: int = 1


@dataclass(slots=True)
class ProrationBalance:
    """The part of a customer's Stripe balance that is credit for unused time. Apply invoices in order."""

    remaining: int = 0
    used: int = field(default=0, init=False)  # the amount that the last applied invoice used

    def apply(self, invoice: Invoice) -> None:
        self.remaining += max(0, -invoice.proration_total)
        self.used = min(self.remaining, invoice.paid_from_balance + invoice.paid_from_proration)
        self.remaining -= self.used


def cash_share(invoice: Invoice, *, history: Iterable[Invoice]) -> Fraction:
    """Return the share of `invoice` that was not paid with credit for unused time.

    `history` contains the customer's invoices and may include this one. It affects the result only if
    `invoice.paid_from_balance` is positive.
    """
    balance = ProrationBalance()
    earlier = [
        other for other in history if other.status in FINALIZED and other.finalized < invoice.finalized
    ]
    for other in sorted(earlier, key=lambda other: other.finalized):
        balance.apply(other)
    balance.apply(invoice)
    charged = max(0, invoice.total) + invoice.paid_from_proration
    return 1 - Fraction(balance.used, charged) if charged else Fraction(1)


def invoice_entitlement(
    invoice: Invoice,
    *,
    plans: Mapping[str, PlanTerms],
    unit_amounts: Mapping[str, int],
    history: Iterable[Invoice],
) -> Entitlement:
    """Return the entitlement of a paid invoice.

    `plans` and `unit_amounts` (minor units) are by price id. `history` is passed to `cash_share`.
    """
    periods, prorations = invoice.period_lines, invoice.proration_lines
    charges = [*periods, *(line for line in prorations if line.amount > 0)]
    line = next((line for line in charges if line.price_id in plans), next(iter(charges), None))
    if line is None:  # the invoice has no lines, or only credits for unused time
        return Entitlement(action_type=ACTION_TYPES.get(invoice.reason, "payment"))
    terms = plans.get(line.price_id)
    if invoice.reason not in ACTION_TYPES:
        return Entitlement(plan_id=terms.id if terms else None, price_id=line.price_id)
    total = Fraction(0)
    for period in periods:
        if plan := plans.get(
            period.price_id
        ):  # only a trial's line has amount 0; a coupon does not change it
            total += plan.credits_per_period * period.quantity if period.amount else plan.trial_credits
    if prorations:
        total += max(Fraction(0), proration_credits(prorations, plans=plans, unit_amounts=unit_amounts))
    if invoice.paid_from_balance or invoice.paid_from_proration:
        total *= cash_share(invoice, history=history)
    return Entitlement(
        plan_id=terms.id if terms else None,
        price_id=line.price_id,
        credits=int(total) if terms else None,
        action_type=ACTION_TYPES[invoice.reason],
        period_start=line.period_start,
        period_end=line.period_end,
        expires_at=line.period_end if terms and terms.expires else None,
        rollover_cap=terms.rollover_cap if terms else None,
        instalments=terms.instalments if terms and any(period.amount for period in periods) else 1,
    )


def proration_credits(
    lines: Iterable[InvoiceLine], *, plans: Mapping[str, PlanTerms], unit_amounts: Mapping[str, int]
) -> Fraction:
    """Return the credits for proration lines, by the new plan's policy. Negative after a downgrade."""
    lines = list(lines)
    new_plan = next(
        (plans[line.price_id] for line in lines if line.amount > 0 and line.price_id in plans), None
    )
    if new_plan is None or new_plan.upgrade_policy == "none":
        return Fraction(0)
    added = Fraction(0)
    for line in lines:
        terms, unit = plans.get(line.price_id), unit_amounts.get(line.price_id, 0)
        if terms is None or not unit or not line.amount:
            continue
        if new_plan.upgrade_policy == "full":
            added += terms.credits_per_period * line.quantity * (1 if line.amount > 0 else -1)
        else:  # line.amount is the price of the remaining time, so amount / unit is its share of a period
            added += terms.credits_per_period * Fraction(line.amount, unit)
    return added


def purchase_entitlement(session: CheckoutSession, *, packs: Mapping[str, PackTerms]) -> Entitlement:
    """Return the entitlement of a paid one-off Checkout Session. `packs` is keyed by price id."""
    mapped = [item for item in session.items if item.price_id in packs]
    first = next(iter(mapped or session.items), None)
    return Entitlement(
        pack_id=packs[mapped[0].price_id].id if mapped else None,
        price_id=first.price_id if first else "",
        credits=sum(packs[item.price_id].credits * item.quantity for item in mapped) if mapped else None,
        action_type="credit_pack",
    )
