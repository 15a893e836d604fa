"""The wheel has everything that the apps need, under one name that is its own."""

import ast
import re
import zipfile

import pytest

import setup as build
from tests.upgrade.released import VERSION

from .conftest import PROJECT

pytestmark = pytest.mark.slow
NEEDED = re.compile(r"\.(py|sql|html|css)$|/py\.typed$")


@pytest.fixture
def contents(wheel):
    """The files of the wheel, by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_it_has_the_files_of_the_apps_and_nothing_else(contents):
    files = (path for name in build.PACKAGES for path in (PROJECT / name).rglob("*") if path.is_file())
    needed = {
        f"prepaid_credits/{path.relative_to(PROJECT)}"
        for path in files
        if NEEDED.search(str(path)) and "tests" not in path.parts
    }
    of_its_own = {"prepaid_credits/__init__.py", "prepaid_credits/py.typed"}
    packed = {name for name in contents if ".dist-info/" not in name}
    assert packed == needed | of_its_own
    for part in ("credits/sql/v1/hold.sql", "credits/migrations/0001_initial.py", "billing/py.typed"):
        assert f"prepaid_credits/{part}" in packed


def test_no_module_imports_a_general_name(contents):
    imported = {
        name.split(".")[0]
        for path, source in contents.items()
        if path.endswith(".py")
        for node in ast.walk(ast.parse(source))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    }
    assert "prepaid_credits" in imported
    assert imported & set(build.PACKAGES) == set()


def test_its_metadata_ask_for_what_credits_needs(contents):
    (metadata,) = (text for name, text in contents.items() if name.endswith("/METADATA"))
    assert f"\nVersion: {VERSION}\n" in metadata
    required = re.findall(r"^Requires-Dist: ([\w-]+)(?:\S*)$", metadata, re.MULTILINE)
    assert set(required) == {"django", "djangorestframework", "drf-spectacular", "psycopg", "rich"}
    assert {"billing", "admin"} <= set(re.findall(r"^Provides-Extra: (\w+)$", metadata, re.MULTILINE))


@pytest.mark.parametrize(
    ("source", "packed"),
    [
        (
            "from credits import services as ledger\n",
            "from prepaid_credits.credits import services as ledger\n",
        ),
        ("import credits.holders\n", "import prepaid_credits.credits.holders\n"),
        ("default=credits.holders.signup_credits", "default=prepaid_credits.credits.holders.signup_credits"),
        ('    name = "billing"\n', '    name = "prepaid_credits.billing"\n'),
        ('"billing.djstripe_migrations"', '"prepaid_credits.billing.djstripe_migrations"'),
        # Labels, ids, paths and attributes stay.
        ('to="credits.aicreditlog"', None),
        ('("credits", "0001_initial")', None),
        ('id="credits.E001"', None),
        ("credits/sql/hold.sql", None),
        ("pack.credits.models", None),
        ("from djstripe.billing import models\n", None),
        ("from prepaid_credits.credits import services\n", None),
    ],
)
def test_only_names_of_modules_are_changed(source, packed):
    assert build.namespaced(source) == (packed or source)
