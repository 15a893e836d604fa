"""A gunicorn on the database of a test."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
from django.db import connection

PROJECT = Path(__file__).resolve().parents[2]


@contextmanager
def running_web_server(settings, *, threads, **environment):
    """Yield the port of a server with one process and the settings module that `settings` names."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--threads", str(threads), "--graceful-timeout", "1"),
            *("--no-control-socket", "--log-level", "error"),
        ],
        cwd=PROJECT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings,
            "SERVER_DATABASE": connection.settings_dict["NAME"],
            "WEB_THREADS": str(threads),
            **environment,
        },
        start_new_session=True,
    )
    try:
        wait_until(lambda: _is_alive(port))
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # also the worker, whose threads may still wait
        process.wait()
        wait_until(lambda: not _other_sessions())  # PostgreSQL notices a little later


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_alive(port):
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60, trust_env=False).is_success
    except httpx.TransportError:
        return False


def _other_sessions():
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]
