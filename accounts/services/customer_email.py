"""Give the Stripe customer the new email address of its user, so that no receipt goes to the old mailbox."""

from accounts.models import User
from jobs import queue

UPDATE_CUSTOMER, CUSTOMER_QUEUE = "accounts.update_customer_email", "customers"


def update_customer_email(*, user: User) -> None:
    """Queue the update in the caller's transaction. A worker sends it (accounts/tasks.py).

    The worker reads the address when it sends it. It sends nothing for a user without a customer.
    """
    queue.enqueue_task(UPDATE_CUSTOMER, queue=CUSTOMER_QUEUE, user_id=user.pk)
