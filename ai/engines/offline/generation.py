"""Choosing: which of the candidates to ask, in what mix."""

import hashlib
import json
import math
import random
from collections import Counter
from dataclasses import asdict

from ai.engines.base import Difficulty, DraftQuestion, GenerationRequest, QuestionType
from ai.engines.offline.questions import Candidate, Candidates, Form
from ai.engines.offline.sentences import Sentence, read
from ai.engines.offline.tagging import content_stems

# Statements that share more of their words than this are the same question twice.
_NEAR_DUPLICATE = 0.6
# True statements are at most this many more than false ones.
_MOST_SURPLUS = 2
# Beyond this many sentences more add time and nothing else.
_MOST_SENTENCES = 300
_PREFERENCES = {
    Difficulty.EASY: {Form.DEFINITION: 1.0, Form.NAME: 0.5},
    Difficulty.MEDIUM: {},
    Difficulty.HARD: {Form.NUMBER: 0.5, Form.TERM: 0.5},
}
_BEST_WORDS = {Difficulty.EASY: 12, Difficulty.MEDIUM: 17, Difficulty.HARD: 24}


class Generator:
    """One request, worked through. The same request always gives the same questions."""

    def __init__(self, request: GenerationRequest) -> None:
        self.request = request
        self.difficulty = request.difficulty or Difficulty.MEDIUM
        self.rng = random.Random(_seed(request))  # noqa: S311 -- reproducible on purpose, nothing secret
        document = read(request.source_text)
        self.candidates = Candidates(document, self.difficulty)
        self.topics = [(topic, frozenset(content_stems(topic))) for topic in request.topics]
        self.wanted = [stems for _, stems in self.topics if stems]
        if focus := frozenset(content_stems(request.focus)):
            self.wanted.append(focus)
        self.askable = [s for s in document.sentences if s.stands_alone][:_MOST_SENTENCES]
        self.asks_about_all = not self.wanted
        if self.wanted:
            self.askable = [s for s in self.askable if any(stems & s.stems for stems in self.wanted)]
        self.frequency = Counter(stem for sentence in document.sentences for stem in sentence.stems)
        # True statements so far, less the false ones.
        self.surplus = 0
        self.chosen: list[tuple[Candidate, DraftQuestion]] = []

    def questions(self) -> tuple[DraftQuestion, ...]:
        """Return as many questions as were asked for and the text carries, in the order of the text."""
        types = list(dict.fromkeys(self.request.question_types))
        pool = [(self._worth(c), c) for sentence in self.askable for c in self.candidates.of(sentence)]
        by_type = {
            kind: [c for _, c in sorted(pool, key=lambda item: -item[0]) if c.question_type is kind] for kind in types
        }
        turn = 0
        while types and len(self.chosen) < self.request.question_count:
            # Types take turns; one that finds nothing more leaves its turns to the others.
            kind = types[turn % len(types)]
            best = next((candidate for candidate in by_type[kind] if self._fits(candidate)), None)
            if best is None:
                types.remove(kind)
                continue
            self._choose(best)
            turn += 1
        self.chosen.sort(key=lambda item: item[0].sentence.index)
        return tuple(question for _, question in self.chosen)

    def _fits(self, candidate: Candidate) -> bool:
        if candidate.form is Form.TRUE and self.surplus >= _MOST_SURPLUS:
            return False
        for other, _ in self.chosen:
            if _alike(candidate.sentence, other.sentence):
                return False
            if candidate.question_type is QuestionType.TRUE_FALSE or other.question_type is QuestionType.TRUE_FALSE:
                continue
            if candidate.answer.casefold() == other.answer.casefold():
                return False
        return True

    def _choose(self, candidate: Candidate) -> None:
        options = list(candidate.options)
        if candidate.question_type is QuestionType.MULTIPLE_CHOICE:
            self.rng.shuffle(options)
        elif candidate.form is Form.TRUE:
            self.surplus += 1
        elif candidate.form is Form.FALSE:
            self.surplus -= 1
        draft = DraftQuestion(
            text=candidate.text,
            question_type=candidate.question_type,
            options=tuple(options),
            answer=candidate.answer,
            accepted_answers=candidate.accepted if candidate.question_type is QuestionType.SHORT_ANSWER else (),
            marks_available=1,
            topic=self._topic(candidate.sentence),
            excerpt=candidate.sentence.excerpt,
        )
        self.chosen.append((candidate, draft))

    def _worth(self, candidate: Candidate) -> float:
        """How good a question is: its form first, then what the text keeps coming back to."""
        sentence = candidate.sentence
        weight = sum(math.log(self.frequency[stem]) for stem in sentence.stems)
        salience = 0.3 * weight / math.sqrt(max(1, len(sentence.stems)))
        length = abs(sentence.word_count - _BEST_WORDS[self.difficulty]) / 20
        wanted = max((len(stems & sentence.stems) / len(stems) for stems in self.wanted), default=0.0)
        preferred = _PREFERENCES[self.difficulty].get(candidate.form, 0.0)
        return candidate.form.value + candidate.bonus + preferred + salience - length + 4 * wanted

    def _topic(self, sentence: Sentence) -> str:
        """Return the topic asked for that the sentence touches, else the term that it is most about."""
        for topic, stems in self.topics:
            if stems & sentence.stems:
                return topic
        found = self.candidates.terms.of(sentence)
        best = max(found, key=lambda term: (self.candidates.terms.counts[term.key], -term.first), default=None)
        return best.text if best is not None else ""


def _seed(request: GenerationRequest) -> str:
    return hashlib.sha256(json.dumps(asdict(request), sort_keys=True).encode()).hexdigest()


def _alike(one: Sentence, other: Sentence) -> bool:
    if one.excerpt == other.excerpt:
        return True
    union = len(one.stems | other.stems)
    return union == 0 or len(one.stems & other.stems) / union > _NEAR_DUPLICATE
