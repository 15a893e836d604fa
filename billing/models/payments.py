"""The payments, and the payment intents that paid them.

A `Payment` stores the credits of a paid invoice or checkout when it is recorded. Later edits of a plan or a
pack do not change it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from billing.models.catalog import CreditPack, Plan
from billing.rules.entitlements import Entitlement
from billing.stripe_payments import CheckoutSession, Invoice


class PaymentQuerySet(models.QuerySet["Payment"]):
    def by_purchase(self, purchases: Iterable[Invoice | CheckoutSession]) -> dict[str, "Payment"]:
        """Return the recorded payments of purchases, by their own id and by that of their invoice."""
        ids = {name for paid in purchases for name in (paid.id, paid.invoice_id) if name}
        if not ids:  # as for most events: Django would compile a query only to find that nothing can match
            return {}
        found = self.filter(Q(stripe_id__in=ids) | Q(invoice_id__in=ids)).prefetch_related("parts")
        names = ((name, payment) for payment in found for name in (payment.stripe_id, payment.invoice_id))
        return {name: payment for name, payment in names if name}

    def with_unrecovered_dispute(self) -> "PaymentQuerySet":
        """Payments with an open or lost dispute, and credits that were spent before they were clawed back."""
        disputed = PaymentPart.objects.filter(payment=models.OuterRef("pk"), amount_disputed__gt=0)
        return self.filter(models.Exists(disputed), written_off__gt=0)


class Payment(models.Model):
    """A paid invoice or one-time checkout. Its credits are computed once and granted once.

    A purchase is one payment, whichever object reports it. A Checkout Session identifies a pack, even if
    Checkout created an invoice for it (`invoice_id`). An invoice identifies a payment of a subscription.

    `credits` is null while no plan or pack has the paid price. The admin marks such a payment. Staff map
    the price and run `resync_customers`, which then grants the credits. 0 means that the payment grants
    no credits (a manual invoice, a downgrade).

    `credits_clawed_back` counts credits that were clawed back after a refund or dispute. `written_off` counts
    credits that could not be clawed back because they were spent. Their sum depends only on `credits`,
    `amount_paid` and `amount_returned`.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments")
    stripe_id = models.CharField("Stripe ID", max_length=255, unique=True)
    # Unique, so that a pack and the invoice that Checkout made for it cannot be two payments.
    invoice_id = models.CharField("Stripe invoice", max_length=255, unique=True, null=True, blank=True)
    stripe_price_id = models.CharField("Stripe price", max_length=255, blank=True, default="")
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
    subtotal = models.BigIntegerField(
        default=0, help_text="Before discounts and exclusive taxes, in minor units."
    )
    tax = models.BigIntegerField(default=0, help_text="All taxes in the total, in minor units.")
    total = models.BigIntegerField(default=0, help_text="After discounts and taxes, in minor units.")
    tax_country = models.CharField(
        max_length=2, blank=True, default="", help_text="The customer's country when it paid."
    )
    tax_exempt = models.CharField(
        max_length=16, blank=True, default="", help_text="Stripe's word: none, exempt or reverse."
    )
    amount_paid = models.BigIntegerField(
        help_text="The total without what the customer's balance paid, in the currency's minor units."
    )
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

    objects = PaymentQuerySet.as_manager()

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
        payment = cls(user_id=user_id)
        payment.describe(paid)
        return payment

    def describe(self, paid: Invoice | CheckoutSession) -> None:
        """Copy Stripe's data of the purchase. The entitlement and the parts are set separately."""
        self.stripe_id, self.invoice_id = paid.id, paid.invoice_id
        self.billing_reason = paid.reason if isinstance(paid, Invoice) else ""
        self.subtotal, self.tax, self.total = paid.subtotal, paid.tax.amount, paid.total
        self.tax_country, self.tax_exempt = paid.tax.country, paid.tax.exempt
        self.amount_paid, self.currency, self.paid_at = paid.amount_paid, paid.currency, paid.paid_at

    def build_parts(self, paid: Invoice | CheckoutSession, *, without: Iterable[str]) -> list["PaymentPart"]:
        """Return the unsaved parts of the purchase, except those with these ids."""
        new = [part for part in paid.parts if part.id not in without]
        return [PaymentPart(payment=self, stripe_id=part.id, amount=part.amount) for part in new]

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
        """The idempotency key of the payment's grant. It depends only on the payment's id in Stripe.

        That id does not depend on which of Stripe's objects reported the payment first.
        """
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


class PaymentPart(models.Model):
    """A payment intent (or a charge without one) that paid a payment, or a part of it.

    Most payments have one. An invoice can be paid in several parts, and one payment intent can pay parts of
    several invoices. Money from the customer's balance or from outside Stripe has no part.
    """

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="parts")
    # Since 2025 Stripe's charges name only their payment intent, not the invoice or the session.
    stripe_id = models.CharField("Stripe ID", max_length=255)
    amount = models.PositiveBigIntegerField(help_text="Paid towards this payment, in minor units.")
    amount_refunded = models.PositiveBigIntegerField(default=0, help_text="In minor units.")
    amount_disputed = models.PositiveBigIntegerField(
        default=0, help_text="Withheld by Stripe for disputes that are open or lost, in minor units."
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stripe_id", "payment"], name="billing_paymentpart_pays_a_payment_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=F("amount_refunded") + F("amount_disputed")),
                name="billing_paymentpart_returns_at_most_what_it_paid",
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def amount_returned(self) -> int:
        """The refunded and disputed amount, in minor units."""
        return self.amount_refunded + self.amount_disputed
