"""The catalog: plans, credit packs and their prices in Stripe."""

from dataclasses import replace
from typing import ClassVar, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing.checkout_fields import MAX_INTEGER, MAX_QUANTITY, MAX_TRIAL_DAYS, CheckoutFields
from billing.rules.catalog import FREE, PackTerms, PlanTerms, UpgradePolicy
from billing.rules.checkout_parameters import CheckoutOptions
from billing.stripe_objects import Price as StripePrice


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


class Interval(models.TextChoices):
    """Stripe's units of a billing period. A one-time price has none."""

    DAY = "day", "Day"
    WEEK = "week", "Week"
    MONTH = "month", "Month"
    YEAR = "year", "Year"
    ONE_TIME = "", "Once"


class PlanQuerySet(models.QuerySet["Plan"]):
    def offered(self) -> "PlanQuerySet":
        """Return the plans that staff offer. One without an active price cannot be sold."""
        return self.filter(is_active=True).exclude(slug=FREE)


class Plan(CheckoutFields):
    """A subscription plan. Customers pay for it at one of its prices. Edits apply to later payments only."""

    DEFAULT = "pro"

    slug = models.SlugField(unique=True, help_text="The name in the API, such as pro.")
    name = models.CharField(max_length=100)
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

    @property
    def terms(self) -> PlanTerms:
        """The plan's terms, as input for the rules. A price may override some: see `Price.plan_terms`."""
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


class CreditPackQuerySet(models.QuerySet["CreditPack"]):
    def offered(self) -> "CreditPackQuerySet":
        """Return the packs that staff offer. One without an active price cannot be sold."""
        return self.filter(is_active=True)


class CreditPack(CheckoutFields):
    """A one-time purchase of credits, paid at one of its prices. Edits apply to later payments only."""

    slug = models.SlugField(unique=True, help_text="The name in the API, such as pack-500.")
    name = models.CharField(max_length=100)
    credits = models.PositiveIntegerField(help_text="Credits for each unit of the quantity.")
    invoice = models.BooleanField(
        "send an invoice", default=False, help_text="Stripe creates a paid invoice for each purchase."
    )
    is_active = models.BooleanField("on sale", default=True)

    objects = CreditPackQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["credits", "slug"]
        constraints: ClassVar = [
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


class PriceQuerySet(models.QuerySet["Price"]):
    def plan_terms(self) -> dict[str, PlanTerms]:
        """Return the plans' terms by Stripe price, active or archived.

        STRIPE_PRICE_ID is a price of `pro`, even before its row exists.
        """
        prices = list(self.filter(plan__isnull=False).select_related("plan"))
        terms = {price.stripe_id: price.plan_terms for price in prices}
        first = settings.STRIPE_PRICE_ID
        if first and first not in terms:
            pro = Plan.objects.filter(slug=Plan.DEFAULT).first()
            terms |= {first: pro.terms} if pro else {}
        return terms

    def pack_terms(self) -> dict[str, PackTerms]:
        """Return the packs' terms by Stripe price, active or archived."""
        prices = self.filter(pack__isnull=False).select_related("pack")
        return {price.stripe_id: price.pack_terms for price in prices}


class Price(models.Model):
    """A Stripe price, active or archived, of a plan or a pack. `billing.services.catalog` writes it.

    Stripe never changes the amount, the currency and the interval of a price. An archived price keeps its
    row: subscribers who pay it keep their plan.
    """

    stripe_id = models.CharField("Stripe price", max_length=255, unique=True, help_text="Such as price_….")
    product_id = models.CharField("Stripe product", max_length=255, blank=True, default="", editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, blank=True, related_name="prices")
    pack = models.ForeignKey(CreditPack, models.CASCADE, null=True, blank=True, related_name="prices")
    unit_amount = models.PositiveBigIntegerField(editable=False, help_text="In the currency's minor units.")
    currency = models.CharField(max_length=3, editable=False)
    interval = models.CharField(
        max_length=8, choices=Interval, default=Interval.ONE_TIME, blank=True, editable=False
    )
    interval_count = models.PositiveSmallIntegerField(default=1, editable=False)
    is_active = models.BooleanField("active in Stripe", default=True, editable=False)
    is_default = models.BooleanField(
        "default", default=False, help_text="The price of a checkout that names no interval or currency."
    )
    credits_per_period = models.PositiveIntegerField(
        null=True, blank=True, help_text="Credits for each paid period at this price. Empty: the plan's."
    )
    instalments = models.PositiveSmallIntegerField(
        "instalments per period",
        null=True,
        blank=True,
        help_text="Number of equal instalments of these credits. Empty: the plan's.",
    )

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(stripe_id=""), name="billing_price_has_a_stripe_id"),
            models.CheckConstraint(
                condition=Q(plan__isnull=True) ^ Q(pack__isnull=True),
                name="billing_price_is_of_a_plan_or_a_pack",
            ),
            models.CheckConstraint(
                condition=Q(pack__isnull=True) ^ Q(interval=Interval.ONE_TIME),
                name="billing_price_recurs_for_a_plan_only",
            ),
            models.CheckConstraint(
                condition=Q(interval__in=Interval.values), name="billing_price_interval_is_known"
            ),
            models.CheckConstraint(
                condition=Q(interval_count__gte=1), name="billing_price_interval_count_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[a-z]{3}$"), name="billing_price_currency_is_a_code"
            ),
            models.CheckConstraint(
                condition=Q(plan__isnull=False)
                | Q(credits_per_period__isnull=True, instalments__isnull=True),
                name="billing_price_overrides_a_plan_only",
            ),
            models.CheckConstraint(
                condition=Q(instalments__isnull=True) | Q(instalments__gte=1),
                name="billing_price_has_an_instalment",
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(is_default=True), name="billing_price_one_default_of_a_plan"
            ),
            models.UniqueConstraint(
                fields=["pack"], condition=Q(is_default=True), name="billing_price_one_default_of_a_pack"
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id

    def copy_from_stripe(self, found: StripePrice) -> None:
        """Set the fields that Stripe has."""
        self.product_id, self.is_active = found.product_id, found.active
        if found.unit_amount is not None:  # no price without a fixed amount is stored
            self.unit_amount = found.unit_amount
        self.currency = found.currency
        self.interval, self.interval_count = found.interval, found.interval_count

    @property
    def item(self) -> Plan | CreditPack:
        """The plan or the pack that is sold at this price."""
        return cast("Plan | CreditPack", self.plan or self.pack)  # a constraint requires one

    @property
    def period(self) -> tuple[str, str, int]:
        """Currency, interval and interval count. Of several prices with one period, one is on sale."""
        return self.currency, self.interval, self.interval_count

    @property
    def plan_terms(self) -> PlanTerms:
        """The terms of its plan at this price."""
        terms = cast("Plan", self.plan).terms
        return replace(
            terms,
            credits_per_period=(
                terms.credits_per_period if self.credits_per_period is None else self.credits_per_period
            ),
            instalments=self.instalments or terms.instalments,
        )

    @property
    def pack_terms(self) -> PackTerms:
        """The terms of its pack."""
        pack = cast("CreditPack", self.pack)
        return PackTerms(id=pack.pk, credits=pack.credits)
