"""Words with their parts of speech, stems and frequencies, by textblob's lexicons and a Snowball stemmer.

The lexicons come with the wheel; nothing is downloaded. They are loaded once per process, on first use.
"""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
import threading
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ai.engines.offline.words import FUNCTION_WORDS

_TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}"  # U.S., A.D.
    r"|(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Col|Capt|Rev)\."
    r"|\w+(?:[.,]\d+)*(?:['’\-–]\w+)*"
    r"|[^\w\s]"
)
_POSSESSIVES = ("'s", "’s")
# Whole-word tags that the lexicon gets wrong often enough to matter.
_FIXED_TAGS = {
    "that": "IN", "which": "WDT", "who": "WP", "is": "VBZ", "are": "VBP", "was": "VBD", "were": "VBD",
    "has": "VBZ", "have": "VBP", "had": "VBD", "to": "TO", "not": "RB", "cannot": "MD", "can": "MD", "may": "MD",
    "might": "MD", "will": "MD", "must": "MD", "etc": "NN", "uses": "VBZ", "contains": "VBZ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark, where it stands in its sentence, and its Penn Treebank tag."""

    text: str
    tag: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def is_noun(self) -> bool:
        return self.tag.startswith("NN")

    @property
    def is_capital(self) -> bool:
        return self.text[:1].isupper()

    @property
    def is_finite_verb(self) -> bool:
        return self.tag in {"VBD", "VBZ", "VBP", "MD"}

    @property
    def is_word(self) -> bool:
        return self.text[:1].isalnum()


_loading = threading.Lock()


@cache
def _parser() -> Any:
    # Threads that come while the first one loads wait here, and then find everything loaded.
    with _loading, warnings.catch_warnings():
        # textblob leaves its files to the garbage collector, which complains about them.
        warnings.simplefilter("ignore", ResourceWarning)
        from textblob.en import parser

        # Its lists fill themselves at first use, which is not safe in two threads at once.
        lexicon = parser.lexicon
        for part in (lexicon, lexicon.morphology, lexicon.context, lexicon.entities):
            len(part)
        return parser


@cache
def _frequencies() -> dict[str, int]:
    import textblob.en

    path = Path(textblob.en.__file__).with_name("en-spelling.txt")
    rows = (row.split() for row in path.read_text(encoding="utf-8").splitlines() if not row.startswith(";"))
    return {row[0]: int(row[1]) for row in rows if len(row) > 1}


def frequency(word: str) -> int:
    """Return how often `word` occurs in about a million words of general prose."""
    return _frequencies().get(word.lower(), 0)


def tokenize(sentence: str) -> tuple[Token, ...]:
    """Split `sentence` into words and marks and tag them."""
    spans: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(sentence):
        word, start, end = match.group(), match.start(), match.end()
        if word.endswith(_POSSESSIVES) and word not in _POSSESSIVES:
            spans += [(word[:-2], start, end - 2), (word[-2:], end - 2, end)]
        else:
            spans.append((word, start, end))
    tagged = _parser().find_tags([word for word, _, _ in spans])
    tags = [_tag_by_form(word) or str(tag).split("-")[0] for word, tag in tagged]
    tokens: list[Token] = []
    for (word, start, end), tag, following in zip(spans, tags, [*tags[1:], ""], strict=True):
        tokens.append(Token(word, _tag_by_context(tag, following, tokens), start, end))
    return tuple(tokens)


def is_known_word(word: str) -> bool:
    """Return whether the lexicon knows `word` in lower case."""
    return word.lower() in _parser().lexicon


def entity_kind(name: str) -> str:
    """Return "loc" or "pers" where the lexicon's list of well-known names has `name` so, else an empty string."""
    parts = name.lower().split()
    for entry in _parser().lexicon.entities.get(parts[0], ()) if parts else ():
        if entry[:-1] == parts and entry[-1] in {"loc", "pers"}:
            return str(entry[-1])
    return ""


def _tag_by_context(tag: str, following: str, before: list[Token]) -> str:
    """Correct the tagger where it takes a finite verb for a participle or an infinitive."""
    previous = next((token for token in reversed(before) if token.tag != "RB"), None)
    if previous is not None and previous.tag == "MD" and tag == "NN":
        return "VB"
    if previous is None or not previous.is_noun:
        # Two verbs that share a subject: "adapted the engine and made the first locomotive".
        shared = tag == "VBN" and previous is not None and previous.tag == "CC"
        return "VBD" if shared and _last_verb(before) == "VBD" else tag
    if tag == "VBN" and _last_verb(before) is None:
        return "VBD"
    # "Paddles smash too easily", "engines use the steam".
    acts = tag == "VB" or (tag == "NN" and following in {"RB", "DT"} and previous is before[-1])
    return "VBP" if acts and previous.lower.endswith("s") and _last_verb(before) is None else tag


def _last_verb(before: list[Token]) -> str | None:
    return next((t.tag for t in reversed(before) if t.is_finite_verb or t.tag.startswith("VB")), None)


def _tag_by_form(word: str) -> str | None:
    if (fixed := _FIXED_TAGS.get(word.lower())) is not None:
        return fixed
    if word in _POSSESSIVES:
        return "POS"
    if word.endswith(("n't", "n’t")):
        return "MD"
    if word[0].isdigit():
        return "CD"
    return None if word[0].isalnum() else "."


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    # A stemmer keeps its word in itself, so each call has its own: they cost little, and the cache the rest.
    import snowballstemmer

    return str(snowballstemmer.stemmer("english").stemWord(word))


def stem(word: str) -> str:
    """Return the stem of one word, whatever its case."""
    return _stem(word[:60].lower().replace("’", "'"))


def content_stems(text: str) -> list[str]:
    """Return the stems of the words of `text` that carry meaning, in order, repeats kept."""
    return [
        stem(word)
        for word in (match.group() for match in _TOKEN.finditer(text))
        if word[:1].isalnum() and word.lower().replace("’", "'") not in FUNCTION_WORDS
    ]
