"""What a payment gives, in credits.

    period lines       the plan's credits for each unit; a trial's line gives the trial's credits
    proration lines    what a change in mid-period adds, by the policy of the plan changed to
    credit balance     Stripe credits the unused time of a downgrade to the customer's balance. That
                       money bought credits before, so what it pays for gives none: a loop of
                       downgrades and upgrades yields no more than was paid for.

The result does not depend on the order in which invoices are reported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from billing.rules.catalog import PackTerms, PlanTerms
from billing.stripe_objects import CheckoutSession, Invoice, InvoiceLine

# https://docs.stripe.com/api/invoices/object#invoice_object-billing_reason
# Manual invoices, thresholds and the rest must not give a whole period's credits by accident.
ACTION_TYPES = {
    "subscription_create": "subscription_start",
    "subscription_cycle": "subscription_renewal",
    "subscription_update": "subscription_change",
}
FINALIZED = ("open", "paid", "uncollectible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What a payment gives. `credits` is None while the price is unmapped: no plan or pack has it."""

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
    """Money of unused time on a customer's balance, as their invoices leave it one after the other."""

    left: int = 0
    used: int = field(default=0, init=False)  # by the last invoice

    def apply(self, invoice: Invoice) -> None:
        self.left += max(0, -invoice.proration_total)
        self.used = min(self.left, invoice.paid_from_balance + invoice.paid_from_proration)
        self.left -= self.used


def cash_share(invoice: Invoice, *, history: Iterable[Invoice]) -> Fraction:
    """Return the share of `invoice` that was paid with money that had bought no credits before.

    `history` are the customer's invoices, with or without this one. It matters only if
    `invoice.paid_from_balance` is positive.
    """
    balance = ProrationBalance()
    before = [one for one in history if one.status in FINALIZED and one.finalized < invoice.finalized]
    for one in sorted(before, key=lambda one: one.finalized):
        balance.apply(one)
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
    """Return what a paid invoice gives.

    `plans` and `unit_amounts` (minor units) are by price; the latter is needed for prorated prices.
    `history` is that of `cash_share`.
    """
    prorations = [line for line in invoice.lines if line.is_proration]
    periods = [line for line in invoice.lines if not line.is_proration]
    charges = [*periods, *(line for line in prorations if line.amount > 0)]
    line = next((line for line in charges if line.price_id in plans), next(iter(charges), None))
    if line is None:  # only a downgrade's credit, or nothing of a subscription
        return Entitlement(action_type=ACTION_TYPES.get(invoice.reason, "payment"))
    terms = plans.get(line.price_id)
    if invoice.reason not in ACTION_TYPES:
        return Entitlement(plan_id=terms.id if terms else None, price_id=line.price_id)
    credits_granted = None
    if terms is not None:
        sold = [(plans[one.price_id], one) for one in periods if one.price_id in plans]
        total = Fraction(sum(plan.period_credits(one.amount, one.quantity) for plan, one in sold))
        if prorations:
            total += max(Fraction(0), proration_credits(prorations, plans=plans, unit_amounts=unit_amounts))
        if invoice.paid_from_balance or invoice.paid_from_proration:
            total *= cash_share(invoice, history=history)
        credits_granted = int(total)
    return Entitlement(
        plan_id=terms.id if terms else None,
        price_id=line.price_id,
        credits=credits_granted,
        action_type=ACTION_TYPES[invoice.reason],
        period_start=line.period_start,
        period_end=line.period_end,
        expires_at=line.period_end if terms and terms.expires else None,
        rollover_cap=terms.rollover_cap if terms else None,
        instalments=terms.instalments if terms and any(one.amount for one in periods) else 1,
    )


def proration_credits(
    lines: Iterable[InvoiceLine], *, plans: Mapping[str, PlanTerms], unit_amounts: Mapping[str, int]
) -> Fraction:
    """Return what proration lines add, by the policy of the plan changed to. Negative after a downgrade."""
    lines = list(lines)
    changed_to = next(
        (plans[line.price_id] for line in lines if line.amount > 0 and line.price_id in plans), None
    )
    if changed_to is None or changed_to.upgrade_policy == "none":
        return Fraction(0)
    added = Fraction(0)
    for line in lines:
        terms, unit = plans.get(line.price_id), unit_amounts.get(line.price_id, 0)
        if terms is None or not unit or not line.amount:
            continue
        if changed_to.upgrade_policy == "full":
            added += terms.credits_per_period * line.quantity * (1 if line.amount > 0 else -1)
        else:  # the amount is the price of the remaining time, so their ratio is that time's share
            added += terms.credits_per_period * Fraction(line.amount, unit)
    return added


def purchase_entitlement(session: CheckoutSession, *, packs: Mapping[str, PackTerms]) -> Entitlement:
    """Return what a paid one-off Checkout Session gives. `packs` are by price."""
    mapped = [item for item in session.items if item.price_id in packs]
    first = next(iter(mapped or session.items), None)
    return Entitlement(
        pack_id=packs[mapped[0].price_id].id if mapped else None,
        price_id=first.price_id if first else "",
        credits=sum(packs[item.price_id].credits * item.quantity for item in mapped) if mapped else None,
        action_type="credit_pack",
    )
