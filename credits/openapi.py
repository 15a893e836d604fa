"""The OpenAPI document of paid views: the parameters, headers and refusals that all of them have.

`PaidActionView` sets `PaidActionSchema`, so a view documents only its own results, with `@extend_schema`.
"""

from typing import Any, ClassVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

PAID_PARAMETERS = [
    OpenApiParameter(
        "preview",
        bool,
        description="`true`: return 200 with what this call would hold, and change nothing.",
    ),
    OpenApiParameter(
        "Idempotency-Key",
        str,
        OpenApiParameter.HEADER,
        description="A repeat with the same key returns the stored response and costs nothing.",
    ),
    *(
        OpenApiParameter(name, int, OpenApiParameter.HEADER, response=True, description=text)
        for name, text in (
            ("X-Credits-Charged", "What this call cost."),
            ("X-Credits-Remaining", "What is left to spend."),
        )
    ),
]
PAID_RESPONSES = {
    402: OpenApiResponse(description="`insufficient_credits`, with `required` and `available`."),
    409: OpenApiResponse(description="The Idempotency-Key is in use, or came with another body."),
    410: OpenApiResponse(
        description="The request with this Idempotency-Key was charged; its response is no longer stored."
    ),
}


class PaidActionSchema(AutoSchema):
    """Add the parameters and responses of every paid action to the POST of a view."""

    paid_parameters: ClassVar = PAID_PARAMETERS
    paid_responses: ClassVar = PAID_RESPONSES

    def get_override_parameters(self) -> Any:
        return [*super().get_override_parameters(), *(self.paid_parameters if self.method == "POST" else [])]

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
            for status, response in self.paid_responses.items():
                if str(status) not in responses:
                    responses[str(status)] = self._get_response_for_code(response, str(status))  # type: ignore[no-untyped-call]  # drf_spectacular's
        return dict(sorted(responses.items()))
