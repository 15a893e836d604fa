"""Stripe's objects as frozen dataclasses with the fields that billing uses.

They are parsed from the JSON of the current API version and of older ones. Amounts are in the currency's
minor units.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = Mapping[str, Any]


def object_id(value: Any) -> str | None:
    """Return the id of an object that Stripe sends as an id or expanded, or None if there is none."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) and found else None


def time_of(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def rows_of(data: Json, name: str) -> list[Json]:
    """Return the rows of an object's list field, which are its first page."""
    found: list[Json] = (data.get(name) or {}).get("data") or []
    return found


class JsonList(dict[str, Any]):
    """A complete list in Stripe's JSON, with what dj-stripe uses of a list of Stripe's library."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self["data"])

    def auto_paging_iter(self) -> Iterator[Any]:
        return iter(self)


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
            created_at=time_of(data.get("created")),
            metadata=dict(data.get("metadata") or {}),
            subscriptions=tuple(map(Subscription.from_stripe, rows_of(data, "subscriptions"))),
            has_more_subscriptions=bool((data.get("subscriptions") or {}).get("has_more")),
        )

    @property
    def is_complete(self) -> bool:
        """Whether Stripe's response has all its current subscriptions, with all their items."""
        return not self.has_more_subscriptions and not any(one.has_more_items for one in self.subscriptions)

    def has_subscription(self, price_ids: Container[str], *, statuses: Container[str]) -> bool:
        """Return whether one of the expanded subscriptions has one of the statuses and is to one of these prices."""
        return any(one.status in statuses and one.item_of(price_ids) for one in self.subscriptions)


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
                current_period_start=time_of(
                    data.get("current_period_start") or item.get("current_period_start")
                ),
                current_period_end=time_of(data.get("current_period_end") or item.get("current_period_end")),
            )
            for item in rows_of(data, "items")
        )

    def item_of(self, price_ids: Container[str]) -> SubscriptionItem | None:
        """Return the first item at one of these prices."""
        return next((item for item in self.items if item.price_id in price_ids), None)
