"""A user's claims, as the tests look at them, and the ends of holds that pay them."""

from django.contrib.auth import get_user_model
from django.db import transaction

from credits import audit
from credits.claims import CreditClaim
from credits.models import AiCreditLog
from credits.services import holds
from credits.tests.grant_helpers import NOON
from credits.tests.ledger_helpers import assert_ledger_consistent


def claims(user):
    """Of each claim: what is open, what was collected, what was written off."""
    rows = CreditClaim.objects.filter(user=user).order_by("id")
    return list(rows.values_list("open_amount", "collected_amount", "written_off_amount"))


def claimed(user):
    return get_user_model().objects.values_list("ai_credits_claimed", flat=True).get(pk=user.pk)


def collections(user):
    """The entries that claims posted."""
    return list(AiCreditLog.objects.of(user.pk).filter(idempotency_key__startswith="claim:").order_by("id"))


def capture(held, amount=None, at=NOON):
    with transaction.atomic():
        return holds.capture(hold=held, amount=amount, at=at)


def release(held, at=NOON):
    return holds.release(hold=held, at=at)


def assert_consistent(user):
    assert_ledger_consistent(user)
    assert audit.breaches(first=user.pk, last=user.pk) == []
