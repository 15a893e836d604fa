"""The part that a User model composes to be a Stripe customer with, perhaps, a subscription.

    class User(Subscriber, AbstractUser):
        class Meta(AbstractUser.Meta):
            constraints = (*Subscriber.Meta.constraints,)

The subscription fields are a function of Stripe's state (`billing/state.py`), written by the
webhooks and by resync, and by nothing else.
"""

from typing import Any, ClassVar

from django.db import models

FREE = "free"


class Subscriber(models.Model):
    """A Stripe customer, and the one of its subscriptions that counts. Statuses are Stripe's words."""

    WRITTEN_BY_SERVICES: ClassVar[tuple[str, ...]] = (
        "stripe_customer_id",
        "subscription_id",
        "subscription_status",
        "plan",
        "current_period_end",
        "cancel_at_period_end",
    )

    stripe_customer_id = models.CharField(
        "Stripe customer", max_length=255, unique=True, null=True, blank=True, editable=False
    )
    subscription_id = models.CharField(max_length=255, unique=True, null=True, blank=True, editable=False)
    subscription_status = models.CharField(max_length=32, null=True, blank=True, editable=False)
    plan = models.CharField(max_length=50, default=FREE, db_default=FREE, editable=False)
    current_period_end = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_at_period_end = models.BooleanField(default=False, db_default=False, editable=False)

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

    # As in credits.holders, since neither app may need the other; whichever comes first keeps off both parts' fields.
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, but never overwrite what only services write: the row in memory may be older.

        Without this any `user.save()` or `asave()`, an admin's form too, would forget what Stripe has told
        since the row was read. To name a field in `update_fields` is to mean it.
        """
        kwargs.update(zip(("force_insert", "force_update", "using", "update_fields"), args, strict=False))
        if not self._state.adding and not kwargs.get("force_insert") and kwargs.get("update_fields") is None:
            others = {
                name for part in type(self).__mro__ for name in vars(part).get("WRITTEN_BY_SERVICES", ())
            }
            others |= self.get_deferred_fields()
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and not others & {field.name, field.attname}
            ]
        super().save(**kwargs)
