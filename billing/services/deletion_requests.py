"""Request the deletion of a customer in Stripe. This only stores a row; `customer_deletions` calls Stripe."""

from datetime import datetime
from typing import Any

from billing.models import CustomerDeletion
from common.transactions import requires_transaction


@requires_transaction
def request_deletion(customer_id: str, *, user_id: Any, at: datetime) -> None:
    """Store the request to delete the customer, once. A customer that is already deleted stays deleted."""
    CustomerDeletion.objects.get_or_create(
        customer_id=customer_id, defaults={"user_id": user_id, "requested_at": at}
    )
