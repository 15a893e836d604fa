"""A sandbox in this very process, without a socket: for searches that ask it a thousand things a second.

Requests are answered by the same application, one after the other, in the caller's thread. It has no
event loop: nothing falls due by itself, and it cannot deliver events. For that, run a process of its
own with `stripe_sandbox.testing.running_sandbox`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx

from stripe_sandbox.app import create_app
from stripe_sandbox.runtime import Runtime
from stripe_sandbox.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

URL = "http://127.0.0.1:9"  # nothing listens there


class AsgiTransport(httpx.BaseTransport):
    """Serves a new sandbox that keeps everything in memory. Close it, or use it in a `with`."""

    def __init__(self) -> None:
        """Start it."""
        self._runtime = Runtime(Settings(delivery="manual", base_url=URL))
        self._app = create_app(self._runtime)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of httpx."""
        status, headers, body = self.ask(
            request.method,
            request.url.raw_path,
            ((name.lower(), value) for name, value in request.headers.raw),
            request.read(),
        )
        return httpx.Response(status, headers=list(headers.items()), content=body)

    def ask(
        self, method: str, target: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Answer one request for `target` (path and query); return status, headers and body."""
        exchange = _Exchange(body)
        path, _, query = target.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method.upper(),
            "scheme": "http",
            "path": unquote(path.decode()),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": list(headers),
            "client": None,
            "server": ("127.0.0.1", 9),
        }
        _run_without_event_loop(self._app(scope, exchange.receive, exchange.send))
        return exchange.status, exchange.headers, b"".join(exchange.parts)

    def close(self) -> None:
        """Forget everything."""
        self._runtime.store.close()


class _Exchange:
    """One request and its answer, as ASGI passes them."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.status = 0
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []
        self.transport = self  # what the application would cut a connection by

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.parts.append(message.get("body", b""))

    def abort(self) -> None:
        raise httpx.ReadError("The sandbox dropped the connection.")


def _run_without_event_loop(answering: Awaitable[None]) -> None:
    """Run what waits for nothing outside to its end."""
    try:
        next(answering.__await__())
    except StopIteration:
        return
    raise RuntimeError("This needs a sandbox in a process of its own: here, nothing waits.")
