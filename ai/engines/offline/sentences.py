"""Split a text into sentences, and find the ones that can be understood alone."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ai.engines.english import (
    Token,
    content_stems,
    noun_phrase_end,
    other_language,
    singular,
    split,
    stem,
    tokenize,
)
from ai.engines.offline import rewording
from ai.engines.offline.cleaning import plain_paragraphs
from ai.engines.offline.standalone_statements import stands_alone, unresolved_noun
from ai.engines.offline.subjects import Subjects, named_after

# "It was founded in 1608, and in 1609 it was": two statements.
_CLAUSE_END = re.compile(r"; (?!or\b)|, and (?=(?:in|on) (?:\d{1,2} )?(?:[A-Z][a-z]+ )?\d{4} )")
_LIFE = re.compile(r"\b(?:born|died|death)\b[^.;]{0,60}?\b(1\d{3}|20\d\d)\b")
_MIN_CLAUSE = 5  # words
_MAX_SENTENCE_CHARS = 600  # longer ones are skipped


@dataclass(frozen=True)
class Sentence:
    """A statement and its source sentence. They are the same, except that an opening such as "However" is removed.

    No question is about a sentence that does not stand alone. Its numbers still serve as options.
    """

    text: str
    excerpt: str
    index: int
    tokens: tuple[Token, ...]
    stands_alone: bool

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(content_stems(self.text))


@dataclass(frozen=True)
class Document:
    """A text: its distinct sentences, its names, its language (empty for English), and its topic if it has one."""

    sentences: tuple[Sentence, ...]
    names: frozenset[str]
    language: str
    topic: str = ""
    lifetime: tuple[int, ...] = ()  # of the person that the text is about: the years of birth and death


def read(text: str) -> Document:
    """Return the sentences of `text` in order. Each knows whether it stands alone."""
    found: dict[str, Sentence] = {}
    introduced: set[str] = set()
    mentioned: set[str] = set()
    paragraphs = plain_paragraphs(text)
    prose = "\n".join(paragraphs)
    lower = Counter(re.findall(r"\b[a-z]+\b", prose))
    stems = content_stems(prose)
    times = Counter([*stems, *map(" ".join, pairwise(stems))])
    capitals = Counter(re.findall(r"(?<=[\w,] )[A-Z]\w*", prose))
    previous: Sentence | None = None
    subjects = Subjects(prose)
    for opens, excerpt, clause in _clauses_of(paragraphs):
        original = rewording.statement(clause)
        if opens:
            previous, subjects.person, subjects.thing = None, subjects.biography, ""
        shown = subjects.named(original)
        if shown == original and previous is not None and previous.stands_alone:
            shown = named_after(previous.text, previous.tokens, original)
        statement = re.sub(r"[\[\]]", "", shown) if shown != original else original
        if len(excerpt) > _MAX_SENTENCE_CHARS or statement.casefold() in found:
            continue
        tokens = tokenize(statement)
        complete = bool(tokens) and stands_alone(statement, tokens)
        known = introduced, mentioned, times, re.sub(r"\A(?:the|an?) ", "", subjects.topic)
        alone = complete and not unresolved_noun(tokens, *known)
        if alone and shown != original:
            statement, tokens = shown, tokenize(shown)
        sentence = Sentence(statement, excerpt, len(found), tokens, alone)
        found[statement.casefold()] = previous = sentence
        starts = [at + 1 for at, token in enumerate(tokens) if token.lower in {"a", "an"}]
        introduced.update(tokens[noun_phrase_end(tokens, at) - 1].lower for at in starts)
        introduced.update(singular(token.lower) for token in tokens if token.tag == "NNS")
        mentioned.update(stem(token.text) for token in tokens if token.is_noun)
    # "Rich" is a name in a text about Rich, even if it also mentions rich text.
    names = frozenset(word for word, count in capitals.items() if count > lower[word.lower()])
    words = re.findall(r"[^\W\d_]+", (prose or text).lower())
    lifetime = tuple(int(year) for year in _LIFE.findall(prose)) if subjects.biography else ()
    return Document(
        tuple(found.values()),
        names,
        other_language(words),
        subjects.biography or subjects.topic,
        lifetime[:2],
    )


def _clauses_of(paragraphs: list[str]) -> Iterator[tuple[bool, str, str]]:
    """Yield whether a clause opens a paragraph, the clause as the text has it, and as a sentence of its own."""
    for paragraph in paragraphs:
        for number, sentence in enumerate(split(paragraph)):
            first, *more = clauses(sentence)
            yield number == 0, first, f"{first}." if more else first
            for at, clause in enumerate(more, start=1):
                end = "." if at < len(more) else ""
                yield False, clause, f"{clause[0].upper()}{clause[1:]}{end}"


def clauses(sentence: str) -> list[str]:
    """Return the main clauses of a sentence: the parts before and after ";", and before "and in 1609"."""
    if ":" in sentence or "(" in sentence or "“" in sentence or '"' in sentence:
        return [sentence]
    parts = _CLAUSE_END.split(sentence)
    return parts if all(len(part.split()) >= _MIN_CLAUSE for part in parts) else [sentence]
