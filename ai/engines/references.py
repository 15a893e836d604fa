"""Find what keeps an English statement from being understood alone: a missing verb, an unresolved pronoun or noun."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections import Counter
from itertools import pairwise

from ai.engines.english import (
    FUNCTION_WORDS,
    HARMLESS,
    REJECT_PATTERNS,
    WORDS,
    Token,
    frequency,
    is_known_word,
    other_language,
    stem,
)

_REJECT = re.compile("|".join(REJECT_PATTERNS))
_NAMED_BEFORE = re.compile(
    r"\b(\w{4,})\b(.{1,200}?\b)that \1\b"
)  # "a collection and parts of that collection"
_HARMLESS = re.compile(HARMLESS)
PERSONAL = re.compile(r"\A(?:He|She|His|Her)\b")
_SUBJECT = re.compile(
    r"((?:[A-Z][\w’'-]+ ){1,2}(?:de |von |van )?[A-Z][\w’'-]+)(?:,| \(| (?:was|had|[a-z]+ed)\b)"
)
_FULL_NAME = re.compile(r"(?<!\b[Oo]f )(?<!\b[Ii]n )(?<!\b[Aa]t )(?<!\b[Tt]he )\b[A-Z][a-z]+ ([A-Z][a-z]+)\b")
_PERSON_BEFORE = re.compile(
    r"\b(?:by|after|(?:[a-z]+(?:ist|ian|mer|pher|neer|cher|inter|ilot|man|tect|ctor|chant|smith|poser|or)|king|queen|poet|monk|"
    r"president|emperor|general|King|Queen|Emperor|President|Professor|General|Sir|Pope|Dr\.))(?: the)? $"
)
_PERSON_AFTER = re.compile(
    r" (?:and [A-Z][a-z]+ [A-Z][a-z]+ )?(?:had |also |first |later )?(?:was (?:born|elected|appointed|crowned)|"
    rf"{'|'.join(sorted(WORDS['deeds']))})\b"
)
_MIN_WORDS, _MAX_WORDS, _MAX_WORD_LENGTH = 6, 55, 32

_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})  # tags of finite verbs
_MODIFIERS = frozenset({"JJ", "JJR", "JJS", "VBG", "VBN"})
_MIN_NOUNS, _MIN_VERBS = 2, 2
_TECHNICAL = 8  # times in about a million words


def stands_alone(statement: str, tokens: tuple[Token, ...]) -> bool:
    """Return whether a statement is complete and can be understood without other sentences."""
    words = [token.lower.replace("’", "'") for token in tokens if token.text[0].isalnum()]
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS or max(map(len, words)) > _MAX_WORD_LENGTH:
        return False
    marks = Counter(statement)
    if marks["“"] != marks["”"] or marks['"'] % 2 or marks["("] != marks[")"]:
        return False
    if ")" in statement.partition("(")[0]:
        return False
    finite = [at for at, token in enumerate(tokens) if token.tag in _FINITE]
    headless = tokens[0].tag in {"VB", "VBP", "VBZ", "VBD", "VBN", "MD", "CC"}
    if len(finite) == 1 and tokens[0].tag == "DT" and tokens[finite[0]].lower.endswith("ed"):
        # "The system developed in 1972 by a group." is not a sentence.
        headless = tokens[finite[0] + 1].lower in WORDS["after_participles"]
    if (
        not re.match(r"[A-Z].*\.\Z", statement)
        or _REJECT.search(_NAMED_BEFORE.sub(r"\1\2the \1", statement))
        or other_language(words)
    ):
        return False
    comma = next((at for at, token in enumerate(tokens) if token.text == ","), len(tokens))
    has_main_verb = any(token.tag in _FINITE for token in tokens[comma:])
    subordinate = words[0] in WORDS["subordinators"] and not has_main_verb
    headless = headless or (tokens[0].tag == "VBG" and "," not in statement)
    compared = "than" not in words and any(
        token.tag in {"JJR", "RBR"} and token.text.islower() and before.lower not in {"no", "or"}
        for before, token in pairwise(tokens)
    )
    # "World War I", "Darius I".
    plain = _HARMLESS.sub(" ", re.sub(r"(?<=[a-z]) I\b", "", statement)).lower().replace("’", "'")
    deictic = (WORDS["deictic_words"] | WORDS["personal"]).intersection(re.findall(r"[\w']+", plain))
    deictic -= {"us"} if "US" in statement else set()
    # "Type a word." "If users see the icon, click it."
    commands = words[0] in WORDS["commands"] and tokens[1].tag in {"DT", "PRP$", "PRP", "RB", "VBG"}
    commands = commands or any(
        a.lower in {",", "then", "always"} and b.lower in WORDS["commands"] for a, b in pairwise(tokens)
    )
    if (
        subordinate
        or headless
        or compared
        or deictic
        or commands
        or words[0].split("'")[0] in WORDS["anaphoric_openings"]
    ):
        return False
    return _is_clause(tokens) and not _unresolved_pronoun(tokens)


def _is_clause(tokens: tuple[Token, ...]) -> bool:
    """Return whether there is a verb outside relative clauses, with a noun before it."""
    verbs = [at for at, token in enumerate(tokens) if token.tag in _FINITE]
    nouns = [at for at, token in enumerate(tokens) if token.is_noun or token.tag in {"EX", "CD"}]
    relative = [at for at, token in enumerate(tokens) if token.lower in {"which", "who", "whose", "though"}]
    relative += [at + 1 for at in nouns if tokens[min(at + 1, len(tokens) - 1)].lower == "that"]
    if not verbs or len(nouns) < _MIN_NOUNS or nouns[0] > verbs[-1]:
        return False
    return not relative or verbs[0] < min(relative) or len(verbs) > len(relative)


def _is_told_again(phrase: tuple[Token, ...], mentioned: set[str]) -> bool:
    """Return whether a phrase after "the" sums up or repeats: "the three men", "the lost electrons"."""
    counted = any(token.tag == "CD" for token in phrase)
    passive = len(phrase) > 1 and phrase[0].tag in {"VBN", "VBD", "VBG"}
    return counted or (passive and stem(phrase[-1].text) in mentioned)


def unresolved_noun(tokens: tuple[Token, ...], introduced: set[str], mentioned: set[str]) -> bool:
    """Return whether "the law" or "the small town" refers to another sentence.

    `introduced` are the nouns that earlier sentences have after "a", `mentioned` the stems of all their nouns.
    """
    for at in (at for at, token in enumerate(tokens[:-2]) if token.lower == "the"):
        head, last = at + 1, len(tokens) - 2
        while head < last and (tokens[head].tag in _MODIFIERS or tokens[head + 1].is_noun):
            head += 1
        phrase, noun = tokens[at + 1 : head + 1], tokens[head]
        after = (*tokens[head + 1 : head + 4], tokens[-1])
        if after[0].tag in _FINITE and _is_told_again(phrase, mentioned):
            return True
        adjectives = WORDS["anaphoric_adjectives"].intersection(token.lower for token in phrase[:-1])
        if (adjectives and after[0].lower != "of") or noun.lower in WORDS["anaphoric_nouns"]:
            return True
        # "The law of gravity", "the ship in dock", "the theory and practice of law".
        word, following = after[0].lower, {token.lower for token in after}
        modified = (word in WORDS["postmodifiers"] and (word != "known" or after[1].lower == "as")) or (
            word == "and" and "of" in following
        )
        modified = modified or (word in WORDS["prepositions"] and after[1].text.islower())
        modified = modified or after[1].lower == "which"  # "the process by which"
        # "The Revolution" was named before; "the Netherlands" need not be.
        title = at == 0 and len(phrase) == 1 and is_known_word(noun.text) and noun.text[-1] != "s"
        distinct = not title and any(
            t.is_capital or t.tag in {"JJS", "RBS"} or t.lower in WORDS["unique"] for t in phrase
        )
        known = noun.lower in {*WORDS["unique_things"], *(token.lower for token in tokens[:at])}
        # "Japan recovered, but the country remains poor".
        named = noun.lower in WORDS["places"] and any(t.tag[:3] == "NNP" for t in tokens[1:at])
        named = named and after[0].tag in {*_FINITE, "POS", "VBN"}
        # A text teaches "the nucleus" and "the cytoplasm"; "the pool" refers to one mentioned before.
        spoken_of = noun.lower in introduced
        taught = not spoken_of and noun.text.islower() and frequency(noun.text) <= _TECHNICAL
        if modified or distinct or known or named or taught:
            continue
        if (len(phrase) == 1 or spoken_of) and (noun.is_noun or at == 0):
            return True
    return False


def _unresolved_pronoun(tokens: tuple[Token, ...]) -> bool:
    """Return whether a pronoun has no antecedent in the statement."""
    phrases, objects, verbs = 0, 0, 0
    for at, token in enumerate(tokens[:-1]):
        word, following = token.lower, tokens[at + 1].tag[:2]
        before = tokens[at - 1] if at else tokens[-1]
        is_object = before.tag[:2] in {"VB", "IN", "TO"} and following != "NN"
        if (
            (word in WORDS["pronouns"] and not phrases)
            # "Japan used it first", "Since ancient times it has been urban".
            or (word in {"it", "him", "her", "them"} and is_object and (verbs < _MIN_VERBS or not objects))
            or (word in {"it", "he", "she", "they"} and not verbs)
        ):
            return True
        is_phrase = token.is_noun and not before.is_noun and before.lower != "of"
        phrases, objects = phrases + is_phrase, objects + (is_phrase and verbs > 0)
        verbs += token.tag in _FINITE
    return False


def is_person(name: str, text: str, start: int) -> bool:
    """Return whether a name of two or more unusual words is used at `start` as that of a person."""
    last = name.rsplit(maxsplit=1)[-1]
    if (
        last == name
        or is_known_word(last)
        or not name[-1].islower()
        or name.split(maxsplit=1)[0].lower() in WORDS["of_places"]
    ):
        return False
    before = _PERSON_BEFORE.search(text[max(0, start - 20) : start])
    return before is not None or _PERSON_AFTER.match(text, start + len(name)) is not None


def biography_of(prose: str) -> str:
    """Return the person that a text begins with, if it is about no other man, or no other woman."""
    name = _SUBJECT.match(prose)
    known = name is None or any(map(is_known_word, name[1].split()))  # "Mount Everest was"
    genders = [re.search(pattern, prose) is not None for pattern in (r"\b[Hh]e\b", r"\b[Ss]he\b")]
    return name[1] if name and not known and genders.count(True) == 1 else ""


def person_meant(statement: str, subject: str) -> str:
    """Return the person that "he" or "she" at the start of the next sentence means, or nothing if it is unclear."""
    name = _SUBJECT.match(statement)
    other = [
        match for match in _FULL_NAME.finditer(statement) if match.start() and not is_known_word(match[1])
    ]
    first, *_, last = name[1].split() if name else ("", "")
    if is_known_word(last) or first.lower() in FUNCTION_WORDS | WORDS["of_places"]:
        name = None
    if other or not (name or (subject and PERSONAL.match(statement))):
        return ""
    return name[1] if name else subject
