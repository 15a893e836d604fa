"""Choosing: which statements to ask about, in which form, and in what mix."""

import hashlib
import json
import math
import random
from collections import Counter
from dataclasses import asdict

from ai.engines.base import TRUE_FALSE_OPTIONS, Difficulty, DraftQuestion, GenerationRequest, QuestionType
from ai.engines.offline.choices import Distractors
from ai.engines.offline.difficulty import STYLES
from ai.engines.offline.phrases import Kind, Phrase, Phrases
from ai.engines.offline.prompts import Form, Prompt, prompts
from ai.engines.offline.sentences import Sentence, statements
from ai.engines.offline.statements import false_versions, true_or_false
from ai.engines.offline.tagging import content_stems

# What explains something is worth two marks, what recalls something one.
_MARKS = {Form.DEFINITION: 2, Form.REASON: 2}
_FEWEST_DISTRACTORS = 2
# Statements that share more of their words than this are the same question twice.
_NEAR_DUPLICATE = 0.6
# What was asked for goes before everything else.
_WISH_WEIGHT = 100
_WORDS_PER_POINT = 6


class Generator:
    """One request, worked through. The same request always gives the same questions."""

    def __init__(self, request: GenerationRequest) -> None:
        self.request = request
        self.style = STYLES[request.difficulty or Difficulty.MEDIUM]
        self.rng = random.Random(_seed(request))  # noqa: S311 -- reproducible on purpose, nothing secret
        sentences = statements(request.source_text)
        self.askable = [sentence for sentence in sentences if sentence.stands_alone]
        self.phrases = Phrases(sentences)
        self.distractors = Distractors(self.phrases, request.source_text)
        self.frequency = Counter(stem for sentence in sentences for stem in sentence.stems)
        self.topics = [(topic, frozenset(content_stems(topic))) for topic in request.topics]
        self.focus = frozenset(content_stems(request.focus))
        self.source = " ".join(request.source_text.split()).casefold()
        # False statements so far, less the true ones: it stays between -1 and 1.
        self.false_surplus = 0
        self.chosen: list[tuple[Sentence, DraftQuestion]] = []
        self._prompts: dict[int, list[Prompt]] = {}
        self._wrong_answers: dict[str, list[str]] = {}

    def questions(self) -> tuple[DraftQuestion, ...]:
        """Return as many questions as were asked for and the text carries, in the order of the text."""
        types = list(dict.fromkeys(self.request.question_types))
        turn = 0
        while types and len(self.chosen) < self.request.question_count:
            # Types take turns; one that finds nothing more leaves its turns to the others.
            question_type = types[turn % len(types)]
            if self._choose(question_type):
                turn += 1
            else:
                types.remove(question_type)
        self.chosen.sort(key=lambda item: item[0].index)
        return tuple(question for _, question in self.chosen)

    def _choose(self, question_type: QuestionType) -> bool:
        """Add the best question of a type that is left; return whether there was one."""
        used = [sentence for sentence, _ in self.chosen]
        paragraphs = Counter(sentence.paragraph for sentence in used)
        best: tuple[float, Sentence, Prompt | None] | None = None
        for sentence in self.askable:
            if any(_alike(sentence, other) for other in used):
                continue
            prompt = None
            worth = self._worth(sentence) - paragraphs[sentence.paragraph]
            if question_type is not QuestionType.TRUE_FALSE:
                prompt = self._best_prompt(sentence, question_type)
                if prompt is None:
                    continue
                worth += self.style.forms[prompt.form]
            if best is None or worth > best[0]:
                best = (worth, sentence, prompt)
        if best is None:
            return False
        _, sentence, prompt = best
        draft = self._true_false(sentence) if prompt is None else self._draft(prompt, question_type)
        self.chosen.append((sentence, draft))
        return True

    def _best_prompt(self, sentence: Sentence, question_type: QuestionType) -> Prompt | None:
        if sentence.index not in self._prompts:
            self._prompts[sentence.index] = prompts(sentence, self.phrases)
        suits = self._has_choices if question_type is QuestionType.MULTIPLE_CHOICE else self._can_be_recalled
        answers = {
            q.answer.casefold() for _, q in self.chosen if q.question_type is not QuestionType.TRUE_FALSE
        }
        return max(
            (p for p in self._prompts[sentence.index] if p.answer.casefold() not in answers and suits(p)),
            key=lambda p: (self.style.forms[p.form], self._phrase_worth(p.phrase)),
            default=None,
        )

    def _has_choices(self, prompt: Prompt) -> bool:
        return len(self._distractors_of(prompt)) >= _FEWEST_DISTRACTORS

    def _can_be_recalled(self, prompt: Prompt) -> bool:
        """Whether a reader can be expected to answer in these very words."""
        phrase = prompt.phrase
        if prompt.form is not Form.GAP or phrase is None or phrase.kind not in {Kind.SINGULAR, Kind.PLURAL}:
            return True
        return self.style.rare_phrases or self.phrases.counts[phrase.key] > 1

    def _distractors_of(self, prompt: Prompt) -> list[str]:
        if prompt.phrase is None:
            return []
        if prompt.text not in self._wrong_answers:
            self._wrong_answers[prompt.text] = self.distractors.pick(
                prompt.phrase, count=self.style.distractors, nearest=self.style.nearest, rng=self.rng
            )
        return self._wrong_answers[prompt.text]

    def _draft(self, prompt: Prompt, question_type: QuestionType) -> DraftQuestion:
        options: list[str] = []
        answer = prompt.answer
        if question_type is QuestionType.MULTIPLE_CHOICE and prompt.phrase is not None:
            is_subject = prompt.form is Form.SUBJECT
            article = f"{prompt.phrase.article} " if is_subject and prompt.phrase.article else ""
            options = [f"{article}{text}" for text in (prompt.phrase.text, *self._distractors_of(prompt))]
            if is_subject or prompt.phrase.first == 0:
                options = [option[:1].upper() + option[1:] for option in options]
            answer = options[0]
            self.rng.shuffle(options)
        return DraftQuestion(
            text=prompt.text,
            question_type=question_type,
            options=tuple(options),
            answer=answer,
            marks_available=1 if options else _MARKS.get(prompt.form, 1),
            topic=self._topic(prompt.sentence),
            excerpt=prompt.sentence.excerpt,
        )

    def _true_false(self, sentence: Sentence) -> DraftQuestion:
        wants_truth = self.false_surplus > 0 or (self.false_surplus == 0 and self.rng.choice((True, False)))
        false = None if wants_truth else self._false_version(sentence)
        self.false_surplus += -1 if false is None else 1
        return DraftQuestion(
            text=true_or_false(false or sentence.text),
            question_type=QuestionType.TRUE_FALSE,
            options=TRUE_FALSE_OPTIONS,
            answer=TRUE_FALSE_OPTIONS[0 if false is None else 1],
            marks_available=1,
            topic=self._topic(sentence),
            excerpt=sentence.excerpt,
        )

    def _false_version(self, sentence: Sentence) -> str | None:
        versions = false_versions(
            sentence, self.phrases, self.distractors, rng=self.rng, negate_first=self.style.negate_first
        )
        return next((v for v in versions if v.strip(" .").casefold() not in self.source), None)

    def _worth(self, sentence: Sentence) -> float:
        """How good it is to ask about a statement: wishes first, then what the text keeps coming back to."""
        shares = [len(stems & sentence.stems) / len(stems) for _, stems in self.topics if stems]
        focus = len(self.focus & sentence.stems) / len(self.focus) if self.focus else 0.0
        wishes = max(shares, default=0.0) + focus
        weight = sum(math.log(self.frequency[stem]) for stem in sentence.stems)
        salience = weight / math.sqrt(max(1, len(sentence.stems)))
        length = abs(sentence.word_count - self.style.words) / _WORDS_PER_POINT
        return _WISH_WEIGHT * wishes + salience - length

    def _phrase_worth(self, phrase: Phrase | None) -> float:
        if phrase is None:
            return 0.0
        named = 0.0 if phrase.kind in {Kind.SINGULAR, Kind.PLURAL} else 1.5
        repeats = math.log(self.phrases.counts[phrase.key])
        return named + 0.3 * phrase.text.count(" ") + (-repeats if self.style.rare_phrases else repeats)

    def _topic(self, sentence: Sentence) -> str:
        """Return the topic asked for that the statement touches, else the phrase that it is most about."""
        for topic, stems in self.topics:
            if stems & sentence.stems:
                return topic
        about = [
            p for p in self.phrases.of(sentence) if p.kind not in {Kind.YEAR, Kind.NUMBER} and not p.partial
        ]
        best = max(
            about, key=lambda p: (self.phrases.counts[p.key], p.text.count(" "), -p.first), default=None
        )
        return "" if best is None else best.text


def _seed(request: GenerationRequest) -> str:
    return hashlib.sha256(json.dumps(asdict(request), sort_keys=True).encode()).hexdigest()


def _alike(one: Sentence, other: Sentence) -> bool:
    if one.excerpt == other.excerpt:
        return True
    union = len(one.stems | other.stems)
    return union == 0 or len(one.stems & other.stems) / union > _NEAR_DUPLICATE
