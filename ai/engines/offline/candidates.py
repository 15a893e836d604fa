"""Make every question that a text can answer, with the accepted answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from ai.engines.base import BLANK, TRUE_FALSE_OPTIONS, Difficulty, QuestionType
from ai.engines.english import WORDS, article, content_stems, is_plural
from ai.engines.offline import rewording
from ai.engines.offline.facts import Blank, Bounds, Kind, computed, facts, is_arbitrary, is_bound, is_open
from ai.engines.offline.sentences import Document, Sentence
from ai.engines.offline.term_extraction import Definition, Terms, uncapitalised
from ai.engines.offline.wordings import Wordings

_OPTIONS, _GOOD, _BARE = 4, 2.5, 1.0
_MIN_WORDS = 10  # of a statement without a number, a date, a definition or a named term
_MIN_CONTEXT = 4  # content words around a blank; with fewer, many fillings fit
_SAME_START = 6  # letters
_MAX_COMPARED = 25  # comparing all pairs is expensive
_SAME_TOPIC = (
    0.34  # if a sentence shares this fraction of stems and mentions an option, it may also be correct
)
# Terms of processes and states, which are no options for things.
_ABSTRACT = re.compile(r"(?:[st]ion|sis|ing|ment|ance|ence|ism|ity|ness|cy|phy|logy)$")


class Form(Enum):
    """Forms of question. The value is the form's share of a candidate's score."""

    DEFINITION = 5.0
    DATE = 4.5
    NUMBER = 4.2
    FALSE = 4.1
    ABBREVIATION = 4.0
    OPPOSITE = 3.4
    NAME = 3.5
    TERM = 2.7
    TRUE = 2.5


FALSE_FORMS = {Form.FALSE, Form.OPPOSITE}
_ASKS_FOR_TERM = {Form.DEFINITION, Form.NAME, Form.TERM}


_ANY_YEAR = re.compile(r"\b(?:1\d{3}|20\d\d)\b")
_JUDGEMENT = re.compile(r"It (?:is|was|seems) (?:\w+ )?\w+ (?:to|that|for)\b")
_PAIRED = re.compile(r"\b[A-Z][\w-]+ (?:and|or) (?:the |an? )?$")
_RELATION = re.compile(r"an? \w+ of [A-Z]")  # "a grandson of Genghis Khan" describes several
_PLACED = re.compile(r"\b(?:in|on|at|from|to|near|within|between|over) (?:the )?$")
_BY = re.compile(r"\bby (?:the )?(?:[a-z]+ ){0,3}$")
# Many others did that, too.
_VAGUE_DEED = re.compile(
    r" (?:led the way|played|worked|began|continued|had|has|came|went|remained|wanted|made|took|saw|used|knew|thought|tried)\b"
)


@dataclass(frozen=True)
class Candidate:
    """A possible question. The first of `accepted` is the answer; `options` begin with it."""

    form: Form
    question_type: QuestionType
    sentence: Sentence
    text: str
    accepted: tuple[str, ...]
    bonus: float = 0.0
    options: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """How good the question is, whatever the request."""
        return self.form.value + self.bonus - 0.4 * ("…" in (self.sentence.context or ""))

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The term that is asked for, and the years of the sentence that the question does not show."""
        years = set(_ANY_YEAR.findall(self.sentence.text)) - set(_ANY_YEAR.findall(self.text))
        terms = {self.accepted[0].casefold()} if self.form in _ASKS_FOR_TERM else set()
        return frozenset(years | terms)

    @property
    def is_good(self) -> bool:
        return self.value >= _GOOD


class Candidates:
    """All candidates of one document."""

    def __init__(self, document: Document, difficulty: Difficulty) -> None:
        self._document, self._difficulty = document, difficulty
        self.terms = Terms(document)
        self._facts = {sentence.index: facts(sentence) for sentence in document.sentences}
        told = (re.findall(r"\d[\d,]+\d", sentence.text) for sentence in document.sentences)
        self._told = frozenset(number for numbers in told for number in numbers)
        found = self._facts.items()
        self._years = [(at, int(fact.value)) for at, some in found for fact in some if fact.is_time]
        self._wordings = Wordings(document, self.terms)
        self._sentences_with: dict[str, list[Sentence]] = {}
        for sentence in document.sentences:
            for word in {token.lower for token in sentence.tokens}:
                self._sentences_with.setdefault(word, []).append(sentence)

    def of(self, sentence: Sentence) -> Iterator[Candidate]:
        """Yield the candidates for a sentence with a context, and without it if the sentence stands alone."""
        yield from self._of(sentence)
        about, shown, _ = (sentence.context or "").partition("“")
        if shown and sentence.stands_alone:
            bare = replace(sentence, context=re.sub("(?i)after $", "", about))
            yield from (replace(found, bonus=found.bonus - _BARE) for found in self._of(bare))

    def _of(self, sentence: Sentence) -> Iterator[Candidate]:
        words = {token.lower for token in sentence.tokens}
        is_vague = bool(WORDS["vague_modifiers"] & words)
        found, terms = self._facts[sentence.index], self.terms.of(sentence)
        definition = self.terms.definitions.get(sentence.index)
        for blank in (*found, *terms):
            if not re.search(rf"(?i)\b{re.escape(blank.text)}\b", sentence.context or ""):
                about = self._about_fact if blank in found else self._about_term
                yield from about(replace(blank, sentence=sentence), is_vague=is_vague)
        if definition is not None:
            yield from self._about_definition(definition)
        for short, (long, origin) in self.terms.abbreviations.items():
            if origin is sentence:
                text = f"What does “{short}” stand for in the text?"
                yield Candidate(Form.ABBREVIATION, QuestionType.SHORT_ANSWER, sentence, text, (long,))
        opposite = rewording.opposite(sentence.text, sentence.tokens)
        if opposite:
            yield _statement(Form.OPPOSITE, sentence, opposite, 0.0)
        negated = WORDS["denials"] & words or any(word.endswith("n't") for word in words)
        if definition and definition.opens and not found and sentence.index == 0:
            return  # too easy: it defines the topic
        is_long = any(term.named for term in terms) or len(sentence.tokens) > _MIN_WORDS
        full = definition or (is_long and sentence.context)
        unclear = not found and ("one of the " in sentence.text or _JUDGEMENT.match(sentence.text))
        if not WORDS["subjective"] & words and not unclear and (found or (full and not negated)):
            bonus = 0.6 * bool(found) + 0.4 * bool(definition) + 0.2 * min(2, len(terms)) - 0.6 * is_vague
            yield _statement(Form.TRUE, sentence, sentence.text, bonus)

    def _about_fact(self, fact: Blank, *, is_vague: bool) -> Iterator[Candidate]:
        sentence, text = fact.sentence, _cloze(fact)
        words = {token.lower for token in sentence.tokens}
        named = any(t.is_capital and t.start and t.lower not in WORDS["calendar"] for t in sentence.tokens)
        named = named or sentence.tokens[0].text in self._document.names or fact.kind is Kind.NUMBER
        named = named or bool(sentence.context)
        # "Elections in 2019 were fair": where?
        beside = [other for other in self._facts[sentence.index] if other.start != fact.start]
        crowded = sum(other.is_time for other in beside) > 1
        if crowded or not named or is_arbitrary(fact) or self._lacks_context(fact):
            return
        form = Form.NUMBER if fact.kind is Kind.NUMBER else Form.DATE
        bonus = 0.0 if fact.text[0].isdigit() else -0.6
        accepted = (fact.text, f"{fact.text} {fact.unit}") if fact.unit else (fact.text,)
        if not is_open(fact) and fact.kind is not Kind.DATE:  # an exact day is too much to recall
            yield Candidate(form, QuestionType.SHORT_ANSWER, sentence, text, accepted, bonus)
        if is_bound(fact) or words & WORDS["future"]:
            return
        near = self._difficulty is Difficulty.HARD
        earlier = max((y for at, y in self._years if at < sentence.index and y < fact.value), default=0)
        later = min((y for at, y in self._years if at > sentence.index and y > fact.value), default=9999)
        bounds = Bounds(self._document.topic.lifetime, earlier, later)
        shown = computed(fact, beside, self._told | words, bounds, near=near)
        if form is Form.DATE or not fact.is_aside:
            yield from self._choice(form, sentence, text, [fact.text, *shown], bonus)
        if shown and not fact.is_aside and not is_vague:
            plausible = [v for v in shown if not fact.is_time or _year(v) >= earlier]
            false = plausible[(fact.start + sentence.index) % 2]
            yield _statement(Form.FALSE, sentence, fact.fill(false), bonus)

    def _lacks_context(self, blank: Blank) -> bool:
        """Return whether little is left around a blank, or another sentence fits it too."""
        stems = set(content_stems(f"{blank.sentence.context} {blank.fill(' ')}"))
        said = any(stems <= o.stems and blank.text not in o.text for o in self._document.sentences)
        return said or len(stems) < _MIN_CONTEXT

    def _also_true(self, option: str, sentence: Sentence) -> bool:
        """Return whether the sentence, or a similar one, mentions `option`."""
        names = re.compile(rf"\b{re.escape(option)}\b", re.IGNORECASE).search
        found, stems = self._sentences_with.get(option.split(maxsplit=1)[0].lower(), []), sentence.stems
        likeness = ((len(o.stems & stems), o) for o in found[:_MAX_COMPARED])
        said = any(shared >= _SAME_TOPIC * len(stems) and names(o.text) for shared, o in likeness)
        return said or len(found) > _MAX_COMPARED or names(sentence.text) is not None

    def _about_definition(self, definition: Definition) -> Iterator[Candidate]:
        sentence, term, blank = definition.sentence, definition.term, definition.blank
        kind = Kind.TERM if blank.kind is Kind.TERM else Kind.NAME
        if self.terms.is_topic(blank) or (kind is Kind.NAME and _RELATION.match(definition.meaning)):
            return
        if term[:_SAME_START].casefold() in definition.meaning.casefold():
            return  # the meaning tells the term: coniferin of conifers
        text = f"{kind} does the text describe as “{definition.meaning}”?"
        yield Candidate(
            Form.DEFINITION, QuestionType.SHORT_ANSWER, sentence, text, self._wordings.of(blank, term)
        )
        others = self._others(replace(blank, sentence=replace(sentence, context="")), None)
        shown = [option[0].upper() + option[1:] for option in (term, *others)]
        yield from self._choice(Form.DEFINITION, sentence, text, shown)

    def _about_term(self, term: Blank, *, is_vague: bool) -> Iterator[Candidate]:
        told = term.fill(" ").casefold()
        words = [word for word in term.text.casefold().split() if len(word) > 2]  # noqa: PLR2004 -- "of"
        given = [word[: max(4, len(word) - 3)] in told for word in words]
        if (
            all(given)
            or self.terms.is_topic(term)
            or self._lacks_context(term)
            or not self._is_determined(term, is_vague=is_vague)
        ):
            return
        form = Form.TERM if term.kind is Kind.TERM else Form.NAME
        place = 0.5 if form is Form.NAME or term.start <= len("The ") else -0.3  # the subject, mostly
        bonus = 1.0 * term.named + place + 0.2 * (self.terms.times(term.text) > 1) - 0.4 * is_vague
        answer = uncapitalised(term)
        accepted = self._wordings.of(term, answer, told)
        yield Candidate(form, QuestionType.SHORT_ANSWER, term.sentence, _cloze(term), accepted, bonus)
        if not any(given) and (term.named or term.text in self.terms.persons):
            before = term.sentence.text[: term.start].rstrip().rpartition(" ")[2].lower()
            options = [answer, *self._others(term, before)]
            yield from self._choice(form, term.sentence, _cloze(term), options, bonus + 0.3)

    def _is_determined(self, term: Blank, *, is_vague: bool) -> bool:
        """Return whether only one name fits: "most cloth in Britain was made at home" fits other places too."""
        text, end = term.sentence.text, term.start + len(term.text)
        listed = _PAIRED.search(text, 0, term.start)
        if listed or (term.kind is Kind.NAME and not term.named and _PLACED.search(text, 0, term.start)):
            return False  # one of several, or a place that has other names
        if term.kind is not Kind.NAME or term.named or text[end:].startswith(", a"):
            return True
        did = _BY.search(text, 0, term.start) is not None
        dated = any(fact.is_time for fact in self._facts[term.sentence.index])
        if _VAGUE_DEED.match(text, end) and not dated:
            return False
        if (did or dated) and (term.text in self.terms.persons or (did and dated)):
            return True
        beside = [
            t
            for t in term.sentence.tokens
            if t.is_capital and len(t.text) > 1 and not term.start <= t.start < end and t.tag != "DT"
        ]
        names = [t for t in beside if t.start or t.text in self._document.names]
        return len(names) > 1 and not is_vague

    def _others(self, term: Blank, before: str | None) -> list[str]:
        """Return other terms of the same kind and number, which make the sentence false and fit the word `before`."""
        found, capital = [], uncapitalised(term)[0].isupper()
        for other in self.terms.vocabulary(term)[:_MAX_COMPARED]:
            text = uncapitalised(other)
            fits = before is None or text[0].isupper() is capital
            fits = fits and (before not in {"a", "an"} or article(text) == before)
            if fits and is_plural(other.text) == is_plural(term.text) and self._is_other(text, term):
                found.append(text)
        return found

    def _is_other(self, other: str, term: Blank) -> bool:
        """Return whether a term is another one than `term`, and not said of the sentence's subject."""
        stems, told = set(content_stems(other)), term.sentence.stems | set(content_stems(term.text))
        alike = bool(_ABSTRACT.search(other)) is bool(_ABSTRACT.search(term.text))
        shown = other.casefold() in (term.sentence.context or "").casefold()  # so it is not asked for
        return alike and not shown and not (stems & told or self._also_true(other, term.sentence))

    def _choice(
        self, form: Form, sentence: Sentence, text: str, options: list[str], bonus: float = 0.0
    ) -> Iterator[Candidate]:
        shown = tuple(dict.fromkeys(options))[:_OPTIONS]
        if len(shown) == _OPTIONS:
            yield Candidate(form, QuestionType.MULTIPLE_CHOICE, sentence, text, shown[:1], bonus, shown)


def _year(date: str) -> int:
    return max(map(int, re.findall(r"\d+", date)))


def _statement(form: Form, sentence: Sentence, statement: str, bonus: float) -> Candidate:
    text = _about(sentence, "According to the text, is this statement true or false?", statement)
    answer = TRUE_FALSE_OPTIONS[form in FALSE_FORMS]
    return Candidate(form, QuestionType.TRUE_FALSE, sentence, text, (answer,), bonus, TRUE_FALSE_OPTIONS)


def _cloze(blank: Blank) -> str:
    return _about(blank.sentence, f"{blank.kind} completes this statement from the text?", blank.fill(BLANK))


def _about(sentence: Sentence, question: str, statement: str) -> str:
    """Return a question about a statement, which is shown after its context."""
    if sentence.context:
        question = f"{sentence.context}{question[0].lower()}{question[1:]}"
    return f"{question} “{statement}”"
