"""A made-up next release changes the ledger's SQL, as docs/credits.md says, and upgrades every database.

It replaces a function by one that names a new column, renames a function, moves one to another file, and is
written into a copy of this project.
"""

import json
import shutil
import sys

import pytest

from tests.setup.conftest import without_environments
from tests.upgrade.databases import catalog, ledger_objects, load, rows, run_python
from tests.upgrade.released import DIRECTORY, PROJECT, changed_since, versions

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ENTRY = "id, user_id, amount, balance_after, metadata, created_at"
MIGRATE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("migrate", check_unapplied=True, verbosity=0)
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
call_command("check", databases=["default"], fail_level="WARNING")
"""
SIGN_UP = """
from django.db import IntegrityError
from accounts.models import User
from credits.models import AiCreditLog
user = User.objects.create_user("new@example.com", "secret")
entry = AiCreditLog.objects.get(user=user)
assert (entry.source, entry.amount) == ("trigger", 100), entry
try:
    AiCreditLog.objects.filter(pk=entry.pk).update(amount=1)
except IntegrityError as error:
    assert "credits_ledger_append_only" in str(error)
else:
    raise AssertionError("an entry was changed")
call_command("verify_ledger")
"""
# Back, then as a project does that starts with the new release (it replaces whatever is there), then forward.
BACK_AND_FORTH = """
import json
import django; django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from credits.ledger_sql import NEWEST
from credits.migration_operations import AttachLedger
from tests.upgrade.databases import ledger_objects

found, name = [], connection.settings_dict["NAME"]
call_command("migrate", "accounts", "{before}", verbosity=0)
found.append(ledger_objects(name))
state = MigrationLoader(connection).project_state()
with connection.schema_editor() as editor:
    AttachLedger("accounts.User", version=NEWEST).database_forwards("accounts", editor, state, state)
found.append(ledger_objects(name))
call_command("migrate", verbosity=0)
found.append(ledger_objects(name))
print(json.dumps(found))
"""
ATTACH = """
from django.db import migrations

from credits.migration_operations import AttachLedger


class Migration(migrations.Migration):
    dependencies = [("accounts", "{accounts}"), ("credits", "{credits}")]
    operations = [AttachLedger("accounts.User", version={new}, replaces={old})]
"""


def last_migration(project, app):
    return max(path.stem for path in (project / app / "migrations").glob("[0-9]*.py"))


@pytest.fixture
def next_release(tmp_path, environment):
    """A copy of this project with a new version of the ledger's SQL, and the name of accounts' migration before."""
    from credits.ledger_sql import NEWEST, files_of

    project = tmp_path / "project"
    shutil.copytree(PROJECT, project, ignore=without_environments)
    old = {name: path.read_text() for name, path in files_of(NEWEST).items()}
    new = project / "credits" / "sql" / f"v{NEWEST + 1}"
    new.mkdir()
    edited = {
        "signup_grant": replaced(
            old["signup_grant"],
            ("insert into {ledger} (user_id,", "insert into {ledger} (source, user_id,"),
            ("values (new.{pk}, 'grant'", "values ('trigger', new.{pk}, 'grant'"),
        ),
        "ledger_guards": replaced(
            old["ledger_guards"], ("credits_refuse_change", "credits_refuse_changed_entry")
        ),
        "prices": "",
        "price_guard": old["prices"],
    }
    for name, text in edited.items():
        (new / f"{name}.sql").write_text(text)

    models = project / "credits" / "models.py"
    column = '    source = models.CharField(max_length=16, default="", db_default="")\n'
    field = "    metadata = models.JSONField(default=dict, blank=True)\n"
    models.write_text(replaced(models.read_text(), (field, field + column)))
    before = last_migration(project, "accounts")
    settings = {**environment, "PYTHONPATH": str(project)}
    run_python(sys.executable, "manage.py", "makemigrations", "credits", "-v0", cwd=project, **settings)
    (project / "accounts" / "migrations" / "9999_attach_ledger.py").write_text(
        ATTACH.format(accounts=before, credits=last_migration(project, "credits"), old=NEWEST, new=NEWEST + 1)
    )
    return project, before


def replaced(text, *changes):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def functions(database):
    return {name for (name,) in rows(database, "pg_proc", "proname") if name.startswith("credits_")}


def test_it_upgrades_filled_and_empty_databases(next_release, database, empty_database, environment):
    project, before = next_release
    assert [changed_since(version, project) for version in versions()] == [[]] * len(versions())
    load(database, DIRECTORY / versions()[-1] / "project.sql")
    ledger = rows(database, "credits_aicreditlog", ENTRY)
    old_objects, old_functions = ledger_objects(database), functions(database)

    def run(code, name):
        settings = {**environment, "PYTHONPATH": str(project), "UPGRADE_DATABASE": name}
        return run_python(sys.executable, "-c", code, cwd=project, **settings)

    run(MIGRATE, empty_database)
    run(MIGRATE + SIGN_UP, database)
    assert sorted(set(catalog(database)) ^ set(catalog(empty_database))) == []
    entries = rows(database, "credits_aicreditlog", ENTRY)
    assert entries[: len(ledger)] == ledger
    assert len(entries) == len(ledger) + 1
    assert old_functions - functions(database) == {"credits_refuse_change"}
    assert functions(database) - old_functions == {"credits_refuse_changed_entry"}
    new_objects = ledger_objects(database)

    found = json.loads(run(BACK_AND_FORTH.replace("{before}", before), database))
    assert found == [old_objects, new_objects, new_objects]
