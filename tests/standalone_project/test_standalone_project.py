"""`credits` alone, in a project with a user model of its own and users who were there before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
HERE = "tests.standalone_project.project.settings"


@pytest.fixture
def environment(django_db_blocker):
    """An environment for that project, and a new database for it."""
    name = f"standalone_{os.getpid()}"
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))},
        "DJANGO_SETTINGS_MODULE": HERE,
        "PYTHONPATH": str(ROOT),
        "STANDALONE_DATABASE": name,
    }
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'create database "{name}"')
    yield environment
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'drop database "{name}" with (force)')


def run(environment, *arguments, code=None):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_existing_users_get_an_opening_entry(environment):
    run(environment, "-m", "django", "migrate", "people", "0001", "-v0")
    people = """
from django.db import connection
connection.cursor().execute("insert into people_person (password, handle) values ('', 'ann'), ('', 'bob')")
"""
    run(environment, "-m", "django", "shell", "-c", people)
    run(environment, "-m", "django", "migrate", "-v0")
    entries = (
        "from credits.models import *\n"
        "from tests.standalone_project.project.people.models import Person\n"
        "Person.objects.create_user('cleo')\n"
        "for e in AiCreditLog.objects.order_by('user_id'):\n"
        "    print(e.user.handle, e.action_type, e.amount, e.balance_after, e.grants.get().remaining)"
    )
    assert run(environment, "-m", "django", "shell", "-v0", "-c", entries).splitlines() == [
        "ann opening 40 40 40",
        "bob opening 40 40 40",
        "cleo signup 100 100 100",
    ]
    assert "3 users verified" in run(environment, "-m", "django", "verify_ledger")
    run(environment, "-m", "django", "check", "--database", "default", "--fail-level", "WARNING")


def test_the_apps_own_tests_pass_there(environment):
    out = run(
        environment,
        *(
            "-m",
            "pytest",
            "-c",
            "tests/standalone_project/standalone.ini",
            "--rootdir",
            ".",
            "--confcutdir",
            "credits",
        ),
        *(
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "-m",
            "not this_project",
            "--ignore",
            "credits/tests/test_admin.py",
            "credits",
        ),
    )
    assert " passed" in out
    assert "failed" not in out
