"""A user in memory may be older than the row: saving it must not overwrite what services wrote."""

from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model

from credits import services as ledger
from credits.services import holds
from credits.tests.ledger_helpers import assert_ledger_consistent, balance

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)

WAYS = {
    "save": lambda user: user.save(),
    "asave": lambda user: async_to_sync(user.asave)(),
    "update_fields=None": lambda user: user.save(update_fields=None),
    "force_update": lambda user: user.save(force_update=True),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_stale_save_does_not_touch_the_balance(user, way):
    stale = get_user_model().objects.get(pk=user.pk)
    ledger.spend(user_id=user.pk, amount=5, action_type="test", key="k")
    hold = holds.hold(user_id=user.pk, amount=10, action_type="test")
    due_at = get_user_model().objects.get(pk=user.pk).credits_due_at
    stale.last_login = NOON
    WAYS[way](stale)
    fresh = get_user_model().objects.get(pk=user.pk)
    assert (balance(user), fresh.credits_due_at, fresh.last_login) == ((85, 10), due_at, NOON)
    holds.capture(hold=hold)
    assert_ledger_consistent(user)


def test_fields_that_were_not_loaded_are_not_written(user, django_assert_num_queries):
    stale = get_user_model().objects.defer("password").get(pk=user.pk)
    with django_assert_num_queries(1):
        stale.save()


def test_a_new_user_is_saved_whole(make_user):
    assert balance(make_user(credits=7)) == (7, 0)
    assert balance(make_user()) == (100, 0)
