"""`credits` from the wheel, in a project with a user model of its own and users who were there before."""

import shutil

import pytest

import setup as build

from .conftest import PROJECT

pytestmark = pytest.mark.slow


def test_nothing_is_imported_from_the_source_tree(standalone):
    program = """
import importlib.util, pathlib
import prepaid_credits
print(pathlib.Path(prepaid_credits.__file__).parent)
print([name for name in ("credits", "billing", "common", "accounts") if importlib.util.find_spec(name)])
"""
    assert standalone.run("-c", program).split("\n")[:2] == [
        str(standalone.root / "site" / "prepaid_credits"),
        "[]",
    ]


def test_existing_users_get_an_opening_entry(standalone):
    standalone.manage("migrate", "people", "0001", "-v0")
    people = """
from django.db import connection
connection.cursor().execute("insert into people_person (password, handle) values ('', 'ann'), ('', 'bob')")
"""
    standalone.manage("shell", "-v0", "-c", people)
    standalone.manage("migrate", "-v0")
    entries = (
        "from prepaid_credits.credits.models import *\n"
        "from tests.standalone_project.project.people.models import Person\n"
        "Person.objects.create_user('cleo')\n"
        "for e in AiCreditLog.objects.order_by('user_id'):\n"
        "    print(e.user.handle, e.action_type, e.amount, e.balance_after, e.grants.get().remaining)"
    )
    assert standalone.manage("shell", "-v0", "-c", entries).splitlines() == [
        "ann opening 40 40 40",
        "bob opening 40 40 40",
        "cleo signup 100 100 100",
    ]
    assert "3 users verified" in standalone.manage("verify_ledger")
    standalone.manage("check", "--database", "default", "--fail-level", "WARNING")
    standalone.manage("makemigrations", "--check", "--dry-run")


def test_the_apps_own_tests_pass_there(standalone):
    tests = standalone.root / "site" / "prepaid_credits" / "credits" / "tests"
    shutil.copytree(PROJECT / "credits" / "tests", tests, dirs_exist_ok=True)
    for path in tests.glob("*.py"):
        path.write_text(build.namespaced(path.read_text(encoding="utf-8")))
    out = standalone.run(
        *("-m", "pytest", "-c", "tests/standalone_project/standalone.ini"),
        *("--rootdir", ".", "--confcutdir", str(tests)),
        *("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-m", "not this_project"),
        *("--ignore", str(tests / "test_admin.py"), str(tests)),
    )
    assert " passed" in out
    assert "failed" not in out
