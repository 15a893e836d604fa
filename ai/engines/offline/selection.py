"""Select questions among the candidates, and mix their types."""

import math
import random
from collections import Counter

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
    """Makes the questions of one request. The same request always gives the same questions."""

    def __init__(self, request: GenerationRequest) -> None:
        self._request = request
        self._difficulty = request.difficulty or Difficulty.MEDIUM
        self._rng = random.Random(repr(request))  # noqa: S311 -- reproducible on purpose, nothing secret
        document = read(request.source_text)
        if document.language:
            named = f"This text seems to be in {document.language}."
            raise UnsupportedLanguage(f"{named} {UnsupportedLanguage.default_message}")
        self._candidates = Candidates(document, self._difficulty)
        self._topics = [(topic, frozenset(content_stems(topic))) for topic in request.topics]
        focus = frozenset(content_stems(request.focus))
        self.wanted = [stems for stems in (focus, *(stems for _, stems in self._topics)) if stems]
        alone = [s for s in document.sentences if s.stands_alone and len(s.text) <= _MAX_SHOWN][
            :_MAX_SENTENCES
        ]
        self._askable = [s for s in alone if not self.wanted or any(wish & s.stems for wish in self.wanted)]
        self._frequency = Counter(stem for sentence in document.sentences for stem in sentence.stems)
        self._chosen: list[Candidate] = []

    def questions(self) -> tuple[DraftQuestion, ...]:
        """Return up to `question_count` questions, in the order of the text."""
        types = list(dict.fromkeys(self._request.question_types))
        pool = [candidate for sentence in self._askable for candidate in self._candidates.of(sentence)]
        pool.sort(key=self._score, reverse=True)
        # The type with the fewest sentences chooses first.
        sources = {kind: {c.sentence.index for c in pool if c.question_type is kind} for kind in types}
        types.sort(key=lambda kind: len(sources[kind]))
        while types and len(self._chosen) < self._request.question_count:
            # Types take turns. A type without candidates drops out.
            kind = types.pop(0)
            answers = {chosen.accepted[0].casefold() for chosen in self._chosen} - {"true", "false"}
            forms = Counter(chosen.form for chosen in self._chosen)
            few = len(self._chosen) < _ENOUGH
            if self._chosen:
                pool = [c for c in pool if not _near_duplicates(c.sentence, self._chosen[-1].sentence)]
            false = sum(forms[form] for form in FALSE_FORMS)
            possible = false or any(candidate.form in FALSE_FORMS for candidate in pool)
            most = false + 1 if possible else _MAX_TRUE
            excess = {Form.TRUE} if forms[Form.TRUE] >= most else set()
            if false > forms[Form.TRUE]:
                excess = FALSE_FORMS
            asked = (c for c in pool if c.question_type is kind and c.form not in excess)
            asked = (c for c in asked if (few or c.is_good) and c.accepted[0].casefold() not in answers)
            apart = (c for c in asked if not any(_tells(c, d) or _tells(d, c) for d in self._chosen))
            best = next(apart, None)
            if best is not None:
                self._chosen.append(best)
            if best is not None or (types and excess and kind is QuestionType.TRUE_FALSE):
                types.append(kind)
        return tuple(map(self._draft, sorted(self._chosen, key=lambda candidate: candidate.sentence.index)))

    def _draft(self, candidate: Candidate) -> DraftQuestion:
        options = list(candidate.options)
        if candidate.question_type is QuestionType.MULTIPLE_CHOICE:
            self._rng.shuffle(options)
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
        return candidate.form.value + candidate.bonus + salience - length + 4 * wanted

    def _topic(self, sentence: Sentence) -> str:
        """Return the first requested topic that shares a stem with the sentence, else its most frequent term."""
        asked = [topic for topic, stems in self._topics if stems & sentence.stems]
        terms = self._candidates.terms
        return next(iter(asked + sorted(terms.texts(sentence), key=terms.times, reverse=True)), "")


def _near_duplicates(one: Sentence, other: Sentence) -> bool:
    return len(one.stems & other.stems) > _MAX_OVERLAP * len(one.stems | other.stems)


def _tells(one: Candidate, other: Candidate) -> bool:
    """Return whether a question shows the name or the date that another one asks for."""
    answer = other.accepted[0]
    asked = other.form in {Form.NAME, Form.DATE}
    return asked and (answer in one.text or any(answer in option for option in one.options))
