"""The OpenAPI document of paid views: the parameters, headers and errors that all of them have.

`PaidActionView` sets `PaidActionSchema`, so a view documents only its own results, with `@extend_schema`, and
its own errors, with `api_errors`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.exceptions import APIException

from common.openapi import ApiSchema, ErrorDoc
from credits.exceptions import (
    AccountBlocked,
    CostTooLarge,
    GrantBalanceMismatch,
    HoldClosed,
    IdempotencyConflict,
    InsufficientCredits,
    InvalidIdempotencyKey,
    RequestInProgress,
    SpendingLimitReached,
    StoredResponseExpired,
    TooManyOpenHolds,
)

PAID_PARAMETERS = [
    OpenApiParameter(
        "preview",
        bool,
        description="`true`: return 200 with the credits that this call would hold, and change nothing.",
    ),
    OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"},
        OpenApiParameter.HEADER,
        description="A repeat with the same key returns the stored response and costs nothing.",
    ),
]
PAID_ERRORS = [
    InvalidIdempotencyKey,
    InsufficientCredits,
    SpendingLimitReached,
    AccountBlocked,
    RequestInProgress,
    IdempotencyConflict,
    StoredResponseExpired,
    TooManyOpenHolds,
    CostTooLarge,
    GrantBalanceMismatch,
    HoldClosed,
]
RECEIPT_HEADERS: dict[str, dict[str, Any]] = {
    "X-Credits-Charged": {
        "description": "The credits that this call cost; 0 for a replay and for a queued job.",
        "schema": {"type": "integer"},
    },
    "X-Credits-Remaining": {
        "description": "The credits that can still be spent.",
        "schema": {"type": "integer"},
    },
}
REPLAYED_HEADER = {
    "description": "`true` on the stored response to an earlier request with this Idempotency-Key.",
    "schema": {"type": "string", "const": "true"},
}
PREVIEWS = "200"  # the status of a preview


def _receipt(status: str, responses: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the headers of a paid response. A preview has none of them."""
    if status == PREVIEWS and "201" in responses:
        return {}
    headers = {name: {**header, "required": status != PREVIEWS} for name, header in RECEIPT_HEADERS.items()}
    return headers if status == "202" else {**headers, "Idempotent-Replayed": REPLAYED_HEADER}


class PaidActionSchema(ApiSchema):
    """Add the parameters, the headers and the errors of every paid action to the POST of a view."""

    paid_parameters: ClassVar = PAID_PARAMETERS
    paid_responses: ClassVar[dict[int, OpenApiResponse]] = {}

    def get_override_parameters(self) -> Any:
        return [*super().get_override_parameters(), *(self.paid_parameters if self.method == "POST" else [])]

    def get_errors(self) -> list[ErrorDoc | type[APIException]]:
        return [*super().get_errors(), *(PAID_ERRORS if self.method == "POST" else [])]

    def get_response_serializers(self) -> Any:
        """Return the response of a view that documents none: `serializer_class` is that of the request."""
        if self.method != "POST":
            return super().get_response_serializers()
        return {
            200: OpenApiResponse(OpenApiTypes.ANY, description="The result; a preview with `?preview=true`.")
        }

    # Not in `get_response_serializers`, which `@extend_schema` replaces.
    def _get_response_bodies(self, *args: Any, **kwargs: Any) -> Any:
        responses = super()._get_response_bodies(*args, **kwargs)
        if self.method == "POST":
            for code, paid in self.paid_responses.items():
                if str(code) not in responses:
                    responses[str(code)] = self._get_response_for_code(paid, str(code))  # type: ignore[no-untyped-call]  # drf_spectacular's
            for status, response in responses.items():
                response["headers"] = {**response.get("headers", {}), **_receipt(status, responses)}
        return dict(sorted(responses.items()))
