"""Claw back a payment's credits when its money is returned, and restore them when a dispute is won.

The target is computed from the credits granted, the amount paid and the amount returned so far
(`billing.rules.clawbacks`). Only the difference from earlier clawbacks is posted. Credits that were already
spent are written off: recorded, and never collected later. Credits that a receiver only reserved for
collection count as clawed back, until `write_off_claimed` reports that they were spent.
"""

from django.db.models import F

from billing.customer_lock import require_customer_lock
from billing.models import Payment
from billing.rules.clawbacks import clawback_target, next_clawback
from billing.signals import payment_reversed
from common.transactions import requires_transaction


def reconcile_clawback(payment: Payment, *, amount_returned: int) -> int:
    """Post the difference between a payment's clawbacks and the target for `amount_returned` (minor units).

    Returns the credits that moved, signed; a repeat moves nothing. Raises CustomerNotLocked unless
    the customer's lock is held.
    """
    require_customer_lock()
    if not payment.has_entitlement:
        return 0  # nothing is granted yet; this is called again after the grant
    target = clawback_target(
        credits_granted=payment.credits_granted,
        amount_paid=payment.amount_paid,
        amount_returned=amount_returned,
    )
    clawback = next_clawback(
        target=target, clawed_back=payment.credits_clawed_back, written_off=payment.written_off
    )
    moved = clawback.move
    shortfall = 0
    if clawback.move:
        payment.clawback_count += 1
        key = f"{payment.ledger_key}:return:{payment.clawback_count}"
        replies = payment_reversed.send(sender=Payment, payment=payment, credits=clawback.move, key=key)
        if clawback.move < 0:
            moved = -sum(int(clawed_back or 0) for _, clawed_back in replies)
            shortfall = moved - clawback.move
    payment.credits_clawed_back -= moved
    payment.written_off = clawback.written_off + shortfall
    payment.amount_returned = amount_returned
    payment.save(update_fields=["amount_returned", "credits_clawed_back", "written_off", "clawback_count"])
    return moved


@requires_transaction
def write_off_claimed(*, stripe_id: str, credits: int) -> None:  # noqa: A002  (the column's name)
    """Count `credits` of a payment that were reserved for collection as written off, because they were spent.

    The caller's transaction holds the user's lock, as all writers of these columns do. It needs no customer's
    lock, which comes before the user's.
    """
    Payment.objects.filter(stripe_id=stripe_id).update(
        credits_clawed_back=F("credits_clawed_back") - credits, written_off=F("written_off") + credits
    )
