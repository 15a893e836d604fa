"""The API's front door: keys, versions, failures on demand, parameters, idempotency, answers."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse, Response

from stripe_sandbox import contract
from stripe_sandbox.api import OPERATIONS
from stripe_sandbox.api.registry import Call, Given
from stripe_sandbox.contract import API_VERSION, parameters, validation
from stripe_sandbox.errors import StripeError
from stripe_sandbox.expand import expand, first_pages
from stripe_sandbox.ids import new_id

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from stripe_sandbox.fault_injection import Fault, Faults
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

logger = logging.getLogger("stripe_sandbox")
KEY_LIFETIME = 24 * 3600
MAX_KEY = 255


class DroppedConnection(Response):
    """No answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # ASGI's signature
        """Cut the connection."""
        scope["sandbox.drop"]()
        await asyncio.sleep(0)


class RequestHandler:
    """Serves the requests of Stripe's API."""

    def __init__(self, *, state: State, faults: Faults) -> None:
        """Take the state and the failures to inject."""
        self.state = state
        self.faults = faults
        self._in_flight: set[str] = set()

    async def serve(self, request: Request, operation: str) -> Response:
        """Answer one API request."""
        request_id = new_id("request")
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        body = await request.body()
        fault = self.faults.take(request.method, request.url.path)
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        holds_key = key is not None and key not in self._in_flight
        try:
            if key is not None and not holds_key:
                raise in_use(key)  # answered like every refusal
            self._in_flight.update(filter(None, [key]))
            if fault and not fault.after:
                failed = await self._fail(fault)
                if failed is not None:
                    return self._finish(request_id, failed)
            check_key(request.headers.get("authorization"))
            check_version(request.headers.get("stripe-version"))
            pairs += self._form(request, body)
            status, answer, replayed = self._run(request, operation, pairs, body, request_id)
            if fault and fault.after:
                failed = await self._fail(fault)
                if failed is not None:
                    return self._finish(request_id, failed)
        except StripeError as error:
            return self._finish(request_id, JSONResponse(error.body, error.status))
        finally:
            if holds_key:
                self._in_flight.discard(str(key))
        response = JSONResponse(answer, status)
        if replayed:
            response.headers["Idempotent-Replayed"] = "true"
        if key:
            response.headers["Idempotency-Key"] = key
        return self._finish(request_id, response)

    def unknown(self, request: Request) -> Response:
        """Answer a path that the API does not have."""
        message = (
            f"Unrecognized request URL ({request.method}: {request.url.path}). The sandbox serves a part of Stripe's "
            "API; docs/sandbox.md lists it."
        )
        return self._finish(new_id("request"), JSONResponse(StripeError(message).body, 404))

    def _finish(self, request_id: str, response: Response) -> Response:
        response.headers["Request-Id"] = request_id
        response.headers["Stripe-Version"] = API_VERSION
        return response

    @staticmethod
    def _form(request: Request, body: bytes) -> list[tuple[str, str]]:
        if not body:
            return []
        kind = request.headers.get("content-type", "").split(";")[0]
        if kind not in {"application/x-www-form-urlencoded", ""}:
            raise StripeError(f"Invalid content type: {kind}. Send application/x-www-form-urlencoded.")
        try:
            return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000)
        except ValueError as error:
            raise StripeError("Invalid request body") from error

    def _run(
        self, request: Request, operation: str, pairs: list[tuple[str, str]], body: bytes, request_id: str
    ) -> tuple[int, Json, bool]:
        """Return the status, the answer, and whether it is a replay."""
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        print_ = hashlib.sha256(f"{request.method} {request.url.path} ".encode() + body).hexdigest()
        if key is not None:
            replay = self._replay(key, print_)
            if replay:
                return *replay, True
        spec = contract.operation(operation)
        values = parameters.coerce(spec["params"], parameters.nest(pairs))
        call = Call(
            state=self.state, params=Given(values), path=dict(request.path_params), url=request.url.path
        )
        self.state.request = {"id": request_id, "idempotency_key": key}
        status, answer = self._call(operation, spec["response"], call)
        if key is not None:
            self.state.store.db.execute(
                "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?)",
                (key, print_, self.state.now(), status, json.dumps(answer)),
            )
        return status, answer, False

    def _call(self, operation: str, response: contract.Schema, call: Call) -> tuple[int, Json]:
        paths = call.params.pop("expand", None) or []
        kept: StripeError | None = None
        try:
            with self.state.store.transaction():
                try:
                    answer = OPERATIONS[operation](call)
                    call.params.require_all_seen()
                except StripeError as error:
                    if not error.keeps_changes:
                        raise
                    kept = error
                else:
                    answer = first_pages(expand(self.state, answer, paths))
                    validation.validate(response, answer)
        except StripeError as error:
            return error.status, error.body
        except Exception as error:
            # Ours, not the caller's; said in full, since whoever reads it has the sandbox's source at hand.
            logger.exception("%s failed", operation)
            return 500, StripeError(f"A mistake in the sandbox: {error!r}", kind="api_error").body
        if kept:
            return kept.status, kept.body
        return 200, answer

    def _replay(self, key: str, fingerprint: str) -> tuple[int, Json] | None:
        if not 0 < len(key) <= MAX_KEY:
            raise StripeError("Idempotency keys are at most 255 characters long.", kind="idempotency_error")
        row = self.state.store.db.execute("SELECT * FROM idempotency WHERE key = ?", (key,)).fetchone()
        if row is None or row["created"] < self.state.now() - KEY_LIFETIME:
            return None
        if row["fingerprint"] != fingerprint:
            raise StripeError(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        return row["status"], json.loads(row["body"])

    async def _fail(self, fault: Fault) -> Response | None:
        """Return the failing answer; None when the request goes on (late)."""
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            return None
        if fault.kind == "drop":
            return DroppedConnection()
        if fault.kind == "garbage":
            return Response("<html>upstream said something odd", 200, media_type="text/html")
        if fault.kind == "rate_limit":
            error = StripeError("Request rate limit exceeded.", status=429, code="rate_limit")
            return JSONResponse(error.body, 429, headers={"Retry-After": str(fault.retry_after)})
        error = StripeError("An error occurred in the sandbox, as it was asked to.", kind="api_error")
        return JSONResponse(error.body, fault.status)


def in_use(key: str) -> StripeError:
    """Return the 409 for a key whose first request has not been answered yet."""
    return StripeError(
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        f"twice, and the other request is still going through): {key}. Please try again later.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
    )


def check_key(header: str | None) -> None:
    """Refuse a request without a test key, as Stripe refuses one without a valid key."""
    scheme, _, value = (header or "").partition(" ")
    key = value.strip()
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(key).decode().split(":")[0]
        except ValueError:
            key = ""
    if not key:
        raise StripeError(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
            "https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
            status=401,
        )
    if not key.startswith(("sk_test_", "rk_test_")):
        shown = key[:8] + "*" * (len(key) - 12) + key[-4:] if len(key) > 12 else "*" * len(key)  # noqa: PLR2004
        raise StripeError(f"Invalid API Key provided: {shown}", status=401)


def check_version(version: str | None) -> None:
    """Refuse a version that the sandbox does not speak; none means the account's own."""
    if version and version != API_VERSION:
        raise StripeError(
            f"Invalid Stripe API version: {version}. The sandbox speaks {API_VERSION}: pin it, as in production."
        )
