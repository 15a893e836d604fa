"""Make every question that a text can answer, with the accepted answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from ai.engines.base import BLANK, TRUE_FALSE_OPTIONS, Difficulty, QuestionType
from ai.engines.english import WORDS, content_stems, frequency, is_known_word
from ai.engines.offline.facts import Blank, Kind, facts, falsify, keeps_order
from ai.engines.offline.sentences import Document, Sentence
from ai.engines.offline.term_extraction import DEMONYM, Definition, Terms

_DISTRACTORS = {Difficulty.EASY: 2, Difficulty.MEDIUM: 3, Difficulty.HARD: 4}
_MIN_DISTRACTORS = 2
_MIN_CONTEXT = 4  # content words around a blank; with fewer, many fillings fit
_MAX_COMPARED = 25  # comparing all pairs is expensive
_RARE, _MIN_ANCHORS, _OFTEN = 5, 2, 3  # times in about a million words; rare words; times in the text
# If another sentence shares this fraction of stems and mentions the option, the option may also be correct.
_SAME_STATEMENT = 0.5
# Distractors: largest ratio of two numbers with the same unit, and with different units; largest distance in years.
_MAX_RATIO, _MAX_RATIO_ACROSS_UNITS, _MAX_YEARS_APART, _ANTIQUITY = 50, 10, 150, 1000


class Form(Enum):
    """Forms of question. The value is the form's share of a candidate's score."""

    DEFINITION = 5.0
    DATE = 4.5
    NUMBER = 4.2
    FALSE = 4.1
    ABBREVIATION = 4.0
    NAME = 3.5
    TERM = 3.0
    TRUE = 2.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible question. The first of `accepted` is the answer; `options` begin with it."""

    form: Form
    question_type: QuestionType
    sentence: Sentence
    text: str
    accepted: tuple[str, ...]
    bonus: float = 0.0
    options: tuple[str, ...] = ()


class Candidates:
    """All candidates of one document."""

    def __init__(self, document: Document, difficulty: Difficulty) -> None:
        self._document, self._difficulty = document, difficulty
        self.terms = Terms(document)
        self._facts = {sentence.index: facts(sentence) for sentence in document.sentences}
        self._pools: dict[tuple[object, ...], list[Blank]] = {}
        self._sentences_with: dict[str, list[Sentence]] = {}
        for sentence in document.sentences:
            for fact in self._facts[sentence.index]:
                self._pools.setdefault(fact.style, []).append(fact)
            for word in {token.lower for token in sentence.tokens if token.start >= sentence.start}:
                self._sentences_with.setdefault(word, []).append(sentence)

    def of(self, sentence: Sentence) -> Iterator[Candidate]:
        """Yield the candidates for a sentence that stands alone."""
        is_vague = any(token.lower in WORDS["vague_modifiers"] for token in sentence.tokens)
        found, terms = self._facts[sentence.index], self.terms.of(sentence)
        definition = self.terms.definitions.get(sentence.index)
        # Without a name, a date or a repeated rare word, the subject of a statement is unclear.
        rare = [token for token in sentence.tokens if token.is_noun and frequency(token.text) <= _RARE]
        anchors = {blank.start for blank in (*found, *terms) if blank.kind is not Kind.NUMBER}
        anchors |= {token.start for token in rare if len(self._sentences_with[token.lower]) > 1}
        for blank in (*found, *terms):
            beside = [at for at in anchors if not blank.start <= at < blank.start + len(blank.text)]
            central = frequency(blank.text) <= _RARE and self.terms.times(blank.text) >= _OFTEN
            weak = blank.kind in {Kind.NUMBER, Kind.TERM} and not (blank.named or central or sentence.start)
            if beside or not weak:
                about = self._about_fact if blank in found else self._about_term
                yield from about(blank, is_vague=is_vague)
        if definition is not None:
            yield from self._about_definition(definition)
        for short, (long, origin) in self.terms.abbreviations.items():
            if origin is sentence:
                text = f"What does “{short}” stand for in the text?"
                yield Candidate(Form.ABBREVIATION, QuestionType.SHORT_ANSWER, sentence, text, (long,))
        bonus = 0.6 * bool(found) + 0.4 * bool(definition) + 0.2 * min(2, len(terms))
        if not is_vague and (definition or len(anchors | {token.start for token in rare}) >= _MIN_ANCHORS):
            yield _statement(Form.TRUE, sentence, sentence.text, bonus)

    def _about_fact(self, fact: Blank, *, is_vague: bool) -> Iterator[Candidate]:
        sentence, text = fact.sentence, _cloze(fact)
        opens = fact.start == sentence.start and fact.text[0].isupper()
        if opens or self._lacks_context(fact):
            return
        form = Form.NUMBER if fact.kind is Kind.NUMBER else Form.DATE
        bonus = 0.0 if fact.text[0].isdigit() else -0.6
        accepted = (fact.text, f"{fact.text} {fact.unit}") if fact.unit else (fact.text,)
        yield Candidate(form, QuestionType.SHORT_ANSWER, sentence, text, accepted, bonus)
        beside = [other for other in self._facts[sentence.index] if other is not fact]
        others = self._other_facts(fact, beside)
        if not any(token.lower in WORDS["future"] for token in sentence.tokens):
            shown = [o.text.lower() if o.kind is Kind.NUMBER else o.text for o in others]
            yield from self._choice(form, sentence, text, [fact.text, *shown], bonus)
        false = None if is_vague else falsify(fact, others, beside, near=self._difficulty is Difficulty.HARD)
        if false is not None:
            yield _statement(Form.FALSE, sentence, fact.fill(false), bonus)

    def _lacks_context(self, blank: Blank) -> bool:
        """Return whether little is left around a blank, or another sentence fits it too."""
        stems = set(content_stems(blank.fill(" ")))
        said = any(stems <= o.stems and blank.text not in o.text for o in self._document.sentences)
        return said or len(stems) < _MIN_CONTEXT

    def _other_facts(self, fact: Blank, beside: list[Blank]) -> list[Blank]:
        """Return other values of the text that can replace `fact` and make it false, nearest first."""
        fits: dict[Decimal, Blank] = {}
        for other in self._pools[fact.style][:_MAX_COMPARED]:
            if other.sentence is fact.sentence or other.value == fact.value or other.value in fits:
                continue
            low, high = sorted((abs(fact.value), abs(other.value)))
            if fact.kind is Kind.NUMBER:
                ratio = _MAX_RATIO if fact.unit == other.unit else _MAX_RATIO_ACROSS_UNITS
                comparable = high <= ratio * max(low, Decimal(1))
            else:
                near = fact.kind is Kind.DATE or fact.value < _ANTIQUITY or high - low <= _MAX_YEARS_APART
                comparable = near and keeps_order(fact, other.value, beside)
            if comparable and not self._also_true(other.text, fact.sentence):
                fits[other.value] = other
        return sorted(fits.values(), key=lambda other: abs(other.value - fact.value))

    def _also_true(self, option: str, sentence: Sentence) -> bool:
        """Return whether the sentence, or a similar one, mentions `option`."""
        names = re.compile(rf"\b{re.escape(option)}\b", re.IGNORECASE).search
        found, stems = self._sentences_with.get(option.split(maxsplit=1)[0].lower(), []), sentence.stems
        likeness = ((len(o.stems & stems), o) for o in found[:_MAX_COMPARED])
        alike = any(shared >= _SAME_STATEMENT * len(stems) and names(o.text) for shared, o in likeness)
        return alike or len(found) > _MAX_COMPARED or names(sentence.text) is not None

    def _about_definition(self, definition: Definition) -> Iterator[Candidate]:
        sentence, term = definition.sentence, definition.term
        text = f"Which term does the text describe as “{definition.meaning}”?"
        yield Candidate(Form.DEFINITION, QuestionType.SHORT_ANSWER, sentence, text, self._wordings(term))
        alike = [d.term for d in self.terms.definitions.values() if d.plural == definition.plural]
        apart = (other for other in alike[:_MAX_COMPARED] if not set(content_stems(other)) & sentence.stems)
        others = [other for other in apart if not self._also_true(other, sentence)]
        others.sort(key=lambda other: (abs(other.count(" ") - term.count(" ")), abs(len(other) - len(term))))
        shown = [option[0].upper() + option[1:] for option in (term, *others)]
        yield from self._choice(Form.DEFINITION, sentence, text, shown)

    def _about_term(self, term: Blank, *, is_vague: bool) -> Iterator[Candidate]:
        told = term.fill(" ").casefold()
        words = [word for word in term.text.casefold().split() if len(word) > 2]  # noqa: PLR2004 -- "of"
        given_away = any(word[: max(4, len(word) - 3)] in told for word in words)
        if given_away or self._lacks_context(term):
            return
        form = Form.TERM if term.kind is Kind.TERM else Form.NAME
        bonus = 1.0 * term.named + 0.2 * (self.terms.times(term.text) > 1) - 0.4 * is_vague
        opens = form is Form.TERM and term.start == 0 and term.text[1:].islower()
        answer = term.text[0].lower() + term.text[1:] if opens else term.text
        accepted = tuple(w for w in self._wordings(answer) if w == answer or w.casefold() not in told)
        yield Candidate(form, QuestionType.SHORT_ANSWER, term.sentence, _cloze(term), accepted, bonus)

    def _choice(
        self, form: Form, sentence: Sentence, text: str, options: list[str], bonus: float = 0.0
    ) -> Iterator[Candidate]:
        shown = tuple(dict.fromkeys(options))[: 1 + _DISTRACTORS[self._difficulty]]
        if len(shown) > _MIN_DISTRACTORS:
            yield Candidate(form, QuestionType.MULTIPLE_CHOICE, sentence, text, shown[:1], bonus, shown)

    def _wordings(self, term: str) -> tuple[str, ...]:
        """Return the wordings of a term that the text uses: in full, abbreviated, or a surname alone."""
        accepted = [term]
        for short, (long, _) in self.terms.abbreviations.items():
            if term.casefold() in {short.casefold(), long.casefold()}:
                accepted += [short, long]
        first, _, surname = term.rpartition(" ")
        if first and self.terms.times(surname) and not (is_known_word(first) or DEMONYM.search(first)):
            accepted.append(surname)
        return tuple(dict.fromkeys(accepted))


def _statement(form: Form, sentence: Sentence, statement: str, bonus: float) -> Candidate:
    text = f"According to the text, is this statement true or false? “{statement}”"
    answer = TRUE_FALSE_OPTIONS[form is Form.FALSE]
    return Candidate(form, QuestionType.TRUE_FALSE, sentence, text, (answer,), bonus, TRUE_FALSE_OPTIONS)


def _cloze(blank: Blank) -> str:
    return f"{blank.kind} completes this statement from the text? “{blank.fill(BLANK)}”"
