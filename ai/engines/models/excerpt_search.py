"""Find a sentence in a source text."""

import re
from dataclasses import dataclass, field

from rapidfuzz import fuzz

_LIKE = {**dict.fromkeys("‘’‚‛`´′", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‐‑‒–—―−", "-")}  # noqa: RUF001 -- typographic
_MIN_LENGTH = 12  # characters; a shorter passage proves nothing
# Similarity of 100: the same sentence with a copying error or two.
_SAME = 95
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATION = re.compile(
    r"\b(?:not|no|never|nor|neither|none|nicht|kein\w*|nie|ne|pas|jamais|sin|nunca|non|mai)\b|n't\b"
)


def folded(text: str) -> str:
    """Normalize a text for comparison: lower case, plain quotes and hyphens, single spaces."""
    return Folded(text).text


@dataclass(slots=True)
class Folded:
    """A normalized text, with the position of each character in the original."""

    original: str
    text: str = ""
    _at: list[int] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        chars: list[str] = []
        for place, char in enumerate(self.original):
            if char.isspace():
                if chars and chars[-1] != " ":
                    chars.append(" ")
                    self._at.append(place)
                continue
            for lower in _LIKE.get(char, char).lower():
                chars.append(lower)
                self._at.append(place)
        self.text = "".join(chars)

    def find(self, sentence: str) -> str | None:
        """Return the passage of the original that matches `sentence`, or None.

        Small copying errors are allowed, but numbers and negations must be the same.
        """
        wanted = folded(sentence).strip(" .\"'…")
        if len(wanted) < _MIN_LENGTH:
            return None
        start = self.text.find(wanted)
        if start >= 0:
            return self._passage(start, start + len(wanted))
        found = fuzz.partial_ratio_alignment(wanted, self.text, score_cutoff=_SAME)
        if found is None or len(wanted) > len(self.text):
            return None
        start, end = self._whole_words(found.dest_start, found.dest_end)
        there = self.text[start:end]
        same = _NUMBER.findall(there) == _NUMBER.findall(wanted) and len(_NEGATION.findall(there)) == len(
            _NEGATION.findall(wanted)
        )
        return self._passage(start, end) if same else None

    def _whole_words(self, start: int, end: int) -> tuple[int, int]:
        while start > 0 and self.text[start - 1].isalnum():
            start -= 1
        while end < len(self.text) and self.text[end].isalnum():
            end += 1
        return start, end

    def _passage(self, start: int, end: int) -> str:
        """Return the original text of a range, with the punctuation that ends it."""
        last = self._at[end - 1] + 1
        while last < len(self.original) and self.original[last] in ".!?\"'”’)":  # noqa: RUF001 -- typographic
            last += 1
        return " ".join(self.original[self._at[start] : last].split())
