"""Stripe's invoices, Checkout Sessions, charges and refunds, as frozen dataclasses.

They are parsed as `billing.stripe_objects` says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from billing.stripe_objects import Json, object_id, rows_of, time_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A payment that paid an invoice or a session, or a part of it.

    `id` is the id of a payment intent or, if there is none, of a charge. `amount` is what it paid towards
    this invoice or session. `is_attached` tells whether someone attached it, perhaps after it was paid and
    even refunded. Stripe creates the others itself.
    """

    id: str
    amount: int
    is_attached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The amounts of a payment intent that were charged, refunded and withheld for disputes so far."""

    charged: int = 0
    refunded: int = 0
    disputed: int = 0


# A refund with one of these statuses has failed: the money is ours again. A pending refund counts, because
# Stripe has taken its money from us. https://docs.stripe.com/api/refunds/object#refund_object-status
FAILED_REFUND_STATUSES = ("failed", "canceled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge with the sum of its refunds that did not fail. `part_id` is its payment intent, or itself."""

    id: str
    part_id: str
    captured: int
    refunded: int
    is_disputed: bool
    has_more_refunds: bool

    @classmethod
    def from_stripe(cls, data: Json) -> "Charge":
        """Parse a charge with its expanded refunds, or with the sum that Stripe computed."""
        refunded = data.get("amount_refunded") or 0
        if data.get("refunds"):
            refunded = cls.sum_refunds(rows_of(data, "refunds"))
        return cls(
            id=data["id"],
            part_id=object_id(data.get("payment_intent")) or data["id"],
            captured=data.get("amount_captured") or 0,
            refunded=refunded,
            is_disputed=bool(data.get("disputed")),
            has_more_refunds=bool((data.get("refunds") or {}).get("has_more")),
        )

    @staticmethod
    def sum_refunds(refunds: Iterable[Json]) -> int:
        """Return the sum of the refunds that did not fail."""
        return sum(one["amount"] for one in refunds if one.get("status") not in FAILED_REFUND_STATUSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxDetails:
    """The tax in a total, and the customer's country and status for taxes (such as `reverse`)."""

    amount: int = 0
    country: str = ""
    exempt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """An invoice line for a subscription's price.

    `total` is `amount` less discounts plus exclusive taxes. A negative line has negative taxes.
    """

    price_id: str
    quantity: int
    amount: int
    total: int
    is_proration: bool
    period_start: datetime | None
    period_end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice with its lines and the payments that paid it."""

    id: str
    status: str
    reason: str
    subtotal: int
    tax: TaxDetails
    total: int
    amount_due: int
    amount_paid: int
    currency: str
    created: int
    finalized: tuple[int, str]  # time and number, which order invoices of the same second
    paid_at: datetime
    parts: tuple[Part, ...] = ()
    has_more_parts: bool = False
    has_more_lines: bool = False
    lines: tuple[InvoiceLine, ...] = ()

    @classmethod
    def from_stripe(cls, data: Json) -> "Invoice":
        """Parse an invoice of the current version or an older one, expanded or not."""
        times = data.get("status_transitions") or {}
        finalized = times.get("finalized_at") or data.get("effective_at") or data["created"]
        prefix, _, number = (data.get("number") or "").rpartition("-")
        return cls(
            id=data["id"],
            status=data.get("status") or "",
            reason=data.get("billing_reason") or "",
            subtotal=data.get("subtotal") or 0,
            tax=cls._tax(data),
            total=data.get("total") or 0,
            amount_due=data.get("amount_due") or 0,
            amount_paid=data.get("amount_paid") or 0,
            currency=data.get("currency") or "",
            created=data["created"],
            finalized=(finalized, f"{prefix}-{number:>12}"),
            paid_at=datetime.fromtimestamp(times.get("paid_at") or data["created"], UTC),
            parts=cls.parse_parts(data),
            has_more_parts=bool((data.get("payments") or {}).get("has_more")),
            has_more_lines=bool((data.get("lines") or {}).get("has_more")),
            lines=cls.parse_lines(data),
        )

    @staticmethod
    def _tax(data: Json) -> TaxDetails:
        """Parse the taxes of the current version or an older one."""
        taxes = data.get("total_taxes") or data.get("total_tax_amounts") or []
        address = data.get("customer_address") or {}
        return TaxDetails(
            amount=sum(tax.get("amount") or 0 for tax in taxes),
            country=address.get("country") or "",
            exempt=data.get("customer_tax_exempt") or "",
        )

    @staticmethod
    def parse_parts(data: Json) -> tuple[Part, ...]:
        """Parse the payments that paid it. Older versions have one payment intent or charge."""
        parts = []
        for entry in rows_of(data, "payments"):
            payment = entry.get("payment") or {}
            part_id = object_id(payment.get("payment_intent")) or object_id(payment.get("charge"))
            if part_id and entry.get("status") == "paid":  # what was paid outside of Stripe has neither
                amount = (
                    entry.get("amount_paid") or entry.get("amount_requested") or data.get("amount_paid") or 0
                )
                attached = entry.get("is_default") is False
                parts.append(Part(id=part_id, amount=amount, is_attached=attached))
        part_id = object_id(data.get("payment_intent")) or object_id(data.get("charge"))
        if part_id and not parts and data.get("status") == "paid":
            parts.append(Part(id=part_id, amount=data.get("amount_paid") or 0))
        return tuple(parts)

    @staticmethod
    def parse_lines(data: Json) -> tuple[InvoiceLine, ...]:
        """Parse the lines for a subscription's price, without one-off items."""
        lines = []
        for line in rows_of(data, "lines"):
            parent = line.get("parent") or {}
            details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
            is_proration = bool(details.get("proration") or line.get("proration"))
            one_off = parent.get("type") == "invoice_item_details" or line.get("type") == "invoiceitem"
            if one_off and not is_proration:
                continue
            pricing = (line.get("pricing") or {}).get("price_details") or {}
            period = line.get("period") or {}
            amount = line.get("amount") or 0
            lines.append(
                InvoiceLine(
                    price_id=object_id(pricing.get("price") or line.get("price")) or "",
                    quantity=line.get("quantity") or 1,
                    amount=amount,
                    total=amount - _discount(line) + _exclusive_tax(line),
                    is_proration=is_proration,
                    period_start=time_of(period.get("start")),
                    period_end=time_of(period.get("end")),
                )
            )
        return tuple(lines)

    @property
    def is_paid(self) -> bool:
        return self.status == "paid"

    @property
    def invoice_id(self) -> str | None:
        """Its id, as a session names it."""
        return self.id

    @property
    def may_be_of_a_session(self) -> bool:
        """Whether Checkout may have made it for a one-time purchase. The session is paid with it then."""
        return not self.reason.startswith("subscription")

    @property
    def period_lines(self) -> list[InvoiceLine]:
        return [line for line in self.lines if not line.is_proration]

    @property
    def proration_lines(self) -> list[InvoiceLine]:
        return [line for line in self.lines if line.is_proration]

    @property
    def needs_details(self) -> bool:
        """Whether its entitlement needs more data: further lines, unit amounts or other invoices."""
        return (
            self.has_more_lines or any(line.is_proration for line in self.lines) or self.paid_from_balance > 0
        )

    @property
    def period_total(self) -> int:
        """The sum of its period lines, after discounts and taxes."""
        return sum(line.total for line in self.period_lines)

    @property
    def proration_total(self) -> int:
        """The sum of its proration lines, after discounts and taxes. It is negative after a downgrade."""
        return sum(line.total for line in self.proration_lines)

    @property
    def paid_from_balance(self) -> int:
        """The amount that the customer's credit balance paid."""
        return max(0, self.total - self.amount_due) if self.total > 0 else 0

    @property
    def paid_from_proration(self) -> int:
        """The amount of its period lines that its own credit for unused time paid."""
        return min(max(0, -self.proration_total), max(0, self.period_total))


def _discount(line: Json) -> int:
    return sum(discount.get("amount") or 0 for discount in line.get("discount_amounts") or ())


def _exclusive_tax(line: Json) -> int:
    """Return the taxes that a line adds to its amount, in the shape of the current version or an older one.

    It is 0 for a line without tax information.
    """
    taxes = [tax for tax in line.get("taxes") or () if tax.get("tax_behavior") == "exclusive"]
    older = [tax for tax in line.get("tax_amounts") or () if tax.get("inclusive") is False]
    return sum(tax.get("amount") or 0 for tax in taxes or older)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutItem:
    """A line of a Checkout Session."""

    price_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSession:
    """A Checkout Session with its line items."""

    id: str
    mode: str
    status: str
    payment_status: str
    url: str
    subtotal: int
    tax: TaxDetails
    amount_paid: int
    currency: str
    paid_at: datetime  # the time of its creation, because Stripe does not send the time of payment
    invoice_id: str | None
    parts: tuple[Part, ...]
    items: tuple[CheckoutItem, ...]
    created: int
    expires_at: int
    metadata: Json

    @classmethod
    def from_stripe(cls, data: Json) -> "CheckoutSession":
        items = tuple(
            CheckoutItem(price_id=object_id(item.get("price")) or "", quantity=item.get("quantity") or 1)
            for item in rows_of(data, "line_items")
        )
        details = data.get("customer_details") or {}
        amount, intent = data.get("amount_total") or 0, object_id(data.get("payment_intent"))
        return cls(
            id=data["id"],
            mode=data.get("mode") or "",
            status=data.get("status") or "",
            payment_status=data.get("payment_status") or "",
            url=data.get("url") or "",
            subtotal=data.get("amount_subtotal") or 0,
            tax=TaxDetails(
                amount=(data.get("total_details") or {}).get("amount_tax") or 0,
                country=(details.get("address") or {}).get("country") or "",
                exempt=details.get("tax_exempt") or "",
            ),
            amount_paid=amount,
            currency=data.get("currency") or "",
            paid_at=datetime.fromtimestamp(data.get("created") or 0, UTC),
            invoice_id=object_id(data.get("invoice")),
            parts=(Part(id=intent, amount=amount),) if intent else (),
            items=items,
            created=data.get("created") or 0,
            expires_at=data.get("expires_at") or 0,
            metadata=dict(data.get("metadata") or {}),
        )

    @property
    def total(self) -> int:
        return self.amount_paid

    def is_billed_by(self, invoice: Invoice) -> bool:
        """Whether Checkout made this invoice for it, or the same payment paid both."""
        if self.mode != "payment":
            return False
        return self.invoice_id == invoice.id or not {part.id for part in self.parts}.isdisjoint(
            part.id for part in invoice.parts
        )

    @property
    def is_paid_purchase(self) -> bool:
        """Whether it is a paid one-time purchase. A subscription is paid by its invoices."""
        return (
            self.mode == "payment"
            and self.status == "complete"
            and self.payment_status in ("paid", "no_payment_required")
        )
