"""The word lists of `words.toml`, and the language that they tell."""

import tomllib
from pathlib import Path

_LISTS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_LANGUAGES = {name: frozenset(words.split()) for name, words in _LISTS["languages"].items()}


def word_list(name: str) -> frozenset[str]:
    """Return a list of `words.toml`."""
    return frozenset(_LISTS[name].split())


PRONOUNS, PERSONAL = word_list("pronouns"), word_list("personal")
FUNCTION_WORDS = word_list("function") | PRONOUNS | PERSONAL


def other_language(words: list[str]) -> str:
    """Return the language that `words`, in lower case, are in; nothing for English and for none at all."""
    shares = {name: sum(word in known for word in words) for name, known in _LANGUAGES.items()}
    name = max(shares, key=lambda language: shares[language])
    english = sum(word in FUNCTION_WORDS for word in words)
    # Prose of a language is full of its small words; a few of them are in every text.
    return name if shares[name] > max(english, 0.15 * len(words)) else ""
