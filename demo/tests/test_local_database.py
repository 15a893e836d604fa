"""A database that another version made is upgraded, or refused with a sentence that says what to do."""

import pytest
from django.core.management.base import CommandError
from django.db import connection

from demo.local_database import upgrade

pytestmark = pytest.mark.django_db


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_current_database_needs_nothing():
    upgrade()
    upgrade()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            "insert into django_migrations (app, name, applied) values ('credits', '0099_lost', now())",
            r"it has migrations that this version does not have \(credits\.0099_lost\)",
        ),
        ("delete from django_migrations where app = 'ai'", 'relation "ai_questionset" already exists'),
        ("delete from django_migrations where app = 'accounts'", "is applied before its dependency accounts"),
        ("alter table accounts_user drop column name", r"before 0\.1\.0 .* It lacks accounts_user\.name\."),
        ("drop table ai_answerevaluation", r"before 0\.1\.0 .* It lacks ai_answerevaluation\."),
        ("drop function credits_hold", r"The function credits_hold .* is not the one of this version"),
    ],
)
def test_an_incompatible_database_is_refused(change, told):
    execute(change)
    with pytest.raises(CommandError, match=rf"{told}.* `make reset` deletes .* starts over\."):
        upgrade()


def test_migrations_of_removed_apps_and_squashed_ones_are_no_obstacle():
    execute("insert into django_migrations (app, name, applied) values ('gone', '0001_initial', now())")
    execute("insert into django_migrations (app, name, applied) values ('djstripe', '0001_initial', now())")
    upgrade()
