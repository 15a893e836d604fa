"""The English words that textblob's wheel lists: parts of speech and frequencies. Loaded once per process, on first use."""

import threading
import warnings
from functools import cache
from pathlib import Path
from typing import Any

_loading = threading.Lock()


@cache
def parser() -> Any:
    """Return textblob's tagger with its lexicon loaded."""
    # Threads that come while the first one loads wait here, and then find everything loaded.
    with _loading, warnings.catch_warnings():
        # textblob leaves its files to the garbage collector, which complains about them.
        warnings.simplefilter("ignore", ResourceWarning)
        from textblob.en import parser as loaded

        # Its lists fill themselves at first use, which is not safe in two threads at once.
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
    import textblob.en

    path = Path(textblob.en.__file__).with_name("en-spelling.txt")
    rows = (row.split() for row in path.read_text(encoding="utf-8").splitlines() if not row.startswith(";"))
    return {row[0]: int(row[1]) for row in rows if len(row) > 1}


def frequency(word: str) -> int:
    """Return how often `word` occurs in about a million words of general prose."""
    return _frequencies().get(word.lower(), 0)


def is_known_word(word: str) -> bool:
    """Return whether the lexicon has `word` in lower case."""
    return word.lower() in parser().lexicon


def singular(word: str) -> str:
    """Return the singular of a noun in lower case; another word may come back mutilated, but always in the same way."""
    from textblob.en.inflect import singularize

    return str(singularize(word)) if len(word) > 3 else word  # noqa: PLR2004 -- "gas", "bus"
