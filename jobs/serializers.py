"""The wire, in camelCase."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.models import Job

ERROR = {
    "oneOf": [
        {
            "allOf": [
                {"$ref": "#/components/schemas/Error"},
                {"type": "object", "properties": {"status": {"type": "integer"}}, "required": ["status"]},
            ]
        },
        {"type": "null"},
    ],
    "description": "The error that a plain request would have returned, with its status.",
}


class ProgressSerializer(serializers.Serializer[Job]):
    finished = serializers.IntegerField(
        source="finished_units",
        read_only=True,
        help_text="Finished units; after the end, those that were delivered.",
    )
    total = serializers.IntegerField(source="units", help_text="Requested units.")


class JobSummarySerializer(serializers.ModelSerializer[Job]):
    progress = ProgressSerializer(source="*", read_only=True)
    error = serializers.SerializerMethodField()
    createdAt = serializers.DateTimeField(source="created_at")
    startedAt = serializers.DateTimeField(source="started_at", allow_null=True)
    finishedAt = serializers.DateTimeField(source="finished_at", allow_null=True)
    deadlineAt = serializers.DateTimeField(source="deadline_at", help_text="The job ends by this time.")

    class Meta:
        model = Job
        fields = [
            "id",
            "action",
            "state",
            "progress",
            "error",
            "createdAt",
            "startedAt",
            "finishedAt",
            "deadlineAt",
        ]
        read_only_fields = fields

    @extend_schema_field(ERROR)
    def get_error(self, job: Job) -> Any:
        return job.error


class JobSerializer(JobSummarySerializer):
    partialResult = serializers.ListField(
        source="partial",
        child=serializers.JSONField(),
        help_text="The units finished so far. A generated question shows its answer after the charge. "
        "A cancellation delivers and charges them. Empty after the end.",
    )
    result = serializers.SerializerMethodField()

    class Meta(JobSummarySerializer.Meta):
        fields = [*JobSummarySerializer.Meta.fields, "partialResult", "result"]
        read_only_fields = fields

    @extend_schema_field(
        {
            "type": ["object", "null"],
            "additionalProperties": True,
            "description": "The response body of a plain request; null until the job has succeeded. Also of a job that was "
            "cancelled after it had shown finished units: with these.",
        }
    )
    def get_result(self, job: Job) -> Any:
        return job.response_body
