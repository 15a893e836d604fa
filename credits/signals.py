"""The signals of this app."""

from django.dispatch import Signal

# A balance (held credits included) fell below settings.CREDIT_LOW_BALANCE. Sent after commit, once per
# downward crossing. Arguments: user_id, balance, threshold.
balance_low = Signal()
