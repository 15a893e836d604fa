"""The paid actions, as plain requests and as jobs."""

from functools import cached_property
from typing import Any

from django.http import Http404

from ai import services
from ai.engines.base import EvaluationRequest, EvaluationResult, GenerationResult, IsWanted
from ai.models import Question
from ai.selectors import find_question
from ai.serializers import (
    EvaluateRequestSerializer,
    GenerateRequestSerializer,
    evaluation_body,
    preview_body,
    question_set_body,
)
from credits.paid_views import PaidResult
from credits.services import Hold, Reference, Tokens
from jobs.paid_work import DeliverableChanged, PaidWork, Report, register


@register
class GenerateFromSource(PaidWork):
    action = "generate_from_source"
    serializer_class = GenerateRequestSerializer

    def units(self) -> int:
        count: int = self.data["question_count"]
        return count

    def max_tokens(self) -> Tokens:
        return services.token_limit(services.generation_request(self.data))

    def perform(self, *, hold: Hold, is_wanted: IsWanted | None = None) -> GenerationResult:
        return services.generate(services.generation_request(self.data), hold=hold, is_wanted=is_wanted)

    async def aperform(self, *, hold: Hold, report: Report) -> GenerationResult:
        async def on_questions(result: GenerationResult) -> None:
            await report(list(map(preview_body, result.questions)), services.dump_generation(result))

        request = services.generation_request(self.data)
        return await services.agenerate(request, hold=hold, on_questions=on_questions)

    def store(self, outcome: GenerationResult) -> PaidResult:
        return self._store(outcome, services.billed_tokens(outcome))

    def store_partial(self, deliverable: Any) -> PaidResult:
        try:
            outcome, tokens = services.load_generation(deliverable)
        except (TypeError, KeyError, ValueError) as error:  # other fields, or another type of question
            raise DeliverableChanged from error
        return self._store(outcome, tokens)

    def _store(self, outcome: GenerationResult, tokens: Tokens) -> PaidResult:
        question_set, questions = services.store_question_set(
            user_id=self.user_id, name=self.data["name"], language=self.data["language"], result=outcome
        )
        return PaidResult(
            status=201,
            body=question_set_body(question_set, questions),
            units=len(questions),
            tokens=tokens,
            reference=Reference(type="question_set", id=str(question_set.id)),
        )


@register
class EvaluateAnswer(PaidWork):
    action = "evaluate_answer"
    serializer_class = EvaluateRequestSerializer
    question: Question

    def prepare(self) -> None:
        question = find_question(question_id=self.data["question_id"], user_id=self.user_id)
        if question is None:
            raise Http404("There is no such question.")
        self.question = question

    def max_tokens(self) -> Tokens:
        return services.token_limit(self._request)

    def perform(self, *, hold: Hold, is_wanted: IsWanted | None = None) -> EvaluationResult:
        return services.evaluate(self._request, hold=hold, is_wanted=is_wanted)

    async def aperform(self, *, hold: Hold, report: Report) -> EvaluationResult:
        return await services.aevaluate(self._request, hold=hold)

    def store(self, outcome: EvaluationResult) -> PaidResult:
        evaluation = services.store_evaluation(
            user_id=self.user_id,
            question=self.question,
            user_answer=self.data["user_answer"],
            result=outcome,
        )
        return PaidResult(
            body=evaluation_body(evaluation),
            tokens=services.billed_tokens(outcome),
            reference=Reference(type="answer_evaluation", id=str(evaluation.id)),
        )

    @cached_property
    def _request(self) -> EvaluationRequest:
        return services.evaluation_request(question=self.question, user_answer=self.data["user_answer"])
