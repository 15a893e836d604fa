"""Tell which sentences are statements that a question can be about, and which refer to the sentences before them."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections import Counter
from itertools import pairwise

from ai.engines.english import (
    HARMLESS,
    LEANING_PATTERNS,
    REJECT_PATTERNS,
    WORDS,
    Token,
    other_language,
)

_REJECT = re.compile("|".join(REJECT_PATTERNS))
_LEANING = re.compile("|".join(LEANING_PATTERNS))
_HARMLESS = re.compile(HARMLESS)
_MIN_WORDS, _MAX_WORDS, _MAX_WORD_LENGTH = 6, 40, 32
_MIN_NOUNS = 2
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})  # tags of finite verbs
_MONTH = re.compile(rf"\b(?:{'|'.join(word.title() for word in sorted(WORDS['calendar'] - {'god'}))})\b")


def is_statement(text: str, tokens: tuple[Token, ...]) -> bool:
    """Return whether a sentence is a complete statement of English prose, about neither its text nor its readers."""
    words = [token.lower.replace("’", "'") for token in tokens if token.text[0].isalnum()]
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS or max(map(len, words)) > _MAX_WORD_LENGTH:
        return False
    marks = Counter(text)
    balanced = marks["“"] == marks["”"] and not marks['"'] % 2 and marks["("] == marks[")"]
    if not balanced or ")" in text.partition("(")[0] or not re.match(r"[A-Z].*\.\Z", text):
        return False
    unquotable = WORDS["unquotable"] & set(re.findall(r"\w+", _HARMLESS.sub(" ", text).lower()))
    if _REJECT.search(text) or is_personal(text) or unquotable or other_language(words):
        return False
    return not _is_fragment(words, tokens) and _is_clause(tokens)


def is_personal(text: str) -> bool:
    """Return whether a text speaks of its writers or readers: "I", "we", "you"."""
    plain = re.sub(r"([A-Z]\w+) I\b", r"\1", text).lower().replace("’", "'")  # "World War I"
    return bool((WORDS["personal"] - ({"us"} if "US" in text else set())) & set(re.findall(r"[\w']+", plain)))


def has_verb(tokens: tuple[Token, ...]) -> bool:
    """Return whether a sentence has a finite verb. A heading such as "Origin and history." has none."""
    return len(tokens) > _MIN_NOUNS and tokens[-1].text == "." and any(t.tag in _FINITE for t in tokens)


def _is_fragment(words: list[str], tokens: tuple[Token, ...]) -> bool:
    """Return whether a sentence lacks its subject or its main clause."""
    finite = [at for at, token in enumerate(tokens) if token.tag in _FINITE]
    if len(finite) == 1 and tokens[0].tag == "DT" and tokens[finite[0]].lower.endswith("ed"):
        # "The system developed in 1972 by a group."
        return tokens[finite[0] + 1].lower in WORDS["after_participles"]
    if tokens[0].tag in {"VB", "VBP", "VBZ", "VBD", "VBN", "MD"}:
        return True
    comma = next((at for at, token in enumerate(tokens) if token.text == ","), len(tokens))
    has_main_verb = any(token.tag in _FINITE for token in tokens[comma:])
    return words[0] in WORDS["subordinators"] and not has_main_verb


def _is_clause(tokens: tuple[Token, ...]) -> bool:
    """Return whether there is a verb outside relative clauses, with a noun before it."""
    verbs = [at for at, token in enumerate(tokens) if token.tag in _FINITE]
    nouns = [at for at, token in enumerate(tokens) if token.is_noun or token.tag in {"EX", "CD", "PRP"}]
    relative = [at for at, token in enumerate(tokens) if token.lower in {"which", "who", "whose", "though"}]
    relative += [at + 1 for at in nouns if tokens[min(at + 1, len(tokens) - 1)].lower == "that"]
    if not verbs or len(nouns) < _MIN_NOUNS or nouns[0] > verbs[-1]:
        return False
    return not relative or verbs[0] < min(relative) or len(verbs) > len(relative)


def refers(text: str, tokens: tuple[Token, ...]) -> bool:
    """Return whether a statement refers to an earlier sentence by a pronoun, or by a word such as "then" or "other"."""
    return points_back(text, tokens) or any(_is_unresolved(tokens, at) for at in range(len(tokens) - 1))


def points_back(text: str, tokens: tuple[Token, ...]) -> bool:
    """Return whether a statement has a word such as "then", "other" or "larger" that continues an earlier sentence."""
    words = set(re.findall(r"\w+", _HARMLESS.sub(" ", text).lower()))
    past = any(token.tag == "VBD" for token in tokens)
    undated = past and _MONTH.search(text) and not re.search(r"\d{3}", text)
    compared = any(
        token.tag in {"JJR", "RBR"} and token.text.islower() and before.lower != "or"
        for before, token in pairwise(tokens)
    )
    return bool(
        WORDS["leaning"] & words or _LEANING.search(text) or undated or (compared and " than " not in text)
    )


def _is_unresolved(tokens: tuple[Token, ...], at: int) -> bool:
    """Return whether a token is a pronoun that means nothing before it in its sentence."""
    word, before = re.split("['’]", tokens[at].lower)[0], tokens[:at]
    if word not in WORDS["pronouns"]:
        return False
    nouns = [token for token in before if token.is_noun and token.lower not in WORDS["calendar"]]
    verbs = sum(token.tag in _FINITE for token in before)
    if word in {"he", "him", "his", "she", "her"}:
        nouns = [token for token in nouns if token.is_capital]
    elif word in {"it", "its"}:
        nouns = [token for token in nouns if token.tag not in {"NNS", "NNPS"}]
    elif len(nouns) == 1:
        nouns = [token for token in nouns if token.tag in {"NNS", "NNPS"}]
    # "Japan recovered, but it remains poor" and "its capital", but not "Japan used it".
    joined = tokens[at + 1].tag in _FINITE or word in {"its", "their", "his", "her"} or verbs > 1
    return not (nouns and verbs and joined)
