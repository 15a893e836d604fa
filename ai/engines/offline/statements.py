"""True/false questions: a statement as the text has it, or with one thing in it exchanged or negated."""

import random
from collections.abc import Iterator

from ai.engines.offline.choices import Distractors
from ai.engines.offline.grammar import main_clause
from ai.engines.offline.phrases import Kind, Phrase, Phrases
from ai.engines.offline.sentences import Sentence
from ai.engines.offline.tagging import AUXILIARIES
from ai.engines.offline.words import NEGATIONS

# Exchanging a fact makes a plain falsehood; the better the kind for that, the earlier it stands.
_FACTS = (Kind.YEAR, Kind.QUANTITY, Kind.NUMBER, Kind.PERSON, Kind.PLACE, Kind.NAME, Kind.GROUP)


def true_or_false(statement: str) -> str:
    """Return the wording of a true/false question."""
    return f"According to the text, is this statement true or false? “{statement}”"


def false_versions(
    sentence: Sentence, phrases: Phrases, distractors: Distractors, *, rng: random.Random, negate_first: bool
) -> Iterator[str]:
    """Yield false versions of `sentence`, the best first."""
    negated = _negated(sentence)
    if negate_first and negated:
        yield negated
    found = phrases.of(sentence)
    facts = sorted((p for p in found if p.kind in _FACTS), key=lambda p: (_FACTS.index(p.kind), p.first))
    terms = [p for p in found if p.kind not in _FACTS and (p.article or p.first == 0)]
    yield from _exchanged(sentence, facts, distractors, rng)
    if negated and not negate_first:
        yield negated
    # Exchanging a common noun comes last: it may leave a statement that is odd rather than false.
    yield from _exchanged(sentence, terms, distractors, rng)


def _exchanged(
    sentence: Sentence, found: list[Phrase], distractors: Distractors, rng: random.Random
) -> Iterator[str]:
    for phrase in found:
        if phrase.partial:
            continue
        for other in distractors.pick(phrase, count=1, nearest=False, rng=rng):
            start = sentence.tokens[phrase.first].start
            end = sentence.tokens[phrase.last - 1].end
            shown = other[0].upper() + other[1:] if start == 0 else other
            yield sentence.text[:start] + shown + sentence.text[end:]


def _negated(sentence: Sentence) -> str | None:
    clause = main_clause(sentence)
    if clause is None:
        return None
    tokens = sentence.tokens
    verb, after = tokens[clause.verb], tokens[clause.verb + 1]
    if verb.lower == "cannot":
        return sentence.text[: verb.start] + "can" + sentence.text[verb.end :]
    if verb.lower not in AUXILIARIES or verb.lower in {"do", "does", "did"}:
        return None
    if after.lower == "not":
        return sentence.text[: verb.end] + sentence.text[after.end :]
    if after.tag == "RB" or any(token.lower in NEGATIONS for token in tokens):
        return None
    if verb.lower in {"has", "had", "have"} and after.tag != "VBN":
        return None
    negation = "not" if verb.lower == "can" else " not"
    return sentence.text[: verb.end] + negation + sentence.text[verb.end :]
