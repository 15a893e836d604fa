"""The paid actions, and their stored results."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from ai import services
from ai.engines import get_engine
from ai.engines.base import EvaluationResult, GenerationResult, total_tokens
from ai.models import AnswerEvaluation, Question, QuestionSet
from ai.serializers import (
    EvaluateRequestSerializer,
    EvaluationSerializer,
    GenerateRequestSerializer,
    QuestionSerializer,
    QuestionSetSerializer,
    evaluation_body,
    question_set_body,
)
from common.pagination import CursorPages
from credits.paid_views import PaidActionView, PaidResult
from credits.serializers import PreviewSerializer
from credits.services import Reference, Tokens

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
    *(
        OpenApiParameter(name, int, OpenApiParameter.HEADER, response=True, description=text)
        for name, text in (
            ("X-Credits-Charged", "What this call cost."),
            ("X-Credits-Remaining", "What is left to spend."),
        )
    ),
]
REFUSED = {
    402: OpenApiResponse(description="`insufficient_credits`, with `required` and `available`."),
    409: OpenApiResponse(description="The Idempotency-Key is in use, or came with another body."),
    410: OpenApiResponse(
        description="The Idempotency-Key was paid for long ago; its answer is not kept any more."
    ),
}


def billed(outcome: GenerationResult | EvaluationResult) -> Tokens:
    """Return the tokens that the provider billed for the work, of failed calls too."""
    tokens = total_tokens(outcome.calls)
    return Tokens(input=tokens.input, output=tokens.output)


class NewestFirst(CursorPages):
    ordering = ("-created_at", "-id")
    page_size = 20

    @staticmethod
    def parse_position(position: str) -> datetime:
        moment = datetime.fromisoformat(position)
        if moment.utcoffset() != timedelta():
            raise ValueError(position)
        return moment


class GenerateFromSourceView(PaidActionView):
    credit_action = "generate_from_source"
    serializer_class = GenerateRequestSerializer

    @extend_schema(
        operation_id="ai_generate_from_source",
        responses={
            200: OpenApiResponse(PreviewSerializer, description="With `?preview=true`."),
            201: QuestionSetSerializer,
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

    def get_credit_units(self, data: dict[str, Any]) -> int:
        count: int = data["question_count"]
        return count

    def get_credit_tokens(self, data: dict[str, Any]) -> Tokens:
        limit = get_engine().token_limit(services.generation_request(data))
        return Tokens(input=limit.input, output=limit.output)

    def perform(self, data: dict[str, Any]) -> GenerationResult:
        return services.generate(services.generation_request(data), hold=self.charge.hold)

    def store(self, data: dict[str, Any], outcome: GenerationResult) -> PaidResult:
        question_set, questions = services.store_question_set(
            user_id=self.holder.pk, name=data["name"], language=data["language"], result=outcome
        )
        return PaidResult(
            status=201,
            body=question_set_body(question_set, questions),
            units=len(questions),
            tokens=billed(outcome),
            reference=Reference(type="question_set", id=str(question_set.id)),
        )


class EvaluateAnswerView(PaidActionView):
    credit_action = "evaluate_answer"
    serializer_class = EvaluateRequestSerializer
    question: Question

    @extend_schema(
        operation_id="ai_evaluate_answer",
        responses={
            200: PolymorphicProxySerializer(
                component_name="EvaluationOrPreview",
                serializers=[EvaluationSerializer, PreviewSerializer],
                resource_type_field_name=None,
            ),
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

    def prepare(self, data: dict[str, Any]) -> None:
        try:
            self.question = Question.objects.get(
                id=data["question_id"], question_set__user=self.request.user.pk
            )
        except Question.DoesNotExist:
            raise Http404("There is no such question.") from None

    def get_credit_tokens(self, data: dict[str, Any]) -> Tokens:
        request = services.evaluation_request(question=self.question, user_answer=data["user_answer"])
        limit = get_engine().token_limit(request)
        return Tokens(input=limit.input, output=limit.output)

    def perform(self, data: dict[str, Any]) -> EvaluationResult:
        request = services.evaluation_request(question=self.question, user_answer=data["user_answer"])
        return services.evaluate(request, hold=self.charge.hold)

    def store(self, data: dict[str, Any], outcome: EvaluationResult) -> PaidResult:
        evaluation = services.store_evaluation(
            user_id=self.holder.pk,
            question=self.question,
            user_answer=data["user_answer"],
            result=outcome,
        )
        return PaidResult(
            body=evaluation_body(evaluation),
            tokens=billed(outcome),
            reference=Reference(type="answer_evaluation", id=str(evaluation.id)),
        )


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
