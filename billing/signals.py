"""What this app announces to whoever composes it, inside the transaction that recorded it."""

from django.dispatch import Signal

# A payment whose credits are fixed. Sent again whenever the payment is reported again, so receivers
# post under `payment.ledger_key`. Argument: payment. A receiver answers how many credits it posted, 0
# for a repeat.
payment_recorded = Signal()

# Money of a payment went back (or came back). Arguments: payment, the signed number of credits that
# should move (negative: to be taken), and the key to post them under. A receiver answers how many
# it took (a number ≥ 0, fewer than asked for where they were spent); what comes back is not counted.
payment_reversed = Signal()
