"""Is this English? Told by how many of the words are the small words that every English text is full of."""

import re

from ai.engines.exceptions import NoQuestions, UnsupportedLanguage
from ai.engines.offline.words import FUNCTION_WORDS, OTHER_LANGUAGES

_WORD = re.compile(r"[^\W\d_]+")
# English prose has 0.35 to 0.6; lists of names and terms have less than 0.15.
_ENGLISH_SHARE = 0.2
_FOREIGN_SHARE = 0.15


def require_english(text: str) -> None:
    """Return if `text` is English prose; raise `UnsupportedLanguage` or, for no language at all, `NoQuestions`."""
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        raise NoQuestions
    english = _share(words, FUNCTION_WORDS)
    name, foreign = max(
        ((name, _share(words, known)) for name, known in OTHER_LANGUAGES.items()), key=lambda item: item[1]
    )
    if foreign >= _FOREIGN_SHARE and foreign > english:
        raise UnsupportedLanguage(
            f"This text seems to be in {name}. This engine works with English texts only."
        )
    if english < _ENGLISH_SHARE:
        raise NoQuestions


def _share(words: list[str], known: frozenset[str]) -> float:
    return sum(word in known for word in words) / len(words)
