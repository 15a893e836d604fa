"""Bring a subscriber in line with Stripe's current state, whatever was heard of it before.

The customer's lock is held from before Stripe is read until what was read is committed, so that two
readers cannot commit in the wrong order. The user's row is written last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import stripe
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from djstripe import models as mirror

from billing.models import Plan
from billing.services.customers import owner_of
from billing.services.payments import record_invoice
from billing.state import SubscriberState, derive, read_subscription
from billing.stripe_api import client, stripe_errors

STATE_FIELDS = tuple(SubscriberState.__dataclass_fields__)


@dataclass(slots=True)
class Changes:
    """What a reconciliation changed, by name: before and after."""

    customer_id: str
    user_id: Any = None
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    payments: list[str] = field(default_factory=list)
    ungranted: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether anything was out of line."""
        return bool(self.fields or self.payments)

    def sentences(self) -> list[str]:
        """The changes, for a person."""
        return [
            *(f"{name}: {before} → {after}" for name, (before, after) in self.fields.items()),
            *(f"payment {stripe_id} recorded" for stripe_id in self.payments),
        ]


def lock_customer(customer_id: str) -> None:
    """Wait for the customer's turn; it ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s::text, 0))", [f"billing:{customer_id}"]
        )


def follow_subscriptions(*, user: Any) -> dict[str, tuple[Any, Any]]:
    """Re-read the user's subscriptions and write what follows. Call it under the customer's lock.

    Returns what changed: `{field: (before, after)}`.
    """
    with stripe_errors():
        found = client().v1.subscriptions.list(
            {"customer": user.stripe_customer_id, "status": "all", "limit": 100}
        )
        subscriptions = [read_subscription(data.to_dict()) for data in found.auto_paging_iter()]
    return _write_state(user=user, state=_derive(subscriptions))


@transaction.atomic
def reconcile_customer(*, customer_id: str, dry_run: bool = False) -> Changes:
    """Bring one customer back in line: mirror, payments, subscription fields.

    Everything that the webhooks would have done is done under the same keys, so that a late
    webhook changes nothing. With `dry_run` all of it is rolled back, and only told.
    Raises what Stripe's library raises as StripeUnavailable or StripeFailed.
    """
    lock_customer(customer_id)
    changes = Changes(customer_id=customer_id)
    with stripe_errors():
        customer = client().v1.customers.retrieve(customer_id).to_dict()
        user = owner_of(customer=customer)
        if user is None:
            return changes
        changes.user_id = user.pk
        if customer.get("deleted"):
            subscriptions: list[stripe.Subscription] = []
            invoices: list[stripe.Invoice] = []
        else:
            mirror.Customer.sync_from_stripe_data(customer)
            subscriptions = list(
                client()
                .v1.subscriptions.list({"customer": customer_id, "status": "all", "limit": 100})
                .auto_paging_iter()
            )
            invoices = list(
                client()
                .v1.invoices.list({"customer": customer_id, "status": "paid", "limit": 100})
                .auto_paging_iter()
            )
            for data in subscriptions:
                mirror.Subscription.sync_from_stripe_data(data)
            for data in invoices:
                mirror.Invoice.sync_from_stripe_data(data)

    known = set(user.payments.filter(credits__isnull=False).values_list("stripe_id", flat=True))
    for invoice in sorted(invoices, key=lambda data: (data.created, data.id)):
        payment = record_invoice(user=user, invoice=invoice.to_dict())
        if payment is None:
            continue
        if payment.credits is None:
            changes.ungranted.append(payment.stripe_id)
        elif payment.stripe_id not in known:
            changes.payments.append(payment.stripe_id)
    changes.fields = _write_state(
        user=user, state=_derive([read_subscription(data.to_dict()) for data in subscriptions])
    )
    if dry_run:
        transaction.set_rollback(True)
    return changes


def list_customers(*, created_since: int | None = None) -> Iterator[dict[str, Any]]:
    """Every customer of the Stripe account, page by page. `created_since` is a Unix time."""
    parameters: dict[str, Any] = {"limit": 100}
    if created_since is not None:
        parameters["created"] = {"gte": created_since}
    with stripe_errors():
        for customer in client().v1.customers.list(parameters).auto_paging_iter():  # type: ignore[arg-type]
            yield customer.to_dict()


def _derive(subscriptions: list[Any]) -> SubscriberState:
    plans = {plan.price_id: plan.slug for plan in Plan.objects.all() if plan.price_id}
    return derive(subscriptions, plans=plans)


def _write_state(*, user: Any, state: SubscriberState) -> dict[str, tuple[Any, Any]]:
    users = get_user_model().objects
    row = users.select_for_update(no_key=True).only("pk", *STATE_FIELDS).get(pk=user.pk)
    after = {name: getattr(state, name) for name in STATE_FIELDS}
    changed = {
        name: (getattr(row, name), value) for name, value in after.items() if getattr(row, name) != value
    }
    if changed:
        users.filter(pk=user.pk).update(**after)
    return changed
