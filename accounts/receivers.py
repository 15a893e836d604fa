"""Where billing meets credits: what was paid for becomes credits."""

from typing import Any

from django.dispatch import receiver

from billing.models import Payment
from billing.signals import payment_settled
from credits import services as ledger


@receiver(payment_settled, dispatch_uid="accounts.grant_what_was_paid_for")
def grant_what_was_paid_for(sender: type[Payment], payment: Payment, **kwargs: Any) -> None:  # noqa: ARG001
    """Post what the payment gives. Its key is Stripe's object, so any number of calls post it once."""
    if payment.credits:
        ledger.grant(
            user_id=payment.user_id,
            amount=payment.credits,
            action_type=payment.action_type,
            key=payment.ledger_key,
            reference=ledger.Reference(type="payment", id=payment.stripe_id),
        )
