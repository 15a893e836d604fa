"""Split a text into its sentences and clauses, as statements with what must be shown before them."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ai.engines.english import Token, content_stems, other_language, split, tokenize
from ai.engines.offline import rewording
from ai.engines.offline.cleaning import plain_paragraphs
from ai.engines.offline.passages import Passage
from ai.engines.offline.topics import Topic, topic_of

# "It was founded in 1608, and in 1609 it was": two statements.
_CLAUSE_END = re.compile(
    r"; (?!or\b)|, and (?=(?:in|on) (?:\d{1,2} )?(?:[A-Z][a-z]+ )?\d{4},? (?:[A-Z]|(?:the|an?|he|she|it|they|his|her|its|their)\b))"
)
_MIN_CLAUSE = 5  # words
_MAX_SENTENCE_CHARS = 600  # longer ones are skipped


@dataclass(frozen=True)
class Sentence:
    """A statement, the sentence of the text that has it, and its `context`, which tells what it refers to.

    The context is the beginning of a question: "About the Eiffel Tower, " or "After “It was opened in 1889.”, ". It is empty
    if the statement needs none, and None if it is no statement, or nothing near tells what it refers to. Then no
    question is about it. Its numbers still serve as options.
    """

    text: str
    excerpt: str
    index: int
    tokens: tuple[Token, ...]
    context: str | None
    stands_alone: bool = False

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(content_stems(self.text))


@dataclass(frozen=True)
class Document:
    """A text: its distinct sentences, its names, its language (empty for English), and its topic if it has one."""

    sentences: tuple[Sentence, ...]
    names: frozenset[str]
    language: str
    topic: Topic


def read(text: str) -> Document:
    """Return the sentences of `text` in order, each with its context."""
    found: dict[str, Sentence] = {}
    paragraphs = plain_paragraphs(text)
    prose = "\n".join(paragraphs)
    topic = topic_of(prose)
    passage = Passage(topic)
    for opens, excerpt, clause in _clauses_of(paragraphs):
        if opens:
            passage.open()
        # No pattern sees a longer sentence.
        statement = rewording.statement(clause) if len(excerpt) <= _MAX_SENTENCE_CHARS else ""
        if not statement:
            passage.skip()
            continue
        tokens = tokenize(statement)
        context, stands_alone = passage.context(clause, statement, tokens)
        sentence = Sentence(statement, excerpt, len(found), tokens, context, stands_alone)
        found.setdefault(statement.casefold(), sentence)
    # "Rich" is a name in a text about Rich, even if it also mentions rich text.
    lower = Counter(re.findall(r"\b[a-z]+\b", prose))
    capitals = Counter(re.findall(r"(?<=[\w,] )[A-Z]\w*", prose))
    names = frozenset(word for word, count in capitals.items() if count > lower[word.lower()])
    words = re.findall(r"[^\W\d_]+", (prose or text).lower())
    return Document(tuple(found.values()), names, other_language(words), topic)


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
