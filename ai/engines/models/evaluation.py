"""Mark free text with a model, and check the bounds of its reply."""

import re
from typing import Any

from ai.engines.base import EvaluationRequest, Tokens
from ai.engines.exceptions import EngineBadOutput
from ai.engines.models.failover import Run
from ai.engines.models.prompts import EVALUATE, Prompt, instructions, leaks
from ai.engines.models.verification import CONTROL

REPLIES_PER_ANSWER = 2
MAX_FEEDBACK = 600  # characters
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
# A sentence that addresses the marker. It is not an answer, so it can be removed.
_COMMAND = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rule|rubric|above|previous|prior|marking|scheme|expected)"
    r"|\b(?:full|maximum|max|all|top|perfect|highest)\b.{0,20}\b(?:marks?|scores?|points?|credit|grade)\b"
    r"|\b(?:give|award|grant|assign|set|return|output)\b.{0,30}\b(?:marks?|scores?|points|grade)\b"
    r"|\b(?:system|developer) (?:prompt|message|override|note)\b|\bmarks?_?(?:achieved|available)?\W{0,3}[:=]"
    r"|\byou are (?:now )?(?:an?|the) (?:\w+ )?(?:assistant|grader|marker|examiner|teacher|ai|model)\b"
    r"|\b(?:note|message|instructions?) (?:to|for) (?:the )?(?:grader|marker|examiner|teacher|ai|model|evaluator)\b"
    r"|</?(?:system|instructions?|answer|user_answer)>|\[/?inst\]|<\|",
    re.IGNORECASE,
)


def without_commands(request: EvaluationRequest) -> str:
    """Return the user's answer without the sentences that address the marker.

    If the question itself contains such words, return the whole answer.
    """
    about = f"{request.question_text} {request.expected_answer}"
    if _COMMAND.search(about):
        return request.user_answer.strip()
    kept = [part for part in _SENTENCE.findall(request.user_answer) if not _COMMAND.search(part)]
    return "".join(kept).strip()


def prompt(request: EvaluationRequest, answer: str) -> Prompt:
    """Return the prompt for marking `answer`."""
    return Prompt(
        version=EVALUATE,
        rules=instructions(EVALUATE),
        data={
            "question": request.question_text,
            "expected_answer": request.expected_answer,
            "accepted_answers": list(request.accepted_answers),
            "marks_available": request.marks_available,
            "user_answer": answer,
        },
        schema={
            "type": "object",
            "properties": {
                "feedback": {"type": "string", "maxLength": MAX_FEEDBACK},
                "marks": {"type": "integer", "minimum": 0, "maximum": request.marks_available},
            },
            "required": ["feedback", "marks"],
            "additionalProperties": False,
        },
    )


async def evaluate(request: EvaluationRequest, answer: str, run: Run) -> tuple[int, str, str]:
    """Return marks, feedback and the model's name. Raises EngineError."""
    failure = EngineBadOutput()
    for _ in range(REPLIES_PER_ANSWER):
        try:
            reply, model = await run.ask(prompt(request, answer))
        except EngineBadOutput as error:
            failure = error
            continue
        marks, feedback = (
            _marks(reply.get("marks"), request.marks_available),
            _feedback(reply.get("feedback")),
        )
        if marks is not None and feedback:
            return marks, feedback, model
        run.reject()
    raise failure


def token_limit(request: EvaluationRequest, *, output_tokens: int) -> Tokens:
    """Return the most tokens of all attempts."""
    once = prompt(request, request.user_answer).max_input_tokens
    return Tokens(input=REPLIES_PER_ANSWER * once, output=REPLIES_PER_ANSWER * output_tokens)


def _marks(given: Any, available: int) -> int | None:
    """Return `given` if it is a whole number from 0 to `available`, else None."""
    whole = isinstance(given, int) and not isinstance(given, bool)
    return given if whole and 0 <= given <= available else None


def _feedback(given: Any) -> str:
    """Return the feedback, shortened. Empty if it is not text, or if it quotes our instructions."""
    if not isinstance(given, str) or leaks(given):
        return ""
    text = " ".join(CONTROL.sub(" ", given).split())
    if len(text) <= MAX_FEEDBACK:
        return text
    cut = text[:MAX_FEEDBACK]
    end = max(cut.rfind(mark) for mark in ".!?")
    return cut[: end + 1] if end > 0 else cut.rsplit(" ", 1)[0] + "…"
