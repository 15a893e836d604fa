"""The customers of deleted accounts, which are to be deleted in Stripe."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class CustomerDeletion(models.Model):
    """A Stripe customer of a deleted account. The row stays, so that nothing stores the customer again.

    `finished_at` is null until the customer is deleted in Stripe and its events are erased here. Until then
    `process_due_billing` tries again; `failure` is the error of the last attempt.
    """

    customer_id = models.CharField("Stripe customer", max_length=255, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="customer_deletions")
    requested_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-requested_at", "-id"]
        indexes: ClassVar = [
            # For due work and the admin's overview. It has only pending rows, so it stays small.
            models.Index(fields=["id"], condition=Q(finished_at=None), name="billing_deletion_pending"),
        ]

    def __str__(self) -> str:
        return self.customer_id

    @classmethod
    def is_requested(cls, customer_id: str) -> bool:
        """Return whether the customer is that of a deleted account."""
        return cls.objects.filter(customer_id=customer_id).exists()
