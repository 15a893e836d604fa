"""Select questions among the candidates, and mix their types."""

import math
import random
import re
from collections import Counter
from itertools import permutations

from ai.engines.base import Difficulty, DraftQuestion, GenerationRequest, QuestionType
from ai.engines.english import content_stems
from ai.engines.exceptions import UnsupportedLanguage
from ai.engines.offline.candidates import FALSE_FORMS, Candidate, Candidates, Form
from ai.engines.offline.sentences import Sentence, read

# Two statements that share a larger fraction of stems are near-duplicates.
_MAX_OVERLAP = 0.6
_MAX_TRUE = 3  # true statements of a text that allows no false ones; else about as many as false ones
_ENOUGH = 6  # questions; more must be good ones
_MAX_SENTENCES = 100  # more take time and do not improve the choice
_MAX_SHOWN = 300  # characters
_BEST_LENGTH = {Difficulty.EASY: 70, Difficulty.MEDIUM: 110, Difficulty.HARD: 160}  # characters


class Generator:
    """Makes the questions of one request. The same request always gives the same questions, with options in any order."""

    def __init__(self, request: GenerationRequest) -> None:
        self._request = request
        self._difficulty = request.difficulty or Difficulty.MEDIUM
        document = read(request.source_text)
        if document.language:
            named = f"This text seems to be in {document.language}."
            raise UnsupportedLanguage(f"{named} {UnsupportedLanguage.default_message}")
        self._candidates = Candidates(document, self._difficulty)
        self._topics = [(topic, frozenset(content_stems(topic))) for topic in request.topics]
        focus = frozenset(content_stems(request.focus))
        self.wanted = [stems for stems in (focus, *(stems for _, stems in self._topics)) if stems]
        alone = [s for s in document.sentences if s.context is not None and len(s.text) <= _MAX_SHOWN][
            :_MAX_SENTENCES
        ]
        self._askable = [s for s in alone if not self.wanted or any(wish & s.stems for wish in self.wanted)]
        self._frequency = Counter(stem for sentence in document.sentences for stem in sentence.stems)

    def questions(self) -> tuple[DraftQuestion, ...]:
        """Return up to `question_count` questions, in the order of the text."""
        types = list(dict.fromkeys(self._request.question_types))
        pool = [candidate for sentence in self._askable for candidate in self._candidates.of(sentence)]
        pool.sort(key=self._score, reverse=True)
        # Which type begins decides what is left for the others.
        selections = [self._selection(list(order), pool) for order in permutations(types)]
        best = max(selections, key=_quality, default=[])
        return tuple(map(self._draft, sorted(best, key=lambda candidate: candidate.sentence.index)))

    def _selection(self, types: list[QuestionType], pool: list[Candidate]) -> list[Candidate]:
        """Return candidates of the types in turns. A type without candidates drops out."""
        chosen: list[Candidate] = []
        while types and len(chosen) < self._request.question_count:
            kind = types.pop(0)
            answers = {candidate.accepted[0].casefold() for candidate in chosen} - {"true", "false"}
            few = len(chosen) < _ENOUGH
            if chosen:
                pool = [c for c in pool if not _near_duplicates(c.sentence, chosen[-1].sentence)]
            excess = _excess(chosen, pool)
            asked = (c for c in pool if c.question_type is kind and c.form not in excess)
            asked = (c for c in asked if (few or c.is_good) and c.accepted[0].casefold() not in answers)
            apart = (c for c in asked if not any(_tells(c, d) or _tells(d, c) for d in chosen))
            best = next(apart, None)
            if best is not None:
                chosen.append(best)
            if best is not None or (types and excess and kind is QuestionType.TRUE_FALSE):
                types.append(kind)
        return chosen

    def _draft(self, candidate: Candidate) -> DraftQuestion:
        options = list(candidate.options)
        if candidate.question_type is QuestionType.MULTIPLE_CHOICE:
            # The place of the answer cannot be computed from the text.
            random.SystemRandom().shuffle(options)
        return DraftQuestion(
            text=candidate.text,
            question_type=candidate.question_type,
            options=tuple(options),
            answer=candidate.accepted[0],
            accepted_answers=() if options else candidate.accepted,
            marks_available=1,
            topic=self._topic(candidate.sentence),
            excerpt=candidate.sentence.excerpt,
        )

    def _score(self, candidate: Candidate) -> float:
        """Score a candidate: form of question, plus matches with focus and topics, plus frequent stems."""
        stems = candidate.sentence.stems
        repeats = sum(math.log(self._frequency[stem]) for stem in stems)
        salience = 0.3 * repeats / math.sqrt(max(1, len(stems)))
        length = abs(len(candidate.sentence.text) - _BEST_LENGTH[self._difficulty]) / 120
        wanted = max((len(wish & stems) / len(wish) for wish in self.wanted), default=0.0)
        return candidate.value + salience - length + 4 * wanted

    def _topic(self, sentence: Sentence) -> str:
        """Return the first requested topic that shares a stem with the sentence, else its most frequent term."""
        asked = [topic for topic, stems in self._topics if stems & sentence.stems]
        terms = self._candidates.terms
        return next(iter(asked + sorted(terms.texts(sentence), key=terms.times, reverse=True)), "")


def _excess(chosen: list[Candidate], pool: list[Candidate]) -> set[Form]:
    """Return the forms of which there are enough: about as many statements are to be true as false."""
    true = sum(candidate.form is Form.TRUE for candidate in chosen)
    false = sum(candidate.form in FALSE_FORMS for candidate in chosen)
    if false > true:
        return FALSE_FORMS
    possible = false or any(candidate.form in FALSE_FORMS for candidate in pool)
    return {Form.TRUE} if true >= (false + 1 if possible else _MAX_TRUE) else set()


def _quality(chosen: list[Candidate]) -> tuple[int, int, int]:
    """Return how many types there are, how many questions, and how balanced the true and false ones are."""
    true = sum(candidate.form is Form.TRUE for candidate in chosen)
    false = sum(candidate.form in FALSE_FORMS for candidate in chosen)
    return len({candidate.question_type for candidate in chosen}), len(chosen), -abs(true - false)


def _near_duplicates(one: Sentence, other: Sentence) -> bool:
    return len(one.stems & other.stems) > _MAX_OVERLAP * len(one.stems | other.stems)


def _tells(one: Candidate, other: Candidate) -> bool:
    """Return whether a question shows what another one asks for or falsifies, or its whole sentence."""
    years = one.options if one.form is Form.DATE else ()
    shown = " ".join((one.text, *years)).casefold()
    told = any(re.search(rf"\b{re.escape(text)}\b", shown) for text in other.hidden)
    return told or other.sentence.text.removesuffix(".") in (one.sentence.context or "")
