"""The rows of this app that expire. The ledger and the holds of charges stay."""

from common.retention import Sweep, register
from credits.models import CreditHold

register(
    Sweep(
        name="released holds",  # released or expired: nothing was charged, and the key is free again
        setting="RELEASED_HOLD_DAYS",
        expired=lambda before: CreditHold.objects.filter(captured_amount=None, closed_at__lt=before),
    )
)
