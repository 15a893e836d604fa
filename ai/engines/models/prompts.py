"""Prompts: instructions from versioned files, data as JSON, and the schema of the reply.

Change a prompt by adding a file. Its version is stored with each call, so that figures can be compared.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

GENERATE, EVALUATE = "generate-1", "evaluate-1"
# Tokens that a provider may add: the roles, the schema as a tool, a template.
_ALLOWANCE = 2_000
# So many consecutive words of our instructions are a quotation.
_LEAK = 8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One request to a model: the rules, the data, and the schema of the reply."""

    version: str
    rules: str
    data: dict[str, Any]
    schema: dict[str, Any]

    @property
    def message(self) -> str:
        """The data as JSON. Half a surrogate pair cannot be sent, and becomes a question mark."""
        return json.dumps(self.data, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")

    @property
    def max_input_tokens(self) -> int:
        """The most input tokens of the prompt: a token has at least one byte."""
        texts = (self.rules, self.message, json.dumps(self.schema))
        return sum(len(text.encode()) for text in texts) + _ALLOWANCE


@cache
def instructions(version: str) -> str:
    """Return the instructions of a version."""
    return (Path(__file__).parent / "prompts" / f"{version}.md").read_text(encoding="utf-8")


def leaks(text: str) -> bool:
    """Return whether a text quotes our instructions."""
    ours = _passages_of_prompts()
    return any(passage in ours for passage in _passages(text))


@cache
def _passages_of_prompts() -> frozenset[tuple[str, ...]]:
    return frozenset(
        passage for version in (GENERATE, EVALUATE) for passage in _passages(instructions(version))
    )


def _passages(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return [tuple(words[at : at + _LEAK]) for at in range(len(words) - _LEAK + 1)]
