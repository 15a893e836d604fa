"""Match an answer with a term: with one of its accepted wordings, apart from small misspellings.

Other words are rejected, unless they are in the statement that the term completes: an answer that contains the
term may negate it, swap it with another, or name two.
"""

import re
import unicodedata

from ai.engines.base import BLANK, quoted_statement
from ai.engines.english import is_known_word, singular

_WORD, _APOSTROPHE = re.compile(r"\w+"), re.compile(r"['’]")  # noqa: RUF001 -- typographic
_ARTICLES = frozenset({"a", "an", "the"})
_PREAMBLE = re.compile(
    r"(?:i think |i believe |maybe |probably )?"
    r"(?:(?:my answer|answer|the answer|the term|the name|the word|it|this|that|they|these) )?"
    r"(?:(?:is|was|are|were|s) )?(?:called |named |known as )?"
)
# Two words that differ only in such an affix are different terms, not misspellings.
_PREFIXES = (
    "hyper", "hypo", "inter", "intra", "macro", "micro", "endo", "exo", "ecto", "ab", "ad", "pre", "pro",
    "per", "mono", "poly", "homo", "hetero", "iso", "anti", "ante", "un", "in", "im", "dis", "under",
    "over", "sub", "super", "infra", "ultra", "ortho", "para", "meta",
)  # fmt: skip
_SUFFIXES = (
    "ides", "ites", "ates", "ines", "ide", "ite", "ate", "ine", "ase", "ose", "ous", "ic", "or", "ee",
    "er", "ism", "ist", "ion", "al", "s",
)  # fmt: skip
_MIN_MISSPELT_LENGTH, _LONG_WORD = 5, 12
_MAX_ANSWER_CHARS = 400


def matches_term(given: str, accepted: tuple[str, ...], question: str) -> bool:
    """Return whether an answer is an accepted wording of a term, or the question's statement with one in its blank."""
    return len(given) <= _MAX_ANSWER_CHARS and any(_matches(given, wording, question) for wording in accepted)


def _matches(given: str, expected: str, question: str) -> bool:
    """Return whether an answer is the term, or a part of the question's statement with the term in its blank."""
    ours, theirs = _words(expected), _words(given)
    if not theirs:
        return given.strip() == expected.strip()
    stripped = _PREAMBLE.sub("", " ".join(theirs), count=1).split()
    if any(_same_words(ours, words) for words in (theirs, stripped, _without_articles(stripped))):
        return True
    before, blank, after = quoted_statement(question).partition(BLANK)
    if not blank:
        return False
    left, right = _without_articles(_words(before)), _without_articles(_words(after))
    words = _without_articles(theirs)
    return any(
        _same_words(ours, words[at : at + len(ours)])
        and (not at or left[-at:] == words[:at])
        and right[: len(words) - at - len(ours)] == words[at + len(ours) :]
        for at in range(len(words) - len(ours) + 1)
    )


def _same_words(ours: list[str], theirs: list[str]) -> bool:
    """Return whether two terms are the same. In a term of several words, one may be misspelt."""
    if "".join(ours) == "".join(theirs):
        return True
    different = [
        (one, other) for one, other in zip(ours, theirs, strict=False) if singular(one) != singular(other)
    ]
    return len(ours) == len(theirs) and len(different) <= 1 and all(_misspelt(*pair) for pair in different)


def _misspelt(expected: str, given: str) -> bool:
    """Return whether `given` differs from `expected` in one letter, or in two for a long word."""
    if (
        len(expected) < _MIN_MISSPELT_LENGTH
        or not (expected.isalpha() and given.isalpha())
        or expected[0] != given[0]
    ):
        return False
    other_term = any(
        one != other and other for one, other in zip(_affixes(expected), _affixes(given), strict=True)
    )
    if other_term or is_known_word(given):
        return False
    from rapidfuzz.distance import OSA

    most = 2 if len(expected) >= _LONG_WORD else 1
    return OSA.distance(expected, given, score_cutoff=most) <= most


def _affixes(word: str) -> tuple[str, str]:
    """Return the prefix and the suffix that distinguish terms: "hypo" of "hypotonic", "ite" of "nitrite"."""
    prefix = max((part for part in _PREFIXES if word.startswith(part)), key=len, default="")
    suffix = max((part for part in _SUFFIXES if word.endswith(part)), key=len, default="")
    return prefix, suffix


def _words(text: str) -> list[str]:
    """Return the words of a text without case, accents, ligatures and hyphens."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return _without_articles(_WORD.findall(_APOSTROPHE.sub("", letters)))


def _without_articles(words: list[str]) -> list[str]:
    return [word for word in words if word not in _ARTICLES] or words
