"""The state of a customer in Stripe, between fetch and apply."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from billing.rules.catalog import PlanTerms
from billing.stripe_objects import Subscription
from billing.stripe_payments import CheckoutSession, Invoice, Returned


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A customer's state in Stripe, the input of `billing.services.sync.apply`.

    `owner_id` is the user's id, or None if the customer is not ours. `subscriptions` is None if they were
    not fetched, and `plans` (the terms by price) is None if fetching did not need them. `invoices` and
    `purchases` are paid. `unit_amounts` (by price) and `invoice_history` are set if an entitlement
    depends on them. `returned` has the returned amounts by payment part. `unpaid` has the Stripe ids of
    recorded payments that are not paid in Stripe.
    """

    customer_id: str
    owner_id: Any | None = None
    deleted: bool = False
    subscriptions: tuple[Subscription, ...] | None = None
    plans: Mapping[str, PlanTerms] | None = None
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
