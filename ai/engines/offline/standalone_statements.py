"""Find what keeps an English statement from being understood alone: a missing verb, an unresolved pronoun or noun."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from ai.engines.english import (
    HARMLESS,
    REJECT_PATTERNS,
    WORDS,
    Token,
    frequency,
    is_known_word,
    is_plural,
    other_language,
    singular,
    stem,
)

_REJECT = re.compile("|".join(REJECT_PATTERNS))
_NAMED_BEFORE = re.compile(
    r"\b(\w{4,})\b(.{1,200}?\b)that \1\b"
)  # "a collection and parts of that collection"
_HARMLESS = re.compile(HARMLESS)
_MIN_WORDS, _MAX_WORDS, _MAX_WORD_LENGTH = 6, 36, 32
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})  # tags of finite verbs
_MODIFIERS = frozenset({"JJ", "JJR", "JJS", "VBG", "VBN"})
_MIN_NOUNS, _MIN_VERBS = 2, 2
_TECHNICAL, _UNCOMMON_NAME = 8, 60  # times in about a million words
_PARTICIPLES = frozenset({"VBN", "VBD", "VBG"})
_PERSON_NOUN = re.compile(
    r"(?:\A(?:man|woman|king|queen|poet|monk|duke|king|pope|boy|girl|child|people|army|party|ship|team|couple|men|women)"
    r"|(?:\w{3}ist|cian|rian|graph?er|sopher|neer|cher|ctor|chant|smith|poser|ident|eror|eral|iner|nder|lder|orer|ler))s?\Z"
)
_MONTH = re.compile(rf"\b(?:{'|'.join(word.title() for word in sorted(WORDS['calendar'] - {'god'}))})\b")
_EVENT = re.compile(r"(?:\w{3}(?:tion|sion|ment|ival|ance|ttle|test|tack))\Z")


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
        token.tag in {"JJR", "RBR"}
        and token.text.islower()
        and before.lower not in {"no", "or"}
        and token.lower != "better"
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
    if (
        _MONTH.search(statement)
        and not re.search(r"\d{3}", statement)
        and any(t.tag == "VBD" for t in tokens)
    ):
        return False  # "in December the king died": of which year?
    return _is_clause(tokens) and not _unresolved_pronoun(tokens) and not _leans_in_time(tokens)


def _is_clause(tokens: tuple[Token, ...]) -> bool:
    """Return whether there is a verb outside relative clauses, with a noun before it."""
    verbs = [at for at, token in enumerate(tokens) if token.tag in _FINITE or _resumes(tokens, at)]
    nouns = [at for at, token in enumerate(tokens) if token.is_noun or token.tag in {"EX", "CD"}]
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


def unresolved_noun(
    tokens: tuple[Token, ...], introduced: set[str], mentioned: set[str], times: Mapping[str, int], topic: str
) -> bool:
    """Return whether "the law" or "the small town" refers to another sentence.

    `introduced` are the nouns that earlier sentences have after "a", `mentioned` the stems of all their nouns, `times`
    counts the stems of the text. "The emperor penguin" may be the text's `topic`.
    """
    for at in (at for at, token in enumerate(tokens[:-2]) if token.lower == "the"):
        head, last = at + 1, len(tokens) - 2
        while head < last and (tokens[head].tag in _MODIFIERS or tokens[head + 1].is_noun):
            head += 1
        phrase, noun = tokens[at + 1 : head + 1], tokens[head]
        if at == 0 and (tokens[1].tag in _MODIFIERS if not noun.is_noun else noun.lower == "first"):
            return True  # "the first was discovered"
        counted = any(token.tag == "CD" and token.text.islower() for token in phrase)
        if counted and tokens[head + 1].lower in WORDS["prepositions"]:
            return True  # "combined the two inventions in"
        if not (noun.is_noun or at == 0) or _is_completed(tokens, head) or _is_named(tokens, at, phrase):
            continue
        word, earlier = noun.lower, {token.lower for token in tokens[:at]}
        if " ".join(token.lower for token in phrase) == topic.lower() or word in earlier:
            continue
        adjectives = WORDS["anaphoric_adjectives"].intersection(token.lower for token in phrase[:-1])
        if tokens[at - 1].lower == "and" and any(token.tag in _FINITE for token in tokens[:at]):
            adjectives = frozenset()  # "Krakatoa exploded, and the resulting tsunami"
        known = len(phrase) > 1 and times.get(_pair(phrase), 0) > 1
        done = len(phrase) > 1 and phrase[0].tag in _PARTICIPLES and stem(word) in mentioned
        if (
            counted
            or word in WORDS["anaphoric_nouns"]
            or adjectives
            or done
            or (word in introduced and not known)
        ):
            return True
        if not _is_generic(tokens, at, phrase, times if mentioned else {}, topic):
            return True
    return False


def _pair(phrase: tuple[Token, ...]) -> str:
    return " ".join(stem(token.text) for token in phrase[-2:])


def _is_completed(tokens: tuple[Token, ...], head: int) -> bool:
    """Return whether words after a noun say which is meant: "the law of gravity", "the process by which"."""
    after = (*tokens[head + 1 : head + 4], tokens[-1])
    word, following = after[0].lower, {token.lower for token in after}
    if word == "known":
        return after[1].lower == "as"
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
        return (
            noun.lower in WORDS["unique_things"]
            or noun.text[-1] == "s"
            or frequency(noun.text) <= _UNCOMMON_NAME
        )
    if at > 1 and tokens[at - 1].text == "," and tokens[at - 2].is_capital and after[0].text in {",", "."}:
        return tokens[at - 2].is_noun  # "Cuauhtémoc, the last emperor, was captured"
    person = noun.text.islower() and _PERSON_NOUN.search(noun.text) is not None
    if person or any(token.tag == "CD" and token.text.islower() for token in phrase):
        return (after[0].text == "," and after[1].is_capital) or after[0].is_capital
    if noun.lower in {"century", "centuries"} and len(phrase) > 1:
        return True  # "in the fifteenth century"
    # "The company BASF".
    beside = noun.text.islower() and after[0].is_capital and after[0].is_noun
    return beside or any(t.is_capital or t.lower in {"first", "only"} for t in phrase)


def _is_generic(
    tokens: tuple[Token, ...], at: int, phrase: tuple[Token, ...], times: Mapping[str, int], topic: str
) -> bool:
    """Return whether "the" needs no other sentence: a unique thing, a thing named in this sentence, a term."""
    noun, after = phrase[-1], tokens[at + 1 + len(phrase)]
    if noun.lower in WORDS["unique_things"]:
        return True
    listed = tokens[at - 1].text in {",", ":"} or tokens[at - 1].lower == "and"
    if at and listed and any(token.tag == "CD" and token.text.isalpha() for token in tokens[:at]):
        return True  # "three terminals: the emitter, the base and the collector"
    # "Japan recovered, but the country remains poor".
    named = (
        noun.lower in WORDS["places"] and noun.tag != "NNS" and any(t.tag[:3] == "NNP" for t in tokens[1:at])
    )
    if named and after.tag in {*_FINITE, "POS", "VBN"}:
        return True
    if at == 0 and after.lower in {"is", "are"} and tokens[at + 2 + len(phrase)].lower in {"a", "an", "the"}:
        return len(phrase) > 1 or frequency(noun.text) <= _UNCOMMON_NAME  # it is being defined
    # "The drainage basin" is that of the Amazon, if the text is about it.
    if (
        (topic.istitle() and is_known_word(singular(noun.lower)))
        or noun.text[0].isupper()
        or _EVENT.search(noun.lower)
        or _PERSON_NOUN.search(noun.lower)
    ):
        return False
    # A text teaches "the nucleus", again and again, and not in the past; so it does "the small intestine".
    verb = next((token.tag for token in tokens if token.tag in _FINITE), "")
    technical = any(frequency(token.text) <= _TECHNICAL for token in phrase)
    invented = at == 0 and after.lower == "was" and tokens[at + 2 + len(phrase)].lower in WORDS["deeds"]
    if len(phrase) > 1:
        again = any(times.get(stem(token.text), 2) > 1 for token in phrase)
        return invented or times.get(_pair(phrase), 2) > 1 or (technical and again)
    told = verb == "VBD" and is_known_word(noun.text)
    return technical and (invented or not told) and times.get(stem(noun.text), 2) > 1


def _unresolved_pronoun(tokens: tuple[Token, ...]) -> bool:
    """Return whether a pronoun has no antecedent of its number in the statement."""
    phrases, objects, verbs, one, many, person = 0, 0, 0, False, False, False
    for at, token in enumerate(tokens[:-1]):
        word, following = token.lower, tokens[at + 1].tag[:2]
        before = tokens[at - 1] if at else tokens[-1]
        is_object = before.tag[:2] in {"VB", "IN", "TO"} and following not in {"NN", "VB", "MD"}
        if (
            (word in WORDS["pronouns"] and not phrases)
            or (word in {"it", "its", "he", "his", "him", "she"} and not one)
            or (word in {"they", "their", "them"} and not many)
            or (word in {"he", "his", "him", "she"} and not person)
            # "In its capital": of what?
            or (word in {"its", "their", "his", "her"} and not verbs and tokens[0].tag in {"IN", "RB"})
            # "Japan used it first", "Since ancient times it has been urban".
            or (word in {"it", "him", "her", "them"} and is_object and (verbs < _MIN_VERBS or not objects))
            or (word in {"it", "he", "she", "they"} and not verbs)
        ):
            return True
        is_phrase = token.is_noun and not before.is_noun and before.lower != "of"
        phrases, objects = phrases + is_phrase, objects + (is_phrase and verbs > 0)
        verbs += token.tag in _FINITE
        plural = token.tag in {"NNS", "NNPS"} or token.lower in WORDS["plurals"]
        # "Dugongs", "the Aztecs", but not "Mars".
        common = not at or token.text.islower() or before.lower == "the"
        plural = plural or (token.is_noun and common and is_plural(token.text))
        person = person or (token.is_noun and token.is_capital and word not in WORDS["calendar"])
        person = person or _PERSON_NOUN.search(word) is not None
        heads = token.is_noun and not tokens[at + 1].is_noun and word not in WORDS["measures"]
        one, many = one or (heads and not plural), many or plural or (phrases > 0 and word in {"and", "or"})
    return False


def _leans_in_time(tokens: tuple[Token, ...]) -> bool:
    """Return whether a statement tells only what had happened before something else."""
    relative = next((at for at, token in enumerate(tokens) if token.tag in {"WDT", "WP"}), len(tokens))
    verbs = [at for at, token in enumerate(tokens[:relative]) if token.tag in _FINITE]
    if not verbs or tokens[verbs[0]].lower != "had":
        return False
    done = verbs[0] + 1 + (tokens[verbs[0] + 1].tag == "RB")
    return tokens[done].lower.endswith(("ed", "en", "wn")) and all(at <= done for at in verbs)
