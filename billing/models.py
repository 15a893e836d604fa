"""The catalog (plans and credit packs) and the payments.

dj-stripe's tables hold copies of Stripe's objects. A `Payment` stores the credits of a paid invoice or
checkout when it is recorded. Later edits of a plan or a pack do not change it.
"""

from datetime import datetime
from typing import Any, ClassVar, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from billing.checkout_fields import MAX_INTEGER, MAX_QUANTITY, MAX_TRIAL_DAYS, CheckoutFields
from billing.rules.catalog import FREE, PackTerms, PlanTerms, UpgradePolicy
from billing.rules.checkout_parameters import CheckoutOptions
from billing.rules.entitlements import Entitlement
from billing.stripe_objects import CheckoutSession, Invoice


class UpgradeCredits(models.TextChoices):
    """The credits that a paid change of plan within a period grants."""

    PRORATED = "prorated", "Prorated"
    FULL = "full", "Full difference"
    NONE = "none", "None until renewal"


class UnspentCredits(models.TextChoices):
    """The treatment of a period's unused credits when it ends."""

    EXPIRE = "expire", "Expire"
    ROLLOVER = "rollover", "Rollover"
    ROLLOVER_CAPPED = "rollover_capped", "Rollover, up to a cap"


class PlanQuerySet(models.QuerySet["Plan"]):
    def on_sale(self) -> "PlanQuerySet":
        return self.filter(is_active=True).exclude(slug=FREE)

    def terms_by_price(self) -> dict[str, PlanTerms]:
        """Return the plans' terms by Stripe price. A plan's own price takes precedence over STRIPE_PRICE_ID."""
        plans = sorted(self, key=lambda plan: plan.stripe_price_id is not None)
        return {plan.price_id: plan.terms for plan in plans if plan.price_id}


class Plan(CheckoutFields):
    """A subscription plan. Edits by staff apply to later payments only."""

    DEFAULT = "pro"

    slug = models.SlugField(unique=True, help_text="The name in the API, such as pro.")
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
        default=0, help_text="Credits for each paid period and each unit of the quantity."
    )
    trial_credits = models.PositiveIntegerField(
        default=0, help_text="Credits for a trial period, instead of credits per period."
    )
    instalments = models.PositiveSmallIntegerField(
        "instalments per period",
        default=1,
        help_text="Number of equal instalments of a period's credits: 12 for a yearly plan that grants "
        "a twelfth each month.",
    )
    upgrade_credits = models.CharField(
        "credits on upgrade",
        max_length=16,
        choices=UpgradeCredits,
        default=UpgradeCredits.PRORATED,
        help_text="Credits granted for a paid change to this plan within a period.",
    )
    unspent_credits = models.CharField(
        "unused credits",
        max_length=16,
        choices=UnspentCredits,
        default=UnspentCredits.ROLLOVER,
        help_text="Treatment of the period's unused credits when the period ends.",
    )
    rollover_cap = models.PositiveIntegerField(
        null=True, blank=True, help_text="Most credits that roll over. Only for a rollover up to a cap."
    )
    trial_days = models.PositiveSmallIntegerField(
        default=0,
        help_text="Days of a free trial, for users who never had this plan. 0: no trial.",
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
            models.CheckConstraint(
                condition=Q(upgrade_credits__in=UpgradeCredits.values),
                name="billing_plan_upgrade_credits_are_known",
            ),
            models.CheckConstraint(
                condition=Q(unspent_credits__in=UnspentCredits.values),
                name="billing_plan_unspent_credits_are_known",
            ),
            models.CheckConstraint(
                condition=Q(unspent_credits=UnspentCredits.ROLLOVER_CAPPED) ^ Q(rollover_cap__isnull=True),
                name="billing_plan_cap_where_capped",
            ),
            models.CheckConstraint(condition=Q(instalments__gte=1), name="billing_plan_has_an_instalment"),
            models.CheckConstraint(
                condition=Q(max_quantity__range=(1, MAX_QUANTITY)),
                name="billing_plan_max_quantity_is_sane",
                violation_error_message=f"The largest quantity is between 1 and {MAX_QUANTITY}.",
            ),
            models.CheckConstraint(
                condition=Q(max_quantity=0) | Q(credits_per_period__lte=MAX_INTEGER / F("max_quantity")),
                name="billing_plan_credits_fit",
                violation_error_message="The credits of the largest quantity are too many.",
            ),
            models.CheckConstraint(
                condition=Q(trial_days__lte=MAX_TRIAL_DAYS),
                name="billing_plan_trial_is_not_too_long",
                violation_error_message=f"A trial has at most {MAX_TRIAL_DAYS} days.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.stripe_price_id = self.stripe_price_id or None

    @property
    def terms(self) -> PlanTerms:
        """The plan's terms, as input for the rules."""
        return PlanTerms(
            id=self.pk,
            slug=self.slug,
            credits_per_period=self.credits_per_period,
            trial_credits=self.trial_credits,
            instalments=self.instalments,
            upgrade_policy=cast("UpgradePolicy", self.upgrade_credits),  # a constraint allows no other
            expires=self.unspent_credits != UnspentCredits.ROLLOVER,
            rollover_cap=self.rollover_cap,
        )

    @property
    def checkout_options(self) -> CheckoutOptions:
        """The options of the payment page, as input for the rules."""
        return CheckoutOptions(
            max_quantity=self.max_quantity,
            promotion_codes=self.promotion_codes,
            automatic_tax=self.automatic_tax,
            trial_days=self.trial_days,
        )

    @property
    def price_id(self) -> str:
        """The plan's Stripe price, or an empty string."""
        if self.stripe_price_id:
            return self.stripe_price_id
        return settings.STRIPE_PRICE_ID if self.slug == self.DEFAULT else ""


class CreditPackQuerySet(models.QuerySet["CreditPack"]):
    def terms_by_price(self) -> dict[str, PackTerms]:
        """Return the packs' terms by Stripe price."""
        return {pack.stripe_price_id: PackTerms(id=pack.pk, credits=pack.credits) for pack in self}


class CreditPack(CheckoutFields):
    """A one-time purchase of credits. Edits by staff apply to later payments only."""

    slug = models.SlugField(unique=True, help_text="The name in the API, such as pack-500.")
    name = models.CharField(max_length=100)
    stripe_price_id = models.CharField(
        "Stripe price", max_length=255, unique=True, help_text="A one-time price (price_…)."
    )
    credits = models.PositiveIntegerField(help_text="Credits for each unit of the quantity.")
    invoice = models.BooleanField(
        "send an invoice", default=False, help_text="Stripe creates a paid invoice for each purchase."
    )
    is_active = models.BooleanField("on sale", default=True)

    objects = CreditPackQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["credits", "slug"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(stripe_price_id=""), name="billing_creditpack_has_a_price"),
            models.CheckConstraint(condition=Q(credits__gt=0), name="billing_creditpack_gives_credits"),
            models.CheckConstraint(
                condition=Q(max_quantity__range=(1, MAX_QUANTITY)),
                name="billing_creditpack_max_quantity_is_sane",
                violation_error_message=f"The largest quantity is between 1 and {MAX_QUANTITY}.",
            ),
            models.CheckConstraint(
                condition=Q(max_quantity=0) | Q(credits__lte=MAX_INTEGER / F("max_quantity")),
                name="billing_creditpack_credits_fit",
                violation_error_message="The credits of the largest quantity are too many.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def checkout_options(self) -> CheckoutOptions:
        """The options of the payment page, as input for the rules."""
        return CheckoutOptions(
            max_quantity=self.max_quantity,
            promotion_codes=self.promotion_codes,
            automatic_tax=self.automatic_tax,
            invoice=self.invoice,
        )


class Payment(models.Model):
    """A paid invoice or one-time checkout. Its credits are computed once and granted once.

    `credits` is null while no plan or pack has the paid price. The admin marks such a payment. Staff map
    the price and run `resync_customers`, which then grants the credits. 0 means that the payment grants
    no credits (a manual invoice, a downgrade).

    `credits_clawed_back` counts credits that were clawed back after a refund or dispute. `written_off` counts
    credits that could not be clawed back because they were spent. Their sum depends only on `credits`,
    `amount_paid` and `amount_returned`.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments")
    stripe_id = models.CharField("Stripe ID", max_length=255, unique=True)
    stripe_price_id = models.CharField("Stripe price", max_length=255, blank=True, default="")
    # Since 2025 Stripe's charges name only their payment intent, not the invoice or the session.
    payment_intent_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    billing_reason = models.CharField(max_length=64, blank=True, default="")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="payments")
    pack = models.ForeignKey(CreditPack, models.PROTECT, null=True, blank=True, related_name="payments")
    credits = models.PositiveIntegerField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    rollover_cap = models.PositiveIntegerField(null=True, blank=True)
    instalments = models.PositiveSmallIntegerField(default=1)
    instalments_left = models.PositiveSmallIntegerField(default=0)
    next_instalment_at = models.DateTimeField(null=True, blank=True)
    action_type = models.CharField(max_length=64)
    amount_paid = models.BigIntegerField(help_text="In the currency's minor units.")
    currency = models.CharField(max_length=3)
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField()
    amount_returned = models.PositiveBigIntegerField(
        default=0, help_text="Refunded and disputed so far, in minor units."
    )
    credits_clawed_back = models.PositiveIntegerField("clawed back", default=0)
    written_off = models.PositiveIntegerField(default=0)
    clawback_count = models.PositiveIntegerField(
        default=0, help_text="Number of clawbacks and their reversals."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-paid_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(credits__gt=0) | Q(plan__isnull=False) | Q(pack__isnull=False),
                name="billing_payment_credits_come_from_what_is_sold",
            ),
            models.CheckConstraint(
                condition=Q(plan__isnull=True) | Q(pack__isnull=True),
                name="billing_payment_is_for_a_plan_or_a_pack",
            ),
            models.CheckConstraint(
                condition=Q(instalments__gt=F("instalments_left")),
                name="billing_payment_gives_its_first_instalment_at_once",
            ),
            models.CheckConstraint(
                condition=Q(instalments_left=0) ^ Q(next_instalment_at__isnull=False),
                name="billing_payment_next_instalment_while_some_are_left",
            ),
            models.CheckConstraint(
                condition=Q(credits_clawed_back__lte=Coalesce(F("credits"), 0) - F("written_off")),
                name="billing_payment_returns_at_most_what_it_gave",
            ),
        ]
        indexes: ClassVar = [
            # Payments at an unmapped price: few rows, counted on every admin page.
            models.Index(
                fields=["paid_at"], condition=Q(credits__isnull=True), name="billing_payment_ungranted"
            ),
            # Due instalments, for process_due_billing.
            models.Index(
                fields=["next_instalment_at"],
                condition=Q(next_instalment_at__isnull=False),
                name="billing_payment_instalment_due",
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id

    @classmethod
    def from_stripe(cls, paid: Invoice | CheckoutSession, *, user_id: Any) -> "Payment":
        """Return an unsaved payment without an entitlement."""
        return cls(
            user_id=user_id,
            stripe_id=paid.id,
            payment_intent_id=paid.payment_intent_id,
            billing_reason=paid.reason if isinstance(paid, Invoice) else "",
            amount_paid=paid.amount_paid,
            currency=paid.currency,
            paid_at=paid.paid_at,
        )

    @property
    def has_entitlement(self) -> bool:
        """Whether `credits` is set. It is null while the price is unmapped."""
        return self.credits is not None

    def set_entitlement(self, entitlement: Entitlement) -> None:
        """Copy the entitlement into the fields of this payment."""
        self.plan_id, self.pack_id = entitlement.plan_id, entitlement.pack_id
        self.stripe_price_id = entitlement.price_id
        self.credits = entitlement.credits
        self.action_type = entitlement.action_type
        self.period_start, self.period_end = entitlement.period_start, entitlement.period_end
        self.expires_at, self.rollover_cap = entitlement.expires_at, entitlement.rollover_cap
        self.instalments, self.instalments_left = entitlement.instalments, entitlement.instalments - 1
        self.next_instalment_at = self.due_at(2) if self.instalments_left else None

    @property
    def ledger_key(self) -> str:
        """The idempotency key of the payment's grant. It depends only on the payment's id in Stripe."""
        kind = "checkout" if self.stripe_id.startswith("cs_") else "invoice"
        return f"stripe:{kind}:{self.stripe_id}"

    @property
    def credits_granted(self) -> int:
        """The credits of the instalments granted so far."""
        return self._credits_of_first(self.instalments - self.instalments_left)

    def granted_instalments(self) -> list[tuple[str, int]]:
        """Return the idempotency key and the credits of each instalment granted so far."""
        if self.instalments == 1:
            return [(self.ledger_key, self.credits_granted)]
        return [
            (f"{self.ledger_key}:{n}", self._credits_of_first(n) - self._credits_of_first(n - 1))
            for n in range(1, self.instalments - self.instalments_left + 1)
        ]

    def due_at(self, n: int) -> datetime:
        """Return when the n-th instalment is due: the first at payment, the others evenly over the period."""
        if n == 1 or self.period_start is None or self.period_end is None:
            return self.paid_at
        return self.period_start + (self.period_end - self.period_start) * (n - 1) / self.instalments

    def _credits_of_first(self, n: int) -> int:
        return (self.credits or 0) * n // self.instalments
