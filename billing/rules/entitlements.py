"""Compute the credits that a payment grants; `subscription_state` computes the plan.

    period lines       the plan's credits times the quantity; for a trial, the plan's trial credits, once
    proration lines    the credits for a plan change within a period, by the new plan's upgrade policy.
                       A change to another price of the same plan is no plan change.
    credit balance     After a downgrade, Stripe adds the price of the unused time, with its tax, to the
                       customer's balance. That money has already bought credits. The share of an invoice
                       that it pays grants none, so repeated downgrades and upgrades grant no extra
                       credits. All amounts in this computation are after discounts and taxes.

The result does not depend on the order in which invoices are reported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from operator import itemgetter

from billing.rules.catalog import PackTerms, PlanTerms
from billing.stripe_payments import CheckoutSession, Invoice, InvoiceLine

# https://docs.stripe.com/api/invoices/object#invoice_object-billing_reason
# Invoices with any other reason, such as a manual invoice or a threshold, grant no credits.
FIRST = "subscription_create"
ACTION_TYPES = {
    FIRST: "subscription_start",
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

    plans: Mapping[str, PlanTerms]
    remaining: Fraction = Fraction(0)
    used: Fraction = field(default=Fraction(0), init=False)  # the amount that the last applied invoice used

    def apply(self, invoice: Invoice) -> None:
        self.remaining += max(Fraction(0), -plan_change_total(invoice.proration_lines, plans=self.plans))
        paid = Fraction(invoice.paid_from_balance + invoice.paid_from_proration)
        self.used = min(self.remaining, paid)
        self.remaining -= self.used


def plan_change_total(lines: Iterable[InvoiceLine], *, plans: Mapping[str, PlanTerms]) -> Fraction:
    """Return the amount of proration lines that is for a change of plan or quantity, in minor units.

    It is after discounts and taxes, as the balance and an invoice's total are. It excludes other products,
    and the difference between two prices of one plan: the plan continues, so no credits stay unused.
    """
    total = Fraction(0)
    for group in _by_terms(lines, plans=plans):
        old, new = ([line for line in group if (line.amount > 0) is is_new] for is_new in (False, True))
        quantity_before, quantity_after = (sum(line.quantity for line in side) for side in (old, new))
        kept = min(quantity_before, quantity_after)
        for side, quantity in ((old, quantity_before), (new, quantity_after)):
            amount = sum(line.total for line in side)
            total += Fraction(amount * (quantity - kept), quantity) if quantity else 0
    return total


def _by_terms(lines: Iterable[InvoiceLine], *, plans: Mapping[str, PlanTerms]) -> Iterable[list[InvoiceLine]]:
    """Group the lines of plans by plan, by its credits and by the prorated time."""
    groups: dict[tuple[object, ...], list[InvoiceLine]] = {}
    for line in lines:
        if line.amount and (terms := plans.get(line.price_id)):
            key = (terms.id, terms.credits_per_period, line.period_start, line.period_end)
            groups.setdefault(key, []).append(line)
    return groups.values()


def cash_share(invoice: Invoice, *, history: Iterable[Invoice], plans: Mapping[str, PlanTerms]) -> Fraction:
    """Return the share of `invoice` that was not paid with credit for unused time.

    `history` contains the customer's invoices and may include this one. It affects the result only if
    `invoice.paid_from_balance` is positive. `plans` are by Stripe price.
    """
    balance = ProrationBalance(plans)
    earlier = [  # Stripe keeps one balance for each currency
        other
        for other in history
        if other.status in FINALIZED
        and other.currency == invoice.currency
        and other.finalized < invoice.finalized
    ]
    for other in sorted(earlier, key=lambda other: other.finalized):
        balance.apply(other)
    balance.apply(invoice)
    charged = max(0, invoice.total) + invoice.paid_from_proration
    return 1 - balance.used / charged if charged else Fraction(1)


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
    first = invoice.reason == FIRST
    known = ((plans[period.price_id], period) for period in periods if period.price_id in plans)
    total = Fraction(
        sum(plan.credits_for(p.amount, quantity=p.quantity, is_first=first) for plan, p in known)
    )
    if prorations:
        total += max(Fraction(0), proration_credits(prorations, plans=plans, unit_amounts=unit_amounts))
    if invoice.paid_from_balance or invoice.paid_from_proration:
        total *= cash_share(invoice, history=history, plans=plans)
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
    """Return the credits for proration lines, by the new plan's policy. Negative after a downgrade.

    A change that costs nothing grants none. Otherwise a user could repeat it: between plans of one price, or in
    the last minutes of a period, when the unused time of both plans rounds to the same amount.
    """
    lines = [line for line in lines if line.price_id in plans]
    new_plan = next((plans[line.price_id] for line in lines if line.amount > 0), None)
    costs_nothing = sum(line.amount for line in lines) <= 0
    if new_plan is None or new_plan.upgrade_policy == "none" or costs_nothing:
        return Fraction(0)
    added = Fraction(0)
    for group in _by_terms(lines, plans=plans):
        # All lines of a group have the same share of a period. The largest price has the least rounding.
        costs = {line: unit_amounts.get(line.price_id, 0) * line.quantity for line in group}
        line, cost = max(costs.items(), key=itemgetter(1))
        if not cost:
            continue
        # The line may be in another currency than the price's amount.
        share = Fraction(1)
        if new_plan.upgrade_policy == "prorated":
            share = min(share, Fraction(abs(line.amount), cost))
        quantity = sum(line.quantity if line.amount > 0 else -line.quantity for line in group)
        added += plans[line.price_id].credits_per_period * quantity * share
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
