"""What applying a snapshot changed, for operators and their commands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from billing.services.payments import RecordedPayment


@dataclass(slots=True)
class Changes:
    """What `apply` changed.

    `fields` by name: before and after. The rest by the payment's Stripe id: `payments` were recorded;
    `granted` were, and the ledger lacked that many credits of them; `instalments` were due; `returned`
    moved that many credits (negative: clawed back); `written_off` could not be clawed back, being spent.
    `ungranted` were paid at an unmapped price.
    """

    customer_id: str
    user_id: Any = None
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    payments: list[str] = field(default_factory=list)
    granted: dict[str, int] = field(default_factory=dict)
    instalments: list[str] = field(default_factory=list)
    returned: dict[str, int] = field(default_factory=dict)
    written_off: dict[str, int] = field(default_factory=dict)
    ungranted: list[str] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        """Whether anything was out of line."""
        return any(
            (self.fields, self.payments, self.granted, self.instalments, self.returned, self.written_off)
        )

    def note_payments(self, recorded: Iterable[RecordedPayment]) -> None:
        """Note what recording payments changed."""
        for one in recorded:
            if not one.payment.has_entitlement:
                self.ungranted.append(one.payment.stripe_id)
            elif one.is_new:
                self.payments.append(one.payment.stripe_id)
            elif one.posted:
                self.granted[one.payment.stripe_id] = one.posted

    def describe(self) -> list[str]:
        """The changes, for a person."""
        return [
            *(f"{name}: {before} → {after}" for name, (before, after) in self.fields.items()),
            *(f"payment {one} recorded" for one in self.payments),
            *(f"payment {one}: {amount} missing credits granted" for one, amount in self.granted.items()),
            *(f"payment {one}: an instalment granted" for one in self.instalments),
            *(f"payment {one} returned: {moved:+d} credits" for one, moved in self.returned.items()),
            *(f"payment {one}: {amount:+d} credits written off" for one, amount in self.written_off.items()),
        ]
