"""What each released version consists of: the hashes of its migrations and SQL, and dumps of its databases."""

import hashlib
import json
import subprocess
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DIRECTORY = Path(__file__).with_name("released")
VERSION = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
FILES = ("*/migrations/[0-9]*.py", "*/djstripe_migrations/[0-9]*.py", "credits/sql/v[0-9]*/*.sql")


def files(project=PROJECT):
    """Return the hash of each file that a release must not change afterwards."""
    found = {
        str(path.relative_to(project)): hashlib.sha256(path.read_bytes()).hexdigest()
        for pattern in FILES
        for path in sorted(project.glob(pattern))
    }
    assert found
    return found


def recorded(version):
    return json.loads((DIRECTORY / version / "files.json").read_text(encoding="utf-8"))


def versions():
    """Return the released versions, oldest first."""
    names = (path.name for path in DIRECTORY.iterdir() if (path / "files.json").exists())
    return sorted(names, key=lambda name: [int(part) for part in name.split(".")])


def is_tagged(version, project=PROJECT):
    """Return whether git has the tag of this version."""
    listed = subprocess.run(
        ["git", "tag", "--list", f"v{version}"], cwd=project, capture_output=True, text=True, check=True
    )
    return bool(listed.stdout.strip())


def changed_since(version, project=PROJECT):
    """Return the released files that are missing or have another content."""
    now = files(project)
    return sorted(path for path, digest in recorded(version).items() if now.get(path) != digest)
