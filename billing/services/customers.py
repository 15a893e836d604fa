"""Create a user's Stripe customer."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from django.contrib.auth import get_user_model

from billing.rules.subscription_state import SubscriberState
from billing.stripe_api.client import stripe_client
from billing.stripe_objects import USER_ID
from billing.subscribers import SubscribedUser


def ensure_customer(*, user: SubscribedUser, instead_of: str | None = None) -> str:
    """Return the id of the user's Stripe customer. Create the customer if there is none.

    `instead_of` is a customer that was deleted in Stripe and is replaced. No lock is taken: concurrent
    requests send Stripe the same idempotency key and get the same customer.
    Raises StripeUnavailable, StripeFailed.
    """
    if user.stripe_customer_id and user.stripe_customer_id != instead_of:
        return str(user.stripe_customer_id)
    parameters: dict[str, Any] = {"email": user.email, "metadata": {USER_ID: str(user.pk)}}
    if name := user.get_full_name():
        parameters["name"] = name
    digest = hashlib.sha256(json.dumps([parameters, instead_of], sort_keys=True).encode()).hexdigest()[:32]
    with stripe_client() as api:
        customer = api.v1.customers.create(
            parameters,  # type: ignore[arg-type]  # a plain dict, not Stripe's TypedDict
            {"idempotency_key": f"customer:{user.pk}:{digest}"},
        )
    fields: dict[str, Any] = {"stripe_customer_id": customer.id}
    if instead_of:  # its subscriptions have ended, and events of a former customer change no plan
        fields |= asdict(SubscriberState())
    get_user_model().objects.filter(pk=user.pk, stripe_customer_id=instead_of).update(**fields)
    user.refresh_from_db(fields=fields)
    return str(user.stripe_customer_id)
