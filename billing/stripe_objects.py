"""Stripe's objects as frozen dataclasses with the fields that billing uses.

They are parsed from the JSON of the current API version and of older ones. Amounts are in the currency's
minor units.
"""

from collections.abc import Mapping
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
    is_dispute: bool
    customer_id: str | None
    charge_id: str | None
    payment_intent_id: str | None

    @classmethod
    def from_stripe(cls, data: Json) -> "EventObject":
        """Parse any object. A dispute has no customer; fetch that of its charge."""
        is_customer = data.get("object") == "customer"
        return cls(
            id=data.get("id") or "",
            is_dispute=data.get("object") == "dispute",
            customer_id=object_id(data) if is_customer else object_id(data.get("customer")),
            charge_id=object_id(data.get("charge")),
            payment_intent_id=object_id(data.get("payment_intent")),
        )


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
class Subscription:
    """A subscription with its first item."""

    id: str
    status: str
    price_id: str
    created: int
    current_period_start: datetime | None
    current_period_end: datetime | None
    cancel_at_period_end: bool

    @classmethod
    def from_stripe(cls, data: Json) -> "Subscription":
        """Parse the current version, with the period on the item, or an older one."""
        item = next(iter(_rows(data, "items")), {})
        start, end = (
            data.get(name) or item.get(name) for name in ("current_period_start", "current_period_end")
        )
        return cls(
            id=data["id"],
            status=data["status"],
            price_id=object_id(item.get("price")) or "",
            created=data["created"],
            current_period_start=_time(start),
            current_period_end=_time(end),
            # The portal may set a date instead: https://docs.stripe.com/api/subscriptions/object
            cancel_at_period_end=bool(data.get("cancel_at_period_end") or data.get("cancel_at")),
        )


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
    """An invoice with its lines and the payment intent that paid it."""

    id: str
    status: str
    reason: str
    total: int
    amount_due: int
    amount_paid: int
    currency: str
    created: int
    finalized: tuple[int, str]  # time and number, which order invoices of the same second
    paid_at: datetime
    payment_intent_id: str | None
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
            total=data.get("total") or 0,
            amount_due=data.get("amount_due") or 0,
            amount_paid=data.get("amount_paid") or 0,
            currency=data.get("currency") or "",
            created=data["created"],
            finalized=(finalized, f"{prefix}-{number:>12}"),
            paid_at=datetime.fromtimestamp(times.get("paid_at") or data["created"], UTC),
            payment_intent_id=cls._payment_intent_id(data),
            has_more_lines=bool((data.get("lines") or {}).get("has_more")),
            lines=cls.parse_lines(data),
        )

    @staticmethod
    def _payment_intent_id(data: Json) -> str | None:
        """Return the id of the intent that paid it. Since 2025 it is in the list of payments."""
        for entry in _rows(data, "payments"):
            intent = object_id((entry.get("payment") or {}).get("payment_intent"))
            if intent and entry.get("status") == "paid":
                return intent
        return object_id(data.get("payment_intent"))

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
    amount_paid: int
    currency: str
    paid_at: datetime  # the time of its creation, because Stripe does not send the time of payment
    payment_intent_id: str | None
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
        return cls(
            id=data["id"],
            mode=data.get("mode") or "",
            status=data.get("status") or "",
            payment_status=data.get("payment_status") or "",
            url=data.get("url") or "",
            amount_paid=data.get("amount_total") or 0,
            currency=data.get("currency") or "",
            paid_at=datetime.fromtimestamp(data.get("created") or 0, UTC),
            payment_intent_id=object_id(data.get("payment_intent")),
            items=items,
            created=data.get("created") or 0,
            expires_at=data.get("expires_at") or 0,
            metadata=dict(data.get("metadata") or {}),
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
    filled if an entitlement depends on them. `amounts_returned` has the refunded and disputed amounts by
    payment intent. `unpaid` has the Stripe ids of recorded payments that are not paid in Stripe.
    """

    customer_id: str
    owner_id: Any | None = None
    deleted: bool = False
    subscriptions: tuple[Subscription, ...] | None = None
    invoices: tuple[Invoice, ...] = ()
    purchases: tuple[CheckoutSession, ...] = ()
    unit_amounts: Mapping[str, int] = field(default_factory=dict)
    invoice_history: tuple[Invoice, ...] = ()
    amounts_returned: Mapping[str, int] = field(default_factory=dict)
    unpaid: frozenset[str] = frozenset()

    @property
    def paid(self) -> list[Invoice | CheckoutSession]:
        """The paid invoices, then the purchases."""
        return [*self.invoices, *self.purchases]

    @property
    def paid_ids(self) -> list[str]:
        return [payment.id for payment in self.paid]
