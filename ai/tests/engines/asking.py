"""Asking the offline engine, for the tests of its questions."""

from ai.engines.base import Difficulty, GenerationRequest, quoted_statement
from ai.engines.offline import OfflineEngine
from ai.tests.engines.texts import LEAVES, MATERIAL_KNOWLEDGE, MONEY

TEXTS = {"wells": MATERIAL_KNOWLEDGE, "leaves": LEAVES, "money": MONEY}
LEVELS = (None, *Difficulty)


def ask(text, **wishes):
    wishes.setdefault("question_count", 20)
    return OfflineEngine().generate(GenerationRequest(source_text=text, **wishes)).questions


def of_type(questions, kind):
    return [question for question in questions if question.question_type is kind]


def in_quotes(question):
    return quoted_statement(question.text)


def context_of(question):
    return question.text.removesuffix(f"“{in_quotes(question)}”").partition("“")[2].rpartition("”")[0]
