"""Is this English? Told by how many of the words are the small words that every English text is full of."""

import re

from ai.engines.exceptions import UnsupportedLanguage
from ai.engines.offline.words import FUNCTION_WORDS, OTHER_LANGUAGES

_WORD = re.compile(r"[^\W\d_]+")
# Prose of a language has more of its small words than this; that of a related one may have as many.
_FOREIGN_SHARE = 0.15


def require_english(text: str) -> None:
    """Raise `UnsupportedLanguage` if `text` is prose of another language."""
    words = [word.lower() for word in _WORD.findall(text)]
    english = _share(words, FUNCTION_WORDS)
    name, foreign = max(
        ((name, _share(words, known)) for name, known in OTHER_LANGUAGES.items()), key=lambda item: item[1]
    )
    if foreign >= _FOREIGN_SHARE and foreign > english:
        raise UnsupportedLanguage(
            f"This text seems to be in {name}. The offline engine reads English only; a model (AI_MODEL) reads others."
        )


def _share(words: list[str], known: frozenset[str]) -> float:
    return sum(word in known for word in words) / max(1, len(words))
