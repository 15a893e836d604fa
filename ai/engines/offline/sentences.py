"""Sentences that can be asked about on their own: self-contained statements of the text."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ai.engines.offline.cleaning import plain_paragraphs
from ai.engines.offline.tagging import Token, content_stems, is_known_word, tokenize
from ai.engines.offline.words import (
    ASSERTING,
    DEMONSTRATIVES,
    DISCOURSE_MARKERS,
    FUNCTION_WORDS,
    LEANING_OPENINGS,
    NEGATIONS,
    POINTING_WORDS,
    PRONOUNS,
    SUBORDINATORS,
    word_set,
)

_PARENTHESIS = re.compile(r"\s?\((?P<inside>[^()]{0,200})\)")
_YEARS_ONLY = re.compile(r"(?:1[0-9]|20)[0-9]{2}")
_MARKER = re.compile(r"([A-Z][a-z]{3,14}),\s+")
_COORDINATOR = re.compile(r"\A(?:But|And|Yet|So|but|and|yet|so)\s+")
_MARKING_PHRASE = re.compile(
    r"\A(?:After all|In fact|Of course|In short|In addition|In general|In particular|As a result),\s+"
)
_LOWER_WORD = re.compile(r"\b[a-z]+\b")
_STRANGE = re.compile(r"[<>{}=@\\^~_$#?:]|(?<=\s)\.\w|\w/|https?|www\.|\.\.|…")
_ENDINGS = " .!,;"
_LEANING_INSIDE = word_set("also likewise similarly therefore thus hence accordingly moreover furthermore")
# "Our" of mankind stands alone; the author and the reader do not.
_PERSONAL = word_set("i me my mine myself we you your yours yourself i'm i've i’m i’ve we've we’ve")
_SUBJECTS = word_set("he she it they")
_OBJECTS = word_set("him them")
_OF_MANY = word_set("they them their themselves")
_OF_SOMEBODY = word_set("he she him his her himself herself")
_SOMEBODY = word_set(
    "man woman person somebody someone everyone scientist king queen emperor author artist child writer ruler teacher "
    "student patient president people reader naturalist inventor user"
)
_LONGEST_ASSERTION = 6
_MIN_WORDS, _MAX_WORDS, _LONGEST_WORD, _MIN_NOUNS = 6, 42, 32, 2
# The splitter gets text in pieces of prose; a paragraph beyond this is not prose.
_MAX_SENTENCE_CHARS = 1_000


@dataclass(frozen=True)
class Sentence:
    """A statement of the text, the sentence of the source that it was taken from, and its words.

    One that does not `stands_alone` is not asked about; its names and terms still serve as distractors.
    """

    text: str
    excerpt: str
    index: int
    paragraph: int
    tokens: tuple[Token, ...]
    stands_alone: bool
    # Every word that the whole text has in lower case.
    vocabulary: frozenset[str]

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(content_stems(self.text))

    @property
    def word_count(self) -> int:
        return sum(token.is_word for token in self.tokens)

    def opens_with_capital_only(self) -> bool:
        """Whether the first word is a common one, written with a capital only because it opens the sentence."""
        word = self.tokens[0].text
        if len(word) > 1 and word.isupper():
            return False
        return is_known_word(word) or word.lower() in self.vocabulary or word.endswith("ly")

    def between(self, first: int, last: int) -> str:
        """Return the text from token `first` up to, without, token `last`."""
        if first >= last:
            return ""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]


def statements(text: str) -> list[Sentence]:
    """Return the statements of `text`, in its order, each once, marked by whether they stand alone."""
    import sentencex

    found: list[Sentence] = []
    seen: set[str] = set()
    paragraphs = plain_paragraphs(text)
    vocabulary = frozenset(word for paragraph in paragraphs for word in _LOWER_WORD.findall(paragraph))
    for number, paragraph in enumerate(paragraphs):
        for raw in sentencex.segment("en", paragraph):
            excerpt = raw.strip()
            if not excerpt or len(excerpt) > _MAX_SENTENCE_CHARS:
                continue
            for statement in _clauses(excerpt):
                key = statement.casefold()
                if key in seen:
                    continue
                seen.add(key)
                tokens = tokenize(statement)
                alone = _stands_alone(statement, tokens)
                found.append(Sentence(statement, excerpt, len(found), number, tokens, alone, vocabulary))
    return found


def _clauses(excerpt: str) -> Iterator[str]:
    plain = _PARENTHESIS.sub(
        lambda match: match.group() if _YEARS_ONLY.fullmatch(match["inside"].strip()) else "", excerpt
    )
    for part in plain.split(";"):
        clause = _COORDINATOR.sub("", part.strip(_ENDINGS + "\n"))
        marker = _MARKER.match(clause)
        if marker and marker[1].lower() in DISCOURSE_MARKERS:
            clause = clause[marker.end() :]
        clause = _MARKING_PHRASE.sub("", clause)
        clause = _without_assertion(clause)
        if len(clause) > 1:
            yield clause[0].upper() + clause[1:] + "."


def _without_assertion(clause: str) -> str:
    """Turn "I am convinced that species change" into "species change"."""
    opening, that, rest = clause.partition(" that ")
    words = opening.lower().split()
    asserts = bool(ASSERTING.intersection(words)) and not NEGATIONS.intersection(words)
    if that and len(words) <= _LONGEST_ASSERTION and asserts and words[0] in {"i", "we"}:
        return rest
    return clause


def _stands_alone(statement: str, tokens: tuple[Token, ...]) -> bool:
    words = [token.lower for token in tokens if token.is_word]
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS or max(map(len, words)) > _LONGEST_WORD:
        return False
    if _STRANGE.search(statement) or not _quotes_balance(statement):
        return False
    if not tokens[0].is_word or tokens[0].tag in {"VB", "VBP", "MD", "CC", "UH"}:
        return False
    if words[0] in LEANING_OPENINGS and not _is_impersonal(tokens):
        return False
    if words[0] in SUBORDINATORS and "," not in statement:
        return False
    if not FUNCTION_WORDS.intersection(words) or _PERSONAL.intersection(words):
        return False
    if POINTING_WORDS.intersection(words) or _LEANING_INSIDE.intersection(words):
        return False
    return _has_verb_and_nouns(tokens) and not _points_back(tokens) and not re.search(r",\s+too\b", statement)


def _has_verb_and_nouns(tokens: tuple[Token, ...]) -> bool:
    return any(token.is_finite_verb for token in tokens) and sum(t.is_noun for t in tokens) >= _MIN_NOUNS


def _points_back(tokens: tuple[Token, ...]) -> bool:
    noun_seen, verb_seen, nouns = _is_impersonal(tokens), False, 0
    many_seen = name_seen = False
    for before, token, following in zip((None, *tokens), tokens, (*tokens[1:], None), strict=False):
        word = token.lower
        if word in DEMONSTRATIVES and not (word == "such" and following and following.lower == "as"):
            return True
        if word == "that" and before and before.tag in {"IN", "TO"} and before.lower != "in":
            return True
        if word in PRONOUNS and not noun_seen:
            return True
        if (word in _OF_MANY and not many_seen) or (word in _OF_SOMEBODY and not name_seen):
            return True
        # "For six years they fought": whoever they are, they were named before.
        if word in _SUBJECTS and tokens[0].tag in {"IN", "TO"} and not verb_seen:
            return True
        if word in _OBJECTS and nouns < _MIN_NOUNS:
            return True
        noun_seen, verb_seen = noun_seen or token.is_noun, verb_seen or token.is_finite_verb
        nouns += token.is_noun
        many_seen = many_seen or token.tag in {"NNS", "NNPS"} or word == "and"
        name_seen = name_seen or token.is_name or word in _SOMEBODY
    return False


def _is_impersonal(tokens: tuple[Token, ...]) -> bool:
    """Whether the statement opens with an "it" that stands for nothing: "It is possible that …"."""
    words = [token.lower for token in tokens[:6]]
    if words[0] != "it" or words[1] not in {"is", "was"} or not {"that", "to"}.intersection(words):
        return False
    judged = next((token for token in tokens[2:] if token.tag not in {"RB", "."}), tokens[-1])
    return judged.tag.startswith("JJ")


def _quotes_balance(text: str) -> bool:
    return (
        text.count("“") == text.count("”") and text.count('"') % 2 == 0 and text.count("(") == text.count(")")
    )
