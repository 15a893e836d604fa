"""The ledger's SQL, by version: the functions that move credits, and the triggers that guard the ledger.

`sql/v1/` has the files of version 1. `sql/v2/` has the files that version 2 adds or replaces, and so on. An
empty file removes the functions and triggers of the earlier file of the same name. The directories of
released versions never change, so a migration that installs version 1 always installs the same SQL.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import StateApps

from credits.tables import table_names

SQL = Path(__file__).with_name("sql")
NEWEST = max(int(path.name.removeprefix("v")) for path in SQL.glob("v*"))
# The file that is executed once, when the ledger is attached. The others define functions and triggers.
OPENING = "existing_users"
FUNCTION = re.compile(r"create function (\w+)\(.*?\$\$(.*?)\$\$", re.DOTALL)
TRIGGER = re.compile(r"create trigger (\w+)\s", re.DOTALL)


def files_of(version: int) -> dict[str, Path]:
    """Return the files of a version by their names: of each name, the newest up to this version."""
    if not 0 < version <= NEWEST:
        raise ValueError(f"There is no version {version} of the ledger's SQL; the newest is {NEWEST}.")
    return {
        path.stem: path
        for number in range(1, version + 1)
        for path in sorted((SQL / f"v{number}").glob("*.sql"))
    }


def definitions_of(version: int) -> dict[str, Path]:
    """Return the files of a version that define functions and triggers."""
    return {name: path for name, path in files_of(version).items() if name != OPENING}


def render(path: Path, *, model: str, apps: Apps | StateApps, connection: BaseDatabaseWrapper) -> str:
    """Return a file with the names of the tables filled in. `model` is the user model's label."""
    names = table_names(user_model=model, apps=apps, connection=connection)
    try:
        return path.read_text(encoding="utf-8").format(**names)
    except KeyError as error:
        raise ValueError(
            f"{path.parent.name}/{path.name} needs the table {error}, which does not exist at this point of "
            f"the migrations: depend on the migration of credits that creates it."
        ) from None


def names_in(paths: Iterable[Path]) -> tuple[list[str], list[str]]:
    """Return the names of the triggers and of the functions that the files define."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return sorted(set(TRIGGER.findall(text))), sorted({name for name, _ in FUNCTION.findall(text)})
