"""Real processes on an embedded server of their own, far from the developer's and from the suite's."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded_postgres import binaries
from config.embedded_postgres.server import EmbeddedServer

PROJECT = Path(__file__).resolve().parents[2]
PRELUDE = """
import json, os, pathlib, sys, time
import django
from django.conf import settings
from config.embedded_postgres import binaries

binaries.ROOTS_DIRECTORY = pathlib.Path(os.environ["ROOTS_DIRECTORY"])
settings.configure(
    DATABASES={"default": {
        "ENGINE": "config.embedded_postgres",
        "NAME": os.environ.get("DATABASE", "app"),
        "DATA_DIR": os.environ["DATA_DIR"],
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
    }},
    USE_TZ=True,
    **json.loads(os.environ.get("MORE_SETTINGS", "{}")),
)
django.setup()
from django.db import connection

def ask(query, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone()[0] if cursor.description else None

def server_started_at():
    return ask("SELECT pg_postmaster_start_time()::text")

def say(*words):
    print(*words, flush=True)

def wait_for_a_word():
    return sys.stdin.readline()
"""


class Machine:
    """A directory in which processes of a project share an embedded server."""

    def __init__(self, root: Path, data: str = "project/.local/postgres") -> None:
        self.root = root
        self.data = root / data
        self.roots_directory = root / "var"
        self.processes: list[subprocess.Popen[str]] = []

    @property
    def server(self) -> EmbeddedServer:
        return EmbeddedServer(self.data)

    def start(self, body: str, **environment: str) -> "subprocess.Popen[str]":
        """Start a Python process; it is killed when the test ends."""
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PRELUDE + textwrap.dedent(body)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(PROJECT), *sys.path]),
                "DATA_DIR": str(self.data),
                "ROOTS_DIRECTORY": str(self.roots_directory),
                **environment,
            },
        )
        self.processes.append(process)
        return process

    def run(self, body: str, **environment: str) -> str:
        """What a process printed, which must end well and without a word on stderr."""
        return self.finish(self.start(body, **environment))

    def finish(self, process: "subprocess.Popen[str]") -> str:
        output, errors = process.communicate(timeout=180)
        assert (process.returncode, errors) == (0, ""), output
        return output.strip()

    def clean_up(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()
        if self.data.parent.exists():
            self.server.stop()
            shutil.rmtree(self.server.socket_directory, ignore_errors=True)


def machine_in(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    machine = Machine(root)
    monkeypatch.setattr(binaries, "ROOTS_DIRECTORY", machine.roots_directory)
    yield machine
    machine.clean_up()


def make_root() -> Path:
    root = Path(tempfile.mkdtemp(prefix="ep-"))  # pytest's tmp_path is too long for a socket
    root.chmod(0o711)  # root's server account must pass
    return root


@pytest.fixture
def new_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine on which nothing was ever started."""
    root = make_root()
    yield from machine_in(root, monkeypatch)
    shutil.rmtree(root)


@pytest.fixture(scope="session")
def used_root() -> Iterator[Path]:
    root = make_root()
    yield root
    shutil.rmtree(root)


@pytest.fixture
def machine(used_root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine whose server does not run, but may have been made: that saves a second."""
    yield from machine_in(used_root, monkeypatch)
