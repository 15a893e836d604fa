"""English words: parts of speech, stems, frequencies and singulars, by textblob's lexicons and a Snowball stemmer.

The lexicons come with the wheel; nothing is downloaded. They are loaded once per process, on first use.
"""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
import threading
import tomllib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_LISTS = tomllib.loads(Path(__file__).with_name("english.toml").read_text(encoding="utf-8"))
REJECT_PATTERNS: list[str] = _LISTS.pop("reject_patterns")
LEANING_PATTERNS: list[str] = _LISTS.pop("leaning_patterns")
HARMLESS: str = _LISTS.pop("harmless")
_PAIRS = [re.split("([/>])", pair) for pair in _LISTS.pop("opposites").split()]
OPPOSITES = {b: a for a, mark, b in _PAIRS if mark == "/"} | {a: b for a, _, b in _PAIRS}
PERIODS: dict[str, list[int]] = _LISTS.pop("periods")
_LANGUAGES = {name: frozenset(words.split()) for name, words in _LISTS.pop("languages").items()}
WORDS = {name: frozenset(words.split()) for name, words in _LISTS.items()}
FUNCTION_WORDS = WORDS["function"] | WORDS["pronouns"] | WORDS["personal"]
_TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}|(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Col|Capt|Rev)\.|\w+(?:[.,]\d+)*(?:['’\-–]\w+)*|[^\w\s]"
)
_ABBREVIATED = re.compile(r"((?:[A-Za-z][\w’'-]* ){1,7})\(([A-Z][A-Za-z]?[A-Z]{1,5})s?\)")
_SENTENCE_END = re.compile(r"[.!?][\"”’)\]]{0,3} (?=[\"“‘(\[]{0,3}[A-Z0-9])")
_SHORT = "|".join(sorted(WORDS["abbreviations"]))
_ABBREVIATION = re.compile(rf"(?:\b(?:{_SHORT})|(?<![A-Za-z])(?<!\d )(?<!\ba )(?<!°)[A-Z]|\.[A-Za-z])\.$")
_POSSESSIVES = ("'s", "’s")
# Whole-word tags that the lexicon gets wrong often enough to matter.
_FIXED_TAGS = {
    "that": "IN", "which": "WDT", "who": "WP", "is": "VBZ", "are": "VBP", "was": "VBD", "were": "VBD", "has": "VBZ",
    "have": "VBP", "had": "VBD", "to": "TO", "not": "RB", "cannot": "MD", "can": "MD", "may": "MD", "might": "MD",
    "will": "MD", "must": "MD", "etc": "NN", "uses": "VBZ", "file": "NN", "contains": "VBZ", "'s": "POS", "’s": "POS",
}  # fmt: skip
# "A node called the root" is not a sentence.
_NAMING = frozenset({"called", "named", "known", "termed"})
_MADE = frozenset({"made", "composed", "comprised"})
# Tags that begin an object.
_OBJECTS = frozenset({"DT", "JJ", "PRP", "PRP$", "NNP", "NNPS", "CD"})
_JOINED_BY = frozenset("-–/&’'([“\".")
_JOINED_TO = frozenset({*"-–/&('’", "of"})
_NO_TERMS = WORDS["vague_nouns"] | FUNCTION_WORDS
_MAX_TERM_WORDS, _MIN_LETTERS = 4, 4
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a punctuation mark, its position in the sentence, and its Penn Treebank tag."""

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
    if not spans:
        return ()
    tagged = _parser().find_tags([word for word, _, _ in spans])
    tags = [_tag_by_form(word) or str(tag).split("-")[0] for word, tag in tagged]
    tokens: list[Token] = []
    following = [*((span[0], tag) for span, tag in zip(spans[1:], tags[1:], strict=True)), ("", "")]
    for (word, start, end), tag, (after, after_tag) in zip(spans, tags, following, strict=True):
        participle = word.endswith(("en", "wn")) or word in _NAMING or after == "by"
        participle = participle or (after == "of" and word in _MADE)
        is_name = tag == "FW" or (tag[:2] == "VB" and tokens and tokens[-1].tag == "NNP")
        if is_name and word[0].isupper():  # "Carthage", "Richard Hoe"
            tokens.append(Token(word, "NNP", start, end))
            continue
        tokens.append(Token(word, tag if participle else _tag_by_context(tag, after_tag, tokens), start, end))
    return tuple(tokens)


def _tag_by_context(tag: str, following: str, before: list[Token]) -> str:
    """Correct the tag of a verb that the tagger takes for a participle, an infinitive or a noun."""
    last = before[-1] if before else None
    if tag == "JJ" and last is not None and last.tag == "DT" and following in {"VBZ", "VBP", "VBD", "MD"}:
        return "NN"  # "a minor is"
    if last is None or not (last.is_noun or last.tag in {"WDT", "WP", "CD", "RB", "PRP", "."}):
        return tag
    first = not any(token.tag in {"VBD", "VBZ", "VBP", "VB", "MD"} for token in before)
    if tag == "VBN":
        # "Trevithick adapted", "which reached", "tests in 1998 emboldened Pakistan", but not "has often led the way".
        acts = (
            last.tag in {"WDT", "WP", "PRP"}
            or (first and (last.is_noun or last.tag == "CD"))
            or following in _OBJECTS
        )
        return (
            "VBD" if acts and not any(token.lower in WORDS["auxiliaries"] for token in before[-3:]) else tag
        )
    if not first or not (last.is_noun or last.tag == "RB"):
        return tag
    # "Paddles smash too easily", "engines use the steam", "the software implements a server".
    plural = last.lower.endswith("s") or last.tag == "RB"
    acts = (tag == "VB" and plural) or (tag == "NN" and plural and following in {"RB", "DT", "JJ", "WRB"})
    governs = tag == "NNS" and (
        following in {"DT", "TO", "RB"} or (not plural and following in {"NNS", "CD", "PRP$"})
    )
    return "VBP" if acts else "VBZ" if governs else tag


def _tag_by_form(word: str) -> str:
    if word[0].isdigit():
        return "CD"
    if not word[0].isalnum() and word not in _POSSESSIVES:
        return "."
    return "MD" if word.endswith(("n't", "n’t")) else _FIXED_TAGS.get(word.lower(), "")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    # A stemmer has state, so each call makes its own. This is cheap, and the results are cached.
    import snowballstemmer

    return str(snowballstemmer.stemmer("english").stemWord(word))


def stem(word: str) -> str:
    """Return the stem of one word, whatever its case."""
    return _stem(word[:60].lower().replace("’", "'"))


def content_stems(text: str) -> list[str]:
    """Return the stems of the content words of `text`, in order, with repetitions."""
    words = (match.group() for match in _TOKEN.finditer(text))
    return [stem(w) for w in words if w[0].isalnum() and w.lower().replace("’", "'") not in FUNCTION_WORDS]


@cache
def _parser() -> Any:
    """Return textblob's tagger with its lexicon loaded."""
    # Other threads wait here while the first one loads.
    with _loading, warnings.catch_warnings():
        # textblob does not close its files.
        warnings.simplefilter("ignore", ResourceWarning)
        from textblob.en import parser as loaded

        # The lists are filled on first use, which is not thread-safe.
        for part in (
            loaded.lexicon,
            loaded.lexicon.morphology,
            loaded.lexicon.context,
            loaded.lexicon.entities,
        ):
            len(part)
        return loaded


@cache
def _frequencies() -> dict[str, int]:
    _parser()  # one thread loads the package
    import textblob.en

    path = Path(textblob.en.__file__).with_name("en-spelling.txt")
    rows = (row.split() for row in path.read_text(encoding="utf-8").splitlines() if not row.startswith(";"))
    return {row[0]: int(row[1]) for row in rows if len(row) > 1}


@lru_cache(maxsize=20_000)
def frequency(word: str) -> int:
    """Return how often `word`, or its singular, occurs in about a million words of general prose."""
    return max(_frequencies().get(form, 0) for form in (word.lower(), singular(word.lower())))


def is_known_word(word: str) -> bool:
    """Return whether the lexicon has `word` in lower case."""
    return word.lower() in _parser().lexicon


def singular(word: str) -> str:
    """Return the singular of a noun in lower case; other words may be mutilated, but always in the same way."""
    _parser()  # one thread loads the package
    from textblob.en.inflect import singularize

    return str(singularize(word)) if len(word) > 3 else word  # noqa: PLR2004 -- "gas", "bus"


def other_language(words: list[str]) -> str:
    """Return the language of `words`, which are in lower case. Empty for English and if unknown."""
    shares = {name: sum(word in known for word in words) for name, known in _LANGUAGES.items()}
    name = max(shares, key=lambda language: shares[language])
    english = sum(word in FUNCTION_WORDS for word in words)
    # Prose contains many function words of its language; every text contains a few of other languages.
    return name if shares[name] > max(english, 0.15 * len(words)) else ""


def spelled_out(text: str) -> Iterator[tuple[str, str]]:
    """Yield each abbreviation that `text` spells out, with its long form."""
    for match in _ABBREVIATED.finditer(text):
        words, short = match[1].split(), match[2].lower()
        for count in range(1, min(len(words), len(short) + 2) + 1):
            tail = [word.lower() for word in words[-count:]]
            letters = iter("".join(tail))
            initials = all(word[0] in short for word in tail if word not in FUNCTION_WORDS)
            spelled = all(char in letters for char in short) and len("".join(tail)) > 2 * len(short)
            if initials and spelled and tail[0][0] == short[0] and tail[0] not in FUNCTION_WORDS:
                yield match[2], " ".join(words[-count:])
                break


def noun_phrase_end(tokens: tuple[Token, ...], start: int) -> int:
    """Return where the noun phrase that begins at `start` ends."""
    last_noun = start
    for at in range(start, len(tokens)):
        if tokens[at].is_noun:
            last_noun = at + 1
        elif tokens[at].tag[:2] not in {"JJ", "CD"}:
            break
    return last_noun


def article(term: str) -> str:
    """Return the indefinite article of a term."""
    return "an" if term[0].lower() in "aeiou" else "a"


def is_term(tokens: tuple[Token, ...]) -> bool:
    """Return whether a noun phrase can be a term: of plain words with a meaning of their own."""
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


def is_whole(tokens: tuple[Token, ...], first: int, end: int) -> bool:
    """Return whether a phrase is not a part of a longer one, as in "the Watt engine" or "Ohm's law"."""
    before, after = tokens[first - 1], tokens[min(end, len(tokens) - 1)]
    beyond = tokens[min(end + 1, len(tokens) - 1)]
    # "Formats that record the settings", "a server wide cache".
    if after.tag == "DT" or (after.tag == "JJ" and beyond.is_noun):
        return False
    driven = after.tag == "VBG" and beyond.tag not in {"IN", "TO"}
    joined = after.lower in _JOINED_TO or (after.text == "." and end < len(tokens) - 1)
    if after.is_noun or after.tag in {"POS", "CD"} or driven or joined or after.text == "I":
        return False
    # "Durand, Peters, and Schott", "via satellite, radio or modem": any of them would do.
    more = {token.lower for token in tokens[end + 1 : end + 14]} & {"and", "or"}
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
    # "A Sunday Afternoon on the Island" is one name.
    titled = before.tag == "DT" and tokens[first - 2].tag == "IN" and tokens[first - 3].is_capital
    modified = titled or before.tag[:2] in {"JJ", "NN", "CD"} or before.tag in {"VBG", "VBN", "POS", "PRP$"}
    return not (modified or aside or (particle and tokens[first].is_capital) or before.text in _JOINED_BY)


def split(paragraph: str) -> list[str]:
    """Split a paragraph with single spaces into sentences."""
    found, start = [], 0
    for match in _SENTENCE_END.finditer(paragraph):
        end = match.start() + 1
        if match.group()[0] != "." or not _ABBREVIATION.search(paragraph, max(start, end - 9), end):
            found.append(paragraph[start : match.end()].strip())
            start = match.end()
    return [*found, paragraph[start:].strip()]


def is_plural(term: str) -> bool:
    """Return whether the last word of a term looks like a plural."""
    return re.search(r"(?<![siu])s$", term) is not None


def key(term: str) -> str:
    """Return the stems of a term: the same for all its forms."""
    return " ".join(map(stem, term.split()))
