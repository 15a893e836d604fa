"""Compute how much of a payment was returned and how many of its credits to claw back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from billing.stripe_payments import Charge, Returned

# The statuses in which Stripe withholds the money. In all others it does not: inquiries (warning_*), and
# disputes that were won or prevented. https://docs.stripe.com/api/disputes/object#dispute_object-status
WITHHOLDING_DISPUTE_STATUSES = ("needs_response", "under_review", "lost")


class Dispute(Protocol):
    """A dispute of Stripe's library."""

    @property
    def amount(self) -> int: ...

    @property
    def status(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Clawback:
    """The next movement of a payment's credits.

    `move` is signed: negative for credits to claw back. Any part of these that has been spent is also
    written off. `written_off` is the payment's total of written-off credits, without that part.
    """

    move: int
    written_off: int


def sum_returned(charges: Iterable[Charge], disputes: Iterable[Dispute]) -> Returned:
    """Return the amounts that the charges of one payment part, and their disputes, have returned so far."""
    charges = list(charges)
    return Returned(
        charged=sum(charge.captured for charge in charges),
        refunded=sum(charge.refunded for charge in charges),
        disputed=sum(
            dispute.amount for dispute in disputes if dispute.status in WITHHOLDING_DISPUTE_STATUSES
        ),
    )


def share_of_part(returned: Returned, *, amount: int) -> tuple[int, int]:
    """Return the refunded and the disputed amount of a part that paid `amount` towards its payment.

    A payment intent can pay several invoices, or more than an invoice's amount. Each part bears its share of
    the returned amount. Together, the refunded and disputed amounts are at most `amount`.
    """
    total, charged = returned.refunded + returned.disputed, max(returned.charged, amount)
    if not total or not charged:
        return 0, 0
    share = min(amount, total * amount // charged)
    refunded = min(share, returned.refunded * share // total)
    return refunded, share - refunded


def clawback_target(*, credits_granted: int, amount_paid: int, amount_returned: int) -> int:
    """Return the number of credits to claw back or write off in total. Amounts are in minor units."""
    if amount_returned >= amount_paid:
        return credits_granted if amount_returned else 0
    return credits_granted * amount_returned // amount_paid


def unpaid_amount(amount_paid: int) -> int:
    """Return the amount to treat as returned when Stripe reports a payment unpaid.

    It is at least 1, so that free payments are reversed too.
    """
    return max(1, amount_paid)


def next_clawback(*, target: int, clawed_back: int, written_off: int) -> Clawback:
    """Return the next movement, given the target and the credits already clawed back and written off.

    Only clawed-back credits are restored, since written-off credits were spent.
    """
    missing = target - clawed_back - written_off
    if missing >= 0:
        return Clawback(move=-missing, written_off=written_off)
    move = max(0, clawed_back - target)
    return Clawback(move=move, written_off=target - (clawed_back - move))
