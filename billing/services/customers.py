"""Create a user's Stripe customer, and update its email address."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from billing.exceptions import BillingClosed, StripeFailed, StripeObjectMissing
from billing.rules.subscription_state import SubscriberState
from billing.services.deletion_requests import request_deletion
from billing.signals import customer_email_outdated
from billing.stripe_api.client import deadline, stripe_client
from billing.stripe_api.fetch import list_all
from billing.stripe_api.namespace import user_id_key
from billing.subscribers import SubscribedUser
from common.transactions import outside_transaction


@deadline()
def ensure_customer(*, user: SubscribedUser, instead_of: str | None = None) -> str:
    """Return the id of the user's Stripe customer. Create the customer if there is none.

    `instead_of` is a customer that was deleted in Stripe and is replaced. No lock is taken: concurrent
    requests send Stripe the same idempotency keys and get the same customer. Raises StripeUnavailable,
    StripeFailed, and BillingClosed if the account has been deleted meanwhile: the new customer is then also
    deleted in Stripe.
    """
    if user.stripe_customer_id and user.stripe_customer_id != instead_of:
        return str(user.stripe_customer_id)
    parameters: dict[str, Any] = {"email": user.email, "metadata": {user_id_key(): str(user.pk)}}
    if name := user.get_full_name():
        parameters["name"] = name
    digest = hashlib.sha256(json.dumps([parameters, instead_of], sort_keys=True).encode()).hexdigest()[:32]
    customer_id = _create(parameters, key=f"customer:{user.pk}:{digest}")
    fields: dict[str, Any] = {"stripe_customer_id": customer_id}
    if instead_of:  # its subscriptions have ended, and events of a former customer change no plan
        fields |= asdict(SubscriberState())
    open_users = get_user_model().objects.filter(pk=user.pk, billing_closed_at=None)
    open_users.filter(stripe_customer_id=instead_of).update(**fields)
    user.refresh_from_db(fields=[*fields, "billing_closed_at", "email"])
    if user.billing_closed_at:
        with transaction.atomic():
            request_deletion(customer_id, user_id=user.pk, at=timezone.now())
        raise BillingClosed
    if user.email != parameters["email"]:  # it changed before the customer was stored
        customer_email_outdated.send(sender=type(user), user_id=user.pk)
    return str(user.stripe_customer_id)


def update_customer_email(*, user_id: Any) -> None:
    """Give the user's Stripe customer the user's present email address.

    Call it after each change of the address, outside the transaction. It does nothing without a customer, and
    for a deleted account. No lock is taken: after its request, each call reads the address again, so that the
    last request has the newest address. Raises StripeUnavailable, StripeFailed.
    """
    users = get_user_model().objects.filter(
        pk=user_id, stripe_customer_id__isnull=False, billing_closed_at=None
    )
    sent = None
    with outside_transaction(), deadline():
        while (found := users.values_list("stripe_customer_id", "email").first()) not in {None, sent}:
            customer_id, email = map(str, found)
            _set_email(customer_id, email)
            sent = found


def _set_email(customer_id: str, email: str) -> None:
    try:
        with stripe_client() as api:
            api.v1.customers.update(customer_id, {"email": email})
    except StripeObjectMissing:
        return  # deleted in Stripe; its successor gets the present address
    except StripeFailed as error:
        if error.stripe_code != "email_invalid" or not email:
            raise
        _set_email(customer_id, "")  # no receipts, rather than receipts to the old mailbox


def _create(parameters: dict[str, Any], *, key: str) -> str:
    """Create a customer, once for each key. Return its id.

    Stripe stores a 5xx under an idempotency key and returns it for a day. So after a stored failure, the next
    key is used. Concurrent requests get the same stored failures, so they use the same next key. A failed
    request may have created the customer, so look for it before using another key.
    """
    number = 0
    while True:  # until the deadline
        try:
            with stripe_client() as api:
                customer = api.v1.customers.create(
                    parameters,  # type: ignore[arg-type]  # a plain dict, not Stripe's TypedDict
                    {"idempotency_key": f"{key}:{number}" if number else key},
                )
        except StripeFailed as error:
            if error.stripe_code == "email_invalid" and parameters.get("email"):
                # Stripe accepts fewer addresses than Django. Checkout asks for another one.
                without = {name: value for name, value in parameters.items() if name != "email"}
                return _create(without, key=f"{key}:without-email")
            if not error.is_stored:
                raise
            if found := _find(parameters):
                return found
            number += 1
        else:
            return customer.id


def _find(parameters: dict[str, Any]) -> str | None:
    """Return the oldest customer with this address and metadata. Stripe's search would miss a new one."""
    if not parameters.get("email"):
        return None
    found = list_all("customers", email=parameters["email"])
    ours = [
        customer.id
        for customer in found
        if customer.metadata and parameters["metadata"].items() <= customer.metadata.to_dict().items()
    ]
    return ours[-1] if ours else None  # Stripe lists the newest first
