"""Wrong answers that look like the right one: other phrases of the same kind from the same text."""

# ruff: noqa: RUF001 -- texts are full of typographic marks

import random
import re

from ai.engines.offline.phrases import Kind, Phrase, Phrases

_ODD = re.compile(r"[^\w\s'’.,-]|_")
_YEAR = re.compile(r"\b(?:1[0-9]|20)[0-9]{2}\b(?![,.]\d)")
# Comparing phrases pairwise is what costs: more than this many of a kind add time and nothing else.
POOL_SIZE = 60


class Distractors:
    """The distractors of one text, at most `POOL_SIZE` of a kind, in the order of the text."""

    def __init__(self, phrases: Phrases, text: str) -> None:
        self.pools: dict[Kind, list[Phrase]] = {kind: [] for kind in Kind}
        seen: set[tuple[Kind, str]] = set()
        for phrase in phrases:
            pool = self.pools[phrase.kind]
            if phrase.partial or _ODD.search(phrase.text):
                continue
            if (phrase.kind, phrase.key) not in seen and len(pool) < POOL_SIZE:
                seen.add((phrase.kind, phrase.key))
                pool.append(phrase)
        self._years = list(dict.fromkeys(_YEAR.findall(text)))[:POOL_SIZE]

    def pick(self, phrase: Phrase, *, count: int, nearest: bool, rng: random.Random) -> list[str]:
        """Return up to `count` distractors of `phrase`; the `nearest` in form, or any."""
        if phrase.kind is Kind.YEAR:
            others = [year for year in self._years if year not in phrase.sentence.excerpt]
            rng.shuffle(others)
            if nearest:
                others.sort(key=lambda year: abs(int(year) - int(phrase.text)))
            return others[:count]
        fits = _differs_in_number if phrase.kind is Kind.QUANTITY else _fits
        candidates = [other for other in self.pools[phrase.kind] if fits(other, phrase)]
        rng.shuffle(candidates)
        words = phrase.text.count(" ")
        candidates.sort(
            key=lambda other: (
                abs(other.text.count(" ") - words),
                abs(len(other.text) - len(phrase.text)) // (1 if nearest else 6),
            )
        )
        picked: list[Phrase] = []
        for candidate in candidates[: count if nearest else count * 3]:
            if phrase.kind is Kind.QUANTITY or not any(candidate.stems & other.stems for other in picked):
                picked.append(candidate)
        if not nearest:
            rng.shuffle(picked)
        return [other.text for other in picked[:count]]


def _fits(other: Phrase, phrase: Phrase) -> bool:
    return (
        other.sentence.excerpt != phrase.sentence.excerpt
        and _article(other) == _article(phrase)
        and not other.stems & phrase.sentence.stems
        and other.text != phrase.text
    )


def _differs_in_number(other: Phrase, phrase: Phrase) -> bool:
    """Whether the two count the same: five and seven miles do, five miles and six years do not."""
    amount, _, unit = other.text.partition(" ")
    return unit == phrase.text.partition(" ")[2] and amount.lower() not in phrase.sentence.text.lower()


def _article(phrase: Phrase) -> str:
    return "a" if phrase.article == "an" else phrase.article
