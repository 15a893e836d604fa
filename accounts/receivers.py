"""Where billing meets credits: what was paid for becomes credits, and leaves again with the money."""

from typing import Any

from django.dispatch import receiver

from billing.models import Payment
from billing.signals import payment_recorded, payment_reversed
from credits import services as ledger

POOL = "plan"  # of what rolls over up to a plan's cap, whichever plan it was


@receiver(payment_recorded, dispatch_uid="accounts.grant_paid_credits")
def grant_paid_credits(sender: type[Payment], payment: Payment, **kwargs: Any) -> int:
    """Post what the payment has given so far; how many credits that was, 0 for a repeat.

    The keys are Stripe's, so any number of calls post it once.
    """
    posted = 0
    for key, amount in payment.parts():
        if not amount:
            continue
        entry = ledger.grant(
            user_id=payment.user_id,
            amount=amount,
            action_type=payment.action_type,
            key=key,
            reference=ledger.Reference(type="payment", id=payment.stripe_id),
            expires_at=payment.expires_at,
            rollover_cap=payment.rollover_cap,
            pool=POOL if payment.plan_id else "",
        )
        posted += entry.amount if entry.created else 0
    return posted


@receiver(payment_reversed, dispatch_uid="accounts.claw_back_credits")
def claw_back_credits(
    sender: type[Payment],
    payment: Payment,
    credits: int,  # noqa: A002  (the signal's word)
    key: str,
    **kwargs: Any,
) -> int:
    """Take back what a refunded payment gave, or give back what was won. How many were taken.

    The reference is that of the payment's grants: its own credits go first, and come back.
    """
    posted = ledger.clawback(
        user_id=payment.user_id,
        amount=credits,
        action_type="payment_returned" if credits < 0 else "payment_won_back",
        key=key,
        reference=ledger.Reference(type="payment", id=payment.stripe_id),
    )
    return max(0, -posted.amount)
