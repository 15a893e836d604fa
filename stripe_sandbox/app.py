"""The ASGI application: Stripe's API, the hosted pages, the control API and two background tasks."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from stripe_sandbox.api import OPERATIONS
from stripe_sandbox.request_handler import RequestHandler
from stripe_sandbox.runtime import Runtime
from stripe_sandbox.web import control_api, control_panel, hosted_pages

logger = logging.getLogger("stripe_sandbox")
DUE_WORK_INTERVAL = 5.0  # seconds


def create_app(runtime: Runtime) -> ASGIApp:
    """Return the application that serves a sandbox."""
    app = Starlette(routes=_routes(runtime), lifespan=lambda _app: _background_tasks(runtime))

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # uvicorn's `send` is a method of the connection: there is no public way to abort it.
            scope["sandbox.drop"] = cast("Any", send).__self__.transport.abort
        await app(scope, receive, send)
        if scope["type"] == "http":
            # After the response, because the client's transaction may be open until then.
            runtime.dispatcher.wake()

    return application


def _routes(runtime: Runtime) -> list[BaseRoute]:
    handler = RequestHandler(state=runtime.state, faults=runtime.faults)

    async def not_found(request: Request) -> Response:
        if request.url.path.startswith(("/v1/", "/v2/")):
            return handler.unknown(request)
        return JSONResponse({"message": "There is no such page in the sandbox."}, 404)

    routes: list[BaseRoute] = []
    for operation in sorted(OPERATIONS, key=_specific_first):
        method, path = operation.split(" ")
        routes.append(Route(path, partial(handler.serve, operation=operation), methods=[method]))
    routes += hosted_pages.routes(runtime) + control_api.routes(runtime) + control_panel.routes(runtime)
    routes.append(Route("/{path:path}", not_found, methods=["GET", "POST", "DELETE", "PUT", "PATCH"]))
    return routes


def _specific_first(operation: str) -> tuple[str, ...]:
    """Sort a fixed path segment before a parameter in its place."""
    return tuple(segment.replace("{", "~") for segment in operation.split(" ")[1].split("/"))


@contextlib.asynccontextmanager
async def _background_tasks(runtime: Runtime) -> AsyncIterator[None]:
    """Deliver webhooks and run due work while the application serves."""
    tasks = [asyncio.create_task(runtime.dispatcher.run()), asyncio.create_task(_run_due_work(runtime))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        runtime.store.close()


async def _run_due_work(runtime: Runtime) -> None:
    while True:
        await asyncio.sleep(DUE_WORK_INTERVAL)
        try:
            if runtime.run_due_work(runtime.state.now()):
                runtime.dispatcher.wake()
        except Exception:
            logger.exception("due work failed")
