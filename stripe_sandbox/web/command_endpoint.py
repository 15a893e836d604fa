"""One way in for programs and for the control panel: commands take JSON, or a plain HTML form."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from stripe_sandbox.errors import StripeError

Json = dict[str, Any]
Handler = Callable[[Request, Json], Awaitable[Json]]


def as_endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Serve a command to programs (JSON in and out) and to the control panel's forms (back to the panel)."""

    async def endpoint(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return JSONResponse(StripeError("Another site may not control the sandbox.").body, 403)
        is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        try:
            answer = await handler(request, await (_form(request) if is_form else _body(request)))
        except StripeError as error:
            return _to_panel("error", str(error)) if is_form else JSONResponse(error.body, error.status)
        return _to_panel("note", _in_words(request, answer)) if is_form else JSONResponse(answer)

    return endpoint


async def _body(request: Request) -> Json:
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


def _in_words(request: Request, answer: Json) -> str:
    """Say in a line what a command did."""
    if "answers" in answer:
        codes = [str(one["status"] or "no answer") for one in answer["answers"]]
        return f"Delivered {len(codes)} time(s); answered: {', '.join(codes[:20]) or 'nothing'}."
    command = request.url.path.removeprefix("/_sandbox/")
    return f"Done: {command}."


def _to_panel(kind: str, text: str) -> Response:
    return RedirectResponse(f"/?{urlencode({kind: text})}", 303)
