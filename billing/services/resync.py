"""Resync a customer whatever was reported: fetch everything, and apply it.

What the webhooks would have posted is posted under the same keys, so a late webhook changes nothing.
"""

from django.db import transaction

from billing.customer_lock import lock_customer
from billing.services import sync
from billing.services.changes import Changes
from billing.stripe_api.fetch_all import fetch_all


@transaction.atomic
def resync_customer(*, customer_id: str, dry_run: bool = False) -> Changes:
    """Bring one customer in line with Stripe: mirror, payments, what was returned, subscription fields.

    Returns what changed. With `dry_run`, all of it is rolled back. Raises StripeUnavailable, StripeFailed.
    """
    lock_customer(customer_id)
    changes = sync.apply(fetch_all(customer_id=customer_id), due=True)
    if dry_run:
        transaction.set_rollback(True)
    return changes
