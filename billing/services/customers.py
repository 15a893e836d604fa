"""Who a Stripe customer is here."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import stripe
from django.contrib.auth import get_user_model
from django.db import connection
from djstripe import models as mirror

from billing.stripe_api.client import client, is_absent, stripe_errors

USER_ID = "user_id"  # the key in a customer's metadata
MAX_DIGITS = 18  # of a bigint


def ensure_customer(*, user: Any, instead_of: str | None = None) -> str:
    """The user's Stripe customer id, created if there is none. Raises StripeUnavailable, StripeFailed.

    `instead_of` is a customer that was deleted in Stripe: the user gets a new one. Takes no lock:
    two requests at once send Stripe the same idempotency key and get the same customer, and the
    first to store it wins.
    """
    if user.stripe_customer_id and user.stripe_customer_id != instead_of:
        return str(user.stripe_customer_id)
    parameters: dict[str, Any] = {"email": user.email, "metadata": {USER_ID: str(user.pk)}}
    if name := user.get_full_name():
        parameters["name"] = name
    digest = hashlib.sha256(json.dumps([parameters, instead_of], sort_keys=True).encode()).hexdigest()[:32]
    with stripe_errors():
        customer = client().v1.customers.create(
            parameters,  # type: ignore[arg-type]
            {"idempotency_key": f"customer:{user.pk}:{digest}"},
        )
    get_user_model().objects.filter(pk=user.pk, stripe_customer_id=instead_of).update(
        stripe_customer_id=customer.id
    )
    user.refresh_from_db(fields=["stripe_customer_id"])
    return str(user.stripe_customer_id)


def fetch_customer(customer_id: str) -> dict[str, Any] | None:
    """The customer as Stripe has it now, `deleted` included; None when Stripe does not know it."""
    with stripe_errors():
        try:
            return client().v1.customers.retrieve(customer_id).to_dict()
        except stripe.InvalidRequestError as error:
            if is_absent(error):
                return None
            raise


def owner_of(*, customer: Mapping[str, Any]) -> Any | None:
    """The user whose Stripe customer this is, or was; None: somebody else's, and none of our business.

    A customer that we do not know is claimed by the user id in its metadata, if that user has no
    customer yet; never by e-mail, which anybody may type into a checkout. Writes nothing: `link`
    does, once Stripe has been read.
    """
    user = known_owner(customer_id=customer["id"])
    if user is None and not customer.get("deleted"):
        claimed = str((customer.get("metadata") or {}).get(USER_ID, ""))
        if claimed.isdecimal() and len(claimed) <= MAX_DIGITS:
            user = get_user_model().objects.filter(pk=claimed, stripe_customer_id__isnull=True).first()
    return user


def known_owner(*, customer_id: str) -> Any | None:
    """The user whose customer this is, or was before it was deleted in Stripe, without asking Stripe."""
    user = get_user_model().objects.filter(stripe_customer_id=customer_id).first()
    if user is None:
        former = mirror.Customer.objects.filter(id=customer_id).select_related("subscriber").first()
        return former.subscriber if former else None
    return user


def link(*, user: Any, customer_id: str, deleted: bool = False) -> None:
    """Store whose customer this is: with the user, if they have none, and in dj-stripe's table.

    That table forgets whose a deleted customer was; its payments stay this user's.
    """
    if user.stripe_customer_id is None and not deleted:
        get_user_model().objects.filter(pk=user.pk, stripe_customer_id__isnull=True).update(
            stripe_customer_id=customer_id
        )
        user.refresh_from_db(fields=["stripe_customer_id"])
    mirror.Customer.objects.filter(id=customer_id, subscriber=None).update(subscriber=user)


def find_owner(*, customer_id: str) -> Any | None:
    """`owner_of`, asking Stripe only about a customer that nobody here is known by."""
    user = known_owner(customer_id=customer_id)
    customer = None if user else fetch_customer(customer_id)
    return owner_of(customer=customer) if customer else user


def customer_of_charge(charge_id: str) -> str | None:
    """The id of the customer who paid a charge; None for a guest."""
    with stripe_errors():
        return id_of(client().v1.charges.retrieve(charge_id).customer)


def customer_in(data: Mapping[str, Any]) -> str | None:
    """Whose an object of Stripe's is. A dispute knows only its charge, so Stripe is asked about that."""
    if data.get("object") == "customer":
        return id_of(data)
    if data.get("object") == "dispute" and (charge_id := id_of(data.get("charge"))):
        return customer_of_charge(charge_id)
    return id_of(data.get("customer"))


def id_of(value: Any) -> str | None:
    """The id of something that Stripe sends by id or expanded."""
    found = value if isinstance(value, (str, type(None))) else value["id"]
    return found or None


def lock_customer(customer_id: str) -> None:
    """Wait for the customer's turn; it ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s::text, 0))", [f"billing:{customer_id}"]
        )
