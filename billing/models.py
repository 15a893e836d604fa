"""What is on sale, and what was paid for.

Stripe's own objects are dj-stripe's mirror tables; these two are ours. A `Payment` fixes once what
a paid invoice gives: later edits of a plan never change it.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class PlanQuerySet(models.QuerySet["Plan"]):
    def on_sale(self) -> "PlanQuerySet":
        return self.filter(is_active=True).exclude(slug="free")

    def for_price(self, price_id: str) -> "Plan | None":
        """The plan that is sold at this Stripe price, if any."""
        if not price_id:
            return None
        plan = self.filter(stripe_price_id=price_id).first()
        if plan is None and price_id == settings.STRIPE_PRICE_ID:
            plan = self.filter(slug=Plan.DEFAULT, stripe_price_id__isnull=True).first()
        return plan


class Plan(models.Model):
    """A subscription on sale. Edited by staff; what was paid before stays as it was."""

    DEFAULT = "pro"

    slug = models.SlugField(unique=True, help_text="What the API calls it, such as pro.")
    name = models.CharField(max_length=100)
    stripe_price_id = models.CharField(
        "Stripe price",
        max_length=255,
        unique=True,
        null=True,
        blank=True,
        help_text="A recurring price (price_…). Empty, for the plan pro: STRIPE_PRICE_ID.",
    )
    credits_per_period = models.PositiveIntegerField(
        default=0, help_text="Credits for each paid period (and each unit of the quantity)."
    )
    trial_credits = models.PositiveIntegerField(
        default=0, help_text="Credits for a trial, instead of the period's."
    )
    is_active = models.BooleanField("on sale", default=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["credits_per_period", "slug"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stripe_price_id__isnull=True) | ~Q(stripe_price_id=""),
                name="billing_plan_price_is_null_or_given",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.stripe_price_id = self.stripe_price_id or None

    @property
    def price_id(self) -> str:
        """The Stripe price that it is sold at; empty when there is none."""
        if self.stripe_price_id:
            return self.stripe_price_id
        return settings.STRIPE_PRICE_ID if self.slug == self.DEFAULT else ""


class Payment(models.Model):
    """A paid invoice, and what it gives: fixed once, posted once.

    `credits` is null while no plan knows the price that was paid: nothing is granted, staff see
    it, and `resync_customers` grants it once a plan does. 0 means: paid, but not for a period's
    credits (an upgrade's proration, a manual invoice).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments")
    stripe_id = models.CharField("Stripe invoice", max_length=255, unique=True)
    stripe_price_id = models.CharField("Stripe price", max_length=255, blank=True, default="")
    billing_reason = models.CharField(max_length=64, blank=True, default="")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="payments")
    credits = models.PositiveIntegerField(null=True, blank=True)
    action_type = models.CharField(max_length=64)
    amount_paid = models.BigIntegerField(help_text="In the currency's minor units.")
    currency = models.CharField(max_length=3)
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-paid_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(credits__gt=0) | Q(plan__isnull=False),
                name="billing_payment_credits_come_from_a_plan",
            ),
        ]
        indexes: ClassVar = [
            # What needs staff's attention: few rows, counted on every page of the admin.
            models.Index(
                fields=["paid_at"], condition=Q(credits__isnull=True), name="billing_payment_ungranted"
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def ledger_key(self) -> str:
        """The key under which its credits are posted, whoever reports the payment, however often."""
        return f"stripe:invoice:{self.stripe_id}"
