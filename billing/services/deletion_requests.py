"""Ask for the deletion of a customer in Stripe. `customer_deletions` carries it out; this never calls Stripe."""

from datetime import datetime
from typing import Any

from billing.models import CustomerDeletion
from common.transactions import requires_transaction


@requires_transaction
def request_deletion(customer_id: str, *, user_id: Any, at: datetime) -> None:
    """Store that the customer is to be deleted, once. A customer that was deleted before stays deleted."""
    CustomerDeletion.objects.get_or_create(
        customer_id=customer_id, defaults={"user_id": user_id, "requested_at": at}
    )
