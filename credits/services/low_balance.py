"""The signal that a balance has become low."""

from django.conf import settings
from django.db import transaction

from credits.holders import UserId
from credits.models import AiCreditLog
from credits.signals import balance_low


def announce_low_balance(*, user_id: UserId, amount: int, balance_after: int) -> None:
    """Send `balance_low` after commit, once per downward crossing of CREDIT_LOW_BALANCE."""
    threshold = settings.CREDIT_LOW_BALANCE
    if balance_after < threshold <= balance_after - amount:
        transaction.on_commit(
            lambda: balance_low.send(
                sender=AiCreditLog, user_id=user_id, balance=balance_after, threshold=threshold
            ),
            robust=True,
        )
