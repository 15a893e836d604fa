"""A database of any released version reaches the schema that an empty one reaches, and its books balance."""

import sys

import pytest
from django.db import connection

from tests.upgrade.databases import (
    catalog,
    columns_of,
    connect,
    empty_tables,
    load,
    rows,
    run_python,
)
from tests.upgrade.released import DIRECTORY, PROJECT, versions

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
# In one process, because Django takes seconds to start.
UPGRADE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("migrate", check_unapplied=True, verbosity=0)
call_command("check", databases=["default"], fail_level="WARNING")
call_command("verify_ledger")
"""
STANDALONE = {"DJANGO_SETTINGS_MODULE": "tests.standalone_project.project.settings"}


def differences(first, second):
    """Return what only one of two schemas has."""
    return sorted(set(first) ^ set(second))


@pytest.mark.parametrize("version", versions())
class TestUpgrade:
    def test_this_project(self, version, database, environment):
        load(database, DIRECTORY / version / "project.sql")
        assert empty_tables(database) == []
        columns = ", ".join(columns_of(database, "credits_aicreditlog"))
        ledger = rows(database, "credits_aicreditlog", columns)

        printed = run_python(sys.executable, "-c", UPGRADE, cwd=PROJECT, **environment)

        assert "users verified" in printed
        assert rows(database, "credits_aicreditlog", columns) == ledger
        # The tests' own database came from an empty one.
        current = catalog(connection.settings_dict["NAME"])
        assert len(current) > 1000
        assert differences(catalog(database), current) == []

    def test_the_standalone_project(self, version, database, empty_database, environment):
        load(database, DIRECTORY / version / "standalone.sql")
        assert empty_tables(database) == []
        columns = ", ".join(columns_of(database, "credits_aicreditlog"))
        ledger = rows(database, "credits_aicreditlog", columns)

        for name in (database, empty_database):
            run_python(
                *(sys.executable, "-c", UPGRADE),
                cwd=PROJECT,
                **{**environment, **STANDALONE, "STANDALONE_DATABASE": name},
            )

        assert rows(database, "credits_aicreditlog", columns) == ledger
        assert len(catalog(database)) > 100
        assert differences(catalog(database), catalog(empty_database)) == []


def test_a_difference_is_noticed(database, empty_database):
    """In each part of the schema that the test compares."""
    for statement in (
        "create table a (n int not null default 1)",
        "create index i on a (n)",
        "alter table a add constraint c check (n > 0)",
        "create function f() returns trigger language plpgsql as 'begin return new; end'",
        "create trigger t before insert on a for each row execute function f()",
        "create type e as enum ('x')",
        "create view v as select n from a",
        "create sequence s",
        "alter table a alter n set default 2",
    ):
        before = catalog(database)
        with connect(database) as session:
            session.execute(statement)
        assert differences(before, catalog(database)), statement
    assert catalog(empty_database) == []
