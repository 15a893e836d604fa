"""Whether the client is still there: on real sockets, and behind a real gunicorn."""

import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from common.client_connection import is_connected

PROJECT = Path(__file__).resolve().parents[2]
# Waits like a view that asks a model, and prints what it saw.
APPLICATION = """
import time
from common.client_connection import is_connected

def application(environ, start_response):
    wanted = is_connected(environ)
    started = time.monotonic()
    while time.monotonic() < started + 10:
        if not wanted():
            print(f"gone after {time.monotonic() - started:.2f}", flush=True)
            break
        time.sleep(0.1)
    else:
        print("stayed", flush=True)
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
"""


@pytest.fixture
def pair():
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    server, _ = listener.accept()
    yield client, server
    for each in (client, server, listener):
        each.close()


def eventually(condition):
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return True


class TestSockets:
    @pytest.mark.parametrize("timeout", [None, 0, 5])
    def test_a_client_that_waits_is_there_and_one_that_closed_is_not(self, pair, timeout):
        client, server = pair
        server.settimeout(timeout)
        connected = is_connected({"gunicorn.socket": server})
        started = time.monotonic()
        assert connected()
        assert time.monotonic() - started < 1
        client.close()
        assert eventually(lambda: not connected())

    def test_a_client_that_resets_is_gone(self, pair):
        client, server = pair
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        connected = is_connected({"gunicorn.socket": server})
        assert eventually(lambda: not connected())

    def test_the_next_request_is_left_in_the_socket(self, pair):
        client, server = pair
        client.sendall(b"GET / HTTP/1.1")
        connected = is_connected({"gunicorn.socket": server})
        assert connected()
        assert connected()
        assert server.recv(100) == b"GET / HTTP/1.1"

    def test_a_socket_that_was_closed_here_is_gone(self, pair):
        _, server = pair
        connected = is_connected({"gunicorn.socket": server})
        server.close()
        assert not connected()

    def test_under_another_server_the_client_counts_as_there(self):
        assert is_connected({})()
        assert is_connected({"gunicorn.socket": None})()

    def test_with_tls_here_the_client_counts_as_there(self, pair):
        client, server = pair
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        wrapped = context.wrap_socket(server, server_side=True, do_handshake_on_connect=False)
        client.close()
        assert is_connected({"gunicorn.socket": wrapped})()
        wrapped.close()


@pytest.mark.slow
def test_gunicorns_threads_see_that_a_client_left(tmp_path):
    (tmp_path / "waits.py").write_text(APPLICATION)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "waits:application", "--pythonpath", str(tmp_path)),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "2"),
            "--no-control-socket",
        ],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                client = socket.create_connection(("127.0.0.1", port))
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        time.sleep(1)
        client.close()
        told = server.stdout.readline()
        assert told.startswith("gone after")
        assert float(told.split()[-1]) < 3
    finally:
        server.terminate()
        server.communicate(timeout=30)
