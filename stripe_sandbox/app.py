"""The process as a whole: API, hosted pages, control, and the two things that run beside them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, cast

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from stripe_sandbox.api import OPERATIONS
from stripe_sandbox.domain import catalog, renewals
from stripe_sandbox.fault_injection import Faults
from stripe_sandbox.request_handler import RequestHandler
from stripe_sandbox.state import State
from stripe_sandbox.store import Store
from stripe_sandbox.web import control_api, control_panel, hosted_pages
from stripe_sandbox.webhook_delivery import WebhookDispatcher, ensure_endpoint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send

    from stripe_sandbox.settings import Settings

logger = logging.getLogger("stripe_sandbox")
TICK = 5.0  # seconds between looks at what time has made due


class Sandbox:
    """One running sandbox."""

    def __init__(self, settings: Settings) -> None:
        """Open the store and seed it."""
        self.settings = settings
        self.store = Store(settings.data)
        self.state = State(store=self.store, settings=settings)
        self.faults = Faults()
        self.request_handler = RequestHandler(state=self.state, faults=self.faults)
        self.dispatcher = WebhookDispatcher(self.state)
        self.store.set_meta("delivery", settings.delivery)  # how this run began, not how the last one ended
        self.prepare()
        self.asgi = self._application()

    def prepare(self) -> None:
        """Make what every sandbox has: the default endpoint and the catalog."""
        with self.store.transaction():
            catalog.seed(self.state)
            ensure_endpoint(self.state, url=self.settings.webhook_url, secret=self.settings.webhook_secret)

    def reset(self) -> None:
        """Forget everything but the settings."""
        self.faults.clear()
        self.store.clear()
        self.prepare()

    def tick(self) -> int:
        """Do what has fallen due by now; return how many things that were."""
        with self.store.transaction():
            self.state.request = {"id": None, "idempotency_key": None}
            return renewals.run_due(self.state, self.state.now())

    def _application(self) -> ASGIApp:
        routes: list[BaseRoute] = [
            Route(name.split(" ")[1], self._endpoint(name), methods=[name.split(" ")[0]])
            for name in sorted(OPERATIONS, key=_specific_first)
        ]
        routes += hosted_pages.routes(self) + control_api.routes(self) + control_panel.routes(self)
        routes.append(Route("/{path:path}", self._unknown, methods=["GET", "POST", "DELETE", "PUT", "PATCH"]))
        inner = Starlette(routes=routes, lifespan=self._lifespan)
        inner.state.sandbox = self

        async def outer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                # uvicorn's send is a method of the object that has the connection: the only way to cut it.
                scope["sandbox.drop"] = cast("Any", send).__self__.transport.abort
            await inner(scope, receive, send)
            if scope["type"] == "http":
                # Only now has the client got its answer; a webhook before it would meet an open transaction.
                self.dispatcher.wake()

        return outer

    def _endpoint(self, name: str) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            return await self.request_handler.serve(request, name)

        return endpoint

    async def _unknown(self, request: Request) -> Response:
        if request.url.path.startswith(("/v1/", "/v2/")):
            return self.request_handler.unknown(request)
        return JSONResponse({"message": "There is no such page in the sandbox."}, 404)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self.dispatcher.run()), asyncio.create_task(self._keep_time())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.store.close()

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            try:
                if self.tick():
                    self.dispatcher.wake()
            except Exception:
                logger.exception("what was due could not be done")


def _specific_first(name: str) -> tuple[str, ...]:
    return tuple(part.replace("{", "~") for part in name.split(" ")[1].split("/"))
