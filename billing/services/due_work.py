"""Process work that becomes due without an event: instalments of credits, and ends of grace periods."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from billing.customer_lock import lock_customer
from billing.models import Payment
from billing.rules.catalog import FREE
from billing.rules.subscription_state import PAST_DUE
from billing.services import sync
from billing.services.change_report import Changes
from billing.snapshot import Snapshot
from billing.stripe_api import fetch
from billing.subscribers import SubscribedUser


@transaction.atomic
def process_due(*, user: SubscribedUser, at: datetime) -> Changes:
    """Process a user's work that is due by `at`. Return the changes. Raises StripeUnavailable, StripeFailed."""
    customer_id = str(user.stripe_customer_id)
    lock_customer(customer_id)
    if user.subscription_status == PAST_DUE and user.plan != FREE:
        snapshot = fetch.fetch_customer(customer_id=customer_id)
    else:
        snapshot = Snapshot(customer_id=customer_id, owner_id=user.pk)
    return sync.apply(snapshot, at=at, due=True)


def due_users(*, at: datetime) -> QuerySet[Any]:
    """Return the users with an instalment that is due by `at`, or in a grace period; no deleted accounts."""
    in_grace = Q(subscription_status=PAST_DUE) & ~Q(plan=FREE)
    due_instalments = Payment.objects.filter(user=OuterRef("pk"), next_instalment_at__lte=at)
    return get_user_model().objects.filter(
        in_grace | Exists(due_instalments), stripe_customer_id__isnull=False, billing_closed_at=None
    )
