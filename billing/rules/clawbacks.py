"""How many of a payment's credits should be gone when its money was returned."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Clawback:
    """What a payment's clawback should become: credits to move, and how many are then written off.

    `move` is signed: negative credits are to be taken. Of those, what was spent is written off too.
    """

    move: int
    written_off: int


def clawback_target(*, credits_granted: int, amount_paid: int, amount_returned: int) -> int:
    """Return how many credits should be gone when `amount_returned` of `amount_paid` was (minor units)."""
    if amount_returned >= amount_paid:
        return credits_granted if amount_returned else 0
    return credits_granted * amount_returned // amount_paid


def unpaid_amount(amount_paid: int) -> int:
    """Return the amount to treat as returned when Stripe reports a payment unpaid.

    It is at least 1, so that free payments are reversed too.
    """
    return max(1, amount_paid)


def next_clawback(*, target: int, taken: int, written_off: int) -> Clawback:
    """Return what to do when `target` credits should be gone and `taken` and `written_off` are.

    Credits come back only as far as they were taken: what was written off was spent.
    """
    missing = target - taken - written_off
    if missing >= 0:
        return Clawback(move=-missing, written_off=written_off)
    move = max(0, taken - target)
    return Clawback(move=move, written_off=target - (taken - move))
