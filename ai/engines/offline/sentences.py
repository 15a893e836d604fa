"""Split a text into sentences, and find the ones that can be understood alone."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from ai.engines.english import (
    PRONOUN_PLACEHOLDERS,
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
from ai.engines.offline.subjects import Subjects

_CLAUSES = re.compile(
    r"; |, (?:and|but|while|whereas) (?:\w+ ){1,4}(?:is|are|was|were|has|had|can|\w+ed|\w+s)\b"
)
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
    start: int = 0  # of the statement, if the previous sentence is shown before it to resolve a pronoun

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
    for opens, excerpt in ((not at, s) for paragraph in paragraphs for at, s in enumerate(split(paragraph))):
        original = rewording.statement(excerpt)
        if opens:
            previous, subjects.person, subjects.thing = None, subjects.biography, ""
        shown, is_other = subjects.named(original)
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
        if not alone and tokens and previous is not None and previous.stands_alone and not previous.start:
            joined = sentence if is_other else _joined(previous, sentence, complete=complete)
            sentence = sentence if unresolved_noun(joined.tokens, *known) else joined
        found[statement.casefold()] = previous = sentence
        starts = [at + 1 for at, token in enumerate(tokens) if token.lower in {"a", "an"}]
        introduced.update(tokens[noun_phrase_end(tokens, at) - 1].lower for at in starts)
        introduced.update(singular(token.lower) for token in tokens if token.tag == "NNS")
        mentioned.update(stem(token.text) for token in tokens if token.is_noun)
    # "Rich" is a name in a text about Rich, even if it also mentions rich text.
    names = frozenset(word for word, count in capitals.items() if count > lower[word.lower()])
    words = re.findall(r"[^\W\d_]+", (prose or text).lower())
    return Document(tuple(found.values()), names, other_language(words), subjects.biography or subjects.topic)


def _joined(previous: Sentence, sentence: Sentence, *, complete: bool) -> Sentence:
    """Return `sentence` joined to `previous` if both together stand alone: "Rome is old. It has seven hills."."""
    opening, text = sentence.tokens[0], f"{previous.text} {sentence.text}"
    name = PRONOUN_PLACEHOLDERS.get(opening.text, "")
    if opening.lower in {"this", "these"} and (sentence.tokens[1].is_noun or sentence.tokens[1].tag == "JJ"):
        name = "Roman"
    placeholder = replace(opening, text=name, tag="NNPS" if name.endswith("s") else "NNP")
    rest, tokens = sentence.text[opening.end :], (placeholder, *sentence.tokens[1:])
    # Of two clauses, either may have the meant noun.
    clear = name and previous.tokens[0].tag != "IN" and not _CLAUSES.search(previous.text)
    clear = clear and stands_alone(name + rest, tokens)
    if len(text) > _MAX_SENTENCE_CHARS / 2 or not (complete or clear):
        return sentence
    start = len(previous.text) + 1
    moved = [replace(token, start=token.start + start, end=token.end + start) for token in sentence.tokens]
    excerpt = f"{previous.excerpt} {sentence.excerpt}"
    return Sentence(text, excerpt, sentence.index, (*previous.tokens, *moved), stands_alone=True, start=start)
