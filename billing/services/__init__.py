"""The only code that writes billing's tables, or asks Stripe to do something.

`checkout` sends a user to Stripe; `customers` says who a Stripe customer is here; `payments` records
what was paid; `convergence` brings a subscriber in line with Stripe's current state.
"""

from billing.services.checkout import CheckoutSession, create_checkout_session, create_portal_session
from billing.services.convergence import (
    Changes,
    follow_subscriptions,
    list_customers,
    lock_customer,
    reconcile_customer,
)
from billing.services.customers import USER_ID, ensure_customer, owner_of
from billing.services.payments import record_invoice

__all__ = [
    "USER_ID",
    "Changes",
    "CheckoutSession",
    "create_checkout_session",
    "create_portal_session",
    "ensure_customer",
    "follow_subscriptions",
    "list_customers",
    "lock_customer",
    "owner_of",
    "reconcile_customer",
    "record_invoice",
]
