"""The changes that applying a snapshot made, for commands and their reports."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from billing.services.payments import RecordedPayment


@dataclass(slots=True)
class Changes:
    """The changes that `apply` made.

    `fields` has the old and the new value by name. The others contain Stripe ids of payments: `payments`
    were recorded, `instalments` were granted, and `ungranted` have an unmapped price. These have credits
    by Stripe id: `granted` (missing in the ledger), `returned` (moved; negative if clawed back) and
    `written_off`.
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
        """Whether `apply` changed anything."""
        return any(
            (self.fields, self.payments, self.granted, self.instalments, self.returned, self.written_off)
        )

    def note_payments(self, recorded: Iterable[RecordedPayment]) -> None:
        """Add the recorded payments."""
        for result in recorded:
            stripe_id = result.payment.stripe_id
            if not result.payment.has_entitlement:
                self.ungranted.append(stripe_id)
            elif result.is_new:
                self.payments.append(stripe_id)
            elif result.posted:
                self.granted[stripe_id] = result.posted

    def describe(self) -> list[str]:
        """Return one line of text for each change."""
        return [
            *(f"{name}: {old} → {new}" for name, (old, new) in self.fields.items()),
            *(f"payment {id_} recorded" for id_ in self.payments),
            *(f"payment {id_}: {amount} missing credits granted" for id_, amount in self.granted.items()),
            *(f"payment {id_}: an instalment granted" for id_ in self.instalments),
            *(f"payment {id_} returned: {amount:+d} credits" for id_, amount in self.returned.items()),
            *(f"payment {id_}: {amount:+d} credits written off" for id_, amount in self.written_off.items()),
        ]
