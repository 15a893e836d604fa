"""Call an engine, and store question sets and evaluations.

`generate` and `evaluate` call an engine, outside transactions. `store_question_set` and
`store_evaluation` run in the transaction that charges for the work.
"""

from ai.engines import get_engine
from ai.engines.base import (
    ALL_QUESTION_TYPES,
    Difficulty,
    EvaluationRequest,
    EvaluationResult,
    GenerationRequest,
    GenerationResult,
    QuestionType,
)
from ai.engines.exceptions import EngineError
from ai.exceptions import EngineFailed
from ai.models import AnswerEvaluation, Question, QuestionSet

NAME_MAX = 200  # characters; an engine's topic may be longer


def generate(
    *,
    source_text: str,
    question_count: int,
    question_types: list[str] | None = None,
    difficulty: str | None = None,
    focus: str = "",
    language: str = "en",
    topics: list[str] | None = None,
) -> GenerationResult:
    """Make one to `question_count` questions from a source text. Raises EngineFailed."""
    request = GenerationRequest(
        source_text=source_text,
        question_count=question_count,
        question_types=tuple(
            QuestionType(kind) for kind in dict.fromkeys(question_types or ALL_QUESTION_TYPES)
        ),
        difficulty=Difficulty(difficulty) if difficulty else None,
        focus=focus,
        language=language,
        topics=tuple(topics or ()),
    )
    try:
        return get_engine().generate(request)
    except EngineError as error:
        raise EngineFailed(error) from error


def evaluate(*, question: Question, user_answer: str) -> EvaluationResult:
    """Mark an answer to a question. Raises EngineFailed."""
    request = EvaluationRequest(
        question_text=question.text,
        question_type=QuestionType(question.question_type),
        options=tuple(question.options),
        expected_answer=question.answer,
        accepted_answers=tuple(question.accepted_answers),
        marks_available=question.marks_available,
        user_answer=user_answer,
    )
    try:
        return get_engine().evaluate(request)
    except EngineError as error:
        raise EngineFailed(error) from error


def store_question_set(
    *, user_id: int | str, name: str, language: str, result: GenerationResult
) -> tuple[QuestionSet, list[Question]]:
    """Store a question set, and return it with its questions."""
    question_set = QuestionSet.objects.create(
        user_id=user_id,
        name=(name or _title(result.questions[0].topic))[:NAME_MAX],
        engine=result.engine,
        language=language,
        input_tokens=result.usage.input_tokens,
        output_tokens=result.usage.output_tokens,
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
        input_tokens=result.usage.input_tokens,
        output_tokens=result.usage.output_tokens,
    )


def _title(topic: str) -> str:
    return topic[:1].upper() + topic[1:] if topic else "Questions"
