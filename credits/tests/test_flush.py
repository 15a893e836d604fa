"""A hold need not reach the disk before the work; whatever else the caller writes must."""

import pytest
from django.db import connection, transaction

from credits.services import holds


def flushed():
    with connection.cursor() as cursor:
        cursor.execute("show synchronous_commit")
        return cursor.fetchone() == ("on",)


@pytest.mark.django_db(transaction=True)
def test_a_hold_within_a_transaction_leaves_its_commit_as_durable_as_it_was(user):
    with transaction.atomic():
        holds.hold(user_id=user.pk, amount=1, action_type="work")
        assert flushed()


@pytest.mark.django_db(transaction=True)
def test_a_hold_alone_changes_nothing_for_what_comes_after_it(user):
    held = holds.hold(user_id=user.pk, amount=1, action_type="work")
    assert flushed()
    assert holds.capture(hold=held).amount == 1
