"""Choosing: which statements to ask about, in which form, and in what mix."""

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from ai.engines.base import TRUE_FALSE_OPTIONS, Difficulty, DraftQuestion, GenerationRequest, QuestionType
from ai.engines.offline.choices import Distractors
from ai.engines.offline.phrases import Kind, Phrase, Phrases
from ai.engines.offline.prompts import Form, Prompt, prompts
from ai.engines.offline.sentences import Sentence, statements
from ai.engines.offline.statements import false_versions, true_or_false
from ai.engines.offline.tagging import content_stems

_MARKS = {Form.DEFINITION: 2, Form.REASON: 2}
_NEAR_DUPLICATE = 0.6
_FEWEST_DISTRACTORS = 2


@dataclass(frozen=True, slots=True)
class _Style:
    """What a difficulty asks for."""

    distractors: int
    nearest: bool
    negate_first: bool
    # How many words a statement ideally has, and how much a prompt of a form is worth.
    words: int
    forms: dict[Form, float]
    # Whether the gap takes a phrase that the text repeats, or one that it says once.
    rare_phrases: bool


_STYLES = {
    Difficulty.EASY: _Style(
        2, False, True, 11,
        {Form.WHEN: 3, Form.SUBJECT: 2.5, Form.NAME: 2.5, Form.GAP: 2, Form.DEFINITION: 1, Form.REASON: 0.5}, False,
    ),
    Difficulty.MEDIUM: _Style(
        3, False, False, 16,
        {Form.WHEN: 3, Form.SUBJECT: 2.6, Form.NAME: 3, Form.GAP: 1, Form.DEFINITION: 3, Form.REASON: 3}, False,
    ),
    Difficulty.HARD: _Style(
        4, True, False, 24,
        {Form.WHEN: 1.5, Form.SUBJECT: 2, Form.NAME: 2.5, Form.GAP: 1, Form.DEFINITION: 4, Form.REASON: 5}, True,
    ),
}  # fmt: skip


class Generator:
    """One request, worked through. The same request always gives the same questions."""

    def __init__(self, request: GenerationRequest) -> None:
        self.request = request
        self.style = _STYLES[request.difficulty or Difficulty.MEDIUM]
        self.rng = random.Random(_seed(request))  # noqa: S311 -- reproducible on purpose, nothing secret
        sentences = statements(request.source_text)
        self.phrases = Phrases(sentences)
        self.distractors = Distractors(self.phrases, request.source_text)
        self.frequency = Counter(stem for sentence in sentences for stem in sentence.stems)
        self.wanted = [(topic, frozenset(content_stems(topic))) for topic in request.topics]
        self.focus = frozenset(content_stems(request.focus))
        alone = [sentence for sentence in sentences if sentence.stands_alone]
        self.ranked = sorted(alone, key=lambda s: (-self._matches(s), -self._salience(s), s.index))
        self.source = " ".join(request.source_text.split()).casefold()
        self.truths = 0

    def questions(self) -> tuple[DraftQuestion, ...]:
        """Return as many questions as were asked for and the text carries, in the order of the text."""
        types = tuple(dict.fromkeys(self.request.question_types))
        chosen: list[tuple[Sentence, DraftQuestion]] = []
        while types and len(chosen) < self.request.question_count:
            # Types take turns; one that finds nothing more leaves its turns to the others.
            kind = types[len(chosen) % len(types)]
            found = next(self._candidates(kind, chosen), None)
            if found is None:
                types = tuple(other for other in types if other is not kind)
                continue
            chosen.append(found)
        chosen.sort(key=lambda item: item[0].index)
        return tuple(question for _, question in chosen)

    def _candidates(
        self, kind: QuestionType, chosen: list[tuple[Sentence, DraftQuestion]]
    ) -> Iterator[tuple[Sentence, DraftQuestion]]:
        used = [sentence for sentence, _ in chosen]
        paragraphs = Counter(sentence.paragraph for sentence in used)
        answers = {question.answer.casefold() for _, question in chosen if question.question_type is not
                   QuestionType.TRUE_FALSE}  # fmt: skip
        fresh = [s for s in self.ranked if not any(_alike(s, other) for other in used)]
        scored: list[tuple[float, int, Sentence, Prompt | None]] = []
        for sentence in fresh:
            worth = self._worth(sentence) - paragraphs[sentence.paragraph]
            if kind is QuestionType.TRUE_FALSE:
                scored.append((worth, sentence.index, sentence, None))
                continue
            prompt = self._best_prompt(sentence, kind, answers)
            if prompt is not None:
                scored.append((worth + self.style.forms[prompt.form], sentence.index, sentence, prompt))
        scored.sort(key=lambda item: (-item[0], item[1]))
        for _, _, sentence, prompt in scored:
            question = self._true_false(sentence) if prompt is None else self._draft(prompt, kind)
            if question is not None:
                yield sentence, question

    def _best_prompt(self, sentence: Sentence, kind: QuestionType, answers: set[str]) -> Prompt | None:
        choices = kind is QuestionType.MULTIPLE_CHOICE
        found = [
            prompt
            for prompt in prompts(sentence, self.phrases)
            if prompt.answer.casefold() not in answers
            and (
                prompt.phrase is not None
                if choices
                else prompt.form is not Form.GAP or self._recallable(prompt)
            )
        ]
        if choices:
            found = [prompt for prompt in found if len(self._distractors(prompt)) >= _FEWEST_DISTRACTORS]
        return max(
            found, key=lambda p: (self.style.forms[p.form], self._phrase_worth(p.phrase)), default=None
        )

    def _recallable(self, prompt: Prompt) -> bool:
        """Whether a reader can be expected to fill the gap with these very words."""
        phrase = prompt.phrase
        if phrase is None or phrase.kind in {Kind.YEAR, Kind.NUMBER, Kind.PERSON, Kind.PLACE, Kind.NAME}:
            return True
        return self.style.rare_phrases or self.phrases.counts[phrase.key] > 1

    def _draft(self, prompt: Prompt, kind: QuestionType) -> DraftQuestion | None:
        options: tuple[str, ...] = ()
        answer = prompt.answer
        if kind is QuestionType.MULTIPLE_CHOICE and prompt.phrase is not None:
            article = (
                f"{prompt.phrase.article} " if prompt.form is Form.SUBJECT and prompt.phrase.article else ""
            )
            opens = prompt.form is Form.SUBJECT or prompt.phrase.first == 0
            mixed = [f"{article}{text}" for text in (prompt.phrase.text, *self._distractors(prompt))]
            mixed = [_capital(text) for text in mixed] if opens else mixed
            answer = mixed[0]
            self.rng.shuffle(mixed)
            options = tuple(mixed)
        return DraftQuestion(
            text=prompt.text,
            question_type=kind,
            options=options,
            answer=answer,
            marks_available=1 if options else _MARKS.get(prompt.form, 1),
            topic=self._topic(prompt.sentence),
            excerpt=prompt.sentence.excerpt,
        )

    def _distractors(self, prompt: Prompt) -> list[str]:
        if prompt.phrase is None:
            return []
        # A generator of its own, so that looking does not change what comes later.
        rng = random.Random(f"{self.request.source_text}{prompt.text}")  # noqa: S311
        style = self.style
        return self.distractors.pick(prompt.phrase, count=style.distractors, nearest=style.nearest, rng=rng)

    def _true_false(self, sentence: Sentence) -> DraftQuestion | None:
        statement = sentence.text
        truth = self.truths > 0 or (self.truths == 0 and self.rng.random() < 0.5)  # noqa: PLR2004
        if not truth:
            versions = false_versions(
                sentence, self.phrases, self.distractors, rng=self.rng, negate_first=self.style.negate_first
            )
            false = next((v for v in versions if v.strip(" .").casefold() not in self.source), None)
            truth = false is None
            statement = false or statement
        self.truths += -1 if truth else 1
        return DraftQuestion(
            text=true_or_false(statement),
            question_type=QuestionType.TRUE_FALSE,
            options=TRUE_FALSE_OPTIONS,
            answer=TRUE_FALSE_OPTIONS[0 if truth else 1],
            marks_available=1,
            topic=self._topic(sentence),
            excerpt=sentence.excerpt,
        )

    def _matches(self, sentence: Sentence) -> float:
        """How well a statement fits focus and topics, from 0 (not at all)."""
        shares = [len(stems & sentence.stems) / len(stems) for _, stems in self.wanted if stems]
        focus = len(self.focus & sentence.stems) / len(self.focus) if self.focus else 0.0
        return max(shares, default=0.0) + focus

    def _salience(self, sentence: Sentence) -> float:
        """How much of what the text keeps coming back to is in the statement, per word of it."""
        if not sentence.stems:
            return 0.0
        return sum(math.log(self.frequency[stem]) for stem in sentence.stems) / math.sqrt(len(sentence.stems))

    def _worth(self, sentence: Sentence) -> float:
        length = -abs(sentence.word_count - self.style.words) / 6
        # What was asked for goes before everything else.
        return 100 * self._matches(sentence) + self._salience(sentence) + length

    def _phrase_worth(self, phrase: Phrase | None) -> float:
        if phrase is None:
            return 0.0
        named = 1.5 if phrase.kind not in {Kind.SINGULAR, Kind.PLURAL} else 0.0
        repeats = math.log(self.phrases.counts[phrase.key])
        return named + 0.3 * phrase.text.count(" ") + (-repeats if self.style.rare_phrases else repeats)

    def _topic(self, sentence: Sentence) -> str:
        for topic, stems in self.wanted:
            if stems & sentence.stems:
                return topic
        best = max(
            (
                p
                for p in self.phrases.of(sentence)
                if p.kind not in {Kind.YEAR, Kind.NUMBER} and not p.partial
            ),
            key=lambda p: (self.phrases.counts[p.key], p.text.count(" "), -p.first),
            default=None,
        )
        return "" if best is None else best.text


def _seed(request: GenerationRequest) -> str:
    return hashlib.sha256(json.dumps(asdict(request), sort_keys=True).encode()).hexdigest()


def _alike(one: Sentence, other: Sentence) -> bool:
    if one.excerpt == other.excerpt:
        return True
    union = len(one.stems | other.stems)
    return union == 0 or len(one.stems & other.stems) / union > _NEAR_DUPLICATE


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
