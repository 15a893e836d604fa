"""The lines of an invoice: prices times quantities, prorations, discounts and taxes."""

from dataclasses import dataclass

from stripe_sandbox.domain import discounts
from stripe_sandbox.domain.money import currency_text, unit_cost
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

AUTOMATIC_RATE = "txr_sandbox_automatic"
TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(slots=True, kw_only=True)
class LineDraft:
    """A line before discounts and taxes. It bills a subscription item, or an invoice item."""

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
        """The amount of the line, in minor units."""
        return self.amount if self.amount is not None else round(unit_cost(self.price) * self.quantity)


@dataclass(frozen=True, slots=True)
class InvoiceLines:
    """Lines with their totals, in minor units."""

    lines: list[Json]
    discount_totals: list[Json]
    taxes: list[Json]

    @property
    def subtotal(self) -> int:
        """The sum before discounts and exclusive taxes."""
        return sum(line["amount"] for line in self.lines)

    @property
    def tax(self) -> int:
        """The sum of all taxes, including inclusive taxes."""
        return sum(entry["amount"] for entry in self.taxes)

    @property
    def total(self) -> int:
        """The sum after discounts and exclusive taxes."""
        discount: int = sum(entry["amount"] for entry in self.discount_totals)
        added: int = sum(entry["amount"] for entry in self.taxes if entry["tax_behavior"] == "exclusive")
        return self.subtotal - discount + added


def build(
    state: State, drafts: list[LineDraft], *, invoice_id: str, customer: Json, subscription: Json
) -> InvoiceLines:
    """Return the lines of an invoice after discounts and taxes; the discounts count as used."""
    active = _applicable_discounts(state, customer=customer, subscription=subscription)
    rates = subscription["default_tax_rates"] or []
    if subscription["automatic_tax"]["enabled"]:
        rates = [automatic_rate(state)]
    shares = _discount_shares(state, active, [0 if draft.proration else draft.total for draft in drafts])
    lines = []
    for draft, share in zip(drafts, shares, strict=True):
        line = _line(state, draft, invoice_id=invoice_id, subscription=subscription)
        line["discount_amounts"] = [
            {"amount": amount, "discount": discount_id} for discount_id, amount in share.items()
        ]
        line["taxes"] = [tax_entry(rate, draft.total - sum(share.values())) for rate in rates]
        lines.append(line)
    for discount in active:
        discounts.mark_used(state, discount)
    totals = [
        {"amount": sum(share[discount["id"]] for share in shares), "discount": discount["id"]}
        for discount in active
    ]
    return InvoiceLines(lines, totals, total_taxes(rates, lines))


def automatic_rate(state: State) -> Json:
    """Return the rate of the automatic tax, which is the same everywhere; create it on first use."""
    return state.get_or_none(AUTOMATIC_RATE) or state.add(
        "tax_rate",
        id=AUTOMATIC_RATE,
        active=True,
        display_name="Sales tax",
        inclusive=False,
        percentage=10,
        rate_type="percentage",
    )


def _applicable_discounts(state: State, *, customer: Json, subscription: Json) -> list[Json]:
    """Return the active discounts of the subscription, or of the customer if it has none."""
    ids = list(subscription["discounts"])
    if not ids and customer.get("discount"):
        ids = [customer["discount"]["id"]]
    return discounts.active(state, ids)


def _discount_shares(state: State, active: list[Json], amounts: list[int]) -> list[dict[str, int]]:
    """Return, for each line, the amount of each discount."""
    shares: list[dict[str, int]] = [{} for _ in amounts]
    remaining = list(amounts)
    for discount in active:
        off = discounts.amount_off(discounts.coupon_of(state, discount), sum(remaining))
        for index, part in enumerate(discounts.distribute(off, remaining)):
            shares[index][discount["id"]] = part
            remaining[index] -= part
    return shares


def _line(state: State, draft: LineDraft, *, invoice_id: str, subscription: Json) -> Json:
    price, currency = draft.price, subscription["currency"]
    name = (state.get_or_none(price["product"]) or {}).get("name", "")
    interval = f" / {price['recurring']['interval']}" if price["recurring"] else ""
    cost = currency_text(round(unit_cost(price)), currency) + interval
    return state.build(
        "line_item",
        amount=draft.total,
        currency=currency,
        description=draft.description or f"{draft.quantity} {TIMES} {name} (at {cost})",
        discountable=not draft.proration,
        invoice=invoice_id,
        parent=_line_parent(draft, subscription["id"]),
        period={"start": draft.start, "end": draft.end},
        pretax_credit_amounts=[],
        pricing=pricing(price),
        quantity=draft.quantity,
        quantity_decimal=str(draft.quantity),
        subscription=subscription["id"],
        subtotal=draft.total,
    )


def _line_parent(draft: LineDraft, subscription_id: str) -> Json:
    kind = "invoice_item_details" if draft.invoice_item else "subscription_item_details"
    details = {
        "invoice_item": draft.invoice_item,
        "proration": draft.proration,
        "proration_details": {"credited_items": None},
        "subscription": subscription_id,
    }
    if draft.item:
        details["subscription_item"] = draft.item
    return {"invoice_item_details": None, "subscription_item_details": None, "type": kind, kind: details}


def pricing(price: Json) -> Json:
    """Return the price fields of a line or an invoice item."""
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }


def tax_entry(rate: Json, taxable: int, amount: int | None = None) -> Json:
    """Return the tax on an amount at a rate, in the form of an invoice and its lines."""
    if amount is None:
        percent, inclusive = rate["percentage"], rate["inclusive"]
        amount = round(taxable * percent / (100 + percent if inclusive else 100))
    return {
        "amount": amount,
        "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxability_reason": "standard_rated",
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }


def total_taxes(rates: list[Json], lines: list[Json]) -> list[Json]:
    """Return the sums of the lines' taxes, by rate."""
    totals = []
    for index, rate in enumerate(rates):
        entries = [line["taxes"][index] for line in lines]
        taxable = sum(entry["taxable_amount"] for entry in entries)
        totals.append(tax_entry(rate, taxable, sum(entry["amount"] for entry in entries)))
    return totals
