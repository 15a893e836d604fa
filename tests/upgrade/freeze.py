"""Record the version of pyproject.toml as released: its migrations, its SQL, and databases with rows in every table.

Run it with `make freeze` just before the release. It refuses a version that has a tag.
"""

import json
import subprocess
import sys

from tests.upgrade.released import DIRECTORY, PROJECT, VERSION, files, is_tagged


def main():
    if is_tagged(VERSION):
        sys.exit(f"v{VERSION} is released. Raise the version in pyproject.toml first.")
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "tests/upgrade/make_dumps.py"],
        cwd=PROJECT,
        check=True,
    )
    (DIRECTORY / VERSION / "files.json").write_text(json.dumps(files(), indent=2) + "\n", encoding="utf-8")
    print(f"Recorded {VERSION} in {(DIRECTORY / VERSION).relative_to(PROJECT)}/.")  # noqa: T201  (a command)


if __name__ == "__main__":
    main()
