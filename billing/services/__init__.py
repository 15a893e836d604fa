"""The services: the only code that writes billing's tables or creates objects in Stripe.

`catalog` stores the prices of plans and packs. `checkout`, `portal` and `customers` create sessions and
customers in Stripe. `sync` applies a snapshot of a customer, with `payments` and `clawbacks`. `resync` and
`due_work` fetch and apply without an event. `customer_deletions` deletes the customers of deleted accounts.
"""

from billing.services.catalog import items_without_price, load_first_price_to_list, sync_prices
from billing.services.change_report import Changes
from billing.services.checkout import create_checkout_session
from billing.services.clawbacks import write_off_claimed
from billing.services.customer_deletions import (
    close_billing,
    customers_of,
    delete_customer,
    delete_customers,
    lock_customers_of,
    stored_objects,
)
from billing.services.customers import ensure_customer, update_customer_email
from billing.services.due_work import due_users, process_due
from billing.services.portal_sessions import create_portal_session
from billing.services.resync import resync_customer

__all__ = [
    "Changes",
    "close_billing",
    "create_checkout_session",
    "create_portal_session",
    "customers_of",
    "delete_customer",
    "delete_customers",
    "due_users",
    "ensure_customer",
    "items_without_price",
    "load_first_price_to_list",
    "lock_customers_of",
    "process_due",
    "resync_customer",
    "stored_objects",
    "sync_prices",
    "update_customer_email",
    "write_off_claimed",
]
