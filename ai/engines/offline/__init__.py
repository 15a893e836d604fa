"""The engine without network, model and key. It makes only questions that it can mark."""

import asyncio
import re

from ai.engines import base
from ai.engines.exceptions import ModelRequired, NoQuestions, NothingOnTopic, UnsupportedLanguage
from ai.engines.term_matching import matches_term

_OPEN_QUESTIONS = re.compile(r"(?i)\b(?:why|how|explain\w*|discuss\w*|essays?|compare|analy[sz]e)\b")


class OfflineEngine:
    """The engine for an empty `AI_MODEL`."""

    name = "offline"

    def generate(
        self, request: base.GenerationRequest, *, is_wanted: base.IsWanted | None = None
    ) -> base.GenerationResult:
        """Return at most `request.question_count` questions. The same request gives the same ones.

        Only the order of the options differs. `difficulty` sets the length of statements and the distance of wrong
        numbers. Questions are only about sentences that share a word with `focus` or one of `topics`. `question_types`
        take turns.

        Raises `UnsupportedLanguage` for anything but English, `ModelRequired` for a focus on reasons or explanations,
        `NothingOnTopic` if no question is about the focus or the topics, `NoQuestions` if there is no question at all.
        """
        from ai.engines.offline.selection import Generator

        if request.language.replace("_", "-").split("-")[0].strip().lower() not in {"", "en", "english"}:
            raise UnsupportedLanguage
        if _OPEN_QUESTIONS.search(request.focus):
            raise ModelRequired("Questions that ask for reasons or explanations need a model (AI_MODEL).")
        generator = Generator(request)
        questions = generator.questions()
        if not questions:
            raise NothingOnTopic if generator.wanted else NoQuestions
        return base.GenerationResult(questions=questions, engine=self.name)

    def evaluate(
        self, request: base.EvaluationRequest, *, is_wanted: base.IsWanted | None = None
    ) -> base.EvaluationResult:
        """Mark a term, all or nothing. Raises `ModelRequired` for free text."""
        if not request.accepted_answers:
            raise ModelRequired
        correct = matches_term(request.user_answer, request.accepted_answers, request.question_text)
        wrong = f"Not correct. The expected answer is “{request.expected_answer}”."
        feedback, marks = ("Correct.", request.marks_available) if correct else (wrong, 0)
        return base.EvaluationResult(marks_achieved=marks, feedback=feedback, engine=self.name)

    async def agenerate(
        self, request: base.GenerationRequest, *, on_questions: base.OnQuestions | None = None
    ) -> base.GenerationResult:
        return await asyncio.to_thread(self.generate, request)

    async def aevaluate(self, request: base.EvaluationRequest) -> base.EvaluationResult:
        return await asyncio.to_thread(self.evaluate, request)

    def token_limit(self, request: base.GenerationRequest | base.EvaluationRequest) -> base.Tokens:
        return base.Tokens()
