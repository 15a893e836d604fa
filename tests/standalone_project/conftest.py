"""The standalone project in a directory of its own, with the wheel instead of this source tree."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

import setup as build
from tests.setup.conftest import without_environments

PROJECT = Path(__file__).resolve().parents[2]
# What the standalone project has of its own, and what this project's docs tell to copy.
COPIED = ("tests/__init__.py", "tests/standalone_project", "config/__init__.py", "config/embedded_postgres")


@pytest.fixture(scope="package")
def wheel(tmp_path_factory):
    """The wheel that `pip wheel .` makes of a copy of this project."""
    root = tmp_path_factory.mktemp("wheel")
    shutil.copytree(PROJECT, root / "project", ignore=without_environments)
    pip("wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", str(root), ".", cwd=root / "project")
    (found,) = root.glob("*.whl")
    return found


@pytest.fixture(scope="package")
def project(wheel):
    """The standalone project with the wheel installed in `site/`. Nothing of this source tree is importable."""
    root = wheel.parent / "standalone"
    for name in COPIED:
        source, copy = PROJECT / name, root / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy)
    for path in root.rglob("*.py"):
        text = build.namespaced(path.read_text(encoding="utf-8"))
        path.write_text(text.replace('    "credits",\n', f'    "{build.NAMESPACE}.credits",\n'))
    pip("install", "--no-deps", "--target", str(root / "site"), str(wheel), cwd=root)
    return root


def pip(*arguments, cwd):
    command = [sys.executable, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class StandaloneProject:
    """Runs Python in the standalone project, on a database of its own."""

    def __init__(self, root: Path, database: str) -> None:
        self.root = root
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))
        }
        self.environment = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "tests.standalone_project.project.settings",
            "PYTHONPATH": os.pathsep.join([str(root), str(root / "site")]),
            "STANDALONE_DATABASE": database,
            "STANDALONE_DATA_DIR": str(PROJECT / ".local" / "postgres"),
        }

    def run(self, *arguments):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manage(self, *arguments):
        return self.run("-m", "django", *arguments)


@pytest.fixture
def standalone(project, django_db_blocker):
    """The standalone project with an empty database."""
    name = f"standalone_{os.getpid()}"
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'create database "{name}"')
    yield StandaloneProject(project, name)
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'drop database "{name}" with (force)')
