"""The only code that writes billing's tables, or asks Stripe to do something.

`checkout` sends a user to Stripe; `customers` says who a Stripe customer is here; `payments` records
what was paid; `returns` follows the money back; `convergence` brings a subscriber in line with
Stripe's current state; `reconciliation` does so whatever was heard, and takes back what is not so.
"""

from billing.services.checkout import CheckoutSession, create_checkout_session, create_portal_session
from billing.services.clawbacks import reconcile_clawback
from billing.services.convergence import (
    Changes,
    due_users,
    follow_charge,
    follow_customer,
    follow_invoice,
    follow_session,
    follow_subscription,
    follow_time,
)
from billing.services.customers import (
    USER_ID,
    customer_in,
    ensure_customer,
    id_of,
    lock_customer,
    owner_of,
)
from billing.services.payments import record_invoice, record_session
from billing.services.reconciliation import (
    customers_with_events,
    known_customers,
    list_customers,
    reconcile_customer,
)

__all__ = [
    "USER_ID",
    "Changes",
    "CheckoutSession",
    "create_checkout_session",
    "create_portal_session",
    "customer_in",
    "customers_with_events",
    "due_users",
    "ensure_customer",
    "follow_charge",
    "follow_customer",
    "follow_invoice",
    "follow_session",
    "follow_subscription",
    "follow_time",
    "id_of",
    "known_customers",
    "list_customers",
    "lock_customer",
    "owner_of",
    "reconcile_clawback",
    "reconcile_customer",
    "record_invoice",
    "record_session",
]
