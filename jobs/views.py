"""Paid views whose work may run as a job, and the jobs themselves."""

import uuid
from typing import Any, ClassVar, cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import GenericAPIView, ListAPIView, get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from common.client_connection import is_connected
from common.exceptions import APIError
from common.pagination import NewestFirst
from credits.exceptions import AlreadyCharged, HoldClosed
from credits.holders import Holder
from credits.paid_views import PaidActionView, PaidResult, replay, with_receipt
from credits.permissions import credit_subject
from credits.request_key import request_key
from credits.services import Tokens
from jobs import services
from jobs.exceptions import JobDeadlinePassed, JobFinished, JobGivenUp, UnknownAction
from jobs.models import Job
from jobs.openapi import PaidJobSchema
from jobs.paid_work import PaidWork
from jobs.preferences import RESPOND_ASYNC, prefers_async
from jobs.serializers import JobSerializer, JobSummarySerializer

POLL_SECONDS = 1  # Retry-After of a job that is not finished


class PaidJobView(PaidActionView):
    """A paid view that performs `paid_work`: at once, or as a job if the client sends `Prefer: respond-async`."""

    paid_work: ClassVar[type[PaidWork]]
    work: PaidWork  # of this request; set by `prepare`
    schema = PaidJobSchema()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "paid_work" in cls.__dict__:
            cls.credit_action, cls.serializer_class = cls.paid_work.action, cls.paid_work.serializer_class

    def prepare(self, data: dict[str, Any]) -> None:
        self.work = self.paid_work(user_id=self.holder.pk, data=data)
        self.work.prepare()

    def get_credit_units(self, data: dict[str, Any]) -> int:
        return self.work.units()

    @classmethod
    def counts_tokens(cls) -> bool:
        return cls.paid_work.max_tokens is not PaidWork.max_tokens

    def get_credit_tokens(self, data: dict[str, Any]) -> Tokens | None:
        return self.work.max_tokens()

    def perform(self, data: dict[str, Any]) -> Any:
        # With a key, the client may repeat the request to get the response, so the work continues without it.
        keyed = "HTTP_IDEMPOTENCY_KEY" in self.request.META
        return self.work.perform(
            hold=self.charge.hold, is_wanted=None if keyed else is_connected(self.request.META)
        )

    def store(self, data: dict[str, Any], outcome: Any) -> PaidResult:
        return self.work.store(outcome)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if prefers_async(request) and not self.is_preview:
            return self.submit(request)
        return super().post(request, *args, **kwargs)

    def submit(self, request: Request) -> Response:
        """Queue the work and respond 202; or replay the response to an earlier request with this key."""
        _ = self.charge  # prepares the work and checks the price
        body = cast("dict[str, Any]", request.data)  # an object, or it would not be valid
        try:
            job = services.submit(
                user=self.holder,
                work=self.work,
                body=body,
                request=request_key(request),
                request_id=getattr(request, "request_id", ""),
                subject=credit_subject(request),
            )
        except AlreadyCharged as earlier:
            return replay(earlier.response)
        self.holder.refresh_from_db(fields=["ai_credits"])
        response = Response(
            JobSerializer(job).data,
            status=status.HTTP_202_ACCEPTED,
            headers={
                "Location": reverse("job", args=[job.id]),
                "Preference-Applied": RESPOND_ASYNC,
                "Retry-After": str(POLL_SECONDS),
            },
        )
        return with_receipt(response, charged=0, remaining=self.holder.ai_credits)


# A cancellation charges, so it begins outside a transaction, also where ATOMIC_REQUESTS is on.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class JobView(GenericAPIView[Job]):
    """One of the caller's jobs."""

    permission_classes = [IsAuthenticated]
    serializer_class = JobSerializer
    api_key_scopes = {"GET": "read", "DELETE": "spend"}
    api_errors: ClassVar[dict[str, list[type[APIError]]]] = {"DELETE": [JobFinished, HoldClosed]}
    stored_errors = [JobDeadlinePassed, JobGivenUp, UnknownAction]  # the `error` of a failed job

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.filter(user=self.request.user.pk)

    @extend_schema(
        summary="Get a job",
        parameters=[
            OpenApiParameter(
                "Retry-After",
                int,
                OpenApiParameter.HEADER,
                response=[200, 304],
                description="Seconds to wait before the next request; only while the job is not finished.",
            )
        ],
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """A job: its state, its progress, and its result or error.

        A `queued` or `running` job becomes `succeeded`, `failed` or `cancelled` by `deadlineAt`. Only a
        job with a `result` is charged.
        """
        job = self._find(pk)
        headers = {"Retry-After": str(POLL_SECONDS)} if job.is_open else None
        return Response(JobSerializer(job).data, headers=headers)

    @extend_schema(
        summary="Cancel a job",
        parameters=[
            OpenApiParameter(
                name, int, OpenApiParameter.HEADER, response=[204], description=text, required=True
            )
            for name, text in (
                ("X-Credits-Charged", "The credits that the delivered units cost; 0 for a repeat."),
                ("X-Credits-Remaining", "The credits that can still be spent."),
            )
        ],
        responses={
            204: OpenApiResponse(
                description="Cancelled, now or before. Credits that were not charged are available again."
            )
        },
    )
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """Cancel a job.

        Units that `partialResult` has shown are delivered as the job's `result`, and charged. Before the first
        one, nothing is charged.
        """
        captured = services.cancel(job_id=self._find(pk).id)
        holder = cast("Holder", request.user)
        holder.refresh_from_db(fields=["ai_credits"])
        return with_receipt(
            Response(status=status.HTTP_204_NO_CONTENT),
            charged=captured.amount if captured else 0,
            remaining=holder.ai_credits,
        )

    def _find(self, pk: uuid.UUID) -> Job:
        job = get_object_or_404(self.get_queryset(), pk=pk)
        # So a job ends at its deadline even if no worker runs.
        if job.is_overdue(at=timezone.now()) and services.end_overdue(job_id=job.id):
            job.refresh_from_db()
        return job


@extend_schema_view(get=extend_schema(summary="List jobs"))
class JobsView(ListAPIView[Job]):
    """The caller's jobs, newest first, without their results."""

    permission_classes = [IsAuthenticated]
    serializer_class = JobSummarySerializer
    pagination_class = NewestFirst
    api_key_scopes = {"GET": "read"}

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.filter(user=self.request.user.pk).defer(
            "body", "partial", "deliverable", "response_body"
        )
