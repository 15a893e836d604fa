"""An engine that needs no network, no model and no key: it asks about the very text that it is given.

It makes only what it can mark, and marks only what it can: terms, numbers, dates, true/false and choices. The rest
is refused with the reason, and costs nothing.
"""

import re

from ai.engines.base import EvaluationRequest, EvaluationResult, GenerationRequest, GenerationResult
from ai.engines.exceptions import ModelRequired, NoQuestions, NothingOnTopic, UnsupportedLanguage

_OPEN_QUESTIONS = re.compile(
    r"\b(?:why|how|explain\w*|discuss\w*|essays?|open[- ]ended|compare|analy[sz]e|opinions?)\b", re.IGNORECASE
)


class OfflineEngine:
    """The engine behind an empty `AI_MODEL`."""

    name = "offline"

    def generate(self, request: GenerationRequest) -> GenerationResult:
        """Return questions that the text carries, `request.question_count` at most.

        The same request gives the same questions. What the options do:

        * `difficulty`: easy takes short statements, three options and changed numbers that are far off; hard takes
          longer statements, five options, and changed numbers that are near; medium, the default, is between.
        * `focus` and `topics`: only sentences that share a word with one of them are asked about.
        * `question_types` take turns; when one has nothing more to ask, the others fill its places.

        Raises `UnsupportedLanguage` for anything but English, `ModelRequired` for a focus that asks for reasons or
        explanations, `NothingOnTopic` if no question touches the focus or the topics, and `NoQuestions` for a text
        that carries none.
        """
        from ai.engines.offline.cleaning import plain_paragraphs
        from ai.engines.offline.generation import Generator
        from ai.engines.offline.language import require_english

        if request.language.replace("_", "-").split("-")[0].strip().lower() not in {"", "en", "english"}:
            raise UnsupportedLanguage
        if _OPEN_QUESTIONS.search(request.focus):
            raise ModelRequired(
                "The offline engine asks for terms, numbers and dates. Questions that ask for reasons or "
                "explanations need a model (AI_MODEL)."
            )
        require_english(" ".join(plain_paragraphs(request.source_text)) or request.source_text)
        generator = Generator(request)
        questions = generator.questions()
        if not questions:
            raise NothingOnTopic if generator.wanted else NoQuestions
        return GenerationResult(questions=questions, engine=self.name)

    def evaluate(self, request: EvaluationRequest) -> EvaluationResult:
        """Mark a term; see `ai.engines.offline.marking`. Raises `ModelRequired` for free text."""
        from ai.engines.offline.marking import mark

        marks, feedback = mark(request)
        return EvaluationResult(marks_achieved=marks, feedback=feedback, engine=self.name)
