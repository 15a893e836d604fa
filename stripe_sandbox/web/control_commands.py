"""Commands of the control API: registered by path, sent as JSON or as a form of the control panel."""

import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from stripe_sandbox.errors import StripeError
from stripe_sandbox.runtime import Runtime
from stripe_sandbox.state import State
from stripe_sandbox.store import Json


@dataclass(slots=True)
class Command:
    """One command: the sandbox, the id in the path, and the parameters."""

    runtime: Runtime
    request: Request
    body: Json

    @property
    def state(self) -> State:
        """The sandbox's state."""
        return self.runtime.state

    @property
    def id(self) -> str:
        """The id in the path."""
        return str(self.request.path_params["id"])

    def target(self, kind: str) -> Json:
        """Return the object that the path names."""
        return self.state.get(kind, self.id)


Handler = Callable[[Command], Json | Awaitable[Json]]
HANDLERS: list[tuple[str, str, Handler]] = []


def command(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register the handler of a command. One that is not async runs in a transaction."""

    def register(handler: Handler) -> Handler:
        HANDLERS.append((method, path, handler))
        return handler

    return register


def routes(runtime: Runtime) -> list[BaseRoute]:
    """Return the routes of all commands."""
    return [
        Route(f"/_sandbox/{path}", _endpoint(runtime, handler), methods=[method])
        for method, path, handler in HANDLERS
    ]


def _endpoint(runtime: Runtime, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Respond to JSON with JSON, and to a form with a redirect to the panel."""

    async def endpoint(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return JSONResponse(StripeError("Another site may not control the sandbox.").body, 403)
        is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        try:
            body = await (_form(request) if is_form else _json(request))
            result = await _run(handler, Command(runtime, request, body))
        except StripeError as error:
            return _to_panel("error", str(error)) if is_form else JSONResponse(error.body, error.status)
        return _to_panel("note", _summary(request, result)) if is_form else JSONResponse(result)

    return endpoint


async def _run(handler: Handler, call: Command) -> Json:
    if inspect.iscoroutinefunction(handler):
        found: Json = await handler(call)
        return found
    with call.state.store.transaction():
        result = handler(call)
    assert isinstance(result, dict)  # noqa: S101  # a handler that is not async returns JSON
    return result


async def _json(request: Request) -> Json:
    raw = await request.body()
    try:
        body: Any = json.loads(raw) if raw else {}
    except ValueError as error:
        raise StripeError("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise StripeError("The body must be a JSON object.")
    return body


async def _form(request: Request) -> Json:
    body: Json = {}
    for name, value in (await request.form()).items():
        if value == "":
            continue
        try:
            body[name] = json.loads(str(value))
        except ValueError:
            body[name] = str(value)
    return body


def _summary(request: Request, result: Json) -> str:
    if "answers" in result:
        statuses = [str(response["status"] or "no response") for response in result["answers"]]
        return f"Delivered {len(statuses)} time(s); responses: {', '.join(statuses[:20]) or 'none'}."
    return f"Done: {request.url.path.removeprefix('/_sandbox/')}."


def _to_panel(kind: str, text: str) -> Response:
    return RedirectResponse(f"/?{urlencode({kind: text})}", 303)
