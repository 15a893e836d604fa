"""An engine that needs no network, no model and no key: it asks about the very text that it is given.

It makes only what it can mark and marks only what it can: terms, numbers, dates, true/false and choices. It refuses
the rest with the reason.
"""

import asyncio
import re

from ai.engines.base import (
    EvaluationRequest,
    EvaluationResult,
    GenerationRequest,
    GenerationResult,
    IsWanted,
    OnQuestions,
    Tokens,
)
from ai.engines.exceptions import ModelRequired, NoQuestions, NothingOnTopic, UnsupportedLanguage
from ai.engines.terms import says_term

_OPEN_QUESTIONS = re.compile(r"(?i)\b(?:why|how|explain\w*|discuss\w*|essays?|compare|analy[sz]e)\b")


class OfflineEngine:
    """The engine behind an empty `AI_MODEL`."""

    name = "offline"

    def generate(self, request: GenerationRequest, *, is_wanted: IsWanted | None = None) -> GenerationResult:
        """Return questions that the text carries, `request.question_count` at most; the same for the same request.

        `difficulty` sets the length of statements, the number of options, and how near wrong numbers are. Only
        sentences that share a word with `focus` or one of `topics` are asked about. `question_types` take turns.

        Raises `UnsupportedLanguage` for anything but English, `ModelRequired` for a focus on reasons or explanations,
        `NothingOnTopic` if no question touches the focus or the topics, `NoQuestions` for a text that carries none.
        """
        from ai.engines.offline.generation import Generator

        if request.language.replace("_", "-").split("-")[0].strip().lower() not in {"", "en", "english"}:
            raise UnsupportedLanguage
        if _OPEN_QUESTIONS.search(request.focus):
            raise ModelRequired("Questions that ask for reasons or explanations need a model (AI_MODEL).")
        generator = Generator(request)
        questions = generator.questions()
        if not questions:
            raise NothingOnTopic if generator.wanted else NoQuestions
        return GenerationResult(questions=questions, engine=self.name)

    def evaluate(self, request: EvaluationRequest, *, is_wanted: IsWanted | None = None) -> EvaluationResult:
        """Mark a term, all or nothing. Raises `ModelRequired` for free text."""
        if not request.accepted_answers:
            raise ModelRequired
        correct = says_term(request.user_answer, request.accepted_answers, request.question_text)
        wrong = f"Not correct. The expected answer is “{request.expected_answer}”."
        feedback, marks = ("Correct.", request.marks_available) if correct else (wrong, 0)
        return EvaluationResult(marks_achieved=marks, feedback=feedback, engine=self.name)

    async def agenerate(
        self, request: GenerationRequest, *, on_questions: OnQuestions | None = None
    ) -> GenerationResult:
        return await asyncio.to_thread(self.generate, request)

    async def aevaluate(self, request: EvaluationRequest) -> EvaluationResult:
        return await asyncio.to_thread(self.evaluate, request)

    def token_limit(self, request: GenerationRequest | EvaluationRequest) -> Tokens:
        return Tokens()
