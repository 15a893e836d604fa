"""Find what a text is about, and which of its names are those of persons."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from dataclasses import dataclass

from ai.engines.english import FUNCTION_WORDS, WORDS, is_known_word, split

_SUBJECT = re.compile(
    r"((?:[A-Z][\w’'-]+ ){1,2}(?:de |von |van )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?)(?:,| \(| [a-z])"
)
_TOPIC = re.compile(
    r"(?P<article>The |An? |)(?P<name>(?:[\w’'-]+ ){0,6}?[\w’'-]+)(?: \([^()]{1,99}\))?(?:, [^.]{1,120},)? "
    r"(?:(?:is|was|are|were)(?: \w+ly| so far| by far)?(?: an?| the| one)\b|are (?:[a-z]+ ){1,2}(?:that|which|with)\b)"
    # "The Great Fire of London began", "Coffee is made from", "A rainbow appears".
    r"|(?P<the>The )(?P<title>[A-Z][\w’'-]+(?: (?:(?:of|and|the) )*[A-Z][\w’'-]+)+) [a-z]+ (?![A-Z])"
    r"|(?P<any>The |An? |)(?P<noun>[\w’'-]+) "
    r"(?:is (?:made|obtained|found|produced|grown)|lies|stands|runs|rises|makes|carries|finds|travels|appears|occurs|consists|"
    r"contains|covers|gives|solves|forms|grows|lives) "
)
_LIFE = re.compile(r"\b(?:born|died|death)\b[^.;]{0,60}?\b(1\d{3}|20\d\d)\b")
_PERSON_BEFORE = re.compile(
    r"\b(?:by|after|(?:[a-z]+(?:ist|ian|mer|pher|neer|cher|inter|ilot|man|tect|ctor|chant|smith|poser|or)|king|queen|poet|monk|"
    r"president|emperor|general|King|Queen|Emperor|President|Professor|General|Sir|Pope|Dr\.))(?: the)? $"
)
_REFERRING = re.compile(r"(?:He|She|It|They|This|That|These|Those|If|You|We|I)\b|[^.]*[?!:“\"]")
_MAX_OPENING, _MAX_NAME = 160, 80  # characters
_GENDERS = ("he|his|him", "she|her")
_MOSTLY = 3  # times as many pronouns of one gender


@dataclass(frozen=True)
class Topic:
    """What a text is about, such as "Eiffel Tower", with the article before it, and the opening sentence. All may be empty.

    If it is a person, nearly all `pronouns` such as "he|his|him" mean it, and `lifetime` are the years of birth and death.
    """

    name: str = ""
    article: str = ""
    opening: str = ""
    lifetime: tuple[int, ...] = ()
    pronouns: str = ""

    def __str__(self) -> str:
        return f"{'the ' if self.article else ''}{self.name}"


def topic_of(prose: str) -> Topic:
    """Return what a text begins to define or to tell of, if it does."""
    opening = split(prose.partition("\n")[0])[0]
    nothing = Topic(opening=opening if len(opening) <= _MAX_OPENING and not _REFERRING.match(opening) else "")
    person = _SUBJECT.match(prose)
    if person and is_full_name(person[1]):
        times = {words: len(re.findall(rf"(?i)\b(?:{words})\b", prose)) for words in _GENDERS}
        rarer, words = sorted(times, key=times.__getitem__)
        if times[words] >= _MOSTLY * max(1, times[rarer]):
            years = tuple(map(int, _LIFE.findall(prose)[:2]))
            return Topic(person[1], lifetime=years, pronouns=words)
    match = _TOPIC.match(prose)
    if match is None:
        return nothing
    name = match["name"] or match["title"] or match["noun"]
    article = match["article"] or match["the"] or match["any"] or ""
    if len(name) > _MAX_NAME or name.split()[0].lower() in FUNCTION_WORDS | WORDS["leaning"]:
        return nothing
    common = re.search(rf"\b{re.escape(name.lower())}\b", prose) or (
        name[1:].islower()
        and is_known_word(name.partition(" ")[0])
        and not re.search(rf"[\w,] {re.escape(name)}\b", prose)
    )
    return Topic(name[0].lower() + name[1:] if common else name, article)


def is_person(name: str, text: str, start: int) -> bool:
    """Return whether a name of two or more unusual words is used at `start` as that of a person."""
    if not is_full_name(name):
        return False
    return _PERSON_BEFORE.search(text[max(0, start - 20) : start]) is not None


def is_full_name(name: str) -> bool:
    """Return whether a name may be that of a person: "Emma Hale", but not "Lake Baikal" or "World War"."""
    first, *_, last = name.split() if " " in name else ("", "")
    return (
        bool(last)
        and not is_known_word(last)
        and last[-1].islower()
        and first.lower() not in WORDS["of_places"] | FUNCTION_WORDS
    )
