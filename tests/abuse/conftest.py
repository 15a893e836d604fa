"""A real gunicorn with the settings of a deployment, on the test's database."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time

import httpx
import pytest
from django.db import connection

from config.tests.test_deploy import PROJECT, database_url
from config.tests.test_environment import PRODUCTION

HOST = "api.example.com"
THREADS = 4


class Server:
    """A running server: how to ask it, and what it has logged."""

    def __init__(self, port, log):
        self.port, self.log = port, log
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Host": HOST, "X-Forwarded-Proto": "https"},
            trust_env=False,
            timeout=30,
        )

    def raw(self, request):
        """Send bytes and return the status of the answer, and its headers and body."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request)
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        return int(answer.split()[1]), answer.decode()

    def lines(self):
        """Return the lines of the log since the last call."""
        time.sleep(0.2)
        text = self.log.read()
        return [line for line in text.splitlines() if line]


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(url):
    deadline = time.monotonic() + 60
    while True:
        try:
            return httpx.get(url, trust_env=False, timeout=30, headers={"Host": HOST})
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture(scope="module")
def running(django_db_setup, django_db_blocker, tmp_path_factory):
    """The server, for all tests of a module."""
    with django_db_blocker.unblock():
        url = database_url()
    port, log = free_port(), tmp_path_factory.mktemp("server") / "log"
    with log.open("w") as written, log.open() as read:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--worker-class", "gthread", "--threads", str(THREADS), "--graceful-timeout", "1"),
                *("--no-control-socket", "--log-level", "warning"),
            ],
            cwd=PROJECT,
            env={
                "PATH": os.environ["PATH"],
                **PRODUCTION,
                "DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "BEHIND_TLS_PROXY": "on",
                "DEBUG": "off",
                "STRIPE_API_HOST": "https://api.stripe.com",
                "SIGNUP_THROTTLE_RATE": "",
                "AI_MODEL": "",
            },
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            server = Server(port, read)
            yield server
            server.client.close()
        finally:
            process.kill()
            process.wait()
            with django_db_blocker.unblock():
                _wait_for_sessions()
                connection.close()


def _wait_for_sessions():
    """PostgreSQL notices a little later that a client is gone, and the flush would wait."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)


@pytest.fixture
def server(transactional_db, running):
    """The server; what a test leaves in the database is flushed."""
    running.lines()
    return running


@pytest.fixture
def nginx(server, tmp_path):
    """Debian's nginx with deploy/nginx.conf in front of the server, without TLS. Returns its port."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    port = free_port()
    site = (PROJECT / "deploy" / "nginx.conf").read_text()
    site = re.sub(r"^ *ssl_.*\n", "", site, flags=re.MULTILINE)
    site = site.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    site = site.replace("listen 80", f"listen 127.0.0.1:{free_port()}")
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}").replace("$scheme;", "https;")
    temporary = "".join(
        f"{name}_temp_path {tmp_path}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    main = tmp_path / "nginx.conf"
    main.write_text(
        f"{user}daemon off;\npid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/nginx.log;\n"
        f"events {{ worker_connections 512; }}\nhttp {{\naccess_log off;\n{temporary}{site}\n}}\n"
    )
    process = subprocess.Popen([program, "-c", str(main), "-e", str(tmp_path / "nginx.log")])
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)
