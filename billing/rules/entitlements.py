"""What a paid invoice gives, in credits: pure functions of Stripe's JSON and of what is on sale.

    period lines       the plan's credits for each unit; a trial's line gives the trial's credits
    proration lines    what a change in mid-period adds, by the policy of the plan changed to
    money given back   Stripe credits the unused time of a downgrade to the customer's balance. What
                       is paid from that money was turned into credits once already, so it gives
                       none: a loop of downgrades and upgrades yields no more than was paid for.

Nothing here depends on the order in which invoices are heard of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from billing.models import Plan, UnspentCredits, UpgradeCredits

# https://docs.stripe.com/api/invoices/object#invoice_object-billing_reason
# Manual invoices, thresholds and the rest must not give a whole period's credits by accident.
ACTION_TYPES = {
    "subscription_create": "subscription_start",
    "subscription_cycle": "subscription_renewal",
    "subscription_update": "subscription_change",
}
FINAL = ("open", "paid", "uncollectible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an invoice that is about a price. `amount` is in minor units, before discounts."""

    price_id: str
    quantity: int
    amount: int
    is_proration: bool
    period_start: datetime | None
    period_end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What we need to know of a Stripe invoice. Amounts are in minor units."""

    id: str
    status: str
    reason: str
    total: int
    amount_due: int
    amount_paid: int
    currency: str
    finalized: tuple[int, str]  # when, and by its number where that is the same second
    paid_at: datetime
    payment_intent_id: str | None
    lines: tuple[Line, ...] = ()

    @property
    def for_periods(self) -> int:
        """What its period lines come to."""
        return sum(line.amount for line in self.lines if not line.is_proration)

    @property
    def for_changes(self) -> int:
        """What its proration lines come to: negative after a downgrade."""
        return sum(line.amount for line in self.lines if line.is_proration)

    @property
    def from_balance(self) -> int:
        """What the customer's credit balance paid of it."""
        return max(0, self.total - self.amount_due) if self.total > 0 else 0

    @property
    def from_changes(self) -> int:
        """What the unused time of a downgrade paid of its period lines."""
        return min(max(0, -self.for_changes), max(0, self.for_periods))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What a payment gives. `credits` is None when no plan knows the price."""

    plan: Plan | None = None
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

    def follow(self, invoice: Invoice) -> None:
        self.left += max(0, -invoice.for_changes)
        self.used = min(self.left, invoice.from_balance + invoice.from_changes)
        self.left -= self.used


def read_invoice(data: Mapping[str, Any]) -> Invoice:
    """An invoice from Stripe's JSON, of today's shape or an older one, expanded or not."""
    moments = data.get("status_transitions") or {}
    finalized = moments.get("finalized_at") or data.get("effective_at") or data["created"]
    prefix, _, number = (data.get("number") or "").rpartition("-")
    return Invoice(
        id=data["id"],
        status=data.get("status") or "",
        reason=data.get("billing_reason") or "",
        total=data.get("total") or 0,
        amount_due=data.get("amount_due") or 0,
        amount_paid=data.get("amount_paid") or 0,
        currency=data.get("currency") or "",
        finalized=(finalized, f"{prefix}-{number:>12}"),
        paid_at=datetime.fromtimestamp(moments.get("paid_at") or data["created"], UTC),
        payment_intent_id=_payment_intent(data),
        lines=tuple(_lines(data)),
    )


def cash_share(invoice: Invoice, *, history: Iterable[Invoice]) -> Fraction:
    """How much of `invoice` was paid with money that had not been turned into credits before.

    `history` are the customer's invoices, itself included or not. It is needed only where
    `invoice.from_balance` is positive.
    """
    balance = ProrationBalance()
    before = [one for one in history if one.status in FINAL and one.finalized < invoice.finalized]
    for one in sorted(before, key=lambda one: one.finalized):
        balance.follow(one)
    balance.follow(invoice)
    asked = max(0, invoice.total) + invoice.from_changes
    return 1 - Fraction(balance.used, asked) if asked else Fraction(1)


def entitlement_for(
    invoice: Invoice, *, plans: Mapping[str, Plan], unit_amounts: Mapping[str, int], share: Fraction
) -> Entitlement:
    """What a paid `invoice` gives.

    `plans` and `unit_amounts` (minor units) are by price; the latter is needed for prorated prices.
    `share` is that of `cash_share`.
    """
    periods = [line for line in invoice.lines if not line.is_proration]
    changes = [line for line in invoice.lines if line.is_proration]
    about = [*periods, *(line for line in changes if line.amount > 0)]
    known = next((line for line in about if line.price_id in plans), None)
    line = known or next(iter(about), None)
    if line is None:  # a downgrade's credit, or nothing of ours
        return Entitlement(action_type=ACTION_TYPES.get(invoice.reason, "payment"))
    if invoice.reason not in ACTION_TYPES:
        return Entitlement(plan=plans.get(line.price_id), price_id=line.price_id)
    found = {
        "price_id": line.price_id,
        "action_type": ACTION_TYPES[invoice.reason],
        "period_start": line.period_start,
        "period_end": line.period_end,
    }
    if known is None:
        return Entitlement(credits=None, **found)  # type: ignore[arg-type]
    plan = plans[known.price_id]
    credits_given = Fraction(0)
    for one in periods:
        if sold := plans.get(one.price_id):
            # A trial's line costs nothing before any discount; a 100% coupon leaves the line's amount.
            credits_given += sold.credits_per_period * one.quantity if one.amount else sold.trial_credits
    credits_given += max(Fraction(0), _proration_credits(changes, plans=plans, unit_amounts=unit_amounts))
    return Entitlement(
        plan=plan,
        credits=int(credits_given * share),
        expires_at=known.period_end if plan.unspent_credits != UnspentCredits.ROLLOVER else None,
        rollover_cap=plan.rollover_cap,
        instalments=plan.instalments if any(one.amount for one in periods) else 1,
        **found,  # type: ignore[arg-type]
    )


def _proration_credits(
    lines: list[Line], *, plans: Mapping[str, Plan], unit_amounts: Mapping[str, int]
) -> Fraction:
    """What proration lines add, by the policy of the plan changed to. Negative after a downgrade."""
    changed_to = next(
        (plans[line.price_id] for line in lines if line.amount > 0 and line.price_id in plans), None
    )
    if changed_to is None or changed_to.upgrade_credits == UpgradeCredits.NONE:
        return Fraction(0)
    added = Fraction(0)
    for line in lines:
        plan, unit = plans.get(line.price_id), unit_amounts.get(line.price_id, 0)
        if plan is None or not unit or not line.amount:
            continue
        if changed_to.upgrade_credits == UpgradeCredits.FULL:
            added += plan.credits_per_period * line.quantity * (1 if line.amount > 0 else -1)
        else:  # the amount is the price for the time that is left, so their ratio is that time's share
            added += plan.credits_per_period * Fraction(line.amount, unit)
    return added


def _lines(data: Mapping[str, Any]) -> Iterable[Line]:
    """The lines about a subscription's price: not one-off items."""
    for line in (data.get("lines") or {}).get("data") or []:
        parent = line.get("parent") or {}
        details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
        is_proration = bool(details.get("proration") or line.get("proration"))
        one_off = parent.get("type") == "invoice_item_details" or line.get("type") == "invoiceitem"
        if one_off and not is_proration:
            continue
        pricing = (line.get("pricing") or {}).get("price_details") or {}
        period = line.get("period") or {}
        yield Line(
            price_id=_id(pricing.get("price") or line.get("price")) or "",
            quantity=line.get("quantity") or 1,
            amount=line.get("amount") or 0,
            is_proration=is_proration,
            period_start=_time(period.get("start")),
            period_end=_time(period.get("end")),
        )


def _payment_intent(data: Mapping[str, Any]) -> str | None:
    """The payment intent that paid it: today in its list of payments, before 2025 a field."""
    for entry in (data.get("payments") or {}).get("data") or []:
        if entry.get("status") == "paid" and (
            found := _id((entry.get("payment") or {}).get("payment_intent"))
        ):
            return found
    return _id(data.get("payment_intent"))


def _id(value: Any) -> str | None:
    """The id of something that Stripe sends by id or expanded."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) and found else None


def _time(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
