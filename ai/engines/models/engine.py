"""The engine that asks models."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from ai.engines.base import (
    EvaluationRequest,
    EvaluationResult,
    GenerationRequest,
    GenerationResult,
    IsWanted,
    OnQuestions,
    Tokens,
)
from ai.engines.exceptions import EngineError
from ai.engines.grading import DETERMINISTIC
from ai.engines.models import evaluation, event_loop, generation
from ai.engines.models.configuration import Configuration
from ai.engines.models.failover import Run
from ai.engines.term_matching import matches_term

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ModelEngine:
    """Asks the models of one action. Results name the model."""

    configuration: Configuration
    max_waiting: int

    @property
    def name(self) -> str:
        return str(self.configuration.models[0])

    def generate(self, request: GenerationRequest, *, is_wanted: IsWanted | None = None) -> GenerationResult:
        return event_loop.wait_for(
            lambda: self.agenerate(request),
            user=request.user,
            seconds=self.configuration.deadline,
            max_waiting=self.max_waiting,
            is_wanted=is_wanted,
        )

    async def agenerate(
        self, request: GenerationRequest, *, on_questions: OnQuestions | None = None
    ) -> GenerationResult:
        """Return the verified questions."""
        run = Run(self.configuration)
        work = generation.Generation(request, run)
        await with_calls(run, lambda: work.all(on_questions))
        return work.result()

    def evaluate(self, request: EvaluationRequest, *, is_wanted: IsWanted | None = None) -> EvaluationResult:
        return _without_model(request) or event_loop.wait_for(
            lambda: self.aevaluate(request),
            user=request.user,
            seconds=self.configuration.deadline,
            max_waiting=self.max_waiting,
            is_wanted=is_wanted,
        )

    async def aevaluate(self, request: EvaluationRequest) -> EvaluationResult:
        if result := _without_model(request):
            return result
        run = Run(self.configuration)
        answer = evaluation.without_commands(request)
        marks, feedback, model = await with_calls(run, lambda: evaluation.evaluate(request, answer, run))
        return EvaluationResult(marks_achieved=marks, feedback=feedback, engine=model, calls=tuple(run.calls))

    def token_limit(self, request: GenerationRequest | EvaluationRequest) -> Tokens:
        """Return the most tokens of a run: two answered attempts per batch."""
        output = self.configuration.output_tokens
        if isinstance(request, GenerationRequest):
            return generation.token_limit(request, output_tokens=output)
        return evaluation.token_limit(request, output_tokens=output)


def _without_model(request: EvaluationRequest) -> EvaluationResult | None:
    """Return the result if no model is needed: for an accepted wording, or an answer of commands only."""
    if request.accepted_answers and matches_term(
        request.user_answer, request.accepted_answers, request.question_text
    ):
        return EvaluationResult(
            marks_achieved=request.marks_available, feedback="Correct.", engine=DETERMINISTIC
        )
    if request.user_answer.strip() and not evaluation.without_commands(request):
        return EvaluationResult(
            marks_achieved=0,
            feedback=f"This does not answer the question. The expected answer is “{request.expected_answer}”.",
            engine=DETERMINISTIC,
        )
    return None


async def with_calls(run: Run, work: Callable[[], Awaitable[Result]]) -> Result:
    """Await the work. Attach the calls to a failure or a cancellation."""
    try:
        return await work()
    except EngineError as error:
        error.calls = tuple(run.calls)
        raise
    except asyncio.CancelledError as cancelled:
        cancelled.calls = tuple(run.calls)  # type: ignore[attr-defined]  # for the operator's records
        raise
