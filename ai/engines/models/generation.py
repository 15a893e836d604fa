"""Make questions in batches. Each prompt lists the existing questions, and each reply is verified."""

import itertools
from typing import Any

from ai.engines.base import (
    DraftQuestion,
    GenerationRequest,
    GenerationResult,
    OnQuestions,
    QuestionType,
    Tokens,
)
from ai.engines.exceptions import (
    EngineBadOutput,
    EngineError,
    NoQuestions,
    NothingOnTopic,
    UnknownLanguage,
)
from ai.engines.models import languages
from ai.engines.models import verification as bounds
from ai.engines.models.excerpt_search import Folded
from ai.engines.models.failover import Run
from ai.engines.models.prompts import GENERATE, Prompt, instructions
from ai.engines.models.verification import Rejected, Verifier

BATCH = 5
REPLIES_PER_BATCH = 2  # per batch: rejected questions are requested once more
_MAX_STEM = 120  # characters of an existing question in a prompt
_MAX_REASONS = 5
_MAX_NAME_LENGTH = 100  # QuestionSet.engine
_UNABLE = {"no_content": NoQuestions, "off_topic": NothingOnTopic}


class Generation:
    """The questions of one request, made batch by batch."""

    def __init__(self, request: GenerationRequest, run: Run) -> None:
        language = languages.primary(request.language)
        if language is None:
            raise UnknownLanguage
        self.request, self.run = request, run
        self.verifier = Verifier(request, Folded(request.source_text), language)
        self.questions: list[DraftQuestion] = []
        self.engines: list[str] = []
        self._types = itertools.cycle(request.question_types)

    async def all(self, on_questions: OnQuestions | None = None) -> None:
        """Request all questions, batch by batch.

        Raises EngineError if there is no question. A failure after the first batch ends the work: the finished
        questions are delivered and charged.
        """
        for size in _batches(self.request.question_count):
            before = len(self.questions)
            try:
                more = await self._batch(size)
            except EngineError:
                if not self.questions:
                    raise
                more = False
            new = len(self.questions) > before
            if new and on_questions:
                await on_questions(self.result())
            if not more or not new:
                break

    def result(self) -> GenerationResult:
        """Return the questions so far, and the calls that they took."""
        return GenerationResult(
            questions=tuple(self.questions),
            engine=", ".join(self.engines)[:_MAX_NAME_LENGTH],
            calls=tuple(self.run.calls),
        )

    async def _batch(self, size: int) -> bool:
        """Add up to `size` questions. Return whether the source may yield more."""
        types = [next(self._types) for _ in range(size)]
        end, reasons, failure = len(self.questions) + size, list[str](), EngineBadOutput()
        for _ in range(REPLIES_PER_BATCH):
            try:
                reply, model = await self.run.ask(prompt(self.request, types, self.questions, reasons))
            except EngineBadOutput as error:
                failure = error
                continue
            before = len(self.questions)
            reasons = self._keep_valid(reply.get("questions"), end)
            for question in self.questions[before:]:
                if question.question_type in types:
                    types.remove(question.question_type)
            if len(self.questions) > before and model not in self.engines:
                self.engines.append(model)
            types = types[: end - len(self.questions)]
            unable = _UNABLE.get(str(reply.get("unable")))
            if unable and not self.questions:
                raise unable
            if not types or unable:
                return not unable
            if len(self.questions) == before:
                self.run.reject()
        if not self.questions:
            raise failure
        return True

    def _keep_valid(self, items: object, end: int) -> list[str]:
        """Add the valid questions of a reply, up to `end` in all. Return the reasons to reject the others."""
        reasons = []
        # Ignore surplus questions.
        for item in items[: BATCH * 2] if isinstance(items, list) else ():
            if len(self.questions) >= end:
                break
            try:
                self.questions.append(self.verifier.question(item, self.questions))
            except Rejected as rejected:
                reasons.append(str(rejected))
        return list(dict.fromkeys(reasons))[:_MAX_REASONS]


def prompt(
    request: GenerationRequest,
    types: list[QuestionType],
    existing: list[DraftQuestion],
    reasons: list[str],
) -> Prompt:
    """Return the prompt for a question of each of `types`."""
    return Prompt(
        version=GENERATE,
        rules=instructions(GENERATE),
        data={
            "source": request.source_text,
            "count": len(types),
            "types": {kind.value: types.count(kind) for kind in dict.fromkeys(types)},
            "difficulty": request.difficulty.value if request.difficulty else "any",
            "focus": request.focus,
            "topics": list(request.topics),
            "language": request.language,
            "already_asked": [question.text[:_MAX_STEM] for question in existing],
            "rejected": reasons,
        },
        schema=_schema(request, len(types)),
    )


def token_limit(request: GenerationRequest, *, output_tokens: int) -> Tokens:
    """Return the most tokens of all attempts of a request."""
    types = list(itertools.islice(itertools.cycle(request.question_types), BATCH))
    bare = prompt(request, types, [], ["x" * bounds.MAX_TEXT] * _MAX_REASONS).max_input_tokens
    stem = _MAX_STEM * 4 + 4  # bytes of a character, and of the quotes and the comma
    asked = read = 0
    for size in _batches(request.question_count):
        read += REPLIES_PER_BATCH * (bare + stem * (asked + size))
        asked += size
    batches = len(_batches(request.question_count))
    return Tokens(input=read, output=REPLIES_PER_BATCH * batches * output_tokens)


def _batches(count: int) -> list[int]:
    return [min(BATCH, count - start) for start in range(0, count, BATCH)]


def _schema(request: GenerationRequest, count: int) -> dict[str, Any]:
    """Return the schema of the reply. Every string is bounded: without a bound, small models may never stop."""

    def text(most: int) -> dict[str, Any]:
        return {"type": "string", "maxLength": most}

    def texts(most: int, items: int) -> dict[str, Any]:
        return {"type": "array", "maxItems": items, "items": text(most)}

    question = {
        "type": {"type": "string", "enum": [kind.value for kind in request.question_types]},
        "text": text(bounds.MAX_TEXT),
        "excerpt": text(bounds.MAX_EXCERPT),
        "answer": text(bounds.MAX_ANSWER),
        "distractors": texts(bounds.MAX_OPTION, bounds.DISTRACTORS),
        "accepted": texts(bounds.MAX_OPTION, bounds.MAX_ACCEPTED),
        "marks": {"type": "integer", "minimum": 1, "maximum": bounds.MAX_MARKS},
        "topic": {"type": "string", "enum": list(request.topics)}
        if request.topics
        else text(bounds.MAX_TOPIC),
    }
    return _object(
        {
            "questions": {"type": "array", "maxItems": count, "items": _object(question)},
            "unable": {"type": "string", "enum": ["no", *_UNABLE]},
        }
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
