"""The abstract model that makes a User model a Stripe customer with an optional subscription.

    class User(Subscriber, AbstractUser):
        class Meta(AbstractUser.Meta):
            constraints = (*Subscriber.Meta.constraints,)

The subscription fields are a function of Stripe's state (`billing/rules/subscription_state.py`). Only
webhooks, resync, due work and the checkout that replaces a deleted customer write them.

`billing_closed_at` is set when the user's account is deleted (`billing.services.close_billing`). From then on,
the user gets no customer, and each customer that turns up for the user is deleted in Stripe.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.db import models

from billing.rules.catalog import FREE
from common.models import ServiceManagedModel


class SubscribedUser(Protocol):
    """The attributes of a user that billing uses. A model that inherits Subscriber and AbstractUser has them."""

    email: str
    plan: str
    subscription_status: str | None
    stripe_customer_id: str | None
    billing_closed_at: datetime | None

    @property
    def pk(self) -> int | str: ...

    @property
    def may_buy(self) -> bool: ...

    @property
    def may_try(self) -> bool: ...

    def get_full_name(self) -> str: ...

    def refresh_from_db(self, using: str | None = None, fields: Iterable[str] | None = None) -> None: ...


class Subscriber(ServiceManagedModel):
    """A Stripe customer and its selected subscription. Statuses are Stripe's own."""

    stripe_customer_id = models.CharField(
        "Stripe customer", max_length=255, unique=True, null=True, blank=True, editable=False
    )
    subscription_id = models.CharField(max_length=255, unique=True, null=True, blank=True, editable=False)
    subscription_status = models.CharField(max_length=32, null=True, blank=True, editable=False)
    plan = models.CharField(max_length=50, default=FREE, db_default=FREE, editable=False)
    current_period_end = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_at_period_end = models.BooleanField(default=False, db_default=False, editable=False)
    billing_closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    @property
    def may_buy(self) -> bool:
        """Whether a checkout is allowed. A project overrides it."""
        return True

    @property
    def may_try(self) -> bool:
        """Whether a plan's trial is offered. A project overrides it."""
        return True

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(plan=""), name="%(app_label)s_%(class)s_plan_not_empty"
            ),
            models.CheckConstraint(
                condition=models.Q(subscription_id__isnull=True) | models.Q(stripe_customer_id__isnull=False),
                name="%(app_label)s_%(class)s_subscription_has_a_customer",
            ),
            models.CheckConstraint(
                condition=models.Q(subscription_id__isnull=True, subscription_status__isnull=True)
                | models.Q(subscription_id__isnull=False, subscription_status__isnull=False),
                name="%(app_label)s_%(class)s_subscription_has_a_status",
            ),
        )
