import os

import pytest

from tests.upgrade.databases import new_database
from tests.upgrade.released import PROJECT


@pytest.fixture
def database(db):
    with new_database(f"upgrade_{os.getpid()}") as name:
        yield name


@pytest.fixture
def empty_database(db):
    with new_database(f"upgrade_empty_{os.getpid()}") as name:
        yield name


@pytest.fixture
def environment(database):
    """The environment of processes that work on `database`."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "tests.upgrade.settings",
        "UPGRADE_DATABASE": database,
        "UPGRADE_DATA_DIR": str(PROJECT / ".local" / "postgres"),
        "PYTHONPATH": str(PROJECT),
    }
