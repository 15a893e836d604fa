"""Call an engine, record its calls, and store question sets and evaluations.

`generate` and `evaluate` call an engine, outside transactions; `agenerate` and `aevaluate` do so on a worker's
event loop. `store_question_set` and `store_evaluation` run in the transaction that charges for the work.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any, Protocol, TypeVar

from ai.engines import Action, get_engine
from ai.engines.base import (
    ALL_QUESTION_TYPES,
    Difficulty,
    DraftQuestion,
    EvaluationRequest,
    EvaluationResult,
    GenerationRequest,
    GenerationResult,
    IsWanted,
    ModelCall,
    OnQuestions,
    QuestionType,
    total_tokens,
)
from ai.engines.exceptions import EngineError
from ai.exceptions import EngineFailed
from ai.models import AnswerEvaluation, ModelCallRecord, Question, QuestionSet
from credits.services import Hold, Tokens
from jobs.worker import in_pool


class HasCalls(Protocol):
    """A result of an engine, with its calls of models."""

    @property
    def calls(self) -> tuple[ModelCall, ...]: ...


Result = TypeVar("Result", bound=HasCalls)

NAME_MAX = 200  # characters; an engine's topic may be longer


def generation_request(data: dict[str, Any]) -> GenerationRequest:
    """Return the request to an engine for the validated body of an HTTP request."""
    return GenerationRequest(
        source_text=data["source_text"],
        question_count=data["question_count"],
        question_types=tuple(
            QuestionType(kind) for kind in dict.fromkeys(data.get("question_types") or ALL_QUESTION_TYPES)
        ),
        difficulty=Difficulty(data["difficulty"]) if data["difficulty"] else None,
        focus=data["focus"],
        language=data["language"],
        topics=tuple(data["topics"] or ()),
    )


def evaluation_request(*, question: Question, user_answer: str) -> EvaluationRequest:
    """Return the request to an engine for an answer to a stored question."""
    return EvaluationRequest(
        question_text=question.text,
        question_type=QuestionType(question.question_type),
        options=tuple(question.options),
        expected_answer=question.answer,
        accepted_answers=tuple(question.accepted_answers),
        marks_available=question.marks_available,
        user_answer=user_answer,
    )


def token_limit(request: GenerationRequest | EvaluationRequest) -> Tokens:
    """Return the most tokens that a request may bill. Zero for the offline engine."""
    action = Action.GENERATE if isinstance(request, GenerationRequest) else Action.EVALUATE
    limit = get_engine(action).token_limit(request)
    return Tokens(input=limit.input, output=limit.output)


def billed_tokens(result: GenerationResult | EvaluationResult) -> Tokens:
    """Return the tokens that the provider billed for a result, including failed calls."""
    tokens = total_tokens(result.calls)
    return Tokens(input=tokens.input, output=tokens.output)


def generate(
    request: GenerationRequest, *, hold: Hold, is_wanted: IsWanted | None = None
) -> GenerationResult:
    """Make one to `question_count` questions from a source text. Raises EngineFailed.

    The calls of models are recorded in commits of their own: they cost money even if the hold is released.
    """
    request = replace(request, user=str(hold.user_id))
    return recorded(lambda: get_engine(Action.GENERATE).generate(request, is_wanted=is_wanted), hold=hold)


def evaluate(
    request: EvaluationRequest, *, hold: Hold, is_wanted: IsWanted | None = None
) -> EvaluationResult:
    """Mark an answer to a question. Raises EngineFailed. Records the calls as `generate` does."""
    request = replace(request, user=str(hold.user_id))
    return recorded(lambda: get_engine(Action.EVALUATE).evaluate(request, is_wanted=is_wanted), hold=hold)


async def agenerate(
    request: GenerationRequest, *, hold: Hold, on_questions: OnQuestions | None = None
) -> GenerationResult:
    """Do what `generate` does, on a worker's event loop."""
    engine = get_engine(Action.GENERATE)
    return await arecorded(engine.agenerate(request, on_questions=on_questions), hold=hold)


async def aevaluate(request: EvaluationRequest, *, hold: Hold) -> EvaluationResult:
    """Do what `evaluate` does, on a worker's event loop."""
    return await arecorded(get_engine(Action.EVALUATE).aevaluate(request), hold=hold)


def recorded(work: Callable[[], Result], *, hold: Hold) -> Result:
    """Call an engine and record its calls of models, also after a failure. Raises EngineFailed."""
    try:
        result = work()
    except EngineError as error:
        record_calls(error.calls, hold=hold)
        raise EngineFailed(error) from error
    record_calls(result.calls, hold=hold)
    return result


async def arecorded(work: Awaitable[Result], *, hold: Hold) -> Result:
    """Do what `recorded` does, on a worker's event loop; the calls of a cancelled job are recorded too."""
    try:
        result = await work
    except EngineError as error:
        await in_pool(record_calls, error.calls, hold=hold)
        raise EngineFailed(error) from error
    except asyncio.CancelledError as cancelled:
        await asyncio.shield(in_pool(record_calls, getattr(cancelled, "calls", ()), hold=hold))
        raise
    await in_pool(record_calls, result.calls, hold=hold)
    return result


def record_calls(calls: tuple[ModelCall, ...], *, hold: Hold) -> None:
    """Store the calls of models that were made for a hold."""
    if calls:
        ModelCallRecord.objects.bulk_create(
            ModelCallRecord(
                hold_id=hold.id,
                user_id=hold.user_id,
                action=hold.action_type,
                model=call.model,
                prompt_version=call.prompt_version,
                outcome=call.outcome,
                input_tokens=call.tokens.input,
                output_tokens=call.tokens.output,
                cost=call.cost,
                latency_ms=call.latency_ms,
            )
            for call in calls
        )


def dump_generation(result: GenerationResult) -> dict[str, Any]:
    """Return a result in JSON's types, with the tokens of its calls instead of the calls."""
    return {
        "engine": result.engine,
        "questions": [asdict(question) for question in result.questions],
        "tokens": asdict(billed_tokens(result)),
    }


def load_generation(dumped: dict[str, Any]) -> tuple[GenerationResult, Tokens]:
    """Return the result and the billed tokens that `dump_generation` was given."""
    questions = tuple(
        DraftQuestion(**{**question, "question_type": QuestionType(question["question_type"])})
        for question in dumped["questions"]
    )
    return GenerationResult(questions=questions, engine=dumped["engine"]), Tokens(**dumped["tokens"])


def store_question_set(
    *, user_id: int | str, name: str, language: str, result: GenerationResult
) -> tuple[QuestionSet, list[Question]]:
    """Store a question set, and return it with its questions."""
    question_set = QuestionSet.objects.create(
        user_id=user_id,
        name=(name or _title(result.questions[0].topic))[:NAME_MAX],
        engine=result.engine,
        language=language,
    )
    questions = Question.objects.bulk_create(
        Question(
            question_set=question_set,
            position=position,
            text=draft.text,
            question_type=draft.question_type.value,
            options=list(draft.options),
            answer=draft.answer,
            accepted_answers=list(draft.accepted_answers),
            marks_available=draft.marks_available,
            topic=draft.topic[:NAME_MAX],
            excerpt=draft.excerpt,
        )
        for position, draft in enumerate(result.questions, start=1)
    )
    return question_set, questions


def store_evaluation(
    *, user_id: int | str, question: Question, user_answer: str, result: EvaluationResult
) -> AnswerEvaluation:
    """Store an evaluation and return it."""
    return AnswerEvaluation.objects.create(
        user_id=user_id,
        question=question,
        user_answer=user_answer,
        marks_available=question.marks_available,
        marks_achieved=result.marks_achieved,
        feedback=result.feedback,
        engine=result.engine,
    )


def _title(topic: str) -> str:
    return topic[:1].upper() + topic[1:] if topic else "Questions"
