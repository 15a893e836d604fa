"""What this app announces."""

from django.dispatch import Signal

# A balance (held credits included) fell below settings.CREDIT_LOW_BALANCE. Sent after commit, once for
# each crossing. Arguments: user_id, balance, threshold.
balance_low = Signal()
