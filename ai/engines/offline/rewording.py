"""Reword English sentences: as statements that stand outside their text, and as their opposites."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re

from ai.engines.english import OPPOSITES, WORDS, Token

# "(b) ", "However, ", "Note that ".
_OPENING = re.compile(
    r"\A(?:[(]?(?:[a-z]|[ivx]{1,4}|\d{1,2}(?:\.\d{1,2})*)[.)] )?"
    r"(?:(?:But|And|Yet|So|Thus|Hence),? |(?:However|Moreover|Furthermore|Nevertheless|Nonetheless|Indeed|In fact|Of course"
    r"|Also|Additionally|In addition|Alternatively|Instead|Finally|Now|Thus|Therefore|Hence|First|Second|Third|Typically"
    r"|Interestingly|Surprisingly|Remarkably|Notably|Curiously|Ironically|Significantly|Importantly|Overall|Admittedly"
    r"|For example|For instance|As a result|In other words|In short|In turn|In general|In particular|In practice), )?"
    r"(?:(?:(?:Please |Also |But )?[Nn]ote|Remember|Recall|Keep in mind) that )?"
)
_THIS_TEXT = re.compile(
    r"\b([Tt])his (?=[Ll]icen[sc]e|[Aa]greement|[Cc]onstitution|(?:Act|Policy|Treaty|Charter|Directive)\b)"
)
_QUOTED_TERM = re.compile(
    r"\A((?:An? |The )?)[\"“]([^\"“”]{1,50})[\"”] "
    r"(?=(?:\w+ )?(?:(?:shall )?means?\b|refers? to\b|is (?:an?|any|the|who\w+|whatever) |are ))"
)


def statement(sentence: str) -> str:
    """Return a sentence without its number, and without an opening such as "However" or "Note that"."""
    if sentence[:1].islower():
        return sentence
    text = _QUOTED_TERM.sub(r"\1\2 ", _THIS_TEXT.sub(r"\1he ", _OPENING.sub("", sentence)))
    return text[:1].upper() + text[1:]


def opposite(sentence: str, tokens: tuple[Token, ...]) -> str:
    """Return a sentence that says the opposite, or nothing: its only word that has an opposite is replaced.

    `tokens` are those of the sentence, or of its last part. A negated or vague sentence has no opposite.
    """
    words = {token.lower for token in tokens}
    found = [at for at, token in enumerate(tokens) if token.lower in OPPOSITES]
    negated = words & WORDS["negations"] or any(word.endswith(("n't", "n’t")) for word in words)
    if len(found) != 1 or negated or words & WORDS["vague_modifiers"] or not _is_sure(tokens, found[0]):
        return ""
    token = tokens[found[0]]
    new = OPPOSITES[token.lower]
    return sentence[: token.start] + new + sentence[token.end :]


def _is_sure(tokens: tuple[Token, ...], at: int) -> bool:
    """Return whether the opposite of the word at `at` surely makes the sentence false, and fits in."""
    word, rest = tokens[at], [token.lower for token in tokens[at + 1 :]]
    if not at or not word.text.islower() or not rest:
        return False
    if word.lower in WORDS["comparatives"]:
        return rest[0] == "than" and not tokens[at + 2].text[0].isdigit() and "and" not in rest
    if word.lower in {"increases", "decreases"}:
        return rest[0] in {"with", "as", "when"}
    # "On the north bank", "parallel to the axis", but not "north and south".
    return tokens[at + 1].is_noun or rest[0] in {"of", "to"}
