"""The terms of a text: what it defines, abbreviates, names or keeps coming back to."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ai.engines.offline.sentences import Document, Sentence
from ai.engines.offline.tagging import Token, content_stems, entity_kind, frequency, is_known_word, stem
from ai.engines.offline.words import FUNCTION_WORDS, word_set

_PARTICLES = word_set("of de la le van von der da di du del")
_TITLES = word_set("mr mrs ms dr prof sir lord lady king queen pope emperor president general captain saint")
_CALENDAR = word_set(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday god"
)
_HUMAN_VERBS = word_set(
    "adapted argued became began born built came conceived conquered created crowned defeated described designed "
    "developed died discovered wrote founded invented introduced led lived made married proposed proved published "
    "ruled served said showed started studied succeeded took travelled traveled used visited won worked"
)
_VAGUE = word_set(
    "thing things way ways kind kinds sort sorts part parts lot number numbers fact facts case cases time times day "
    "days year years century centuries end beginning middle half side place point points matter something anything "
    "everything nothing one ones bit other others example examples extent degree rate hand term terms work course use "
    "uses form forms idea ideas people men man women woman world month months hour hours week weeks moment instance "
    "latter former order means account problem problems reason reasons result results goal purpose aim difference "
    "method approach question answer change effect process type types set list name names amount range area areas "
    "piece pieces group groups member members variety series majority lack need advantage disadvantage option options "
    "user users person feature features step steps issue issues benefit role size situation task version value values"
)
_ORDERING = word_set("first second third fourth fifth last next other another same new various several different")
_DEMONYM = re.compile(r"(?:ish|ese|ian|ians|ans|ean|eans|nch|tch|ic|ists?|men|women|ers)$")
_NAME = re.compile(r"(?:Mc|Mac|O['’]|D['’])?[A-Z][a-zà-ÿ]+(?:[-–][A-Z]?[a-z]+)*|[A-Z]{2,6}|[A-Z]\.")
_ACRONYM = re.compile(r"((?:[A-Za-z][\w’'-]*[ ]){1,7})\(([A-Z][A-Za-z]{0,1}[A-Z]{1,5})s?\)")
_DEFINING = re.compile(
    r"\A(?P<article>An? |The )?(?P<term>[A-Z\w][\w’'-]*(?: [\w’'-]+){0,3}?) "
    r"(?P<verb>is|are|refers to|means|denotes|is defined as) (?P<rest>(?:an?|the|any|one|each) .+|[a-z]+ (?:that|which|who|of) .+)\.\Z"
)
_CALLED = re.compile(r"(?:\b(?:called|known as|referred to as|termed|named) )(?:the |an? )?[“\"']?$")
_SPECIFIC = re.compile(r"\b(?:that|which|who|whose|of|for|in|from|with|by|between|used|when|where|to)\b")
_VERY_RARE, _RARE, _COMMON, _OFTEN = 3, 12, 300, 3
_MIN_DEFINITION, _MAX_DEFINITION, _MAX_TERM_WORDS = 5, 32, 4


class Kind(Enum):
    """Options for a term are other terms of its kind."""

    PERSON = "person"
    NAME = "name"
    ABBREVIATION = "abbreviation"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Term:
    """A term where it stands in its sentence, between two of its tokens."""

    kind: Kind
    text: str
    first: int
    last: int
    sentence: Sentence
    # After "called", or what the sentence is about.
    named: bool = False

    @property
    def key(self) -> str:
        return " ".join(stem(word) for word in self.text.split())

    @property
    def start(self) -> int:
        return self.sentence.tokens[self.first].start

    @property
    def end(self) -> int:
        return self.sentence.tokens[self.last - 1].end


@dataclass(frozen=True, slots=True)
class Definition:
    """What a sentence defines: the term as the text writes it, and the words that define it."""

    term: str
    meaning: str
    plural: bool
    sentence: Sentence


class Terms:
    """The terms of a document: `of(sentence)`, `definitions`, and `abbreviations` with what they stand for."""

    def __init__(self, document: Document) -> None:
        self._names = document.names
        self._vocabulary = document.vocabulary
        self.abbreviations: dict[str, tuple[str, Sentence]] = {}
        for sentence in document.sentences:
            for short, long in _abbreviations(sentence.text):
                self.abbreviations.setdefault(short, (long, sentence))
        found = {s.index: tuple(self._find(s)) for s in document.sentences}
        self.counts = Counter(term.key for terms in found.values() for term in terms)
        kinds = self._kinds(found)
        self._by_sentence = {
            index: tuple(Term(kinds.get(t.text, t.kind), t.text, t.first, t.last, t.sentence, t.named) for t in terms)
            for index, terms in found.items()
        }
        self.definitions = [d for s in document.sentences if s.stands_alone and (d := self._definition(s))]
        self._defined = {" ".join(stem(word) for word in d.term.split()) for d in self.definitions}

    def of(self, sentence: Sentence) -> tuple[Term, ...]:
        return self._by_sentence[sentence.index]

    def __iter__(self) -> Iterator[Term]:
        for terms in self._by_sentence.values():
            yield from terms

    def has_weight(self, term: Term) -> bool:
        """Return whether a term is worth asking for: a name, or what the text defines, names or repeats."""
        if term.kind is not Kind.TERM:
            return True
        if term.named or term.key in self._defined:
            return True
        words = term.text.split()
        if len(words) > 1:
            return self.counts[term.key] > 1 and max(map(frequency, words)) <= _COMMON
        before = term.sentence.tokens[term.first - 1].tag if term.first else "DT"
        times, known = self.counts[term.key], frequency(words[0])
        return before in {"DT", "IN", "TO"} and times > 1 and known <= (_RARE if times >= _OFTEN else _VERY_RARE)

    def _find(self, sentence: Sentence) -> Iterator[Term]:
        tokens, at = sentence.tokens, 0
        while at < len(tokens):
            end = self._name_end(sentence, at)
            if end > at:
                if self._is_whole(tokens, at, end) and self._is_proper(tokens[at:end]):
                    yield self._name(sentence, at, end)
                at = end
                continue
            if tokens[at].tag == "DT" and at + 1 < len(tokens) and self._is_name(sentence, at + 1):
                at += 1
                continue
            end = _noun_phrase_end(tokens, at)
            if end > at:
                first = at + (tokens[at].tag in {"DT", "PRP$"})
                if first < end and self._is_term(tokens[first:end]) and self._is_whole(tokens, first, end):
                    yield self._term(sentence, first, end)
                at = end
            else:
                at += 1

    def _name_end(self, sentence: Sentence, at: int) -> int:
        tokens = sentence.tokens
        if not self._is_name(sentence, at):
            return at
        end = at + 1
        while end < len(tokens):
            if self._is_name(sentence, end):
                end += 1
            elif tokens[end].lower in _PARTICLES and end + 1 < len(tokens) and self._is_name(sentence, end + 1):
                end += 2
            else:
                break
        return end

    def _is_name(self, sentence: Sentence, at: int) -> bool:
        token = sentence.tokens[at]
        if not _NAME.fullmatch(token.text) or token.lower in FUNCTION_WORDS | _CALENDAR:
            return False
        return at > 0 or token.text in self._names or (token.text.isupper() and token.text.isalpha())

    def _is_proper(self, tokens: tuple[Token, ...]) -> bool:
        """Whether a capital makes a name: "Members" and "Englishmen" are none."""
        word = tokens[0].text
        if len(tokens) > 1 or word.isupper():
            return not all(token.is_capital and is_known_word(token.text) for token in tokens) or len(tokens) > 1
        return not (_DEMONYM.search(word) or is_known_word(word) or word.lower() in self._vocabulary)

    def _is_term(self, tokens: tuple[Token, ...]) -> bool:
        words = [token.lower for token in tokens]
        return (
            len(tokens) <= _MAX_TERM_WORDS
            and tokens[-1].is_noun
            and all(word.replace("-", "").isalpha() and word not in FUNCTION_WORDS | _VAGUE | _ORDERING for word in words)
            and all(token.text.islower() or token.start == 0 for token in tokens)
            and len(words[-1]) > 3  # noqa: PLR2004 -- shorter ones are noise
            and not any(token.tag in {"JJR", "JJS", "CD", "RB", "POS"} for token in tokens)
        )

    @staticmethod
    def _is_whole(tokens: tuple[Token, ...], first: int, end: int) -> bool:
        """Whether the phrase is not a part of a longer one: "the Watt engine", "steam-driven", "Ohm's law"."""
        before = tokens[first - 1] if first else None
        after = tokens[end] if end < len(tokens) else None
        if before is not None and (
            before.text in {"-", "–", "/", "&", "’", "'", "(", "“", '"'}
            or (before.lower in {"of", "and"} and first > 1 and tokens[first - 2].is_capital and tokens[first].is_capital)
            or before.tag.startswith(("JJ", "NN", "CD", "VBG", "VBN", "POS", "PRP$")) and before.end + 1 == tokens[first].start
            and before.lower not in {"called", "named", "termed", "born", "by"}
        ):  # fmt: skip
            return False
        return after is None or not (
            after.tag in {"POS", "CD"} or after.text in {"-", "–", "/", "&", "(", "'", "’"} or after.is_noun or after.tag == "VBG"
            or after.lower == "of"
        )  # fmt: skip

    def _name(self, sentence: Sentence, at: int, end: int) -> Term:
        tokens = sentence.tokens
        text = sentence.between(at, end)
        kind = Kind.NAME
        known = entity_kind(text)
        before = tokens[at - 1].lower if at else ""
        if text.isupper() and " " not in text:
            kind = Kind.ABBREVIATION
        elif known == "pers" or tokens[at].lower.rstrip(".") in _TITLES:
            kind = Kind.PERSON
        elif known != "loc" and (
            (end < len(tokens) and tokens[end].lower in _HUMAN_VERBS) or (before == "by" and end - at == 2)  # noqa: PLR2004
        ):
            kind = Kind.PERSON
        return Term(kind, text, at, end, sentence, self._is_called(sentence, at))

    def _term(self, sentence: Sentence, first: int, end: int) -> Term:
        text = sentence.between(first, end)
        if first == 0 or (first == 1 and sentence.tokens[0].tag == "DT"):
            text = text if text.split()[0].isupper() or first else text[0].lower() + text[1:]
        return Term(Kind.TERM, text, first, end, sentence, self._is_called(sentence, first))

    @staticmethod
    def _is_called(sentence: Sentence, first: int) -> bool:
        start = sentence.tokens[first].start
        return _CALLED.search(sentence.text, max(0, start - 40), start) is not None

    @staticmethod
    def _kinds(found: dict[int, tuple[Term, ...]]) -> dict[str, Kind]:
        """Give a name the same kind wherever it stands; "Linux Online" is no person in a text about Linux."""
        named = [term for terms in found.values() for term in terms if term.kind in {Kind.PERSON, Kind.NAME}]
        first_words = {term.text for term in named if " " not in term.text}
        persons = {term.text for term in named if term.kind is Kind.PERSON}
        return {text: Kind.NAME if " " in text and text.split()[0] in first_words else Kind.PERSON for text in persons}

    def _definition(self, sentence: Sentence) -> Definition | None:
        match = _DEFINING.match(sentence.text)
        if match is None:
            return None
        term, meaning = match["term"], match["rest"].split(";")[0]
        words = term.split()
        is_name = words[0] in self._names or words[0].isupper()
        if match["article"] == "The " and not is_name:
            return None
        # The tokens of the term, to know that it is a noun phrase.
        skip = 1 if match["article"] else 0
        tokens = sentence.tokens[skip : skip + len(words)]
        if len(tokens) != len(words) or not (self._is_term(tokens) or (is_name and tokens[-1].is_noun)):
            return None
        if not _MIN_DEFINITION <= len(meaning.split()) <= _MAX_DEFINITION or not _SPECIFIC.search(meaning):
            return None
        if re.match(r"\w+ (?:better|more|less|same|kind|sort|way|result|example|part|one)\b|.* than ", meaning) or re.search(r",? (?:and|but) (?:\w+ ){1,3}(?:is|are|was|has)\b", meaning):
            return None
        if set(content_stems(term)) & set(content_stems(meaning)) or '"' in meaning or "“" in meaning:
            return None
        if not is_name and not match["article"] and (is_known_word(words[0]) or words[0].lower() in self._vocabulary):
            term = term[0].lower() + term[1:]
        return Definition(term, meaning, match["verb"] == "are", sentence)


def _noun_phrase_end(tokens: tuple[Token, ...], start: int) -> int:
    at, last_noun = start, start
    if tokens[at].tag in {"DT", "PRP$"}:
        at += 1
    while at < len(tokens):
        token = tokens[at]
        if token.is_noun:
            last_noun = at + 1
        elif not (token.tag.startswith("JJ") or token.tag == "CD" or (token.tag in {"VBN", "VBG"} and start < at and not tokens[at - 1].is_noun)):
            break
        at += 1
    return last_noun


def _abbreviations(text: str) -> Iterator[tuple[str, str]]:
    """Yield each abbreviation that `text` spells out before it, with what it stands for."""
    for match in _ACRONYM.finditer(text):
        words, short = match[1].split(), match[2]
        for count in range(1, min(len(words), len(short) + 2) + 1):
            tail = words[-count:]
            if tail[0].lower() in FUNCTION_WORDS:
                continue
            if tail[0][0].lower() == short[0].lower() and _spells(tail, short.lower()):
                yield short, " ".join(tail)
                break


def _spells(words: list[str], short: str) -> bool:
    letters = iter("".join(words).lower())
    if not all(letter in letters for letter in short):
        return False
    return all(word[0].lower() in short for word in words if word.lower() not in FUNCTION_WORDS) and (
        len("".join(words)) > 2 * len(short)
    )
