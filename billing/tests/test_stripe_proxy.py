"""Requests to Stripe use the proxy in the environment, and no credentials but our key."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from billing.stripe_api.client import HTTPClient


@pytest.fixture
def proxy(monkeypatch):
    """A proxy that responds to all requests itself. Yields their URLs and credentials."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            """Write nothing to stderr."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
        yield asked
        server.shutdown()


def test_the_proxy_of_the_environment_is_used(proxy, settings, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine stripe.example login somebody password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    settings.STRIPE_API_HOST = "http://stripe.example"
    url = "http://stripe.example/v1/prices"
    _, status, _ = HTTPClient(timeout=5).request("get", url, {"Authorization": "Bearer key"})
    assert (status, proxy) == (200, [(url, "Bearer key")])


def test_a_host_in_no_proxy_is_requested_directly(proxy, monkeypatch, sandbox):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    _, status, _ = HTTPClient(timeout=5).request("get", f"{sandbox.url}/v1/prices", {})
    assert (status, proxy) == (401, [])  # the sandbox misses the key
