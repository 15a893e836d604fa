"""Extract the terms of a text: definitions, abbreviations, names and repeated terms."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ai.engines.english import (
    FUNCTION_WORDS,
    WORDS,
    Token,
    content_stems,
    frequency,
    is_known_word,
    noun_phrase_end,
    spelled_out,
    stem,
)
from ai.engines.offline.facts import Blank, Kind
from ai.engines.offline.sentences import Document, Sentence

_NO_NAMES, _NO_TERMS = WORDS["calendar"] | FUNCTION_WORDS, WORDS["vague_nouns"] | FUNCTION_WORDS
DEMONYM = re.compile(r"(?:ish|ese|ian|ians|ans|ean|eans|nch|tch|ic|ists?|men|women|ers)$")
_NAME = re.compile(
    r"(?:Mc|Mac|O['’]|D['’])?[A-Z][a-zà-ÿ]+(?:[-–][A-Z]?[a-z]+)*|[A-Z][A-Za-z]{0,4}[A-Z\d]|[A-Z]{2,6}|[A-Z]\."
)
_DEFINING = re.compile(
    r"\A(?P<article>An? |The |Each |Every )?(?P<term>[A-Z\w][\w’'-]*(?: [\w’'-]+){0,3}?) "
    r"(?P<verb>is|are|refers to|shall mean|means|denotes|is defined as|stands for) "
    r"(?P<meaning>(?:an?|the|any|one|each) .+|[a-z]+ (?:that|which|who|of) .+)\.\Z"
)
_SPECIFIC = re.compile(r"\b(?:that|which|who|whose|of|for|in|from|with|by|between|used|when|where|to)\b")
_NO_DEFINITION = re.compile(
    r"capable |aware |\w+ (?:\w+ )?(?:better|more|less|same|kind|sort|way|result|example|part|one|latest|main|major|important|popular|common|"
    r"fundamental|recommended|good|great|most)\b|.* than |.*[\"“]"
)
_SECOND_CLAUSE = re.compile(
    r"(?:;|,? (?:and|but) (?!that|which|who)(?:\w+ ){0,3}(?:is|are|was|has|have|can|may|will|must)\b).*"
)
_CALLED = re.compile(r"\b(?:called|known as|referred to as|termed|named) (?:the |an? )?[“\"']?$")
_JOINED_BY = frozenset("-–/&’'(“\".")
_JOINED_TO = frozenset({*"-–/&('’", "of"})
_VERY_RARE, _RARE, _UNCOMMON, _COMMON, _OFTEN = 3, 12, 60, 150, 3
_MIN_DEFINITION, _MAX_DEFINITION, _MAX_TERM_WORDS, _MIN_LETTERS = 5, 32, 4, 4


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition: the term as written in the text, and its meaning."""

    term: str
    meaning: str
    plural: bool
    sentence: Sentence
    article: str
    blank: Blank


class Terms:
    """The terms of a document, its definitions, and its abbreviations with what they stand for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found = {sentence.index: list(self._find(sentence)) for sentence in document.sentences}
        terms = [term for found in self._found.values() for term in found]
        # "To access the page" has no term.
        self._verbs = {key(term.text) for term in terms if term.before in {"TO", "MD", "PRP"}}
        self._counts = Counter(key(term.text) for term in terms if term.start >= term.sentence.start)
        defined = [found for sentence in document.sentences if (found := self._definition(sentence))]
        times = Counter(found.meaning for found in defined)  # a meaning shared by two terms defines neither
        self.definitions = {found.sentence.index: found for found in defined if times[found.meaning] == 1}
        self._defined = {key(definition.term) for definition in self.definitions.values()}
        self.abbreviations: dict[str, tuple[str, Sentence]] = {}
        for sentence in document.sentences:
            for short, long in spelled_out(sentence.text):
                self.abbreviations.setdefault(short, (long, sentence))

    def of(self, sentence: Sentence) -> list[Blank]:
        """Return the terms of a sentence that can be an option: names, and terms that are defined, repeated or rare."""
        found = self._found[sentence.index]
        return [term for term in found if term.start >= sentence.start and self._is_option(term)]

    def all(self) -> list[Blank]:
        """Return all terms that can be an option."""
        return [term for terms in self._found.values() for term in terms if self._is_option(term)]

    def _is_option(self, term: Blank) -> bool:
        common = min(map(frequency, term.text.split()))
        verb = key(term.text) in self._verbs
        return self.has_weight(term) or (common <= _COMMON and self.times(term.text) > 1 and not verb)

    def texts(self, sentence: Sentence) -> list[str]:
        """Return all terms of a sentence, or its nouns if it has none."""
        return [t.text for t in self._found[sentence.index]] or [t.text for t in sentence.tokens if t.is_noun]

    def times(self, term: str) -> int:
        """Return how often a term occurs in the text."""
        return self._counts[key(term)]

    def has_weight(self, term: Blank) -> bool:
        """Return whether a term is worth asking for: a name, or a term that is defined, or repeated and rare."""
        if term.kind is not Kind.TERM or term.named or key(term.text) in self._defined:
            return True
        if key(term.text) in self._verbs:
            return False
        common, times = min(map(frequency, term.text.split())), self.times(term.text)
        several = " " in term.text
        limit = _UNCOMMON if several else _RARE if times >= _OFTEN else _VERY_RARE
        fits = term.before != "RB" if several else term.before in {"", "DT", "IN", "TO"}
        return fits and common <= limit and (times > 1 or (common == 0 and term.text.isalpha()))

    def _find(self, sentence: Sentence) -> Iterator[Blank]:
        tokens, at = sentence.tokens, 0
        while at < len(tokens):
            first, end = at, self._name_end(tokens, at)
            is_name = end > at
            if not is_name and not (tokens[at].tag == "DT" and self._name_end(tokens, at + 1) > at + 1):
                first = at + (tokens[at].tag in {"DT", "PRP$"})
                end = noun_phrase_end(tokens, first)
            phrase = tokens[first:end]
            fits = self._is_proper if is_name else _is_term
            if phrase and fits(phrase) and _is_whole(tokens, first, end):
                start, text = phrase[0].start, sentence.text[phrase[0].start : phrase[-1].end]
                kind = Kind.TERM if not is_name else Kind.ABBREVIATION if text.isupper() else Kind.NAME
                named = _CALLED.search(sentence.text, max(0, start - 40), start) is not None
                before = tokens[first - 1].tag if first else ""
                yield Blank(kind, text, start, sentence, before=before, named=named)
            at = max(end, at + 1)

    def _name_end(self, tokens: tuple[Token, ...], at: int) -> int:
        end = at
        while self._is_name(tokens, end):
            end += 1
            joined = end < len(tokens) and tokens[end].lower in WORDS["name_particles"]
            end += joined and self._is_name(tokens, end + 1)
        return end

    def _is_name(self, tokens: tuple[Token, ...], at: int) -> bool:
        if at >= len(tokens) or not _NAME.fullmatch(tokens[at].text) or tokens[at].lower in _NO_NAMES:
            return False
        return at > 0 or tokens[at].text in self._document.names or tokens[at].text.isupper()

    def _is_proper(self, tokens: tuple[Token, ...]) -> bool:
        """Return whether a capitalised word is a name; "Members" and "Englishmen" are not."""
        word = tokens[0].text
        if len(tokens) > 1 or word.isupper():
            return True
        known = is_known_word(word) or is_known_word(word.removesuffix("s"))
        return not (known or DEMONYM.search(word))

    def _definition(self, sentence: Sentence) -> Definition | None:
        match = _DEFINING.match(sentence.text)
        if match is None or sentence.start or not sentence.stands_alone:
            return None
        term, words, meaning = match["term"], match["term"].split(), _SECOND_CLAUSE.sub("", match["meaning"])
        is_name = words[0] in self._document.names or words[0].isupper()
        first = 1 if match["article"] else 0
        tokens = sentence.tokens[first : first + len(words)]
        technical = is_name or frequency(words[-1]) <= _RARE
        if (match["article"] == "The " and not technical) or [token.text for token in tokens] != words:
            return None
        if not (_is_term(tokens) or (is_name and tokens[-1].is_noun)) or _NO_DEFINITION.match(meaning):
            return None
        circular = stem(words[-1]) in content_stems(meaning)
        long_enough = _MIN_DEFINITION <= len(meaning.split()) <= _MAX_DEFINITION
        if circular or not long_enough or not _SPECIFIC.search(meaning):
            return None
        if not is_name and is_known_word(words[0]):
            term = term[0].lower() + term[1:]
        kind = Kind.NAME if is_name else Kind.TERM
        blank = Blank(kind, match["term"], match.start("term"), sentence)
        article = (match["article"] or "").lower()
        return Definition(term, meaning, match["verb"] == "are", sentence, article, blank)


def uncapitalised(term: Blank) -> str:
    """Return a term as it stands inside a sentence."""
    opens = term.kind is Kind.TERM and term.text[1:].islower()
    return term.text[0].lower() + term.text[1:] if opens else term.text


def key(term: str) -> str:
    """Return the stems of a term: the same for all its forms."""
    return " ".join(map(stem, term.split()))


def _is_term(tokens: tuple[Token, ...]) -> bool:
    words = [token.lower for token in tokens]
    plain = all(word.replace("-", "").isalpha() for word in words)
    vague = any({word, word.removesuffix("s")} & _NO_TERMS for word in words)
    if len(tokens) > _MAX_TERM_WORDS or len(words[-1]) < _MIN_LETTERS or vague or not plain:
        return False
    if not tokens[-1].is_noun or words[-1].endswith("ed"):
        return False
    return all(
        (token.text.islower() or token.start == 0) and token.tag not in {"JJR", "JJS", "CD", "RB", "POS"}
        for token in tokens
    )


def _is_whole(tokens: tuple[Token, ...], first: int, end: int) -> bool:
    """Return whether a phrase is not a part of a longer one, as in "the Watt engine" or "Ohm's law"."""
    before, after = tokens[first - 1], tokens[min(end, len(tokens) - 1)]
    beyond = tokens[min(end + 1, len(tokens) - 1)]
    # "Formats that record the settings", "a server wide cache".
    if after.tag == "DT" or (after.tag == "JJ" and beyond.is_noun):
        return False
    driven = after.tag == "VBG" and beyond.tag not in {"IN", "TO"}
    joined = after.lower in _JOINED_TO or (after.text == "." and end < len(tokens) - 1)
    if after.is_noun or after.tag in {"POS", "CD"} or driven or joined:
        return False
    # "Durand, Peters, and Schott", "via satellite, radio or modem": any of them would do.
    more = {token.lower for token in tokens[end + 1 : end + 6]} & {"and", "or"}
    listed = first and after.text == "," and (more or before.text == ",")
    paired = {after.lower, before.lower} & {"and", "or"} or (before.text == "," and after.text == ".")
    if listed or paired:
        return False
    if first == 0 or before.lower in {"called", "named", "termed", "born"}:
        return True
    aside = tokens[first].is_capital and before.lower in {"a", "an"}
    # "Bank of England", but not "in front of England"; "de La Salle".
    particle = before.lower in WORDS["name_particles"] and (
        before.lower != "of" or tokens[first - 2].is_capital
    )
    modified = before.tag[:2] in {"JJ", "NN", "CD"} or before.tag in {"VBG", "VBN", "POS", "PRP$"}
    return not (modified or aside or (particle and tokens[first].is_capital) or before.text in _JOINED_BY)
