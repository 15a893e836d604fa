"""Extract the terms of a text: definitions, abbreviations, names and repeated terms."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from ai.engines.english import (
    FUNCTION_WORDS,
    WORDS,
    Token,
    content_stems,
    frequency,
    is_known_word,
    is_plural,
    is_term,
    is_whole,
    key,
    noun_phrase_end,
    singular,
    spelled_out,
    stem,
)
from ai.engines.offline.facts import Blank, Kind
from ai.engines.offline.sentences import Document, Sentence
from ai.engines.offline.topics import is_person

_NO_NAMES = WORDS["calendar"] | FUNCTION_WORDS
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
    r"\w+ (?:\w+ )?\w+ier |capable |aware |one of |\w+ (?:opposite|same|latter|former|other)\b|\w+ (?:term|name|word|member|abbreviation) |\w+ (?:\w+ )?(?:better|more|less|same|kind|sort|way|result|example|part|one|latest|main|major|important|popular|common|"
    r"fundamental|recommended|good|great|most)\b|.* than |.*[\"“]"
)
_SECOND_CLAUSE = re.compile(
    r"(?:;|, (?:whereas|while|although)\b|,? (?:and|but) (?!that|which|who)(?:\w+ ){0,3}(?:is|are|was|has|have|can|may|will|must)\b|,? and [a-z]+s (?:an?|the|its|their|all|more)\b).*"
)
# "Erythropoietin, a hormone that stimulates the production of red blood cells".
_APPOSITION = re.compile(
    rf", (?P<meaning>an? (?!(?:\w+ )?(?:{'|'.join(sorted(WORDS['clause_nouns']))})\b)(?:[^,;:.()“”]|\.\d)+)"
    r"(?=[,;.](?! (?:and|or)\b))"
)
_CONTEXT_IN_MEANING = re.compile(
    r"(?i)\b(?:this|these|those|such|it|they|their|he|his|she|her|then|there|here|above|below|another|latter|former|"
    r"\w+n['’]t|the (?:two|three|four|other) \w+$|(?:without|with|of|by) that|(?:and|or) (?:an?|the))\b"
)
_CALLED = re.compile(r"\b(?:called|known as|referred to as|termed|named) (?:the |an? )?[“\"']?$")
_AGENT = re.compile(r"(?:ers|ors|ists?)$")  # "demographers": scientists would fit, too
_VERY_RARE, _RARE = 3, 12
_MIN_DEFINITION, _MAX_DEFINITION = 5, 32
_SAME_ROOT, _TOPIC = 6, 5  # letters, times


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition: the term as written in the text, and its meaning. It `opens` its sentence, or is an aside."""

    term: str
    meaning: str
    sentence: Sentence
    blank: Blank
    opens: bool


class Terms:
    """The terms of a document, its definitions, and its abbreviations with what they stand for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found = {sentence.index: list(self._find(sentence)) for sentence in document.sentences}
        terms = [term for found in self._found.values() for term in found]
        self._counts = Counter(key(term.text) for term in terms)
        self._spread = Counter(stem for sentence in document.sentences for stem in sentence.stems)
        defined = [found for sentence in document.sentences if (found := self._definition(sentence))]
        times = Counter(found.meaning for found in defined)  # a meaning shared by two terms defines neither
        self.definitions = {found.sentence.index: found for found in defined if times[found.meaning] == 1}
        people = [t for t in terms if t.kind is Kind.NAME and is_person(t.text, t.sentence.text, t.start)]
        self.persons = {term.text: term for term in people}
        named = [found.blank for found in self.definitions.values()]
        named += [term for term in terms if term.named]
        self._vocabulary = {key(term.text): term for term in named if term.kind is Kind.TERM}
        names = Counter(key(term.text) for term in terms if term.kind is not Kind.TERM)
        often = max(_TOPIC, len(document.sentences) // 6)
        self._topics = {*self._named_first(), *(name for name, count in names.items() if count >= often)}
        very_often = max(_TOPIC, len(document.sentences) // 4)
        self._topics.update(name for name, count in self._counts.items() if count >= very_often)
        self.abbreviations: dict[str, tuple[str, Sentence]] = {}
        for sentence in document.sentences:
            for short, long in spelled_out(sentence.text):
                self.abbreviations.setdefault(short, (long, sentence))

    def of(self, sentence: Sentence) -> list[Blank]:
        """Return the terms of a sentence that are worth asking for."""
        return [term for term in self._found[sentence.index] if self._has_weight(term)]

    def is_topic(self, term: Blank) -> bool:
        """Return whether a text is about this term, or mentions it all the time: such a blank is trivial."""
        words, name = set(key(term.text).split()), key(term.text)
        if all(self._spread[stem] >= max(_TOPIC, len(self._found) // 5) for stem in words):
            return True
        return term.text in self._document.topic.name or any(
            words <= set(topic.split())
            or (len(topic) > _SAME_ROOT and name.startswith(topic) and " " not in name)
            for topic in self._topics
        )

    def _named_first(self) -> Iterator[str]:
        """Yield the subject of the first sentence."""
        for first in self._document.sentences[:1]:
            yield from (key(t.text) for t in self._found[first.index] if t.start <= len("The ") or t.named)

    def vocabulary(self, term: Blank) -> list[Blank]:
        """Return the terms of the text of the same kind: those that it defines or names, or its persons."""
        if term.kind is Kind.TERM:
            return list(self._vocabulary.values())
        return list(self.persons.values()) if term.text in self.persons else []

    def texts(self, sentence: Sentence) -> list[str]:
        """Return all terms of a sentence, or its nouns if it has none."""
        return [t.text for t in self._found[sentence.index]] or [t.text for t in sentence.tokens if t.is_noun]

    def times(self, term: str) -> int:
        """Return how often a term occurs in the text."""
        return self._counts[key(term)]

    def _has_weight(self, term: Blank) -> bool:
        """Return whether a term is a name, or defined or named by the text, or repeated and very rare."""
        if term.kind is not Kind.TERM or term.named:
            return True
        fits = term.before in {"", "DT", "IN"} and not _AGENT.search(term.text)
        known = key(term.text) in self._vocabulary and max(map(frequency, term.text.split())) <= _RARE
        # The lexicon is old: "developer" is rare in it.
        unknown = frequency(term.text) <= _VERY_RARE and not is_known_word(singular(term.text.lower()))
        return fits and (known or (unknown and " " not in term.text and self.times(term.text) > 1))

    def _find(self, sentence: Sentence) -> Iterator[Blank]:
        tokens, at = sentence.tokens, 0
        while at < len(tokens):
            first, end = at, self._name_end(tokens, at)
            is_name = end > at
            if not is_name and not (tokens[at].tag == "DT" and self._name_end(tokens, at + 1) > at + 1):
                first = at + (tokens[at].tag in {"DT", "PRP$"})
                end = noun_phrase_end(tokens, first)
            phrase = tokens[first:end]
            after_the = first > 0 and tokens[first - 1].lower == "the"
            if after_the and len(phrase) > 2 and DEMONYM.search(phrase[0].text):  # noqa: PLR2004 -- "the Norwegian Svend Foyn"
                first, phrase = first + 1, phrase[1:]
            fits = self._is_proper if is_name else is_term
            if phrase and fits(phrase) and is_whole(tokens, first, end):
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
            # "Bank of England", "Río de la Plata"
            joined = takewhile(lambda token: token.lower in WORDS["name_particles"], tokens[end : end + 2])
            after = end + len(list(joined))
            end = after if after > end and self._is_name(tokens, after) else end
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
        if sentence.context is None:
            return None
        match = _DEFINING.match(sentence.text)
        return self._at_opening(sentence, match) if match else self._aside(sentence)

    def _aside(self, sentence: Sentence) -> Definition | None:
        """Return the definition of a term by an apposition: "Lydia, a kingdom in western Anatolia,"."""
        for term in self._found[sentence.index]:
            match = _APPOSITION.match(sentence.text, term.start + len(term.text))
            before = sentence.text[: term.start].split()[-1:]
            if match is None or before in (["of"], ["and"]) or is_plural(term.text):
                continue
            common = term.kind is Kind.TERM and frequency(term.text) > _RARE  # "west, a direction"
            if not common and _is_meaning(match["meaning"], term.text):
                text = uncapitalised(term)
                return Definition(text, match["meaning"], sentence, term, opens=False)
        return None

    def _at_opening(self, sentence: Sentence, match: re.Match[str]) -> Definition | None:
        term, words, meaning = match["term"], match["term"].split(), _SECOND_CLAUSE.sub("", match["meaning"])
        is_name = words[0] in self._document.names or words[0].isupper()
        first = 1 if match["article"] else 0
        tokens = sentence.tokens[first : first + len(words)]
        technical = is_name or frequency(words[-1]) <= _RARE
        if (match["article"] == "The " and not technical) or [token.text for token in tokens] != words:
            return None
        if not (is_term(tokens) or (is_name and tokens[-1].is_noun)) or not _is_meaning(meaning, term):
            return None
        if not is_name and is_known_word(words[0]):
            term = term[0].lower() + term[1:]
        kind = Kind.NAME if is_name else Kind.TERM
        blank = Blank(kind, match["term"], match.start("term"), sentence)
        return Definition(term, meaning, sentence, blank, opens=True)


def _is_meaning(meaning: str, term: str) -> bool:
    """Return whether a meaning defines `term`: specific, complete, understood alone, without the term in it."""
    words = [stem(word) for word in term.split()]
    stems = content_stems(meaning)
    unclear = _NO_DEFINITION.match(meaning) or _CONTEXT_IN_MEANING.search(meaning)
    if words[-1] in stems or unclear or not _SPECIFIC.search(meaning):
        return False
    return _MIN_DEFINITION <= len(meaning.split()) <= _MAX_DEFINITION


def uncapitalised(term: Blank) -> str:
    """Return a term as it stands inside a sentence."""
    opens = term.kind is Kind.TERM and term.text[1:].islower() and is_known_word(term.text.split()[0])
    return term.text[0].lower() + term.text[1:] if opens else term.text
