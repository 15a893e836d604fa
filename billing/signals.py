"""What this app announces to whoever composes it."""

from django.dispatch import Signal

# A payment whose credits are fixed: sent inside the transaction that recorded it, and again whenever
# the payment is reported again, so receivers post under `payment.ledger_key`. Argument: payment.
payment_settled = Signal()
