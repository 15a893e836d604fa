"""Find what a question must show before a statement: nothing, the topic of the text, or the sentences before it."""

import re
from dataclasses import dataclass

from ai.engines.english import Token, tokenize
from ai.engines.offline.statements import (
    begins_referring,
    has_verb,
    is_statement,
    may_refer,
    points_back,
    refers,
)
from ai.engines.offline.topics import Topic

_PERSONAL = re.compile(r"(?i)\b(?:he|him|his|she|her)\b")
_FULL_NAME = re.compile(
    r"(?<!\b[Oo]f )(?<!\b[Ii]n )(?<!\b[Aa]t )(?<!\b[Tt]he )\b[A-Z][a-zà-ÿ]+ [A-Z][a-zà-ÿ]+\b"
)
_LATER = re.compile(
    r"\b(?:later|earlier|afterwards|soon|eventually|finally|meanwhile)\b|\b(?:next|following) (?:year|month|day)\b"
)
_MAX_SHOWN, _MAX_CHARS = 3, 320  # sentences and characters before a statement


@dataclass(frozen=True)
class _Shown:
    """A sentence that a question can show if it is whole, and whether it refers to an earlier one itself."""

    text: str
    refers: bool = False
    is_whole: bool = True


class Passage:
    """The sentences of a paragraph until now, from the last one that refers to no other."""

    def __init__(self, topic: Topic, terms: frozenset[str]) -> None:
        self._topic, self._terms = topic, terms
        self._before: list[_Shown] = []
        self._is_first = True

    def open(self) -> None:
        """Begin a paragraph."""
        self._before = []

    def skip(self) -> None:
        """Go on after a sentence that cannot be shown."""
        self._before, self._is_first = [_Shown("", is_whole=False)], False

    def context(self, clause: str, statement: str, tokens: tuple[Token, ...]) -> str | None:
        """Return the beginning of a question about the next statement, and go on after it.

        It is None if the sentence is no statement, or if nothing near tells what it refers to. `clause` is the
        statement as the text has it.
        """
        whole = is_statement(statement, tokens)
        if not whole:
            context = None
        elif self._is_first:  # it refers to no other
            context = None if refers(statement, tokens) else ""
        else:
            context = self._context(clause, tokens)
        # What opens a paragraph refers to the topic of the text; without one, only a pronoun at its beginning counts.
        leans = refers(clause, tokens) if self._before or self._topic.name else begins_referring(tokens)
        shown = _Shown(statement, leans, whole or has_verb(tokens))
        self._before = [*self._before, shown][-_MAX_SHOWN - 1 :] if leans else [shown]
        self._is_first = False
        return context

    def _context(self, clause: str, tokens: tuple[Token, ...]) -> str | None:
        before, topic = self._before, self._topic
        needed = refers(clause, tokens) or may_refer(tokens, self._terms)
        if not needed or self._means_topic(clause):
            return self._begin(clause, "")
        # The topic tells what "it" and "the nucleus" are, but not "another". The opening of the text tells only the latter.
        opens = not before or before[0].refers
        if opens and not topic.name and (before or refers(clause, tokens) or not topic.opening):
            return None
        if not before and points_back(clause, tokens):
            return None
        shown = before if topic.name or before else [_Shown(f"{topic.opening} …")]
        text = " ".join(one.text for one in shown).removesuffix(".")
        fits = len(shown) <= _MAX_SHOWN and len(text) <= _MAX_CHARS and not re.search(r"[“”\"]", text)
        undated = _LATER.search(clause) and not re.search(r"\d{4}", clause + text)  # later than what?
        named = topic.pronouns or any(token.tag.startswith("NNP") for token in tokenize(text))
        unnamed = _PERSONAL.search(clause) and not named  # who is he?
        if not fits or undated or unnamed or not all(one.is_whole for one in shown):
            return None
        return self._begin(clause, text)

    def _means_topic(self, clause: str) -> bool:
        """Return whether a statement refers to the person that the text is about, and to nothing else."""
        topic = self._topic
        named = re.sub(rf"(?i)\b(?:{topic.pronouns})\b", topic.name, clause) if topic.pronouns else clause
        other = any(_FULL_NAME.search(one.text.replace(topic.name, "")) for one in self._before[-1:])
        if named == clause or other:
            return False
        tokens = tokenize(named)
        return not refers(named, tokens) and not may_refer(tokens, self._terms)

    def _begin(self, clause: str, text: str) -> str:
        """Return the beginning of a question: the topic, unless the statement or `text` names it, and `text`."""
        topic = self._topic
        name = topic.name.rpartition(" ")[2] if topic.pronouns else topic.name.removesuffix("s")
        named = name.lower() in f"{text} {clause}".lower()
        about, after = "" if named else f"About {topic}, ", f"After “{text}”, " if text else ""
        return about + (after[0].lower() + after[1:] if about and after else after)
