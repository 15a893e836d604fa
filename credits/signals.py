"""The signals of this app."""

from django.dispatch import Signal

# A balance (including held credits) fell below settings.CREDIT_LOW_BALANCE. Sent after commit, once per
# downward crossing. Arguments: user_id, balance, threshold.
balance_low = Signal()

# The used credits reached 80, 90 or 100 percent of a spending limit. Sent after commit, once per threshold
# and period; again if the limit is changed and the threshold reached again. Arguments: user_id, subject
# (empty: the user as a whole), period ("day" or "month"), period_start, percent, amount (the limit), used.
spending_threshold_reached = Signal()

# A capture spent held credits that a clawback had claimed, so the claim is written off. Sent inside the
# capture's transaction, so that a receiver can record the write-off there. Arguments: user_id, the reference
# of the clawback, amount.
claim_written_off = Signal()
