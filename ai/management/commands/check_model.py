"""Ask each configured model for a question and for the marks of an answer, and print the results."""

import asyncio
import json
from argparse import ArgumentParser
from dataclasses import asdict, dataclass, replace
from typing import IO, TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.management.base import CommandError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ai.engines import Action
from ai.engines.base import EvaluationRequest, GenerationRequest, QuestionType, total_tokens
from ai.engines.exceptions import EngineError
from common.commands import DocumentedCommand

if TYPE_CHECKING:
    from ai.engines.models.failover import Run

EXAMPLES = """
examples:
  manage.py check_model          print a table: latency, tokens, cost, and the reply
  manage.py check_model --json   print one JSON document

Each model of AI_MODEL, AI_MODEL_GENERATE, AI_MODEL_EVALUATE and AI_FALLBACK_MODELS is called once for each of its
actions. This costs as much as two small requests. `manage.py check` checks the settings without network.

exit status: 0 if every model answered, otherwise 1
"""
SOURCE = (
    "The kettle was invented in Mesopotamia. A kettle whistles because steam is forced through a narrow opening "
    "in its lid. Electric kettles were introduced in 1893 by Crompton and Company of Chelmsford. "
)
ANSWER = EvaluationRequest(
    question_text="Why does a kettle whistle?",
    question_type=QuestionType.SHORT_ANSWER,
    options=(),
    expected_answer="Because steam is forced through a narrow opening in its lid.",
    marks_available=2,
    user_answer="The steam has to squeeze through a small hole.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of one model for one action. `error` is empty for a success."""

    action: str
    model: str
    latency_ms: int
    input_tokens: int
    output_tokens: int
    cost: str
    said: str
    error: str


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")

    def handle(self, **options: Any) -> None:
        outcomes = list(asyncio.run(_all()))
        if options["json"]:
            self.stdout.write(json.dumps([asdict(outcome) for outcome in outcomes], indent=2))
        elif not outcomes:
            self.stdout.write(
                "No model is configured: AI_MODEL is empty, and the offline engine needs no check."
            )
        else:
            self._table(outcomes)
        if failed := sum(bool(outcome.error) for outcome in outcomes):
            raise CommandError(f"{failed} of {len(outcomes)} calls failed.", returncode=1)

    def _table(self, outcomes: list[Outcome]) -> None:
        table = Table("action", "model", "ms", "tokens in", "out", "cost, $", "result")
        for one in outcomes:
            table.add_row(
                one.action,
                one.model,
                str(one.latency_ms),
                str(one.input_tokens),
                str(one.output_tokens),
                one.cost or "unknown",
                # Not a string: a model's words may look like markup of rich.
                Text(f"FAILED: {one.error}" if one.error else one.said),
            )
        Console(file=cast("IO[str]", self.stdout._out)).print(table)  # noqa: SLF001  (a file for rich)


async def _all() -> list[Outcome]:
    from ai.engines.models.client import close_clients
    from ai.engines.models.configuration import configuration_of
    from ai.engines.models.failover import Run

    try:
        return [
            await _outcome(action, Run(replace(configuration, models=(model,))))
            for action in Action
            if (configuration := configuration_of(settings, action))
            for model in configuration.models
        ]
    finally:
        await close_clients()


async def _outcome(action: Action, run: "Run") -> Outcome:
    said = error = ""
    try:
        said = await (_question(run) if action is Action.GENERATE else _marks(run))
    except EngineError as failure:
        error = run.last_failure or f"{failure.code}: the reply did not pass verification"
    tokens = total_tokens(tuple(run.calls))
    costs = [call.cost for call in run.calls if call.cost is not None]
    return Outcome(
        action=action.value,
        model=str(run.configuration.models[0]),
        latency_ms=sum(call.latency_ms for call in run.calls),
        input_tokens=tokens.input,
        output_tokens=tokens.output,
        cost=f"{sum(costs):.6f}" if costs else "",
        said=said,
        error=error,
    )


async def _question(run: "Run") -> str:
    from ai.engines.models.generation import Generation

    request = GenerationRequest(
        source_text=SOURCE, question_count=1, question_types=(QuestionType.SHORT_ANSWER,)
    )
    work = Generation(request, run)
    await work.all()
    return f"{work.questions[0].text} ({work.questions[0].answer})"


async def _marks(run: "Run") -> str:
    from ai.engines.models.evaluation import evaluate

    marks, feedback, _ = await evaluate(ANSWER, ANSWER.user_answer, run)
    return f"{marks} of {ANSWER.marks_available}: {feedback}"
