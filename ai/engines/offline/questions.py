"""What can be asked about a text: every question that its words answer, with the answers that are accepted."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from ai.engines.base import TRUE_FALSE_OPTIONS, Difficulty, QuestionType
from ai.engines.offline import facts as fact_finder
from ai.engines.offline import terms as term_finder
from ai.engines.offline.facts import Fact
from ai.engines.offline.sentences import Document, Sentence
from ai.engines.offline.tagging import content_stems
from ai.engines.offline.terms import Definition, Term, Terms

GAP = "_____"
_DISTRACTORS = {Difficulty.EASY: 2, Difficulty.MEDIUM: 3, Difficulty.HARD: 4}
_FEWEST_DISTRACTORS = 2
# A blank needs this many words of meaning around it, or it can be filled with anything.
_LEAST_CONTEXT = 4
# A sentence that says this much of what another says may say it of an option as well.
_SAME_STATEMENT = 0.5
# Of two numbers of one thing, one may be this many times the other.
_FARTHEST = 50
_LOOSE_STATEMENT = re.compile(
    r"\b(?:should|could|would|might|may|seems?|seemed|very|rather|quite|good|bad|best|better|easy|easily|important|"
    r"sometimes|often|usually|many|most|some|much|interesting|beautiful|great|nice|simple|simply|actually|really)\b",
    re.IGNORECASE,
)
_LEADS = {
    fact_finder.Kind.YEAR: "Which year",
    fact_finder.Kind.DATE: "Which date",
    fact_finder.Kind.CENTURY: "Which word",
    fact_finder.Kind.NUMBER: "Which number",
    term_finder.Kind.PERSON: "Which name",
    term_finder.Kind.NAME: "Which name",
    term_finder.Kind.ABBREVIATION: "Which abbreviation",
    term_finder.Kind.TERM: "Which term",
}


class Form(Enum):
    """Forms of question, by how sure they are to be good ones."""

    DEFINITION = 5
    ABBREVIATION = 4
    DATE = 4.5
    NUMBER = 4.2
    TERM = 3
    NAME = 3.5
    FALSE = 4.1
    TRUE = 2.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that could be asked. `accepted` holds what earns the marks; `options` are not shuffled yet."""

    form: Form
    question_type: QuestionType
    sentence: Sentence
    text: str
    accepted: tuple[str, ...]
    options: tuple[str, ...] = ()
    bonus: float = 0.0

    @property
    def answer(self) -> str:
        return self.accepted[0]


class Candidates:
    """All candidates of one document."""

    def __init__(self, document: Document, difficulty: Difficulty) -> None:
        self.document, self.difficulty = document, difficulty
        self.terms = Terms(document)
        self.facts = {s.index: fact_finder.facts(s) for s in document.sentences}
        self._all_facts = [fact for found in self.facts.values() for fact in found]
        self._definitions = {d.sentence.index: d for d in self.terms.definitions}

    def of(self, sentence: Sentence) -> Iterator[Candidate]:
        """Yield what can be asked about a sentence that stands alone."""
        for fact in self.facts[sentence.index]:
            yield from self._about_fact(fact)
        yield from self._true(sentence)
        definition = self._definitions.get(sentence.index)
        if definition is not None:
            yield from self._about_definition(definition)
        for term in self.terms.of(sentence):
            yield from self._about_term(term)
        for short, (long, origin) in self.terms.abbreviations.items():
            if origin.index == sentence.index:
                text = f"What does “{short}” stand for in the text?"
                yield Candidate(Form.ABBREVIATION, QuestionType.SHORT_ANSWER, sentence, text, (long,))

    def _about_fact(self, fact: Fact) -> Iterator[Candidate]:
        if len(content_stems(_without(fact.sentence, fact.start, fact.end))) < _LEAST_CONTEXT:
            return
        form = Form.NUMBER if fact.kind is fact_finder.Kind.NUMBER else Form.DATE
        text = _gap(fact.kind, fact.sentence, fact.start, fact.end)
        bonus = 0.0 if fact.text[0].isdigit() else -0.6
        yield Candidate(form, QuestionType.SHORT_ANSWER, fact.sentence, text, fact.accepted, bonus=bonus)
        options = self._other_facts(fact)
        if len(options) >= _FEWEST_DISTRACTORS:
            wrong = options[: _DISTRACTORS[self.difficulty]]
            yield Candidate(form, QuestionType.MULTIPLE_CHOICE, fact.sentence, text, (fact.text,), (fact.text, *wrong), bonus)
        others = [other for other in self._all_facts if other.text in options]
        draw = fact.sentence.index + fact.start
        false = fact_finder.changed(fact, others, near=self.difficulty is Difficulty.HARD, draw=draw)
        if false is not None and not _LOOSE_STATEMENT.search(fact.sentence.text):
            statement = fact.sentence.text[: fact.start] + false + fact.sentence.text[fact.end :]
            yield self._statement(Form.FALSE, fact.sentence, statement, bonus)

    def _other_facts(self, fact: Fact) -> list[str]:
        """Return the other values of the text that could stand in the place of `fact` and are not true there."""
        fits: dict[str, Fact] = {}
        for other in self._all_facts:
            if other.style != fact.style or other.value == fact.value or other.sentence.index == fact.sentence.index:
                continue
            if re.search(rf"\b{re.escape(other.text)}\b", fact.sentence.text) or self._also_true(other.text, fact.sentence):
                continue
            if not (_comparable(fact, other) if fact.kind is fact_finder.Kind.NUMBER else fact_finder.keeps_order(fact, other.value)):
                continue
            if all(other.value != kept.value for kept in fits.values()):
                fits.setdefault(other.text, other)
        nearest = sorted(fits.values(), key=lambda other: (other.unit != fact.unit, abs(other.value - fact.value)))
        return [other.text for other in nearest]

    def _also_true(self, option: str, sentence: Sentence) -> bool:
        """Whether another sentence says of `option` much of what `sentence` says."""
        pattern = re.compile(rf"\b{re.escape(option)}\b")
        return any(
            len(other.stems & sentence.stems) >= _SAME_STATEMENT * max(1, len(sentence.stems))
            for other in self.document.sentences
            if other.index != sentence.index and pattern.search(other.text)
        )

    def _true(self, sentence: Sentence) -> Iterator[Candidate]:
        if _LOOSE_STATEMENT.search(sentence.text):
            return
        facts = bool(self.facts[sentence.index])
        defines = sentence.index in self._definitions
        named = sum(self.terms.has_weight(term) for term in self.terms.of(sentence))
        if facts or defines or named:
            yield self._statement(Form.TRUE, sentence, sentence.text, 0.6 * facts + 0.4 * defines + 0.2 * min(named, 2))

    def _about_definition(self, definition: Definition) -> Iterator[Candidate]:
        text = f"Which term does the text describe as “{definition.meaning}”?"
        accepted = self._wordings(definition.term)
        yield Candidate(Form.DEFINITION, QuestionType.SHORT_ANSWER, definition.sentence, text, accepted)
        options = [
            other.term
            for other in self.terms.definitions
            if other.plural == definition.plural
            and other.term.casefold() != definition.term.casefold()
            and not set(content_stems(other.term)) & (definition.sentence.stems | set(content_stems(definition.term)))
            and not self._also_true(other.term, definition.sentence)
        ]
        options = list(dict.fromkeys(options))
        if len(options) >= _FEWEST_DISTRACTORS:
            options.sort(key=lambda option: abs(len(option) - len(definition.term)))
            wrong = options[: _DISTRACTORS[self.difficulty]]
            shown = tuple(option[0].upper() + option[1:] for option in (definition.term, *wrong))
            kind = QuestionType.MULTIPLE_CHOICE
            yield Candidate(Form.DEFINITION, kind, definition.sentence, text, shown[:1], shown)

    def _about_term(self, term: Term) -> Iterator[Candidate]:
        sentence = term.sentence
        rest = _without(sentence, term.start, term.end)
        if not self.terms.has_weight(term) or set(content_stems(term.text)) & set(content_stems(rest)):
            return
        if any(word in rest.casefold() for word in term.text.casefold().split() if len(word) > 2):  # noqa: PLR2004
            return
        if len(content_stems(rest)) < _LEAST_CONTEXT:
            return
        form = Form.TERM if term.kind is term_finder.Kind.TERM else Form.NAME
        text = _gap(term.kind, sentence, term.start, term.end)
        bonus = (1.0 if term.named else 0.0) + 0.2 * (self.terms.counts[term.key] > 1) - 0.4 * bool(_LOOSE_STATEMENT.search(rest))
        yield Candidate(form, QuestionType.SHORT_ANSWER, sentence, text, self._wordings(term.text, term.kind), bonus=bonus)
        options = self._other_names(term)
        if len(options) >= _FEWEST_DISTRACTORS:
            wrong = options[: _DISTRACTORS[self.difficulty]]
            yield Candidate(form, QuestionType.MULTIPLE_CHOICE, sentence, text, (term.text,), (term.text, *wrong), bonus)

    def _other_names(self, term: Term) -> list[str]:
        if term.kind is not term_finder.Kind.PERSON:
            return []
        others = dict.fromkeys(
            other.text for other in self.terms
            if other.kind is term.kind and other.sentence.index != term.sentence.index
            and not set(content_stems(other.text)) & term.sentence.stems and not self._also_true(other.text, term.sentence)
        )  # fmt: skip
        words = term.text.count(" ")
        return sorted(others, key=lambda other: abs(other.count(" ") - words))

    def _wordings(self, term: str, kind: term_finder.Kind | None = None) -> tuple[str, ...]:
        """Return the wordings of a term that are right: the text's own, its abbreviation, a person's surname."""
        accepted = [term]
        for short, (long, _) in self.terms.abbreviations.items():
            if term.casefold() in {short.casefold(), long.casefold()}:
                accepted += [short, long]
        surname = term.split()[-1]
        if kind is term_finder.Kind.PERSON and surname != term:
            namesakes = {t.text for t in self.terms if t.text.split()[-1] == surname and " " in t.text}
            if len(namesakes) == 1 and not surname.startswith(("I", "V", "X")):
                accepted.append(surname)
        return tuple(dict.fromkeys(accepted))

    @staticmethod
    def _statement(form: Form, sentence: Sentence, statement: str, bonus: float) -> Candidate:
        answer = TRUE_FALSE_OPTIONS[form is Form.FALSE]
        text = f"According to the text, is this statement true or false? “{statement}”"
        return Candidate(form, QuestionType.TRUE_FALSE, sentence, text, (answer,), TRUE_FALSE_OPTIONS, bonus)


def _comparable(fact: Fact, other: Fact) -> bool:
    low, high = sorted((abs(fact.value), abs(other.value)))
    same_unit = fact.unit.split()[-1:] == other.unit.split()[-1:]
    return same_unit and high <= _FARTHEST * max(low, Decimal(1))


def _gap(kind: fact_finder.Kind | term_finder.Kind, sentence: Sentence, start: int, end: int) -> str:
    text = sentence.text
    return f"{_LEADS[kind]} completes this statement from the text? “{text[:start]}{GAP}{text[end:]}”"


def _without(sentence: Sentence, start: int, end: int) -> str:
    return f"{sentence.text[:start]} {sentence.text[end:]}"
