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
    frequency,
    key,
    other_language,
)

_REJECT = re.compile("|".join(REJECT_PATTERNS))
_LEANING = re.compile("|".join(LEANING_PATTERNS))
_HARMLESS = re.compile(HARMLESS)
_MIN_WORDS, _MAX_WORDS, _MAX_WORD_LENGTH = 6, 40, 32
_MIN_NOUNS = 2
_TECHNICAL, _UNCOMMON_NAME = 8, 60  # times in about a million words
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})  # tags of finite verbs
_MODIFIERS = frozenset({"JJ", "JJR", "JJS", "VBG", "VBN"})
_PERSON_NOUN = re.compile(
    r"(?:\A(?:man|woman|king|queen|poet|monk|duke|king|pope|boy|girl|child|people|army|party|ship|team|couple|men|women)"
    r"|(?:\w{3}ist|cian|rian|graph?er|sopher|neer|cher|ctor|chant|smith|poser|ident|eror|eral|iner|nder|lder|orer|ler))s?\Z"
)
# "An experiment", "a translation": of what?
_DEED = re.compile(r"(?:\w{3}(?:tion|sion|ment|ance|tinuation)|idea|proof|study|version|copy|method)s?\Z")
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
    plain = re.sub(r"(?<=[a-z]) I\b", "", text).lower().replace("’", "'")  # "World War I"
    personal = (WORDS["personal"] - ({"us"} if "US" in text else set())) & set(re.findall(r"[\w']+", plain))
    unquotable = WORDS["unquotable"] & set(re.findall(r"\w+", _HARMLESS.sub(" ", text).lower()))
    if _REJECT.search(text) or personal or unquotable or other_language(words):
        return False
    return not _is_command(words, tokens) and not _is_fragment(words, tokens) and _is_clause(tokens)


def has_verb(tokens: tuple[Token, ...]) -> bool:
    """Return whether a sentence has a finite verb. A heading such as "Origin and history." has none."""
    return len(tokens) > _MIN_NOUNS and tokens[-1].text == "." and any(t.tag in _FINITE for t in tokens)


def _is_command(words: list[str], tokens: tuple[Token, ...]) -> bool:
    """Return whether a sentence tells its readers what to do: "Type a word." "If users see the icon, click it."."""
    first = words[0] in WORDS["commands"] and tokens[1].tag in {"DT", "PRP$", "PRP", "RB", "VBG"}
    return first or any(
        a.lower in {",", "then", "always"} and b.lower in WORDS["commands"] for a, b in pairwise(tokens)
    )


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
    return (words[0] in WORDS["subordinators"] and not has_main_verb) or (
        tokens[0].tag == "VBG" and comma == len(tokens)
    )


def _is_clause(tokens: tuple[Token, ...]) -> bool:
    """Return whether there is a verb outside relative clauses, with a noun before it."""
    verbs = [at for at, token in enumerate(tokens) if token.tag in _FINITE or _resumes(tokens, at)]
    nouns = [at for at, token in enumerate(tokens) if token.is_noun or token.tag in {"EX", "CD", "PRP"}]
    relative = [at for at, token in enumerate(tokens) if token.lower in {"which", "who", "whose", "though"}]
    relative += [at + 1 for at in nouns if tokens[min(at + 1, len(tokens) - 1)].lower == "that"]
    if not verbs or len(nouns) < _MIN_NOUNS or nouns[0] > verbs[-1]:
        return False
    return not relative or verbs[0] < min(relative) or len(verbs) > len(relative)


def _resumes(tokens: tuple[Token, ...], at: int) -> bool:
    """Return whether a verb that looks like a participle goes on after an aside: "The Act, passed in 1890, prohibited it"."""
    if not 0 < at < len(tokens) - 1 or tokens[at].tag != "VBN" or tokens[at].lower in WORDS["postmodifiers"]:
        return False
    asides = sum(token.text == "," for token in tokens[:at])
    acts = tokens[at + 1].tag in {"DT", "JJ", "PRP$", "NN", "NNS", "NNP", "CD"}
    return tokens[at - 1].text == "," and asides > 1 and acts


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


def begins_referring(tokens: tuple[Token, ...]) -> bool:
    """Return whether a pronoun or a word such as "this" is among the first words of a sentence."""
    return any(token.lower in WORDS["leaning"] | WORDS["pronouns"] for token in tokens[:4])


def _is_unresolved(tokens: tuple[Token, ...], at: int) -> bool:
    """Return whether a token is a pronoun that means nothing before it in its sentence."""
    word, before = re.split("['’]", tokens[at].lower)[0], tokens[:at]
    if word not in WORDS["pronouns"]:
        return False
    nouns = [token for token in before if token.is_noun and token.lower not in WORDS["calendar"]]
    verbs = sum(token.tag in _FINITE for token in before)
    if word in {"he", "him", "his", "she", "her"}:
        nouns = [token for token in nouns if token.is_capital or _PERSON_NOUN.search(token.lower)]
    elif word in {"it", "its"}:
        nouns = [token for token in nouns if token.tag not in {"NNS", "NNPS"}]
    # "Japan recovered, but it remains poor" and "its capital", but not "Japan used it".
    joined = tokens[at + 1].tag in _FINITE or word in {"its", "their", "his", "her"} or verbs > 1
    return not (nouns and verbs and joined)


def terms_of(text: str) -> frozenset[str]:
    """Return the keys of the terms that a text uses again and again: "the small intestine", "the nucleus"."""
    words = re.findall(r"[^\W\d_][\w-]*", text)
    pairs = Counter(f"{key(one)} {key(other)}" for one, other in pairwise(words))
    rare = Counter(key(word) for word in words if frequency(word) <= _TECHNICAL)
    return frozenset(term for term, times in (pairs | rare).items() if times > 1)


def may_refer(tokens: tuple[Token, ...], terms: frozenset[str]) -> bool:
    """Return whether a statement may refer to an earlier sentence by "the law", "the small town" or "an experiment".

    A question that shows that sentence without need is longer than it must be, so every doubt counts.
    """
    return any(_may_refer(tokens, at, terms) for at, token in enumerate(tokens[:-2]) if token.tag == "DT")


def _may_refer(tokens: tuple[Token, ...], at: int, terms: frozenset[str]) -> bool:
    """Return whether the noun phrase after an article lacks its complement."""
    head, last = at + 1, len(tokens) - 2
    while (
        head < last
        and (tokens[head].tag in _MODIFIERS or tokens[head + 1].is_noun)
        and tokens[head + 1].tag != "."
    ):
        head += 1
    phrase, noun = tokens[at + 1 : head + 1], tokens[head]
    if _is_completed(tokens, head):
        return False
    if noun.text.islower() and _DEED.fullmatch(noun.text):
        return tokens[at].lower in {"the", "a", "an"}
    if tokens[at].lower != "the":
        return False
    known = noun.lower in WORDS["unique_things"] or noun.lower in {token.lower for token in tokens[:at]}
    first = len(phrase) > 2 and phrase[0].lower in {"first", "only"}  # noqa: PLR2004 -- "the first underseas cable"
    told = any(
        token.tag == "VBD" for token in tokens
    )  # a story knows "the battery", a textbook teaches of it
    defined = (
        at == 0 and tokens[head + 1].lower in {"is", "are"} and tokens[head + 2].lower in {"a", "an", "the"}
    )
    term = " ".join(key(token.text) for token in phrase[-2:])
    taught = term in terms and (len(phrase) > 1 or not told)
    return not (known or first or taught or defined or _is_named(tokens, at, phrase))


def _is_completed(tokens: tuple[Token, ...], head: int) -> bool:
    """Return whether words after a noun say which is meant: "the law of gravity", "the process by which"."""
    after = (*tokens[head + 1 : head + 4], tokens[-1])
    word, following = after[0].lower, {token.lower for token in after}
    if word == "known" or (word == "of" and after[1].tag == "CD"):  # "the gain of 38 microseconds"
        return word == "known" and after[1].lower == "as"
    paired = word == "and" and "of" in following  # "the theory and practice of law"
    defined = word == "," and after[1].lower in {"a", "an"}  # "the water frame, a machine that"
    placed = word in WORDS["prepositions"] and after[1].text[0].isalpha()
    placed = placed or (word == "for" and (after[1].lower in {"the", "a", "an"} or after[1].tag == "VBG"))
    return (
        word in WORDS["postmodifiers"]
        or paired
        or placed
        or defined
        or (after[1].lower == "which" and word.isalpha())
    )


def _is_named(tokens: tuple[Token, ...], at: int, phrase: tuple[Token, ...]) -> bool:
    """Return whether a phrase after "the" has a name, a superlative, or the name beside it: "the writer Zola"."""
    noun, after = phrase[-1], (*tokens[at + 1 + len(phrase) : at + 4 + len(phrase)], tokens[-1])
    if len(phrase) == 1 and noun.is_capital:
        # "The Revolution" was named before; "the Netherlands" need not be.
        return noun.text[-1] == "s" or frequency(noun.text) <= _UNCOMMON_NAME
    if at > 1 and tokens[at - 1].text == "," and tokens[at - 2].is_capital and after[0].text in {",", "."}:
        return tokens[at - 2].is_noun  # "Cuauhtémoc, the last emperor, was captured"
    if noun.lower in {"century", "centuries"} and len(phrase) > 1:
        return True  # "in the fifteenth century"
    beside = noun.text.islower() and after[0].is_capital and after[0].is_noun  # "the company BASF"
    person = noun.text.islower() and _PERSON_NOUN.search(noun.text) is not None
    return beside or (not person and any(token.is_capital for token in phrase))
