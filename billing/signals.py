"""Signals for the project that composes this app. They are sent inside the recording transaction."""

from django.dispatch import Signal

# A payment with an entitlement. Resync and due work send it again for payments that were recorded before,
# so receivers post with the keys of `payment.granted_instalments()`. Argument: payment. A receiver returns
# the number of credits that it posted, 0 for a repeat.
payment_recorded = Signal()

# Money of a payment was returned (or a dispute was won). Arguments: payment, the signed number of credits
# to move (negative: claw back) and the idempotency key of the entry. A receiver returns the number of
# credits that it clawed back, or reserved for that: 0 or more, fewer than requested if some were spent. If reserved
# ones are spent later, call billing.services.write_off_claimed.
payment_reversed = Signal()

# A new Stripe customer has an email address that its user has changed meanwhile. Argument: user_id. A receiver
# lets a queue that retries call billing.services.update_customer_email.
customer_email_outdated = Signal()
