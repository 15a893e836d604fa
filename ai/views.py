"""The paid actions, and their stored results."""

from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_view,
)
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView

from ai.actions import EvaluateAnswer, GenerateFromSource
from ai.exceptions import EVALUATION_ERRORS, GENERATION_ERRORS
from ai.models import AnswerEvaluation, Question, QuestionSet
from ai.serializers import EvaluationSerializer, QuestionSerializer, QuestionSetSerializer
from common.pagination import NewestFirst
from credits.serializers import PreviewSerializer
from jobs.views import PaidJobView


@extend_schema_view(
    post=extend_schema(
        operation_id="ai_generate_from_source",
        responses={
            200: OpenApiResponse(PreviewSerializer, description="With `?preview=true`."),
            201: QuestionSetSerializer,
        },
        summary="Generate questions",
    )
)
class GenerateFromSourceView(PaidJobView):
    """Questions from a source text.

    Costs a base and a price per question (`GET /api/credits`): held for those asked for,
    charged for those delivered.
    """

    paid_work = GenerateFromSource
    max_body_bytes = 327_680  # 20,000 characters, escaped, and the options
    api_errors = {"POST": GENERATION_ERRORS}


@extend_schema_view(
    post=extend_schema(
        operation_id="ai_evaluate_answer",
        responses={
            200: PolymorphicProxySerializer(
                component_name="EvaluationOrPreview",
                serializers=[EvaluationSerializer, PreviewSerializer],
                resource_type_field_name=None,
            ),
        },
        summary="Evaluate an answer",
    )
)
class EvaluateAnswerView(PaidJobView):
    """Marks and feedback for an answer to one of the caller's questions."""

    paid_work = EvaluateAnswer
    api_errors = {"POST": [NotFound, *EVALUATION_ERRORS]}


class _QuestionSets(GenericAPIView[QuestionSet]):
    serializer_class = QuestionSetSerializer
    pagination_class = NewestFirst
    api_key_scopes = {"GET": "read"}

    def get_queryset(self) -> QuerySet[QuestionSet]:
        return QuestionSet.objects.filter(user=self.request.user.pk).prefetch_related("questions")


@extend_schema_view(get=extend_schema(summary="List question sets"))
class QuestionSetsView(_QuestionSets, ListAPIView[QuestionSet]):
    """The caller's question sets, newest first."""


@extend_schema_view(get=extend_schema(summary="Get a question set"))
class QuestionSetView(_QuestionSets, RetrieveAPIView[QuestionSet]):
    """One of the caller's question sets."""


@extend_schema_view(get=extend_schema(summary="Get a question"))
class QuestionView(RetrieveAPIView[Question]):
    """One of the caller's questions."""

    serializer_class = QuestionSerializer
    api_key_scopes = {"GET": "read"}

    def get_queryset(self) -> QuerySet[Question]:
        return Question.objects.filter(question_set__user=self.request.user.pk)


@extend_schema_view(get=extend_schema(summary="List evaluations"))
class EvaluationsView(ListAPIView[AnswerEvaluation]):
    """The caller's evaluated answers, newest first."""

    serializer_class = EvaluationSerializer
    pagination_class = NewestFirst
    api_key_scopes = {"GET": "read"}

    def get_queryset(self) -> QuerySet[AnswerEvaluation]:
        return AnswerEvaluation.objects.filter(user=self.request.user.pk).select_related("question")
