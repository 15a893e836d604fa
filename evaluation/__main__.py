"""Evaluate the configured engine: `python -m evaluation`. Writes results.json and docs/evaluation.md.

With `--judge provider:model` that model also judges each question. Exits with 1 if a figure is worse than the
committed one.
"""

import argparse
import asyncio
import json
import math
import os
import statistics
import sys
import tomllib
from collections import Counter
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from ai.engines import Action, get_engine  # noqa: E402 -- the settings come first
from ai.engines.base import DraftQuestion, EvaluationRequest, GenerationRequest, QuestionType  # noqa: E402  (as above)
from ai.engines.exceptions import EngineError  # noqa: E402  (as above)
from evaluation.checks import CHECKS, form_of  # noqa: E402  (as above)

Result = TypeVar("Result")
HERE = Path(__file__).parent
RESULTS, REPORT = HERE / "results.json", HERE.parent / "docs" / "evaluation.md"
TEXTS = (*sorted((HERE / "texts").glob("*.txt")), HERE.parent / "demo" / "texts" / "material-knowledge.txt")
COUNT, MIN_QUESTIONS = 10, 5
AT_ONCE = 8  # requests to a model
# Lower is better for these figures. Higher is better for all others.
LESS_IS_BETTER = {"questions_that_fail", "wrong_full_marks", "wrong_zeros", "refused_answers", *CHECKS}


def main() -> int:
    parser = argparse.ArgumentParser(prog="evaluation", description=__doc__)
    parser.add_argument(
        "--judge", metavar="PROVIDER:MODEL", default="", help="a model that judges each question"
    )
    options = parser.parse_args()
    name = " and ".join(dict.fromkeys(get_engine(action).name for action in Action))
    texts, answers = asyncio.run(run())
    failures = Counter[str]()
    failed = []
    for path, questions, _ in texts:
        source = path.read_text(encoding="utf-8")
        for question in questions:
            reasons = [name for name, fails in CHECKS.items() if fails(question, source)]
            failures.update(reasons)
            if reasons:
                failed.append((path.name, question, reasons))
    delivered = sum(len(questions) for _, questions, _ in texts)
    carried = sum(
        len(questions) >= MIN_QUESTIONS
        and {question.question_type for question in questions} == set(QuestionType)
        for _, questions, _ in texts
    )
    marked = [answer for answer in answers if answer["given"] is not None]
    figures: dict[str, float] = {
        "questions_delivered": delivered,
        "texts_with_five_questions_in_all_three_formats": carried,
        "questions_that_fail": len(failed),
        **{name: failures[name] for name in CHECKS},
        "answers_marked": len(marked),
        "refused_answers": len(answers) - len(marked),
        "exact_marks": sum(a["given"] == a["fair"] for a in marked),
        "wrong_full_marks": sum(a["given"] == 1 and a["fair"] < 1 for a in marked),
        "wrong_zeros": sum(a["given"] == 0 and a["fair"] > 0 for a in marked),
        "correlation": correlation([(a["given"], a["fair"]) for a in marked]),
    }
    if options.judge:
        from evaluation.judge import judge

        pairs = [
            (question, path.read_text(encoding="utf-8"))
            for path, questions, _ in texts
            for question in questions
        ]
        verdicts = judge(pairs, model=options.judge)
        figures["judged"] = sum(verdict is not None for verdict in verdicts)
        figures["judged_usable"] = verdicts.count("")
        for (question, _), verdict in zip(pairs, verdicts, strict=True):
            if verdict:
                failed.append((f"judged by {options.judge}", question, [verdict]))
    every = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    worse = compare(every.get(name, {}), figures)
    every[name] = figures
    RESULTS.write_text(json.dumps(every, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    REPORT.write_text(report(every, name, texts, answers, failed), encoding="utf-8")
    for name, value in figures.items():
        print(f"{value:>8}  {name}")
    for line in worse:
        print(f"worse: {line}")
    return bool(worse)


async def run() -> tuple[list[tuple[Path, tuple[DraftQuestion, ...], str]], list[dict[str, Any]]]:
    """Return the questions of each text, and the marks of each labelled answer. Runs several requests at once."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def in_turn(work: Awaitable[Result]) -> Result:
        async with turn:
            return await work

    try:
        asked = await asyncio.gather(*(in_turn(ask(path.read_text(encoding="utf-8"))) for path in TEXTS))
        marked = await asyncio.gather(*(in_turn(mark(*one)) for one in labelled()))
    finally:
        if any(get_engine(action).name != "offline" for action in Action):
            from ai.engines.models.client import close_clients

            await close_clients()
    return [(path, *result) for path, result in zip(TEXTS, asked, strict=True)], list(marked)


async def ask(source: str) -> tuple[tuple[DraftQuestion, ...], str]:
    """Return the questions of a text, or an empty tuple and the code of the error."""
    request = GenerationRequest(source_text=source, question_count=COUNT)
    try:
        return (await get_engine(Action.GENERATE).agenerate(request)).questions, ""
    except EngineError as error:
        return (), error.code


def labelled() -> Iterator[tuple[dict[str, Any], str, str, float]]:
    """Yield each labelled answer with its question, its kind and the fair share of the marks."""
    for entry in tomllib.loads((HERE / "answers.toml").read_text(encoding="utf-8"))["question"]:
        for kind, given, fair in entry["answers"]:
            yield entry, kind, given, fair


async def mark(entry: dict[str, Any], kind: str, given: str, fair: float) -> dict[str, Any]:
    """Return an answer with its fair share of the marks and the share that the engine gave: None if refused."""
    accepted = tuple(entry.get("accepted", ()))
    request = EvaluationRequest(
        question_text=entry["text"],
        question_type=QuestionType(entry["type"]),
        options=tuple(entry.get("options", ())),
        expected_answer=entry.get("answer") or accepted[0],
        accepted_answers=accepted,
        marks_available=2,
        user_answer=given,
    )
    try:
        share: float | None = (await get_engine(Action.EVALUATE).aevaluate(request)).marks_achieved / 2
    except EngineError:
        share = None
    return {"kind": kind, "question": entry["text"], "answer": given, "fair": fair, "given": share}


def correlation(pairs: list[tuple[float, float]]) -> float:
    """Return Pearson's r of given and fair marks, or 0 if either is constant."""
    try:
        return round(statistics.correlation([p[0] for p in pairs], [p[1] for p in pairs]), 3)
    except statistics.StatisticsError:
        return 0.0


def compare(before: dict[str, float], now: dict[str, float]) -> list[str]:
    """Return a line for each figure that is worse than the committed one."""
    return [
        f"{name}: {value}, was {before[name]}"
        for name, value in now.items()
        if name in before
        and not math.isclose(value, before[name])
        and (value > before[name]) == (name in LESS_IS_BETTER)
    ]


def report(
    every: dict[str, dict[str, float]],
    name: str,
    texts: list[tuple[Path, tuple[DraftQuestion, ...], str]],
    answers: list[dict[str, Any]],
    failed: list[tuple[str, DraftQuestion, list[str]]],
) -> str:
    """Return docs/evaluation.md: the figures of each engine, and details of the evaluated one."""
    engines = sorted(every)
    lines = [
        "# Evaluation",
        "",
        "Written by `make eval` (`evaluation/`), which scores the engine named by `AI_MODEL`.",
        "",
        f"Questions: {COUNT} requested from each of {len(texts)} texts. Each question is checked automatically for every kind of defect found in manual review. The checks find bad questions; they do not prove that a question is good.",
        "",
        "Answers: labelled by hand with the share of the marks that a fair teacher would give. An engine may refuse an answer that it cannot mark.",
        "",
        "| figure | " + " | ".join(engines) + " |",
        "|---|" + "---:|" * len(engines),
        *(
            f"| {figure.replace('_', ' ')} | "
            + " | ".join(
                f"{every[engine][figure]:g}" if figure in every[engine] else "" for engine in engines
            )
            + " |"
            for figure in every[name]
        ),
        "",
        f"## Texts, with {name}",
        "",
        "Sources and licences: `evaluation/texts/README.md`.",
        "",
        "| text | characters | questions | forms |",
        "|---|---:|---:|---|",
    ]
    for path, questions, refusal in texts:
        forms = ", ".join(
            f"{count} {form}" for form, count in sorted(Counter(map(form_of, questions)).items())
        )
        lines.append(
            f"| {path.name} | {len(path.read_text(encoding='utf-8')):,} | {len(questions)} | {refusal or forms} |"
        )
    lines += [
        "",
        f"## Answers by kind, with {name}",
        "",
        "| kind | answers | refused | exact | wrong full marks | wrong zeros |",
        "|---|" + "---:|" * 5,
    ]
    for kind in dict.fromkeys(answer["kind"] for answer in answers):
        group = [answer for answer in answers if answer["kind"] == kind]
        marked = [answer for answer in group if answer["given"] is not None]
        exact = sum(a["given"] == a["fair"] for a in marked)
        full = sum(a["given"] == 1 and a["fair"] < 1 for a in marked)
        zeros = sum(a["given"] == 0 and a["fair"] > 0 for a in marked)
        lines.append(f"| {kind} | {len(group)} | {len(group) - len(marked)} | {exact} | {full} | {zeros} |")
    wrong = [a for a in answers if a["given"] is not None and a["given"] != a["fair"]]
    lines += ["", f"## Errors of {name}", ""]
    lines += [
        f"- “{a['answer']}” ({a['kind']}): given {a['given']:g} of 1, should be {a['fair']:g}. {a['question']}"
        for a in wrong
    ]
    lines += [
        f"- {text}: {', '.join(reasons)}. {question.text} ({question.answer})"
        for text, question, reasons in failed
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
