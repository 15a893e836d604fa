"""The lock that lets one transaction at a time work on a customer.

It is taken before Stripe is asked and ends with the transaction, so two transactions cannot commit
what they fetched in the wrong order. Lock order: customer → user → hold → grant.
"""

from django.db import connection
from django.db.models import Func, TextField, Value
from django.db.transaction import TransactionManagementError

# The setting ends with the transaction or the savepoint, exactly when the lock does.
LOCK = """
select pg_advisory_xact_lock(hashtextextended(%(name)s, 0)), set_config('billing.locked_customer', %(name)s, true)
"""
# An expression for a query: which customer's lock this transaction holds, empty or null for none.
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


def require_customer_lock() -> None:
    """Raise CustomerNotLocked unless this transaction holds the lock of a customer."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('billing.locked_customer', true)")
        (locked,) = cursor.fetchone() or (None,)
    if not locked:
        raise CustomerNotLocked
