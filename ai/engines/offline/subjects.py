"""Find whom or what the pronouns of a text mean: its persons and its topic."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re

from ai.engines.english import (
    FUNCTION_WORDS,
    WORDS,
    Token,
    is_known_word,
    noun_phrase_end,
    tokenize,
)

_PERSONAL = re.compile(r"\A(?:He|She|His|Her)\b")
_DETERMINED = re.compile(r"(?i)\b(?:the|this|his|her|their)\Z|\w+est\b")
# "In May 1903 he".
_MONTHS = "|".join(sorted(month.title() for month in WORDS["calendar"] - {"god"}))
_DATED = re.compile(
    rf"\A((?:In|By|Since|From|On|Until|Between|Around|After)(?: (?:the|and|to|of|about|early|late|\d+\w*|{_MONTHS}))+,? )"
    r"(he|she|it|his|her|its)\b(?= \w)"
)
# "It" as a thing, not as in "it is possible to".
_IMPERSONAL = re.compile(
    r"\AIts?\b(?! (?:is|was|has been|may be|can be)(?: [\w-]+){1,3} (?:that|to|who|when|whether)\b)(?! (?:takes?|took|seems?|turns?)\b)"
)
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
_SECOND_CLAUSE = re.compile(
    r"; |, (?:and|but|while|whereas) (?:\w+ ){1,4}(?:is|are|was|were|has|had|can|\w+ed|\w+s)\b"
)
_MAX_SUBJECT = 5  # words
_TOPIC = re.compile(
    r"(?P<article>The |An? |)(?P<name>(?:[\w’'-]+ ){0,2}[\w’'-]+)(?: \([^()]{1,99}\))?(?:, [^.]{1,120},)? "
    r"(?:is|was|are|were|has|began)\b(?: (?:an?|the) (?P<kind>[\w -]{1,60}))?"
)


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


def _biography_of(prose: str) -> str:
    """Return the person that a text begins with, if it is about no other man, or no other woman."""
    name = _SUBJECT.match(prose)
    known = name is None or any(map(is_known_word, name[1].split()))  # "Mount Everest was"
    genders = [re.search(pattern, prose) is not None for pattern in (r"\b[Hh]e\b", r"\b[Ss]he\b")]
    return name[1] if name and not known and genders.count(True) == 1 else ""


def _person_meant(statement: str, subject: str) -> str:
    """Return the person that "he" or "she" at the start of the next sentence means, or nothing if it is unclear."""
    name = _SUBJECT.match(statement)
    other = [
        match for match in _FULL_NAME.finditer(statement) if match.start() and not is_known_word(match[1])
    ]
    first, *_, last = name[1].split() if name else ("", "")
    if is_known_word(last) or first.lower() in FUNCTION_WORDS | WORDS["of_places"]:
        name = None
    if other or not (name or (subject and _PERSONAL.match(statement))):
        return ""
    return name[1] if name else subject


def _topic_of(prose: str) -> tuple[str, frozenset[str]]:
    """Return what a text begins to define, such as "the Eiffel Tower", and the nouns that always mean it: "the tower"."""
    match = _TOPIC.match(prose)
    if match is None or not (match["name"].istitle() or (match["article"] and match["kind"])):
        return "", frozenset()
    words, tokens = match["name"].split(), tokenize(match["kind"] or ".")
    kind = (
        tokens[noun_phrase_end(tokens, 0) - 1].lower if tokens[0].is_noun or tokens[0].tag[:2] == "JJ" else ""
    )
    kind = (
        ""
        if kind in WORDS["vague_nouns"] or not (match["name"].istitle() or match["article"] == "The ")
        else kind
    )
    nouns = {kind, words[-1].lower(), words[0].lower() if words[0].lower() in WORDS["of_places"] else ""} - {
        ""
    }
    common = re.search(rf"\b{re.escape(match['name'].lower())}\b", prose)
    name = f"{match['article'].lower()}{match['name'].lower() if common else match['name']}"
    first = match.end()
    only = {noun for noun in nouns if is_known_word(noun) and _means_only(noun, match["name"], prose[first:])}
    named = match["name"].istitle() or match["article"] == "The "
    return name, frozenset(only if match["article"] == "The " or (named and not common) else ())


def _means_only(noun: str, name: str, prose: str) -> bool:
    """Return whether a noun occurs only after "the", or in the name."""
    rest = re.sub(rf"\b{re.escape(name)}\b", "", prose)
    uses = re.findall(
        rf"(?i)((?:\S{{1,30}} )?\S{{0,30}}) ?\b{re.escape(noun)}(e?s\b|\b)(?! of (?-i:[A-Z]))", rest
    )
    return all(plural or _DETERMINED.search(before.strip()) for before, plural in uses)


def _with_topic_named(statement: str, name: str, nouns: frozenset[str]) -> str:
    """Return a statement with the name of the topic, in brackets, for "the tower"."""
    if not any(noun in statement for noun in nouns):
        return statement
    tokens = (*tokenize(statement), Token(".", ".", len(statement), len(statement)))
    for the, noun, after in reversed(list(zip(tokens, tokens[1:], tokens[2:], strict=False))):
        modified = after.is_noun or after.lower in WORDS["postmodifiers"]
        if (
            the.lower in {"the", "this"}
            and noun.lower in nouns
            and not modified
            and name.lower() != f"the {noun.lower}"
        ):
            full = name[0].upper() + name[1:] if the.start == 0 else name
            statement = f"{statement[: the.start]}[{full}]{statement[noun.end :]}"
    return statement


class Subjects:
    """What "he", "it" and "the tower" mean, sentence after sentence."""

    def __init__(self, prose: str) -> None:
        self.biography = self.person = _biography_of(prose)
        self.topic, self._nouns = ("", frozenset[str]()) if self.biography else _topic_of(prose)
        self.thing = ""

    def named(self, statement: str) -> str:
        """Return a statement with what it is about named in brackets."""
        topic, thing = self.topic, self.thing
        when = match[1] if (match := _DATED.match(statement)) else ""
        core = statement[len(when) : len(when) + 1].upper() + statement[len(when) + 1 :]
        impersonal = _IMPERSONAL.match(core) is not None
        meant = self.person if _PERSONAL.match(core) else thing if impersonal else ""
        opening = core.partition(" ")[0]
        name = topic if when and meant == thing else meant
        named = f"[{name}'s]" if opening in {"His", "Her", "Its"} else f"[{name}]"
        shown = f"{when}{named}{core[len(opening) :]}" if meant else statement
        shown = _with_topic_named(shown, topic, self._nouns)
        self.person = _person_meant(core, self.person or self.biography)
        begins = topic and shown.removeprefix(when).removeprefix("[").lower().startswith(topic.lower())
        self.thing = topic[0].upper() + topic[1:] if begins else ""
        return shown


def named_after(previous: str, tokens: tuple[Token, ...], statement: str) -> str:
    """Return a statement with the subject of the previous one in brackets for "it" or "they", if it is clear.

    After "lithium is a metal", "it" is lithium; after "Sony sold a battery", it may be the battery.
    """
    opening = re.match(r"(?:Its?|They)\b", statement)
    verb = next((at for at, token in enumerate(tokens) if token.tag in {"VBD", "VBZ", "VBP", "MD"}), 0)
    first = tokens[0].tag == "DT"
    linked = verb and tokens[verb].lower in WORDS["linking"]
    if opening is None or not linked or noun_phrase_end(tokens, int(first)) != verb or verb > _MAX_SUBJECT:
        return statement
    plural = tokens[verb - 1].tag in {"NNS", "NNPS"} or tokens[verb].lower in {"are", "were"}
    impersonal = opening[0].startswith("It") and _IMPERSONAL.match(statement) is None
    if plural is not (opening[0] == "They") or impersonal or _SECOND_CLAUSE.search(previous):
        return statement
    name = previous[: tokens[verb - 1].end] + ("'s" if opening[0] == "Its" else "")
    return f"[{name}]{statement[opening.end() :]}"
