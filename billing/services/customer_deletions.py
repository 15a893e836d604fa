"""Close a user's billing, and delete the customer in Stripe.

`close_billing` erases what is stored here, in the transaction that deletes the account. `delete_customers`
does Stripe's part later: a row of CustomerDeletion is pending until all of it is done, so a dying process
loses nothing, and each step may be repeated.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import stripe
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from billing.customer_lock import lock_customer_in_request
from billing.exceptions import BillingError, StripeObjectMissing, StripeUnavailable
from billing.models import CustomerDeletion
from billing.services.deletion_requests import request_deletion
from billing.services.resync import resync_customer
from billing.stripe_api import fetch, mirror, mirror_erasure
from billing.stripe_api.client import deadline, stripe_client
from billing.stripe_api.mirror_erasure import erase_mirror, redact_events
from common.transactions import outside_transaction, requires_transaction

logger = logging.getLogger(__name__)


def customers_of(*, user_id: Any) -> list[str]:
    """Return the ids of the user's present and former customers, sorted."""
    return mirror.customers_of(user_id)


@requires_transaction
def lock_customers_of(*, user_id: Any) -> list[str]:
    """Lock the user's present and former customers, in order of their ids, and return these ids.

    The user's row must not be locked yet. Once it is, compare them with `customers_of`: one may have been
    added. Raises StripeBusy if an event of one of them is being processed.
    """
    customer_ids = customers_of(user_id=user_id)
    for customer_id in customer_ids:
        lock_customer_in_request(customer_id)
    return customer_ids


@requires_transaction
def close_billing(*, user_id: Any, customer_ids: list[str], at: datetime) -> None:
    """Request the deletion of the user's customers, and erase their rows in dj-stripe's tables.

    The caller holds the locks of the customers and of the user. The user can no longer get a customer.
    """
    for customer_id in customer_ids:
        request_deletion(customer_id, user_id=user_id, at=at)
    erase_mirror(customer_ids)
    get_user_model().objects.filter(pk=user_id).update(billing_closed_at=at)


def delete_customers() -> tuple[int, int]:
    """Delete the customers with a pending deletion. Return how many were deleted, and how many are pending.

    If Stripe does not respond, the remaining customers wait for the next call.
    """
    done = 0
    pending = CustomerDeletion.objects.filter(finished_at=None).order_by("attempts", "pk")
    for customer_id in list(pending.values_list("customer_id", flat=True)):
        try:
            delete_customer(customer_id=customer_id)
        except Exception as error:  # one customer must not stop the others
            expected = isinstance(error, BillingError)
            reason = f"{error} ({error.__cause__})" if error.__cause__ else str(error) or repr(error)
            row = CustomerDeletion.objects.filter(customer_id=customer_id, finished_at=None)
            row.update(attempts=F("attempts") + 1, failure=reason)
            message = "%s is not deleted in Stripe yet: %s"
            logger.warning(message, customer_id, reason, exc_info=None if expected else error)
            if isinstance(error, StripeUnavailable):
                break
        else:
            done += 1
    return done, pending.count()


def delete_customer(*, customer_id: str) -> None:
    """Cancel the customer's subscriptions at once, delete the customer in Stripe, and erase what events left.

    It may run any number of times: what is gone in Stripe counts as deleted. Raises StripeUnavailable,
    StripeFailed.
    """
    row = CustomerDeletion.objects.get(customer_id=customer_id)
    if not row.attempts:  # at once, since it needs no Stripe
        redact_events(customer_id=customer_id, user_id=row.user_id)
    with outside_transaction(), deadline():
        _delete_in_stripe(customer_id)
    with deadline():
        finish_deletion(customer_id=customer_id)


@transaction.atomic
def finish_deletion(*, customer_id: str) -> None:
    """Record the last payments, erase the data that this stores, and mark the deletion as finished."""
    resync_customer(customer_id=customer_id)
    row = CustomerDeletion.objects.select_for_update(no_key=True).get(customer_id=customer_id)
    redact_events(customer_id=customer_id, user_id=row.user_id)
    row.attempts, row.failure = row.attempts + 1, ""
    row.finished_at = row.finished_at or timezone.now()
    row.save(update_fields=["attempts", "failure", "finished_at"])


def _delete_in_stripe(customer_id: str) -> None:
    # Sessions first: a session that is paid afterwards would start a subscription.
    for session in fetch.list_all("checkout.sessions", customer=customer_id, status="open"):
        with stripe_client() as api:
            _ignore_closed(api.v1.checkout.sessions.expire, session.id)
    for subscription in fetch.list_subscriptions(customer_id=customer_id, with_ended=False):
        with stripe_client() as api:
            _ignore_closed(api.v1.subscriptions.cancel, subscription.id)
    try:
        with stripe_client() as api:
            api.v1.customers.delete(customer_id)
    except StripeObjectMissing:
        return  # deleted before, by an earlier attempt or in the dashboard


def _ignore_closed(close: Any, stripe_id: str) -> None:
    """Close an object, unless it was closed or paid since it was listed."""
    try:
        close(stripe_id)
    except stripe.InvalidRequestError as error:
        logger.info("%s was not open any more: %s", stripe_id, error)


def stored_objects(*, user_id: Any) -> Iterator[Any]:
    """Yield Stripe's objects of the user that are stored here, for an export of the user's data."""
    yield from mirror_erasure.stored_objects(mirror.customers_of(user_id))
