"""Clawbacks' claims on held credits. docs/adr/0013 gives the reasons.

Σ CreditClaim.open_amount = ai_credits_claimed ≤ ai_credits_held
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from credits.holders import UserId


class CreditClaimQuerySet(models.QuerySet["CreditClaim"]):
    def open_of(self, user_id: UserId) -> "CreditClaimQuerySet":
        """Return a user's claims on credits that are still held."""
        return self.filter(user_id=user_id, open_amount__gt=0)


class CreditClaim(models.Model):
    """Credits that a clawback could not take because holds reserved them.

    `entry` is the clawback, with its key, its reference and its time. Credits that a hold returns pay the
    open amounts first, the oldest claim's first, in the transaction that closes the hold. Each collection is
    a `clawback` entry. A capture spends held credits: open amounts that exceed the remaining held credits are
    written off, the newest claim's first. A positive clawback of the same reference cancels open amounts.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="credit_claims", db_index=False
    )
    entry = models.OneToOneField("credits.AiCreditLog", models.PROTECT, related_name="claim")
    open_amount = models.BigIntegerField()
    collected_amount = models.BigIntegerField(default=0, db_default=0)
    written_off_amount = models.BigIntegerField(default=0, db_default=0)

    objects = CreditClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "credit claim"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(open_amount__gte=0, collected_amount__gte=0, written_off_amount__gte=0),
                name="credits_creditclaim_amounts_not_negative",
            ),
        ]
        indexes: ClassVar = [
            # Claims are open for minutes, so it stays tiny.
            models.Index(fields=["user", "id"], condition=Q(open_amount__gt=0), name="credits_claim_open"),
        ]

    def __str__(self) -> str:
        return f"{self.open_amount} claimed"
