"""Verify the questions of a model before they are sold. Each rejection has a reason for the model."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from ai.engines.base import TRUE_FALSE_OPTIONS, DraftQuestion, GenerationRequest, QuestionType
from ai.engines.models import languages
from ai.engines.models.excerpt_search import Folded, folded
from ai.engines.models.prompts import leaks
from ai.engines.term_matching import matches_term

MAX_TEXT, MAX_ANSWER, MAX_OPTION, MAX_EXCERPT, MAX_TOPIC = 300, 400, 160, 400, 60  # characters
MAX_MARKS, DISTRACTORS, MAX_ACCEPTED = 5, 3, 5
_MAX_TERM_WORDS = 6
# Similarity of 100: two questions are duplicates if they also share the answer or the excerpt.
_MIN_SIMILARITY = 80
# Control characters, overrides of the direction of text, and half surrogate pairs: unreadable, or not storable.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
_LETTER = re.compile(r"\(?[A-Fa-f][).:]\s+")
_OF_THE_ABOVE = re.compile(
    r"\b(?:all|none|both|neither) of (?:the|these) (?:above|options|answers)\b", re.IGNORECASE
)
_OPEN = re.compile(
    r"\b(?:why|how|explain|describe)\b(?! (?:many|much|long|old|far|often|tall|high|deep|big)\b)",
    re.IGNORECASE,
)


class Rejected(Exception):
    """A rejected question. The message tells the model why."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Checks the questions of one request against it and against its source."""

    request: GenerationRequest
    source: Folded
    language: str

    def question(self, item: object, others: Sequence[DraftQuestion]) -> DraftQuestion:
        """Convert an item of a reply to a question. Raises `Rejected`."""
        if not isinstance(item, dict):
            raise Rejected("A question is an object.")
        kind = self._kind(item)
        text = _text(item, "text", MAX_TEXT)
        answer = _text(item, "answer", MAX_OPTION if kind is QuestionType.MULTIPLE_CHOICE else MAX_ANSWER)
        excerpt = self.source.find(_text(item, "excerpt", MAX_EXCERPT))
        if excerpt is None:
            raise Rejected("The excerpt must be a sentence of the source, copied exactly.")
        options: tuple[str, ...] = ()
        accepted: tuple[str, ...] = ()
        marks = _marks(item)
        if kind is QuestionType.TRUE_FALSE:
            answer, options, marks = _true_or_false(answer), TRUE_FALSE_OPTIONS, 1
        elif kind is QuestionType.MULTIPLE_CHOICE:
            answer, marks = _without_letter(answer), 1
            options = _options(item, answer)
        else:
            accepted = self._accepted(item, answer, text)
            if accepted:
                marks = 1
        if kind is not QuestionType.TRUE_FALSE and _contains(folded(text), answer):
            raise Rejected("The text of a question must not contain its answer.")
        question = DraftQuestion(
            text=text,
            question_type=kind,
            options=options,
            answer=answer,
            marks_available=marks,
            topic=self._topic(item),
            excerpt=excerpt,
            accepted_answers=accepted,
        )
        self._check_wording(question)
        if any(_is_duplicate(question, other) for other in others):
            raise Rejected("A question repeats one that exists.")
        return question

    def _kind(self, item: dict[str, Any]) -> QuestionType:
        try:
            kind = QuestionType(str(item.get("type")))
        except ValueError:
            raise Rejected("A question has an unknown type.") from None
        if kind not in self.request.question_types:
            raise Rejected(f"No {kind} question was asked for.")
        return kind

    def _topic(self, item: dict[str, Any]) -> str:
        topic = item.get("topic")
        topic = " ".join(topic.split()) if isinstance(topic, str) else ""
        if not self.request.topics:
            return topic if topic and len(topic) <= MAX_TOPIC and not CONTROL.search(topic) else ""
        for wanted in self.request.topics:
            if folded(wanted).strip() == folded(topic):
                return wanted
        raise Rejected("The topic must be one of the topics.")

    def _accepted(self, item: dict[str, Any], answer: str, text: str) -> tuple[str, ...]:
        """Return the accepted wordings of a term of the source. Empty for free text.

        A wording of the model counts only if it matches the term.
        """
        term = len(answer.split()) <= _MAX_TERM_WORDS and _contains(self.source.text, answer)
        if not term or _OPEN.search(text):
            return ()
        proposed = item.get("accepted")
        wordings = [one for one in proposed if isinstance(one, str)] if isinstance(proposed, list) else []
        same = [
            one.strip()
            for one in wordings[:MAX_ACCEPTED]
            if len(one) <= MAX_OPTION and not CONTROL.search(one) and matches_term(one, (answer,), "")
        ]
        return tuple(dict.fromkeys((answer, *same)))

    def _check_wording(self, question: DraftQuestion) -> None:
        wording = " ".join((question.text, question.answer, *question.options))
        if leaks(f"{wording} {question.topic}"):
            raise Rejected("A question must be about the source.")
        spoken = question.text if question.question_type is QuestionType.TRUE_FALSE else wording
        if not languages.may_be(spoken, self.language):
            raise Rejected(f"Questions must be in the language {self.language}.")


def _text(item: dict[str, Any], name: str, most: int) -> str:
    text = item.get(name)
    if isinstance(text, bool) and name == "answer":
        text = str(text)
    if not isinstance(text, str) or not text.strip():
        raise Rejected(f"A question has no {name}.")
    text = " ".join(text.split())
    if len(text) > most:
        raise Rejected(f"The {name} of a question has at most {most} characters.")
    if CONTROL.search(text):
        raise Rejected(f"The {name} of a question is not readable.")
    return text


def _marks(item: dict[str, Any]) -> int:
    marks = item.get("marks")
    if not isinstance(marks, int) or isinstance(marks, bool) or not 1 <= marks <= MAX_MARKS:
        raise Rejected(f"marks is a whole number from 1 to {MAX_MARKS}.")
    return marks


def _true_or_false(answer: str) -> str:
    for option in TRUE_FALSE_OPTIONS:
        if answer.casefold().strip(" .") == option.casefold():
            return option
    raise Rejected("The answer to a statement is True or False.")


def _options(item: dict[str, Any], answer: str) -> tuple[str, ...]:
    """Return the answer and three distractors, in a random order.

    A client sees the options before the answer, so no client may be able to compute the order.
    """
    given = item.get("distractors")
    if not isinstance(given, list) or len(given) < DISTRACTORS:
        raise Rejected("A multiple-choice question has exactly three distractors.")
    options = [
        answer,
        *(
            _without_letter(_text({"distractor": one}, "distractor", MAX_OPTION))
            for one in given[:DISTRACTORS]
        ),
    ]
    if len({folded(option).strip(" .") for option in options}) < len(options):
        raise Rejected("The options of a question must differ.")
    if any(_OF_THE_ABOVE.search(option) for option in options):
        raise Rejected("An option must not refer to other options.")
    random.SystemRandom().shuffle(options)
    return tuple(options)


def _without_letter(option: str) -> str:
    return _LETTER.sub("", option, count=1) if _LETTER.match(option) else option


def _contains(text: str, part: str) -> bool:
    """Return whether a normalized text contains a part, in whole words."""
    part = folded(part).strip(" .\"'")
    return bool(part) and re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) is not None


def _is_duplicate(one: DraftQuestion, other: DraftQuestion) -> bool:
    ours, theirs = folded(one.text), folded(other.text)
    if ours == theirs:
        return True
    shared = folded(one.answer) == folded(other.answer) or folded(one.excerpt) == folded(other.excerpt)
    return shared and fuzz.token_sort_ratio(ours, theirs) >= _MIN_SIMILARITY
