"""Words with their parts of speech and stems."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from dataclasses import dataclass
from functools import lru_cache

from ai.engines.lexicon import parser
from ai.engines.offline.words import FUNCTION_WORDS

_TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}|(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Col|Capt|Rev)\.|\w+(?:[.,]\d+)*(?:['’\-–]\w+)*|[^\w\s]"
)
_POSSESSIVES = ("'s", "’s")
# Whole-word tags that the lexicon gets wrong often enough to matter.
_FIXED_TAGS = {
    "that": "IN", "which": "WDT", "who": "WP", "is": "VBZ", "are": "VBP", "was": "VBD", "were": "VBD", "has": "VBZ",
    "have": "VBP", "had": "VBD", "to": "TO", "not": "RB", "cannot": "MD", "can": "MD", "may": "MD", "might": "MD",
    "will": "MD", "must": "MD", "etc": "NN", "uses": "VBZ", "contains": "VBZ", "'s": "POS", "’s": "POS",
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


def tokenize(sentence: str) -> tuple[Token, ...]:
    """Split `sentence` into words and marks and tag them."""
    spans: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(sentence):
        word, start, end = match.group(), match.start(), match.end()
        if word.endswith(_POSSESSIVES) and word not in _POSSESSIVES:
            spans += [(word[:-2], start, end - 2), (word[-2:], end - 2, end)]
        else:
            spans.append((word, start, end))
    tagged = parser().find_tags([word for word, _, _ in spans])
    tags = [_tag_by_form(word) or str(tag).split("-")[0] for word, tag in tagged]
    tokens: list[Token] = []
    for (word, start, end), tag, following in zip(spans, tags, [*tags[1:], ""], strict=True):
        tokens.append(Token(word, _tag_by_context(tag, following, tokens), start, end))
    return tuple(tokens)


def _tag_by_context(tag: str, following: str, before: list[Token]) -> str:
    """Correct the tagger where it takes the only verb of a clause for a participle, an infinitive or a noun."""
    if not before or not before[-1].is_noun or any(token.tag.startswith(("VB", "MD")) for token in before):
        return tag
    if tag == "VBN":
        return "VBD"
    # "Paddles smash too easily", "engines use the steam".
    acts = tag == "VB" or (tag == "NN" and following in {"RB", "DT"})
    return "VBP" if acts and before[-1].lower.endswith("s") else tag


def _tag_by_form(word: str) -> str:
    if word[0].isdigit():
        return "CD"
    if not word[0].isalnum() and word not in _POSSESSIVES:
        return "."
    return "MD" if word.endswith(("n't", "n’t")) else _FIXED_TAGS.get(word.lower(), "")


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
    words = (match.group() for match in _TOKEN.finditer(text))
    return [stem(w) for w in words if w[0].isalnum() and w.lower().replace("’", "'") not in FUNCTION_WORDS]
