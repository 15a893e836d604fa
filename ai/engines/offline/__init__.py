"""An engine that needs no network, no model and no key: it asks about the very text that it is given.

It reads English statements, turns them into questions by rules, and marks answers by comparing words. It is
honest about both: a text that carries fewer questions gets fewer, and a mark says that meaning was not read.
"""

from ai.engines.base import EvaluationRequest, EvaluationResult, GenerationRequest, GenerationResult
from ai.engines.exceptions import NoQuestions, UnsupportedLanguage


class OfflineEngine:
    """The engine behind an empty `AI_MODEL`."""

    name = "offline"

    def generate(self, request: GenerationRequest) -> GenerationResult:
        """Return questions that the text carries, `request.question_count` at most.

        The same request gives the same questions. What the options do:

        * `difficulty`: easy prefers single facts from short sentences, three options and plain negations; hard
          prefers reasons and definitions, longer sentences, rarer phrases, and five options that resemble the
          answer; medium, the default, takes four options and a mix.
        * `focus` and `topics`: sentences that share words with them are asked about before all others.
        * `question_types` take turns; when one has nothing more to ask, the others fill its places.

        Raises `UnsupportedLanguage` for anything but English, `NoQuestions` for a text without statements.
        """
        from ai.engines.offline.cleaning import plain_paragraphs
        from ai.engines.offline.generation import Generator
        from ai.engines.offline.language import require_english

        if request.language.replace("_", "-").split("-")[0].strip().lower() not in {"", "en", "english"}:
            raise UnsupportedLanguage
        require_english(" ".join(plain_paragraphs(request.source_text)) or request.source_text)
        questions = Generator(request).questions()
        if not questions:
            raise NoQuestions
        return GenerationResult(questions=questions, engine=self.name)

    def evaluate(self, request: EvaluationRequest) -> EvaluationResult:
        """Mark a free-text answer by its words; see `ai.engines.offline.marking`."""
        from ai.engines.offline.marking import mark

        marks, feedback = mark(request)
        return EvaluationResult(marks_achieved=marks, feedback=feedback, engine=self.name)
