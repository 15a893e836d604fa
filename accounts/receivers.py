"""Connect billing to the ledger: grant a payment's credits, and claw them back after a return.

If credits of a disputed payment cannot be recovered, the user may be blocked (BLOCK_AFTER_DISPUTES).

Held credits that a clawback claims count as clawed back. If they are spent later, the ledger sends a
signal, and billing writes them off. A return is a refund, or a dispute in which Stripe withholds the money.
"""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from accounts.models import User
from accounts.services.blocking import block_after_disputes
from accounts.services.customer_email import update_customer_email
from billing.models import Payment
from billing.services import write_off_claimed
from billing.signals import customer_email_outdated, payment_recorded, payment_reversed
from credits import services as ledger
from credits.claims import CreditClaim
from credits.models import AiCreditLog
from credits.signals import claim_written_off

logger = logging.getLogger(__name__)

POOL = "plan"  # one pool for all plans, so that their rolled-over grants share one cap


@receiver(payment_recorded, dispatch_uid="accounts.grant_paid_credits")
def grant_paid_credits(sender: type[Payment], payment: Payment, **kwargs: Any) -> int:
    """Grant the instalments that are due so far. Return the credits posted by this call: 0 for a repeat.

    The idempotency keys are derived from Stripe's ids, so repeated calls post once.
    """
    posted = 0
    for key, amount in payment.granted_instalments():
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
    if posted and payment.user.billing_closed_at:  # deleted
        _write_off_rest(payment)
        logger.error("%s was paid for a deleted account. Refund it in Stripe.", payment.stripe_id)
    return posted


@receiver(payment_reversed, dispatch_uid="accounts.claw_back_credits")
def claw_back_credits(
    sender: type[Payment],
    payment: Payment,
    credits: int,  # noqa: A002  (the signal's argument)
    key: str,
    **kwargs: Any,
) -> int:
    """Claw back or restore credits of a refunded or disputed payment.

    Return the number of credits that were clawed back or claimed. The entry has the reference of the
    payment's grants, so the ledger takes from those grants first.
    """
    posted = ledger.clawback(
        user_id=payment.user_id,
        amount=credits,
        action_type="payment_returned" if credits < 0 else "payment_won_back",
        key=key,
        reference=ledger.Reference(type="payment", id=payment.stripe_id),
    )
    recovered = max(0, posted.claimed - posted.amount)
    if recovered < -credits:
        block_after_disputes(payment=payment)
    if User.objects.filter(pk=payment.user_id, billing_closed_at__isnull=False).exists():
        _write_off_rest(payment)
    return recovered


def _write_off_rest(payment: Payment) -> None:
    """Write off the credits that a deleted account has just received, if any.

    The user's lock is held. So the last entry is the cause, and its id is part of the key.
    """
    if User.objects.filter(pk=payment.user_id, ai_credits__gt=0).exists():
        cause = AiCreditLog.objects.of(payment.user_id).latest("id")
        ledger.write_off(user_id=payment.user_id, key=f"account:deleted:{cause.pk}")


@receiver(customer_email_outdated, dispatch_uid="accounts.update_customer_email")
def queue_email_update(sender: type[User], user_id: int, **kwargs: Any) -> None:
    """Queue the update of a Stripe customer that was created with an older address."""
    with transaction.atomic():
        update_customer_email(user=User.objects.get(pk=user_id))


@receiver(claim_written_off, dispatch_uid="accounts.write_off_claimed_credits")
def write_off_claimed_credits(
    sender: type[CreditClaim], reference: ledger.Reference, amount: int, **kwargs: Any
) -> None:
    """Write off credits of a payment that were claimed and then spent.

    This runs in the transaction that spends them.
    """
    if reference.type == "payment":
        write_off_claimed(stripe_id=reference.id, credits=amount)
        for payment in Payment.objects.filter(stripe_id=reference.id):
            block_after_disputes(payment=payment)
