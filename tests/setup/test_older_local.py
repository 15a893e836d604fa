"""`make run` upgrades the `.local/` of an earlier version, or names the command to start over."""

import subprocess

import psycopg
import pytest

from config.embedded_postgres.server import EmbeddedServer
from tests.upgrade.released import DIRECTORY, versions

from .conftest import installed_copy, runs_in
from .test_run import login

pytestmark = pytest.mark.slow

LATER = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ai", "{last}")]
    operations = [migrations.RunSQL("create table later (id int)", "drop table later")]
"""


@pytest.fixture
def older_tree():
    """A copy of the project with a later migration, and with the database that a released version made."""
    with installed_copy() as tree:
        migrations = tree / "ai" / "migrations"
        last = max(path.stem for path in migrations.glob("[0-9]*.py"))
        (migrations / "9999_later.py").write_text(LATER.format(last=last))
        execute(tree, (DIRECTORY / versions()[-1] / "project.sql").read_text(encoding="utf-8"))
        yield tree


@pytest.fixture
def make_run(older_tree):
    yield from runs_in(older_tree)


def execute(tree, statement):
    """Execute SQL in the tree's database, while nothing else runs there."""
    server = EmbeddedServer(tree / ".local" / "postgres")
    server.wait_until_ready()
    server.ensure_database("credits")
    try:
        with psycopg.connect(**server.connection_parameters(), dbname="credits", autocommit=True) as database:
            done = database.execute(statement)
            return done.fetchall() if done.description and not done.nextset() else None
    finally:
        server.leave()


def assert_refused(run, *told):
    assert run.wait() == 2  # make's status of a failed recipe
    for words in (*told, "`make reset`"):
        assert words in run.printed
    assert "Traceback" not in run.printed


def test_an_older_database_is_upgraded_or_the_command_to_start_over_is_named(older_tree, make_run):
    """One test, because a copy of the project with a database takes a while to make."""
    ledger = "select id, amount, balance_after from credits_aicreditlog order by id"
    before = execute(older_tree, ledger)
    run = make_run()
    run.wait_for("Ready.")
    with login(run) as client:
        assert client.get("/api/credits").json()["aiCredits"] > 0
    run.stop()
    assert "Traceback" not in run.printed
    assert execute(older_tree, "select count(*) from later") == [(0,)]
    after = execute(older_tree, ledger)
    assert after[: len(before)] == before
    assert len(after) > len(before)  # the demo's users

    execute(
        older_tree, "insert into django_migrations (app, name, applied) values ('ai', '0099_lost', now())"
    )
    assert_refused(make_run(), "ai.0099_lost")

    version = EmbeddedServer(older_tree / ".local" / "postgres").data / "PG_VERSION"
    version.write_text("9\n")
    assert_refused(make_run(), "database files are incompatible")

    subprocess.run(["make", "reset"], cwd=older_tree, check=True, capture_output=True)
    assert not (older_tree / ".local").exists()
    assert not version.exists()
