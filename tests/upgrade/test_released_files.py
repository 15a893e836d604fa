"""A released migration or SQL file is never edited: databases have run it."""

import re
import shutil
import subprocess

import pytest
from django.conf import settings

from tests.upgrade.released import (
    DIRECTORY,
    FILES,
    PROJECT,
    VERSION,
    changed_since,
    is_tagged,
    recorded,
    versions,
)

SECRETS = re.compile(r"\b(?:sk|rk|pk)_(?:live|test)_\w+|\bwhsec_\w+")
MADE_UP = {"sk_test_sandboxSandboxSandbox0000", "whsec_sandboxSandboxSandbox0000"}


@pytest.mark.parametrize("version", versions())
def test_what_was_released_is_unchanged(version):
    assert changed_since(version) == [], (
        f"Version {version} has these files in databases already. Restore them, and put the change into a new "
        f"migration, or into the next version of the ledger's SQL (docs/credits.md#change-the-ledgers-sql)."
    )


def test_the_api_has_the_version_of_the_project():
    assert settings.SPECTACULAR_SETTINGS["VERSION"] == VERSION


def test_each_kind_of_file_is_recorded():
    for version in versions():
        for app in ("accounts", "ai", "billing", "credits", "jobs"):
            assert any(path.startswith(f"{app}/migrations/0001") for path in recorded(version)), app
        assert "billing/djstripe_migrations/0001_squashed_2_11.py" in recorded(version)
        assert "credits/sql/v1/hold.sql" in recorded(version)


@pytest.mark.parametrize("path", ["credits/sql/v1/hold.sql", "credits/migrations/0001_initial.py"])
@pytest.mark.parametrize("change", ["edit", "delete"])
def test_an_edit_is_noticed_and_an_addition_is_none(path, change, tmp_path):
    (version, *_) = versions()
    for pattern in FILES:
        for file in PROJECT.glob(pattern):
            copy = tmp_path / file.relative_to(PROJECT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
    (tmp_path / "credits/sql/v99").mkdir()
    (tmp_path / "credits/sql/v99/hold.sql").write_text("-- nothing")
    assert changed_since(version, tmp_path) == []
    if change == "edit":
        (tmp_path / path).write_text((tmp_path / path).read_text() + "\n-- a typo\n")
    else:
        (tmp_path / path).unlink()
    assert changed_since(version, tmp_path) == [path]


def test_a_tag_ends_the_time_in_which_a_version_may_be_recorded(tmp_path):
    def git(*arguments):
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    git("commit", "--allow-empty", "--message", "x")
    assert not is_tagged("0.1.0", tmp_path)
    git("tag", "v0.1.0")
    assert is_tagged("0.1.0", tmp_path)
    assert not is_tagged("0.1", tmp_path)


@pytest.mark.parametrize("dump", sorted(DIRECTORY.glob("*/*.sql")), ids=lambda path: path.parent.name)
def test_a_dump_has_no_secrets(dump):
    text = dump.read_text(encoding="utf-8")
    assert set(SECRETS.findall(text)) <= MADE_UP
    assert {address.rsplit("@", 1)[1] for address in re.findall(r"'[\w.+-]+@[\w.-]+'", text)} <= {
        "example.com'",
        "deleted.invalid'",
    }
