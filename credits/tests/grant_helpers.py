"""One user's grants, as the tests make them at noon and look at them."""

from datetime import UTC, datetime, timedelta

from credits import services as ledger
from credits.models import AiCreditLog, CreditGrant
from credits.services import holds

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def grant(user, amount, *, expires=None, at=NOON, **more):
    """A grant of so many credits, that expires so long after noon."""
    posted = ledger.grant(
        user_id=user.pk,
        amount=amount,
        action_type="renewal",
        key=f"grant:{AiCreditLog.objects.count()}",
        expires_at=expires and NOON + expires,
        at=at,
        **more,
    )
    return CreditGrant.objects.filter(entry_id=posted.entry_id).earliest("id")


def spend(user, amount, *, at=NOON, key=None):
    key = key or f"spend:{AiCreditLog.objects.count()}"
    return ledger.spend(user_id=user.pk, amount=amount, action_type="summarise", key=key, at=at)


def hold(user, amount, *, at=NOON, **more):
    return holds.hold(user_id=user.pk, amount=amount, action_type="summarise", at=at, **more)


def process_due(user, *, at=NOON):
    return ledger.process_due(user_id=user.pk, at=at)


def left(*grants):
    """What remains in each grant, and how much of it is reserved."""
    found = CreditGrant.objects.in_bulk([grant.pk for grant in grants])
    return [(found[grant.pk].remaining, found[grant.pk].reserved) for grant in grants]


def expiries(user):
    return [entry.amount for entry in AiCreditLog.objects.of(user.pk).filter(kind="expiry").order_by("id")]


def due_at(user):
    user.refresh_from_db(fields=["credits_due_at"])
    return user.credits_due_at
