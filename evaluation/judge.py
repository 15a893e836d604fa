"""Judge questions with a model: whether a teacher could use each one unchanged. The verdict is one figure among others."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from ai.engines.base import DraftQuestion
from ai.engines.exceptions import EngineError
from ai.engines.models.client import close_clients
from ai.engines.models.configuration import configuration_for
from ai.engines.models.failover import Run
from ai.engines.models.prompts import Prompt

AT_ONCE = 8
RULES = (Path(__file__).parent / "judge.md").read_text(encoding="utf-8")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"reason": {"type": "string", "maxLength": 200}, "usable": {"type": "boolean"}},
    "required": ["reason", "usable"],
    "additionalProperties": False,
}


def judge(questions: Sequence[tuple[DraftQuestion, str]], *, model: str) -> list[str | None]:
    """Return for each question the reason why it is not usable: empty if usable, None without a verdict."""
    configuration = configuration_for(settings, [model])
    turn = asyncio.Semaphore(AT_ONCE)

    async def verdict(question: DraftQuestion, source: str) -> str | None:
        data = {
            "source": source,
            "question": question.text,
            "type": question.question_type,
            "options": list(question.options),
            "answer": question.answer,
            "marks": question.marks_available,
        }
        async with turn:
            try:
                prompt = Prompt(version="judge-1", rules=RULES, data=data, schema=SCHEMA)
                reply, _ = await Run(configuration).ask(prompt)
            except EngineError:
                return None
        return "" if reply.get("usable") is True else str(reply.get("reason") or "no reason")

    async def verdicts() -> list[str | None]:
        try:
            return await asyncio.gather(*(verdict(*one) for one in questions))
        finally:
            await close_clients()

    return asyncio.run(verdicts())
