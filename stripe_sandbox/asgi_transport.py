"""An httpx transport to a sandbox in this process, for property-based tests with thousands of requests.

The same application serves the requests, one after the other, in the caller's thread. There is no event
loop, so due work does not run as time passes, and events cannot be delivered. For that, run a process with
`stripe_sandbox.testing.running_sandbox`.
"""

from collections.abc import Awaitable, Iterable
from typing import Any
from urllib.parse import unquote

import httpx

from stripe_sandbox.app import create_app
from stripe_sandbox.runtime import Runtime
from stripe_sandbox.settings import Settings

URL = "http://127.0.0.1:9"  # nothing listens there


class AsgiTransport(httpx.BaseTransport):
    """Serves a new sandbox in memory, until it is closed."""

    def __init__(self) -> None:
        self._runtime = Runtime(Settings(delivery="manual", base_url=URL))
        self._app = create_app(self._runtime)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response to a request of httpx."""
        headers = ((name.lower(), value) for name, value in request.headers.raw)
        status, found, body = self.send(request.method, request.url.raw_path, headers, request.read())
        return httpx.Response(status, headers=list(found.items()), content=body)

    def send(
        self, method: str, target: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request to `target` (path and query); return status, headers and body."""
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
        """Delete the sandbox."""
        self._runtime.store.close()


class _Exchange:
    """One request and its response, as ASGI passes them."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.status = 0
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []
        self.transport = self  # the application aborts a connection by `send.__self__.transport`

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


def _run_without_event_loop(awaitable: Awaitable[None]) -> None:
    """Run a coroutine that does not wait for anything. Raises RuntimeError if it waits."""
    refusal = "A request that waits needs a sandbox in a process of its own."
    try:
        next(awaitable.__await__())
    except StopIteration:
        return
    except RuntimeError as error:
        if str(error) == "no running event loop":  # asyncio's message, in every version
            raise RuntimeError(refusal) from error
        raise
    raise RuntimeError(refusal)
