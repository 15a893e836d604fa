"""Clients that send half a request do not stop the others, behind deploy/nginx.conf."""

import contextlib
import socket

import httpx

from tests.abuse.conftest import HOST, THREADS

HALF = (
    b"POST /api/auth/login HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: application/json\r\n"
    b"Content-Length: 4000\r\n\r\n" + b'{"email": "'
)


def test_half_sent_bodies_do_not_stop_the_server(nginx):
    with contextlib.ExitStack() as stack:
        for _ in range(15 * THREADS):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", nginx), timeout=30))
            slow.sendall(HALF)
        for _ in range(5):
            answer = httpx.get(
                f"http://127.0.0.1:{nginx}/healthz", headers={"Host": HOST}, trust_env=False, timeout=8
            )
            assert answer.status_code == 200


def test_a_body_that_is_too_large_is_413_in_the_apis_format(nginx):
    for size in (10_000, 2_000_000):  # refused by the application, and by nginx
        answer = httpx.post(
            f"http://127.0.0.1:{nginx}/api/auth/login",
            content=b"x" * size,
            headers={"Host": HOST, "Content-Type": "application/json"},
            trust_env=False,
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_the_client_cannot_choose_the_address_that_is_counted(nginx):
    """The limits see the address that nginx sees."""
    used = []
    for number in range(3):
        answer = httpx.post(
            f"http://127.0.0.1:{nginx}/api/auth/login",
            json={"email": f"{number}@example.com", "password": "guess"},
            headers={"Host": HOST, "X-Forwarded-For": f"198.51.100.{number}"},
            trust_env=False,
            timeout=30,
        )
        used.append(answer.headers["RateLimit"].split(";")[1])
    assert used == ["r=29", "r=28", "r=27"]


def test_the_apis_headers_pass(nginx):
    answer = httpx.get(f"http://127.0.0.1:{nginx}/api/credits", headers={"Host": HOST}, trust_env=False)
    assert answer.status_code == 401
    assert answer.headers["X-Request-ID"]
    assert "Strict-Transport-Security" in answer.headers
