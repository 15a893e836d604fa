"""Send a prompt of your own to the model of AI_MODEL, and record the calls. docs/ai.md has an example.

prompt = Prompt(version="summarise-1", rules="…", data={"text": text}, schema={…})
reply = ask(prompt, hold=hold, is_wanted=is_wanted)
reply.data["summary"]
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from ai.engines.base import IsWanted, ModelCall, total_tokens
from ai.engines.exceptions import EngineBadOutput, ModelRequired
from ai.engines.models.configuration import Configuration, configuration_of
from ai.engines.models.prompts import Prompt
from ai.exceptions import EngineFailed
from ai.services import arecorded, recorded
from credits.services import Hold, Tokens

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON escapes it

__all__ = ["Prompt", "Reply", "aask", "ask", "token_limit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply of a model. Validate `data`: a provider may ignore the schema."""

    data: dict[str, Any]
    engine: str
    calls: tuple[ModelCall, ...]

    @property
    def tokens(self) -> Tokens:
        """The billed tokens, including those of failed calls."""
        tokens = total_tokens(self.calls)
        return Tokens(input=tokens.input, output=tokens.output)


def ask(prompt: Prompt, *, hold: Hold, is_wanted: IsWanted | None = None) -> Reply:
    """Return a model's reply, for a plain request: this thread waits. Raises EngineFailed.

    Without AI_MODEL it raises EngineFailed with the code `model_required`.
    """
    configuration = _configuration()

    def wait() -> Reply:
        from ai.engines.models import event_loop

        return event_loop.wait_for(
            lambda: _reply(configuration, prompt),
            user=str(hold.user_id),
            seconds=configuration.deadline,
            max_waiting=settings.AI_MAX_WAITING_THREADS,
            is_wanted=is_wanted,
        )

    return recorded(wait, hold=hold)


async def aask(prompt: Prompt, *, hold: Hold) -> Reply:
    """Return a model's reply, for a job: on a worker's event loop. Raises EngineFailed."""
    return await arecorded(_reply(_configuration(), prompt), hold=hold)


def token_limit(prompt: Prompt) -> Tokens:
    """Return the most tokens that a reply to `prompt` may bill: the hold of a price per token."""
    return Tokens(input=prompt.max_input_tokens, output=_configuration().output_tokens)


def _configuration() -> Configuration:
    configuration = configuration_of(settings, None)
    if configuration is None:
        raise EngineFailed(ModelRequired("This needs a model (AI_MODEL)."))
    return configuration


async def _reply(configuration: Configuration, prompt: Prompt) -> Reply:
    from ai.engines.models.engine import with_calls
    from ai.engines.models.failover import Run

    run = Run(configuration)

    async def ask() -> tuple[dict[str, Any], str]:
        data, engine = await run.ask(prompt)
        if not _is_storable(data):
            run.reject()
            raise EngineBadOutput
        return data, engine

    data, engine = await with_calls(run, ask)
    return Reply(data=data, engine=engine, calls=tuple(run.calls))


def _is_storable(data: dict[str, Any]) -> bool:
    """Return whether PostgreSQL can store a reply: it has no NUL, half a surrogate pair, NaN or infinity."""
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:
        return False
    return not _NUL.search(text)
