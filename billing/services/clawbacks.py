"""Take back what a payment gave when its money is returned, and give it again when it is won back.

How many credits should be gone follows from what the payment gave, what was paid and what was returned
so far; the difference to what is gone already moves. Credits that are spent by then are written off:
recorded, and never collected later. A won dispute restores only what was taken.
"""

from billing.customer_lock import require_customer_lock
from billing.models import Payment
from billing.rules.clawbacks import clawback_target, next_clawback
from billing.signals import payment_reversed


def reconcile_clawback(payment: Payment, *, amount_returned: int) -> int:
    """Bring a payment in line with what of its money was returned (minor units).

    Returns the credits that moved, signed; a repeat moves nothing. Raises CustomerNotLocked unless
    the customer's lock is held.
    """
    require_customer_lock()
    if not payment.has_entitlement:
        return 0  # nothing was granted; once it is, this is called again
    target = clawback_target(
        credits_granted=payment.credits_granted,
        amount_paid=payment.amount_paid,
        amount_returned=amount_returned,
    )
    due = next_clawback(target=target, taken=payment.credits_clawed_back, written_off=payment.written_off)
    moved = due.move
    shortfall = 0
    if due.move:
        payment.clawback_count += 1
        key = f"{payment.ledger_key}:return:{payment.clawback_count}"
        replies = payment_reversed.send(sender=Payment, payment=payment, credits=due.move, key=key)
        if due.move < 0:
            moved = -sum(int(taken or 0) for _, taken in replies)
            shortfall = moved - due.move
    payment.credits_clawed_back -= moved
    payment.written_off = due.written_off + shortfall
    payment.amount_returned = amount_returned
    payment.save(update_fields=["amount_returned", "credits_clawed_back", "written_off", "clawback_count"])
    return moved
