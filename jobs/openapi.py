"""The OpenAPI document of paid views whose work may run as a job."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from credits.openapi import PAID_PARAMETERS, PaidActionSchema
from jobs.serializers import JobSerializer

JOB_PARAMETERS = [
    OpenApiParameter(
        "Prefer",
        str,
        OpenApiParameter.HEADER,
        description="`respond-async`: return 202 with a job, at once. Nothing is charged until it delivers.",
    ),
    *(
        OpenApiParameter(name, kind, OpenApiParameter.HEADER, response=[202], description=text, required=True)
        for name, kind, text in (
            ("Location", str, "The path of the job: `/api/ai/jobs/{id}`."),
            ("Preference-Applied", str, "`respond-async`."),
            ("Retry-After", int, "Seconds to wait before the first request for the job."),
        )
    ),
]
JOB_RESPONSES = {
    202: OpenApiResponse(
        JobSerializer, description="With `Prefer: respond-async` only: the work runs as a job."
    )
}


class PaidJobSchema(PaidActionSchema):
    """Add the features of every PaidJobView: the Prefer header, and the 202 with a job."""

    paid_parameters = [*PAID_PARAMETERS, *JOB_PARAMETERS]
    paid_responses = JOB_RESPONSES
