"""The OpenAPI document: every operation lists its errors, generated from the exceptions' classes.

`ApiSchema` adds to each operation the errors that follow from its features: 401 if it authenticates, 404 if
its path has a parameter, 400 and 415 if it has a body, and so on. A view lists its other errors by method:

    class PortalView(APIView):
        api_errors = {"POST": [NoCustomer, PaymentsNotConfigured]}

An item is an APIError, another exception of DRF, or an `ErrorDoc`. An authentication class adds its errors
with `documented_errors(view, method)`. The body of an error is the component `Error`; an error with more
fields has its own component, such as `InsufficientCreditsError`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import exceptions
from rest_framework.fields import CharField
from rest_framework.permissions import AllowAny

from common.exceptions import APIError

JSON = "application/json"
NO_NUL = r"^[^\u0000]*$"
VALIDATION_ERRORS = "The messages by field. `nonFieldErrors` has messages about the request as a whole."


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDoc:
    """The documentation of one error: a status with a code."""

    status: int
    code: str
    summary: str
    example: Mapping[str, Any]  # the body
    fields: Mapping[str, str] = field(default_factory=dict)  # beside message and code, with descriptions
    nullable: frozenset[str] = frozenset()  # of the fields
    optional: frozenset[str] = frozenset()  # of the fields
    retry_after: bool = False  # whether the header is sent

    @classmethod
    def of(cls, error: "ErrorDoc | type[exceptions.APIException]") -> "ErrorDoc":
        """Describe an exception's class."""
        if isinstance(error, ErrorDoc):
            return error
        summary = (error.__doc__ or "").strip().partition("\n")[0]
        if issubclass(error, APIError):
            return cls(
                status=error.status_code,
                code=error.code,
                summary=summary,
                example=error(**error.example).detail,  # type: ignore[arg-type]  # a dict: see APIError
                fields=error.fields,
                nullable=error.nullable,
                retry_after=hasattr(error, "wait"),
            )
        message = str(error.default_detail)
        return cls(
            status=error.status_code,
            code=error.default_code,
            summary=message,
            example={"message": message, "code": error.default_code},
        )

    def merged(self, other: Self) -> "ErrorDoc":
        """Return one description of two errors with the same status and code."""
        shared = (set(self.fields) - self.optional) & (set(other.fields) - other.optional)
        fields = {**other.fields, **self.fields}
        richest = max(self, other, key=lambda doc: len(doc.example))
        return ErrorDoc(
            status=self.status,
            code=self.code,
            summary=self.summary,
            example=richest.example,
            fields=fields,
            optional=frozenset(fields) - shared,
            nullable=self.nullable | other.nullable,
            retry_after=self.retry_after or other.retry_after,
        )

    @property
    def component(self) -> str:
        """The name of the component of an error with more fields."""
        words = self.code.removesuffix("_error").split("_")
        return "".join(map(str.capitalize, words)) + "Error"

    def schema(self) -> dict[str, Any]:
        properties: dict[str, Any] = {"code": {"type": "string", "const": self.code}}
        for name, description in self.fields.items():
            schema = _type_of(self.example[name])
            if name in self.nullable:
                schema["type"] = [schema["type"], "null"]
            properties[name] = {**schema, "description": description}
        return {
            "allOf": [
                {"$ref": "#/components/schemas/Error"},
                {
                    "type": "object",
                    "properties": properties,
                    "required": [name for name in properties if name not in self.optional],
                },
            ],
            "description": self.summary,
        }


INVALID = ErrorDoc(
    status=400,
    code="invalid",
    summary="A field or a parameter is missing or invalid.",
    example={
        "message": "name: Ensure this field has no more than 150 characters.",
        "code": "invalid",
        "errors": {"name": ["Ensure this field has no more than 150 characters."]},
    },
    fields={"errors": VALIDATION_ERRORS},
)
UNAVAILABLE = ErrorDoc(
    status=503,
    code="database_unavailable",
    summary="The database does not respond. Nothing was charged.",
    example={"message": "The service is not available for a moment.", "code": "database_unavailable"},
    retry_after=True,
)
SERVER_ERROR = ErrorDoc(
    status=500,
    code="server_error",
    summary="An unexpected error of the server. Nothing was charged.",
    example={
        "message": "Something went wrong on our side. Nothing was charged.",
        "code": "server_error",
        "requestId": "5f0c1c1e-9a53-4a3f-8e0c-0f5a3f0a7b11",
    },
    fields={"requestId": "The `X-Request-ID`, for a report to support."},
)
THROTTLED = ErrorDoc(
    status=429,
    code="throttled",
    summary="Too many requests.",
    example={"message": "Request was throttled. Expected available in 7 seconds.", "code": "throttled"},
    retry_after=True,
)
UNSUPPORTED_MEDIA_TYPE = ErrorDoc(
    status=415,
    code="unsupported_media_type",
    summary="The body is not application/json in UTF-8.",
    example={
        "message": 'Unsupported media type "text/plain" in request.',
        "code": "unsupported_media_type",
    },
)
BODY_TOO_LARGE = ErrorDoc(
    status=413,
    code="body_too_large",
    summary="The body is larger than this endpoint accepts.",
    example={"message": "The body is too large.", "code": "body_too_large"},
)
LENGTH_REQUIRED = ErrorDoc(
    status=411,
    code="length_required",
    summary="The body has no Content-Length.",
    example={"message": "A body needs a Content-Length.", "code": "length_required"},
)
PRECONDITION_FAILED = ErrorDoc(
    status=412,
    code="precondition_failed",
    summary="An If-Match or If-Unmodified-Since of the request does not match.",
    example={"message": "Precondition Failed.", "code": "precondition_failed"},
)
TOKEN_NOT_VALID = ErrorDoc(
    status=401,
    code="token_not_valid",
    summary="The access token is malformed, expired or revoked.",
    example={"message": "Given token not valid for any token type", "code": "token_not_valid"},
)
AUTHENTICATION_FAILED = ErrorDoc(
    status=401,
    code="authentication_failed",
    summary="The token's session has ended: it was revoked, the password has changed, or the user is inactive.",
    example={"message": "The session has ended. Sign in again.", "code": "authentication_failed"},
)

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-ID": {
        "description": "The request's own X-Request-ID if it is 1 to 128 printable ASCII characters without "
        "spaces, otherwise a random one.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Cache-Control": {
        "description": "`private, no-cache` on a 200 or 304 to a GET, which may be revalidated with its ETag; "
        "otherwise `no-store`.",
        "required": True,
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "Send it back as If-None-Match to get 304 if nothing has changed.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds to wait before the next request.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Policy": {
        "description": 'The limits that counted the request, such as `"paid";q=120;w=60`: 120 in 60 seconds.',
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": 'The remaining requests of each limit, such as `"paid";r=119;t=60`: 119 for the next 60 seconds.',
        "schema": {"type": "string"},
    },
    "WWW-Authenticate": {"description": "`Bearer`.", "required": True, "schema": {"type": "string"}},
}


def _resolved(kind: str, name: str, schema: dict[str, Any] | None = None) -> Any:
    component: Any = ResolvedComponent  # untyped
    return component(name=name, type=kind, schema=schema, object=f"{kind}/{name}")


def _type_of(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        messages = {"type": "array", "items": {"type": "string"}}
        return {"type": "object", "additionalProperties": messages}
    return {"type": "integer" if isinstance(value, int) else "string"}


def merge(errors: Iterable[ErrorDoc | type[exceptions.APIException]]) -> list[ErrorDoc]:
    """Return one description for each status and code, sorted."""
    found: dict[tuple[int, str], ErrorDoc] = {}
    for doc in map(ErrorDoc.of, errors):
        before = found.get((doc.status, doc.code))
        found[doc.status, doc.code] = before.merged(doc) if before else doc
    return [found[key] for key in sorted(found)]


class ApiSchema(AutoSchema):
    """Add to each operation the errors that it may return, and the headers of its responses."""

    def get_errors(self) -> list[ErrorDoc | type[exceptions.APIException]]:
        """Return the operation's own errors. A subclass may add to them."""
        return [*getattr(self.view, "api_errors", {}).get(self.method, ())]

    def _common_errors(self, operation: Mapping[str, Any]) -> list[ErrorDoc | type[exceptions.APIException]]:
        """Return the errors that follow from the features of the operation."""
        found: list[Any] = [UNAVAILABLE, SERVER_ERROR, THROTTLED, exceptions.NotAcceptable]
        if self.view.get_authenticators():
            found += [TOKEN_NOT_VALID, AUTHENTICATION_FAILED]
            for authenticator in self.view.get_authenticators():
                if hasattr(authenticator, "documented_errors"):
                    found += authenticator.documented_errors(self.view, self.method)
            if not any(isinstance(permission, AllowAny) for permission in self.view.get_permissions()):
                found.append(exceptions.NotAuthenticated)
        if self.method == "GET":
            found.append(PRECONDITION_FAILED)
        places = {parameter["in"] for parameter in operation.get("parameters", ())}
        if "path" in places:
            found.append(exceptions.NotFound)
        if "query" in places:
            found.append(INVALID)
        if "requestBody" in operation:
            found += [INVALID, exceptions.ParseError, LENGTH_REQUIRED, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE]
        return found

    def get_serializer_name(self, serializer: Any, direction: str) -> str:
        """Return the name without "Request", which is added to the component of a request."""
        name: str = super().get_serializer_name(serializer, direction)  # type: ignore[arg-type]  # the stubs want literals
        return name.removesuffix("RequestSerializer") or name

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:  # noqa: FBT001, FBT002  (drf_spectacular's signature)
        """Document that a string of a request has no NUL, which PostgreSQL cannot store."""
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]  # drf_spectacular's
        if direction == "request" and isinstance(field, CharField) and schema.get("type") == "string":
            schema.setdefault("pattern", NO_NUL)
        return schema

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """Add the serializer's `schema_extra`, which describes its fields in combination."""
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]  # drf_spectacular's
        return {**schema, **getattr(serializer, "schema_extra", {})}

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        responses: dict[str, Any] = operation["responses"]
        if self.method == "GET" and "200" in responses:
            responses["304"] = {"description": "Not changed since the response with this ETag."}
        common, own = self._common_errors(operation), self.get_errors()
        own_statuses = {ErrorDoc.of(error).status for error in own}
        by_status: dict[int, list[ErrorDoc]] = {}
        for doc in merge([*common, *own]):
            by_status.setdefault(doc.status, []).append(doc)
        for number, docs in by_status.items():
            responses[str(number)] = self._error_response(number, docs, share=number not in own_statuses)
        for status, response in responses.items():
            if "$ref" not in response:
                self._add_headers(status, response)
        self._add_codes(getattr(self.view, "stored_errors", ()))
        operation["responses"] = dict(sorted(responses.items()))
        return operation

    def _add_headers(self, status: str, response: dict[str, Any]) -> None:
        names = ["X-Request-ID", "Cache-Control"]
        if self.method == "GET" and status in {"200", "304"}:
            names.append("ETag")
        if getattr(self.view, "is_rate_limited", False) and status < "400":
            names += ["RateLimit-Policy", "RateLimit"]
        response["headers"] = {**response.get("headers", {}), **self._header_refs(names)}

    def _header_refs(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: self._component("headers", name, HEADERS[name]) for name in names}

    def _error_response(self, status: int, docs: list[ErrorDoc], *, share: bool) -> dict[str, Any]:
        """Return the response of these errors, or a reference to one that operations share."""
        self._add_codes(docs)
        plain = [doc for doc in docs if not doc.fields]
        schemas = [self._component("schemas", doc.component, doc.schema()) for doc in docs if doc.fields]
        if plain:
            codes = {"type": "string", "enum": [doc.code for doc in plain]}
            more = {"type": "object", "properties": {"code": codes}, "required": ["code"]}
            schemas.append({"allOf": [{"$ref": "#/components/schemas/Error"}, more]})
        headers = ["X-Request-ID", "Cache-Control"]
        if any(doc.retry_after for doc in docs):
            headers.append("Retry-After")
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            headers += ["RateLimit-Policy", "RateLimit"]
        if status == HTTPStatus.UNAUTHORIZED:
            headers.append("WWW-Authenticate")
        response = {
            "description": "\n".join(f"- `{doc.code}`: {doc.summary}" for doc in docs),
            "headers": self._header_refs(headers),
            "content": {
                JSON: {
                    "schema": schemas[0] if len(schemas) == 1 else {"oneOf": schemas},
                    "examples": {doc.code: {"summary": doc.summary, "value": doc.example} for doc in docs},
                }
            },
        }
        if not share:
            return response
        phrase = HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")
        for name in (phrase, phrase + "".join(doc.component.removesuffix("Error") for doc in docs)):
            shared = self._component("responses", name, response)
            if self._registered("responses", name) == response:
                return shared
        return response

    def _add_codes(self, errors: Iterable[ErrorDoc | type[exceptions.APIException]]) -> None:
        """List the codes of errors in the component of all codes."""
        code = self._component("schemas", "ErrorCode", {"type": "string", "enum": []})
        text = {"type": "string", "description": "For people. It may change; compare the code instead."}
        error = {"type": "object", "properties": {"message": text, "code": code}}
        error |= {"required": ["message", "code"], "description": "Any error. Some errors have more fields."}
        self._component("schemas", "Error", error)
        known = self._registered("schemas", "ErrorCode")
        known["enum"] = sorted({*known["enum"], *(doc.code for doc in map(ErrorDoc.of, errors))})
        known["description"] = (
            "The kind of error. New codes may appear: handle an unknown code by its status."
        )

    def _component(self, kind: str, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        """Register a component unless the name is taken, and return the reference to it."""
        self.registry.register_on_missing(_resolved(kind, name, schema))
        return {"$ref": f"#/components/{kind}/{name}"}

    def _registered(self, kind: str, name: str) -> dict[str, Any]:
        schema: dict[str, Any] = self.registry[_resolved(kind, name)].schema
        return schema
