"""Who a Stripe customer is here."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from djstripe import models as mirror

from billing.stripe_api import client, stripe_errors

USER_ID = "user_id"  # the key in a customer's metadata
MAX_DIGITS = 18  # of a bigint


def ensure_customer(*, user: Any) -> str:
    """The user's Stripe customer id, created if there is none. Raises StripeUnavailable, StripeFailed.

    Takes no lock: two requests at once send Stripe the same idempotency key and get the same
    customer, and the first to store it wins.
    """
    if user.stripe_customer_id:
        return str(user.stripe_customer_id)
    parameters: dict[str, Any] = {"email": user.email, "metadata": {USER_ID: str(user.pk)}}
    if name := user.get_full_name():
        parameters["name"] = name
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:32]
    with stripe_errors():
        customer = client().v1.customers.create(
            parameters,  # type: ignore[arg-type]
            {"idempotency_key": f"customer:{user.pk}:{digest}"},
        )
    get_user_model().objects.filter(pk=user.pk, stripe_customer_id__isnull=True).update(
        stripe_customer_id=customer.id
    )
    user.refresh_from_db(fields=["stripe_customer_id"])
    return str(user.stripe_customer_id)


def owner_of(*, customer: Mapping[str, Any]) -> Any | None:
    """The user whose Stripe customer this is, or None: somebody else's, and none of our business.

    A customer that we do not know is linked by the user id in its metadata, if that user has no
    customer yet; never by e-mail, which anybody may type into a checkout.
    """
    users = get_user_model().objects
    user = users.filter(stripe_customer_id=customer["id"]).first()
    if user is None and not customer.get("deleted"):
        claimed = (customer.get("metadata") or {}).get(USER_ID, "")
        if str(claimed).isdecimal() and len(claimed) <= MAX_DIGITS:
            linked = users.filter(pk=claimed, stripe_customer_id__isnull=True).update(
                stripe_customer_id=customer["id"]
            )
            user = users.get(pk=claimed) if linked else None
    if user is not None:
        mirror.Customer.objects.filter(id=customer["id"], subscriber=None).update(subscriber=user)
    return user
