"""Write dj-stripe's tables, copies of Stripe's objects for staff. Nothing is computed from them.

There is one exception. The user of a former customer is read from them, because the user's row has only
the current customer.
"""

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q
from djstripe.models import Customer, Invoice, Session, Subscription

from billing import stripe_objects as objects
from billing.exceptions import StripeObjectMissing
from billing.models import CustomerDeletion
from billing.stripe_api.client import stripe_client
from billing.stripe_api.djstripe_patches import cached_account_lookup
from billing.stripe_api.namespace import user_id_key

__all__ = ["Customer", "Invoice", "Session", "Subscription"]

logger = logging.getLogger(__name__)

# dj-stripe's exceptions for an object that refers to one that Stripe does not have any more.
NOT_STORABLE = (StripeObjectMissing, ObjectDoesNotExist)
MAX_DIGITS = 18  # of a bigint


def store(model: Any, *rows: Any) -> None:
    """Store objects that Stripe's library returned. dj-stripe requests the objects that they refer to.

    Raises StripeUnavailable, StripeFailed.
    """
    with cached_account_lookup():
        for data in rows:
            try:
                with stripe_client():
                    model.sync_from_stripe_data(data)
            except NOT_STORABLE as error:
                logger.warning("dj-stripe cannot store %s: %s", data["id"], error.__cause__ or error)


def find_owner_id(customer: objects.Customer) -> Any | None:
    """Return the id of the customer's present or former user, or None if the customer is not ours.

    The user of an unknown customer is the one in its metadata, under the key of this installation, if that
    user has no customer yet. The email address links no customer, because anyone can enter any address in a
    checkout.
    """
    users = get_user_model().objects
    owner_id = users.filter(stripe_customer_id=customer.id).values_list("pk", flat=True).first()
    if owner_id is None:
        owner_id = Customer.objects.filter(id=customer.id).values_list("subscriber_id", flat=True).first()
    if owner_id is None:  # of a deleted account, whose rows in dj-stripe's tables were erased
        deletions = CustomerDeletion.objects.filter(customer_id=customer.id)
        owner_id = deletions.values_list("user_id", flat=True).first()
    if owner_id is None and not customer.deleted:
        claimed = claimed_user_id(customer)
        if claimed.isdecimal() and len(claimed) <= MAX_DIGITS:
            claimable = users.filter(pk=claimed, stripe_customer_id__isnull=True)
            owner_id = claimable.values_list("pk", flat=True).first()
    return owner_id


def claimed_user_id(customer: objects.Customer) -> str:
    """Return the user id that this installation wrote into the customer's metadata, or an empty string."""
    return str(customer.metadata.get(user_id_key(), ""))


def link_customer(*, customer_id: str, user_id: Any) -> None:
    """Store the customer's user if none is stored. So a deleted customer's payments stay with the user."""
    Customer.objects.filter(id=customer_id, subscriber=None).update(subscriber_id=user_id)


def remember_deleted_customer(*, customer_id: str, user_id: Any) -> None:
    """Store the user of a customer that was deleted in Stripe, so that a resync finds its payments."""
    deleted = {"id": customer_id, "object": "customer", "deleted": True}
    defaults = {"livemode": settings.STRIPE_LIVE_MODE, "stripe_data": deleted, "subscriber_id": user_id}
    Customer.objects.get_or_create(id=customer_id, defaults=defaults)
    link_customer(customer_id=customer_id, user_id=user_id)


def known_customers() -> list[str]:
    """Return the ids of our users' customers, including deleted ones that were replaced."""
    users = get_user_model().objects.exclude(stripe_customer_id=None)
    former = Customer.objects.exclude(subscriber=None)
    current = users.order_by("pk").values_list("stripe_customer_id", flat=True)
    return list(
        dict.fromkeys(
            [
                *(str(customer_id) for customer_id in current),
                *former.order_by("djstripe_id").values_list("id", flat=True),
                *CustomerDeletion.objects.order_by("pk").values_list("customer_id", flat=True),
            ]
        )
    )


def customers_of(user_id: Any) -> list[str]:
    """Return the ids of a user's present and former customers, sorted."""
    users = get_user_model().objects.exclude(stripe_customer_id=None)
    current = users.filter(pk=user_id)
    # dj-stripe drops the subscriber of a customer that is deleted in Stripe. Our metadata still names the
    # user.
    dropped = Q(subscriber=None, metadata__contains={user_id_key(): str(user_id)})
    of_others = users.exclude(pk=user_id).values("stripe_customer_id")
    former = Customer.objects.filter(Q(subscriber_id=user_id) | dropped).exclude(id__in=of_others)
    deleted = CustomerDeletion.objects.filter(user=user_id)
    return sorted(
        {
            *(str(customer_id) for customer_id in current.values_list("stripe_customer_id", flat=True)),
            *former.values_list("id", flat=True),
            *deleted.values_list("customer_id", flat=True),
        }
    )
