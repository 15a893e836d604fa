"""Resync a customer without an event: fetch the whole state from Stripe and apply it.

The ledger's keys are those of the webhooks, so a webhook that arrives later changes nothing.
"""

from django.db import transaction

from billing.customer_lock import lock_customer
from billing.models import CustomerDeletion
from billing.services import sync
from billing.services.change_report import Changes
from billing.stripe_api.fetch_all import fetch_all
from billing.stripe_api.mirror_erasure import erase_mirror


@transaction.atomic
def resync_customer(*, customer_id: str, dry_run: bool = False) -> Changes:
    """Sync one customer with Stripe: mirror, payments, clawbacks, subscription fields. Return the changes.

    With `dry_run`, the transaction is rolled back. Raises StripeUnavailable, StripeFailed.
    """
    lock_customer(customer_id)
    changes = sync.apply(fetch_all(customer_id=customer_id), due=True)
    if CustomerDeletion.is_requested(customer_id):
        erase_mirror([customer_id])
    if dry_run:
        transaction.set_rollback(True)
    return changes
