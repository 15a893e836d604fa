"""The lines of an invoice: prices times quantities, prorations, discounts and taxes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stripe_sandbox.domain import discounts

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json


TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(slots=True, kw_only=True)
class LineDraft:
    """One line to be written."""

    price: Json
    quantity: int
    start: int
    end: int
    amount: int | None = None  # minor units; None: the price times the quantity
    item: str | None = None
    invoice_item: str | None = None
    proration: bool = False
    description: str = ""

    @property
    def total(self) -> int:
        """What the line comes to, in minor units."""
        return self.amount if self.amount is not None else round(unit_cost(self.price) * self.quantity)


@dataclass(slots=True)
class InvoiceLines:
    """Lines with their sums, in minor units."""

    lines: list[Json] = field(default_factory=list)
    subtotal: int = 0
    total: int = 0
    tax: int = 0
    discount_totals: list[Json] = field(default_factory=list)
    taxes: list[Json] = field(default_factory=list)


def unit_cost(price: Json) -> float:
    """Return what one unit of a price costs, in minor units."""
    return float(price["unit_amount"] if price["unit_amount"] is not None else price["unit_amount_decimal"])


def build(
    state: State,
    drafts: list[LineDraft],
    *,
    invoice: str,
    customer: Json,
    subscription: Json | None,
    currency: str,
) -> InvoiceLines:
    """Return the lines of an invoice, with what discounts and tax rates make of them."""
    result = InvoiceLines()
    active = applicable_discounts(state, customer=customer, subscription=subscription)
    rates = [] if subscription is None else subscription["default_tax_rates"] or []
    off = {discount["id"]: 0 for discount in active}
    tax = {rate["id"]: {"amount": 0, "taxable": 0} for rate in rates}
    shares = _discount_shares(state, active, [0 if draft.proration else draft.total for draft in drafts])
    for draft, share in zip(drafts, shares, strict=True):
        line = _line(state, draft, invoice=invoice, subscription=subscription, currency=currency)
        line["discount_amounts"] = [{"amount": share[one["id"]], "discount": one["id"]} for one in active]
        net = line["amount"] - sum(share.values())
        line["taxes"] = [_tax(rate, net) for rate in rates]
        for discount_id, amount in share.items():
            off[discount_id] += amount
        for rate, entry in zip(rates, line["taxes"], strict=True):
            tax[rate["id"]]["amount"] += entry["amount"]
            tax[rate["id"]]["taxable"] += net
        result.lines.append(line)
    result.subtotal = sum(draft.total for draft in drafts)
    result.discount_totals = [{"amount": amount, "discount": one} for one, amount in off.items()]
    result.taxes = [_tax(rate, tax[rate["id"]]["taxable"], tax[rate["id"]]["amount"]) for rate in rates]
    result.tax = sum(entry["amount"] for entry in result.taxes)
    added = sum(entry["amount"] for entry in result.taxes if entry["tax_behavior"] == "exclusive")
    result.total = result.subtotal - sum(off.values()) + added
    for discount in active:
        discounts.mark_used(state, discount)
    return result


def applicable_discounts(state: State, *, customer: Json, subscription: Json | None) -> list[Json]:
    """Return the discounts of the subscription, else of the customer, that count now."""
    ids = list(subscription["discounts"]) if subscription else []
    if not ids and customer.get("discount"):
        ids = [customer["discount"]["id"]]
    return discounts.active(state, ids)


def _discount_shares(state: State, active: list[Json], amounts: list[int]) -> list[dict[str, int]]:
    """Return, for each line, what each discount takes from it."""
    shares: list[dict[str, int]] = [{} for _ in amounts]
    left = list(amounts)
    for discount in active:
        whole = sum(left)
        rest = discounts.amount_off(discounts.coupon_of(state, discount), whole) if whole > 0 else 0
        for index, amount in enumerate(left):
            part = round(rest * amount / whole) if whole > 0 else 0
            whole, rest = whole - amount, rest - part
            shares[index][discount["id"]] = part
            left[index] -= part
    return shares


def _line(state: State, draft: LineDraft, *, invoice: str, subscription: Json | None, currency: str) -> Json:
    name = (state.get_or_none(draft.price["product"]) or {}).get("name", "")
    sub_id = subscription["id"] if subscription else None
    parent: Json | None = None
    if draft.invoice_item:
        details: Json = {
            "invoice_item": draft.invoice_item,
            "proration": draft.proration,
            "proration_details": {"credited_items": None},
            "subscription": sub_id,
        }
        parent = {
            "invoice_item_details": details,
            "subscription_item_details": None,
            "type": "invoice_item_details",
        }
    elif draft.item:
        details = {
            "invoice_item": None,
            "proration": draft.proration,
            "proration_details": {"credited_items": None},
            "subscription": sub_id,
            "subscription_item": draft.item,
        }
        parent = {
            "invoice_item_details": None,
            "subscription_item_details": details,
            "type": "subscription_item_details",
        }
    recurring = draft.price["recurring"]
    cost = f"{currency_text(round(unit_cost(draft.price)), currency)}{' / ' + recurring['interval'] if recurring else ''}"
    return state.build(
        "line_item",
        amount=draft.total,
        currency=currency,
        description=draft.description or f"{draft.quantity} {TIMES} {name} (at {cost})",
        discountable=not draft.proration,
        invoice=invoice,
        metadata={},
        parent=parent,
        period={"start": draft.start, "end": draft.end},
        pretax_credit_amounts=[],
        pricing={
            "price_details": {"price": draft.price["id"], "product": draft.price["product"]},
            "type": "price_details",
            "unit_amount_decimal": draft.price["unit_amount_decimal"],
        },
        quantity=draft.quantity,
        quantity_decimal=str(draft.quantity),
        subscription=sub_id,
        subtotal=draft.total,
    )


def _tax(rate: Json, net: int, amount: int | None = None) -> Json:
    percent = rate["percentage"]
    computed = round(net * percent / (100 + percent)) if rate["inclusive"] else round(net * percent / 100)
    return {
        "amount": computed if amount is None else amount,
        "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxability_reason": "standard_rated",
        "taxable_amount": net,
        "type": "tax_rate_details",
    }


ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "ugx",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def currency_text(amount: int, currency: str) -> str:
    """Return an amount of minor units as people read it: `$9.99`."""
    number = f"{amount:,}" if currency in ZERO_DECIMAL else f"{abs(amount) / 100:,.2f}"
    sign = "-" if amount < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"
