"""The only code that writes billing's tables, or asks Stripe to do something.

`checkout` and `portal` send a user to Stripe's pages; `sync` writes what follows from a snapshot of a
customer, `payments` and `clawbacks` are its parts; `resync` and `due_work` do without an event.
"""

from billing.services.changes import Changes
from billing.services.checkout import create_checkout_session
from billing.services.customers import ensure_customer
from billing.services.due_work import due_users, process_due
from billing.services.portal import create_portal_session
from billing.services.resync import resync_customer

__all__ = [
    "Changes",
    "create_checkout_session",
    "create_portal_session",
    "due_users",
    "ensure_customer",
    "process_due",
    "resync_customer",
]
