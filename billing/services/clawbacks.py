"""Take back what a payment gave when its money goes back, and give it again when it is won back.

How much should be gone is a function of what the payment gave, of what was paid and of what went
back so far; what moves is the difference to what is gone already. Credits that were spent by then
are written off: recorded, and never collected later. A won dispute gives back only what was taken.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from billing.models import Payment
from billing.signals import payment_reversed
from billing.stripe_api.client import client, stripe_errors

# https://docs.stripe.com/api/disputes/object#dispute_object-status: an inquiry (warning_*) moves no
# money, and a prevented one never did.
MONEY_IS_GONE = ("needs_response", "under_review", "lost")


def target(*, credits_given: int, amount_paid: int, amount_returned: int) -> int:
    """How many credits should be gone, when `amount_returned` of `amount_paid` went back (minor units)."""
    if amount_returned >= amount_paid:
        return credits_given if amount_returned else 0
    return credits_given * amount_returned // amount_paid


def amount_returned(payment_intent_id: str) -> int:
    """What of a payment went back so far, refunds and disputes together, in minor units."""
    with stripe_errors():
        charges = list(
            client().v1.charges.list({"payment_intent": payment_intent_id, "limit": 100}).auto_paging_iter()
        )
        returned = sum(charge.amount_refunded for charge in charges)
        if any(charge.disputed for charge in charges):
            disputes = client().v1.disputes.list({"payment_intent": payment_intent_id, "limit": 100})
            returned += sum(
                dispute.amount for dispute in disputes.auto_paging_iter() if dispute.status in MONEY_IS_GONE
            )
    return int(returned)


@transaction.atomic
def reconcile_clawback(*, payment: Payment, returned: int) -> int:
    """Bring a payment in line with what of its money went back (minor units). The credits that moved, signed.

    Call it under the customer's lock, any number of times: a repeat moves nothing.
    """
    _lock_user(payment.user_id)
    payment.refresh_from_db()
    if payment.credits is None:
        return 0  # nothing was granted; once it is, this is called again
    wanted = target(credits_given=payment.given, amount_paid=payment.amount_paid, amount_returned=returned)
    missing = wanted - payment.taken_back - payment.written_off
    moved = 0
    if missing > 0:
        moved = -_move(payment, -missing)
        payment.taken_back -= moved
        payment.written_off += missing + moved
    elif missing < 0:
        moved = max(0, payment.taken_back - wanted)
        if moved:
            _move(payment, moved)
        payment.taken_back -= moved
        payment.written_off = wanted - payment.taken_back
    payment.amount_returned = returned
    payment.save(update_fields=["amount_returned", "taken_back", "written_off", "returns"])
    return moved


def _move(payment: Payment, credits_due: int) -> int:
    """Announce what should move; how many were taken."""
    payment.returns += 1
    key = f"{payment.ledger_key}:return:{payment.returns}"
    answers = payment_reversed.send(sender=Payment, payment=payment, credits=credits_due, key=key)
    return sum(int(taken or 0) for _, taken in answers)


def _lock_user(user_id: Any) -> None:
    get_user_model().objects.select_for_update(no_key=True).only("pk").get(pk=user_id)
