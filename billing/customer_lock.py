"""The advisory lock that serializes transactions on one customer.

It is taken before the first request to Stripe and ends with the transaction. So a transaction cannot commit
an older state from Stripe after a newer one. Lock order: customer → user → hold → grant.

The transaction that holds it may wait for Stripe. Webhooks, commands and the queue wait until it ends. A request
of a user or of staff waits at most WAIT_SECONDS, so that such requests cannot occupy a web process's threads.
"""

import time

from django.db import connection
from django.db.models import Func, TextField, Value
from django.db.transaction import TransactionManagementError

from billing.exceptions import StripeBusy

# The setting ends with the transaction or the savepoint, as the lock does.
LOCK = """
select pg_advisory_xact_lock(hashtextextended(%(name)s, 0)), set_config('billing.locked_customer', %(name)s, true)
"""
TRY = """
select set_config('billing.locked_customer', %(name)s, true)
where pg_try_advisory_xact_lock(hashtextextended(%(name)s, 0))
"""
WAIT_SECONDS, PAUSE_SECONDS = 0.5, 0.05  # of lock_customer_in_request
# A query expression: the name of the lock that this transaction holds, empty or null for none.
LOCKED_CUSTOMER = Func(
    Value("billing.locked_customer"), Value(value=True), function="current_setting", output_field=TextField()
)


class CustomerNotLocked(TransactionManagementError):
    """This transaction does not hold a customer's lock. It is a bug of the caller."""

    def __init__(self) -> None:
        super().__init__("Call billing.customer_lock.lock_customer first, in the same transaction.")


def lock_customer(customer_id: str) -> None:
    """Wait for the customer's lock. It ends with the transaction.

    Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("The lock of a customer needs a transaction.")
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"name": f"billing:{customer_id}"})


def lock_customer_in_request(customer_id: str) -> None:
    """Wait for the customer's lock, at most WAIT_SECONDS. It ends with the transaction.

    Raises StripeBusy, and TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("The lock of a customer needs a transaction.")
    give_up_at = time.monotonic() + WAIT_SECONDS
    with connection.cursor() as cursor:
        while True:
            cursor.execute(TRY, {"name": f"billing:{customer_id}"})
            if cursor.fetchone():
                return
            if time.monotonic() >= give_up_at:
                raise StripeBusy
            time.sleep(PAUSE_SECONDS)


def require_customer_lock() -> None:
    """Raise CustomerNotLocked unless this transaction holds the lock of a customer."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('billing.locked_customer', true)")
        (locked,) = cursor.fetchone() or (None,)
    if not locked:
        raise CustomerNotLocked
