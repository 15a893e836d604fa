"""`make run` in a copy of this tree, with real processes and free ports."""

import contextlib
import os
import pty
import random
import select
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from config.embedded_postgres.server import EmbeddedServer

PROJECT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(
    ".git",
    "node_modules",
    ".local",
    ".env",
    ".*_cache",
    "__pycache__",
    ".hypothesis",
    ".coverage*",
    "htmlcov",
    "staticfiles",
)
# The variables of a login shell. The suite's own (STRIPE_…, DJANGO_…) must not leak in.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


class Run:
    """A `make run` in its own terminal."""

    def __init__(self, tree: Path, **environment: str) -> None:
        self.port, self.stripe_port = free_ports(2)
        self.api = f"http://127.0.0.1:{self.port}"
        self.stripe = f"http://127.0.0.1:{self.stripe_port}"
        self.printed = ""
        self.tree = tree
        variables = {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            "PORT": str(self.port),
            "STRIPE_SANDBOX_PORT": str(self.stripe_port),
            "TERM": "xterm",
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        }
        self.started = time.monotonic()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(tree)
            os.execvpe("make", ["make", "run"], variables)

    def wait_for(self, text: str, seconds: float = 120) -> float:
        """Read until `text` was printed and return the seconds since the start."""
        deadline = time.monotonic() + seconds
        while text not in self.printed:
            assert time.monotonic() < deadline, self.printed
            if not self._read():
                pytest.fail(f"It ended without printing {text!r}:\n{self.printed}")
        return time.monotonic() - self.started

    def press_ctrl_c(self) -> None:
        os.write(self.terminal, b"\x03")

    def wait(self, seconds: float = 90) -> int:
        """Read to the end and return the exit code, negative after a signal."""
        deadline = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < deadline, self.printed
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def stop(self) -> int:
        self.press_ctrl_c()
        return self.wait()

    def processes(self) -> list[tuple[int, str]]:
        """Return the processes of this run, identified by its ports and its tree."""
        listed = subprocess.run(["ps", "-ewwo", "pid=,args="], capture_output=True, text=True, check=True)
        home = EmbeddedServer(self.tree / ".local" / "postgres").home
        ours = (f":{self.port} ", f"--port {self.stripe_port} ", str(self.tree), str(home))
        rows = (line.split(None, 1) for line in listed.stdout.splitlines())
        return [(int(pid), args) for pid, args in rows if any(mark in args for mark in ours)]

    def clean_up(self) -> None:
        if self.pid:
            self.stop()
        os.close(self.terminal)
        print(self.printed)  # noqa: T201  (pytest shows it with a failure)

    def _read(self) -> bool:
        """Read available output; return False at the end."""
        ready, _, _ = select.select([self.terminal], [], [], 0.2)
        if not ready:
            return True
        try:
            data = os.read(self.terminal, 4096)
        except OSError:  # Linux raises it once the other side is closed
            return False
        self.printed += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@contextlib.contextmanager
def installed_copy():
    """Make an installed copy of the project, in which `make run` stores its data, and remove it afterwards."""
    root = Path(tempfile.mkdtemp(prefix="run-"))
    copy = root / "project"
    shutil.copytree(PROJECT, copy, ignore=without_environments)
    python = copy / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    (copy / ".venv" / ".ready").touch()
    yield copy
    server = EmbeddedServer(copy / ".local" / "postgres")
    server.stop()
    for directory in (server.socket_directory, server.home, root):
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def tree():
    """An installed copy of the project for all tests."""
    with installed_copy() as copy:
        yield copy


def runs_in(tree):
    runs = []

    def start(**environment: str) -> Run:
        runs.append(Run(tree, **environment))
        return runs[-1]

    yield start
    for run in runs:
        run.clean_up()


@pytest.fixture
def make_run(tree):
    """Return a function that starts `make run`, which is stopped after the test."""
    yield from runs_in(tree)


@pytest.fixture(scope="class")
def demo(tree):
    """A ready `make run` for the tests of one class, which may stop it."""
    starts = runs_in(tree)
    run = next(starts)()
    run.wait_for("Ready.")
    yield run
    next(starts, None)


def free_ports(count: int) -> list[int]:
    """Return unused ports outside the system's ephemeral range."""
    free: set[int] = set()
    chance = random.SystemRandom()  # `random` is seeded alike in every worker
    while len(free) < count:
        with socket.socket() as probe, contextlib.suppress(OSError):
            port = chance.randrange(20_000, 32_000)
            probe.bind(("127.0.0.1", port))
            free.add(port)
    return list(free)


def without_environments(directory: str, names: list[str]) -> set[str]:
    environments = {name for name in names if (Path(directory) / name / "pyvenv.cfg").exists()}
    return NOT_COPIED(directory, names) | environments
