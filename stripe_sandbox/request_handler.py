"""The handling of one API request: key, version, injected faults, parameters, idempotency, response."""

import asyncio
import base64
import hashlib
import logging
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from stripe_sandbox import contract
from stripe_sandbox.api import OPERATIONS
from stripe_sandbox.api.registry import Call, TrackedParams
from stripe_sandbox.contract import API_VERSION, parameters, validation
from stripe_sandbox.errors import StripeError
from stripe_sandbox.expand import expand, truncate_embedded_lists
from stripe_sandbox.fault_injection import Fault, Faults
from stripe_sandbox.idempotency import IdempotencyKeys
from stripe_sandbox.ids import new_id
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

logger = logging.getLogger("stripe_sandbox")


class DroppedConnection(Response):
    """No response: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection."""
        scope["sandbox.drop"]()
        await asyncio.sleep(0)


class RequestHandler:
    """Serves the requests of Stripe's API."""

    def __init__(self, *, state: State, faults: Faults) -> None:
        self.state = state
        self.faults = faults
        self.keys = IdempotencyKeys(state)

    async def serve(self, request: Request, operation: str) -> Response:
        """Return the response to a request of an operation."""
        request_id = new_id("request")
        body = await request.body()
        fault = self.faults.take(request.method, request.url.path)
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        try:
            with self.keys.use(key):
                response = await _inject(fault, after=False)
                if response is None:
                    served = self._serve(request, operation, body, key, request_id)
                    response = await _inject(fault, after=True) or served
                if key and fault and fault.stored:
                    self._store_failure(request, body, key, fault)
        except StripeError as error:
            response = JSONResponse(error.body, error.status)
        return _with_headers(response, request_id)

    def _store_failure(self, request: Request, body: bytes, key: str, fault: Fault) -> None:
        """Store the response of an injected error. Source: https://docs.stripe.com/api/idempotent_requests."""
        self.keys.store_response(key, _fingerprint(request, body), fault.status, _injected_error().body)

    def unknown(self, request: Request) -> Response:
        """Return the response to a path that the sandbox does not serve."""
        message = (
            f"Unrecognized request URL ({request.method}: {request.url.path}). The sandbox serves a part of Stripe's "
            "API; docs/sandbox.md lists it."
        )
        return _with_headers(JSONResponse(StripeError(message).body, 404), new_id("request"))

    def _serve(
        self, request: Request, operation: str, body: bytes, key: str | None, request_id: str
    ) -> Response:
        check_api_key(request.headers.get("authorization"))
        check_api_version(request.headers.get("stripe-version"))
        pairs = parse_qsl(request.url.query, keep_blank_values=True) + _form(request, body)
        fingerprint = _fingerprint(request, body)
        stored = None if key is None else self.keys.stored_response(key, fingerprint)
        if stored:
            status, content = stored
        else:
            spec = contract.operation(operation)
            values = parameters.coerce(spec["params"], parameters.nest(pairs))
            call = Call(self.state, TrackedParams(values), dict(request.path_params), request.url.path)
            self.state.request = {"id": request_id, "idempotency_key": key}
            status, content = self._run(operation, spec["response"], call)
            if key is not None:
                self.keys.store_response(key, fingerprint, status, content)
        response = JSONResponse(content, status)
        if stored:
            response.headers["Idempotent-Replayed"] = "true"
            if response.status_code >= 500:  # noqa: PLR2004  (a server error)
                response.headers["Stripe-Should-Retry"] = "false"
        if key:
            response.headers["Idempotency-Key"] = key
        return response

    def _run(self, operation: str, response_schema: contract.Schema, call: Call) -> tuple[int, Json]:
        """Run an operation in a transaction; return the status and the body."""
        paths = call.params.pop("expand", None) or []
        kept: StripeError | None = None
        try:
            with self.state.store.transaction():
                try:
                    body = OPERATIONS[operation](call)
                    call.params.refuse_unread()
                except StripeError as error:
                    if not error.keeps_changes:
                        raise
                    kept = error
                else:
                    body = truncate_embedded_lists(expand(self.state, body, paths))
                    validation.validate(response_schema, body)
        except StripeError as error:
            return error.status, error.body
        except Exception as error:
            # A bug of the sandbox. Its response is for developers, so it includes the exception.
            logger.exception("%s failed", operation)
            return 500, StripeError(f"A bug in the sandbox: {error!r}", kind="api_error").body
        return (kept.status, kept.body) if kept else (200, body)


def _with_headers(response: Response, request_id: str) -> Response:
    response.headers["Request-Id"] = request_id
    response.headers["Stripe-Version"] = API_VERSION
    return response


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


async def _inject(fault: Fault | None, *, after: bool) -> Response | None:
    """Return the response of a fault that applies before or `after` the operation; None: serve the request."""
    if fault is None or fault.after != after:
        return None
    match fault.kind:
        case "delay":
            await asyncio.sleep(fault.seconds)
            return None
        case "drop":
            return DroppedConnection()
        case "garbage":
            return Response("<html>upstream said something odd", 200, media_type="text/html")
        case "rate_limit":
            error = StripeError("Request rate limit exceeded.", status=429, code="rate_limit")
            return JSONResponse(error.body, 429, headers={"Retry-After": str(fault.retry_after)})
        case "error":
            headers = {"Stripe-Should-Retry": "false"} if fault.stored else None
            return JSONResponse(_injected_error().body, fault.status, headers=headers)


def _injected_error() -> StripeError:
    return StripeError("An injected failure of the sandbox.", kind="api_error")


def _fingerprint(request: Request, body: bytes) -> str:
    """Return a hash of a request, to compare requests with one idempotency key."""
    return hashlib.sha256(f"{request.method} {request.url.path} ".encode() + body).hexdigest()


def check_api_key(header: str | None) -> None:
    """Raise StripeError unless the Authorization header has a secret or restricted test key."""
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
        shown = key[:8] + "*" * (len(key) - 12) + key[-4:] if len(key) > 12 else "*" * len(key)  # noqa: PLR2004  # the shown characters of both ends
        raise StripeError(f"Invalid API Key provided: {shown}", status=401)


def check_api_version(version: str | None) -> None:
    """Raise StripeError for another version than the sandbox's, which is the default."""
    if version and version != API_VERSION:
        raise StripeError(
            f"Invalid Stripe API version: {version}. The sandbox serves {API_VERSION}: pin it, as in production."
        )
