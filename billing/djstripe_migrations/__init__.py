"""dj-stripe's migrations up to 2.11 as one, which takes a tenth of their time on a new database.

Settings write `MIGRATION_MODULES = {"djstripe": "billing.djstripe_migrations"}`. Upstream's own
migrations stay visible beside the squash: a database that they migrated counts as migrated by it,
and those of a newer dj-stripe follow it.

To make it again (for a new squash after an upgrade): empty this file and remove the squash, run
`manage.py makemigrations djstripe -n squashed_2_11`, put this file back, and add to the Migration

    replaces = [("djstripe", "0001_initial"), ("djstripe", "0002_2_10"), ("djstripe", "0003_2_11")]

tests/platform/test_djstripe_migrations.py compares what the two make.
"""

from djstripe import migrations

__path__ = [*__path__, *migrations.__path__]
