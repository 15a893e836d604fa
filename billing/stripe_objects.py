"""Stripe's objects as frozen dataclasses with the fields that billing uses.

They are parsed from the JSON of the current API version and of older ones. Amounts are in the currency's
minor units.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = Mapping[str, Any]


def object_id(value: Any) -> str | None:
    """Return the id of an object that Stripe sends as an id or expanded, or None if there is none."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) and found else None


def _time(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _rows(data: Json, name: str) -> list[Json]:
    """Return the rows of an object's list field, which are its first page."""
    found: list[Json] = (data.get(name) or {}).get("data") or []
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class EventObject:
    """The object of an event, with the ids of the objects that it refers to."""

    id: str
    is_return: bool  # a refund or a dispute
    is_price: bool
    customer_id: str | None
    charge_id: str | None
    payment_intent_id: str | None

    @classmethod
    def from_stripe(cls, data: Json) -> "EventObject":
        """Parse any object. Refunds and disputes have no customer; fetch that of their charge."""
        kind = data.get("object")
        return cls(
            id=data.get("id") or "",
            is_return=kind in ("refund", "dispute"),
            is_price=kind == "price",
            customer_id=object_id(data if kind == "customer" else data.get("customer")),
            charge_id=object_id(data if kind == "charge" else data.get("charge")),
            payment_intent_id=object_id(data.get("payment_intent")),
        )

    @property
    def part_id(self) -> str | None:
        """The id of the payment part that a charge, a refund or a dispute is about."""
        return self.payment_intent_id or self.charge_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A Stripe customer. Anyone with the account's key can set its metadata."""

    id: str
    deleted: bool = False
    created_at: datetime | None = None
    metadata: Json = field(default_factory=dict)
    subscriptions: tuple["Subscription", ...] = ()  # the current ones, if the list was expanded
    has_more_subscriptions: bool = False

    @classmethod
    def from_stripe(cls, data: Json) -> "Customer":
        return cls(
            id=data["id"],
            deleted=bool(data.get("deleted")),
            created_at=_time(data.get("created")),
            metadata=dict(data.get("metadata") or {}),
            subscriptions=tuple(map(Subscription.from_stripe, _rows(data, "subscriptions"))),
            has_more_subscriptions=bool((data.get("subscriptions") or {}).get("has_more")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price. `unit_amount` is None for tiers, and for amounts below a minor unit or chosen by the customer.

    A one-time price has no `interval`.
    """

    id: str
    product_id: str
    active: bool
    livemode: bool
    unit_amount: int | None
    currency: str
    interval: str = ""
    interval_count: int = 1
    is_metered: bool = False

    @classmethod
    def from_stripe(cls, data: Json) -> "Price":
        recurring = data.get("recurring") or {}
        return cls(
            id=data["id"],
            product_id=object_id(data.get("product")) or "",
            active=bool(data.get("active")) and not data.get("deleted"),
            livemode=bool(data.get("livemode")),
            unit_amount=data.get("unit_amount"),
            currency=data.get("currency") or "",
            interval=recurring.get("interval") or "",
            interval_count=recurring.get("interval_count") or 1,
            is_metered=recurring.get("usage_type") == "metered",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionItem:
    """An item of a subscription, with its current period."""

    price_id: str
    current_period_start: datetime | None
    current_period_end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription with its items. Some of them may be for other products than ours."""

    id: str
    status: str
    created: int
    cancel_at_period_end: bool
    items: tuple[SubscriptionItem, ...]
    has_more_items: bool = False

    @classmethod
    def from_stripe(cls, data: Json) -> "Subscription":
        """Parse the current version, with the periods on the items, or an older one."""
        return cls(
            id=data["id"],
            status=data["status"],
            created=data["created"],
            items=cls.parse_items(data),
            has_more_items=bool((data.get("items") or {}).get("has_more")),
            # The portal may set a date instead: https://docs.stripe.com/api/subscriptions/object
            cancel_at_period_end=bool(data.get("cancel_at_period_end") or data.get("cancel_at")),
        )

    @staticmethod
    def parse_items(data: Json) -> tuple[SubscriptionItem, ...]:
        """Parse the items. Before 2025, the period was that of the subscription."""
        return tuple(
            SubscriptionItem(
                price_id=object_id(item.get("price")) or "",
                current_period_start=_time(
                    data.get("current_period_start") or item.get("current_period_start")
                ),
                current_period_end=_time(data.get("current_period_end") or item.get("current_period_end")),
            )
            for item in _rows(data, "items")
        )

    def item_of(self, price_ids: Container[str]) -> SubscriptionItem | None:
        """Return the first item at one of these prices."""
        return next((item for item in self.items if item.price_id in price_ids), None)


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
            refunded = cls.sum_refunds(_rows(data, "refunds"))
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
    """An invoice line for a subscription's price. `amount` is before discounts."""

    price_id: str
    quantity: int
    amount: int
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
        for entry in _rows(data, "payments"):
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
        for line in _rows(data, "lines"):
            parent = line.get("parent") or {}
            details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
            is_proration = bool(details.get("proration") or line.get("proration"))
            one_off = parent.get("type") == "invoice_item_details" or line.get("type") == "invoiceitem"
            if one_off and not is_proration:
                continue
            pricing = (line.get("pricing") or {}).get("price_details") or {}
            period = line.get("period") or {}
            lines.append(
                InvoiceLine(
                    price_id=object_id(pricing.get("price") or line.get("price")) or "",
                    quantity=line.get("quantity") or 1,
                    amount=line.get("amount") or 0,
                    is_proration=is_proration,
                    period_start=_time(period.get("start")),
                    period_end=_time(period.get("end")),
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
        """The sum of its period lines."""
        return sum(line.amount for line in self.period_lines)

    @property
    def proration_total(self) -> int:
        """The sum of its proration lines, negative after a downgrade."""
        return sum(line.amount for line in self.proration_lines)

    @property
    def paid_from_balance(self) -> int:
        """The amount that the customer's credit balance paid."""
        return max(0, self.total - self.amount_due) if self.total > 0 else 0

    @property
    def paid_from_proration(self) -> int:
        """The amount of its period lines that its own credit for unused time paid."""
        return min(max(0, -self.proration_total), max(0, self.period_total))


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
            for item in _rows(data, "line_items")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A customer's state in Stripe, the input of `billing.services.sync.apply`.

    `owner_id` is the user's id, or None if the customer is not ours. `subscriptions` is None if they were
    not fetched. `invoices` and `purchases` are paid. `unit_amounts` (by price) and `invoice_history` are
    filled if an entitlement depends on them. `returned` has the returned amounts by payment part.
    `unpaid` has the Stripe ids of recorded payments that are not paid in Stripe.
    """

    customer_id: str
    owner_id: Any | None = None
    deleted: bool = False
    subscriptions: tuple[Subscription, ...] | None = None
    invoices: tuple[Invoice, ...] = ()
    purchases: tuple[CheckoutSession, ...] = ()
    unit_amounts: Mapping[str, int] = field(default_factory=dict)
    invoice_history: tuple[Invoice, ...] = ()
    returned: Mapping[str, Returned] = field(default_factory=dict)
    unpaid: frozenset[str] = frozenset()

    @property
    def paid(self) -> list[Invoice | CheckoutSession]:
        """The paid invoices, then the purchases."""
        return [*self.invoices, *self.purchases]

    @property
    def paid_ids(self) -> list[str]:
        return [payment.id for payment in self.paid]

    @property
    def part_ids(self) -> list[str]:
        """The ids of the parts of the paid invoices and purchases."""
        return [part.id for payment in self.paid for part in payment.parts]
