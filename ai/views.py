"""The paid actions, and their stored results."""

from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from ai.actions import EvaluateAnswer, GenerateFromSource
from ai.models import AnswerEvaluation, Question, QuestionSet
from ai.serializers import EvaluationSerializer, QuestionSerializer, QuestionSetSerializer
from common.pagination import NewestFirst
from credits.serializers import PreviewSerializer
from jobs.serializers import JobSerializer
from jobs.views import PaidJobView

PAID = [
    OpenApiParameter(
        "preview",
        bool,
        description="`true`: answer 200 with what this call would hold, and change nothing.",
    ),
    OpenApiParameter(
        "Idempotency-Key",
        str,
        OpenApiParameter.HEADER,
        description="A repeat with the same key answers the same and charges nothing.",
    ),
    OpenApiParameter(
        "Prefer",
        str,
        OpenApiParameter.HEADER,
        description="`respond-async`: respond 202 with a job, at once. Nothing is charged until it succeeds.",
    ),
    OpenApiParameter(
        "Location",
        str,
        OpenApiParameter.HEADER,
        response=[202],
        description="The job: `GET /api/ai/jobs/{id}`.",
    ),
    *(
        OpenApiParameter(name, int, OpenApiParameter.HEADER, response=True, description=text)
        for name, text in (
            ("X-Credits-Charged", "What this call cost."),
            ("X-Credits-Remaining", "What is left to spend."),
        )
    ),
]
ACCEPTED = {
    202: OpenApiResponse(
        JobSerializer, description="With `Prefer: respond-async` only: the work runs as a job."
    )
}
REFUSED = {
    402: OpenApiResponse(description="`insufficient_credits`, with `required` and `available`."),
    409: OpenApiResponse(description="The Idempotency-Key is in use, or came with another body."),
    410: OpenApiResponse(
        description="The Idempotency-Key was paid for long ago; its answer is not kept any more."
    ),
}


class GenerateFromSourceView(PaidJobView):
    paid_work = GenerateFromSource

    @extend_schema(
        operation_id="ai_generate_from_source",
        responses={
            200: OpenApiResponse(PreviewSerializer, description="With `?preview=true`."),
            201: QuestionSetSerializer,
            **ACCEPTED,
            **REFUSED,
            422: OpenApiResponse(
                description="`no_questions`, `no_questions_on_topic`: the text carries none. `model_required`, "
                "`unsupported_language`: `setting` names what would help. Not charged."
            ),
        },
        parameters=PAID,
    )
    def post(self, request: Request) -> Response:
        """Questions from a source text.

        Costs a base and a price per question (`GET /api/credits`): held for those asked for,
        charged for those delivered.
        """
        return super().post(request)


class EvaluateAnswerView(PaidJobView):
    paid_work = EvaluateAnswer

    @extend_schema(
        operation_id="ai_evaluate_answer",
        responses={
            200: PolymorphicProxySerializer(
                component_name="EvaluationOrPreview",
                serializers=[EvaluationSerializer, PreviewSerializer],
                resource_type_field_name=None,
            ),
            **ACCEPTED,
            **REFUSED,
            404: OpenApiResponse(description="There is no such question of yours."),
            422: OpenApiResponse(
                description="`model_required`: `setting` names what would help. Not charged."
            ),
        },
        parameters=PAID,
    )
    def post(self, request: Request) -> Response:
        """Marks and feedback for an answer to one of the caller's questions."""
        return super().post(request)


class _QuestionSets(GenericAPIView[QuestionSet]):
    serializer_class = QuestionSetSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[QuestionSet]:
        return QuestionSet.objects.filter(user=self.request.user.pk).prefetch_related("questions")


class QuestionSetsView(_QuestionSets, ListAPIView[QuestionSet]):
    """The caller's question sets, newest first."""


class QuestionSetView(_QuestionSets, RetrieveAPIView[QuestionSet]):
    """One of the caller's question sets."""


class QuestionView(RetrieveAPIView[Question]):
    """One of the caller's questions."""

    serializer_class = QuestionSerializer

    def get_queryset(self) -> QuerySet[Question]:
        return Question.objects.filter(question_set__user=self.request.user.pk)


class EvaluationsView(ListAPIView[AnswerEvaluation]):
    """The caller's evaluated answers, newest first."""

    serializer_class = EvaluationSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[AnswerEvaluation]:
        return AnswerEvaluation.objects.filter(user=self.request.user.pk).select_related("question")
