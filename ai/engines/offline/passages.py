"""Find what a question shows before a statement: the sentences before it, the topic, both or nothing."""

import re

from ai.engines.english import Token, tokenize
from ai.engines.offline.statements import has_verb, is_personal, is_statement, points_back, refers
from ai.engines.offline.topics import Topic

_PERSONAL = re.compile(r"(?i)\b(?:he|him|his|she|her)\b")
_LATER = re.compile(
    r"\b(?:later|earlier|afterwards|soon|eventually|finally|meanwhile)\b|\b(?:next|following) (?:year|month|day)\b"
)
_QUOTED = re.compile(r"[“”\"]")
_MAX_SHOWN, _MAX_CHARS = 3, 320  # sentences and characters before a statement


class Passage:
    """The paragraph's latest sentences, each with a flag: whether it refers to an earlier one."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic
        self._before: list[tuple[str, bool]] = []
        self._is_first = True

    def open(self) -> None:
        """Begin a paragraph."""
        self._before = []

    def skip(self) -> None:
        """Go on after a sentence that cannot be shown."""
        self._before = [*self._before, ("", True)][-_MAX_SHOWN:]
        self._is_first = False

    def context(self, clause: str, statement: str, tokens: tuple[Token, ...]) -> tuple[str | None, bool]:
        """Return the beginning of a question about the next statement, and whether it is optional.

        The beginning is None if the sentence is no statement, or if nothing near tells what it refers to. `clause` is
        the statement as the text has it.
        """
        leans = refers(clause, tokens)
        context = self._context(clause, tokens, leans=leans) if is_statement(statement, tokens) else None
        quotable = has_verb(tokens) and not _QUOTED.search(statement) and not is_personal(statement)
        shown = statement if quotable else ""
        self._before = [*self._before, (shown, leans)][-_MAX_SHOWN:]
        self._is_first = False
        return context, not leans

    def _context(self, clause: str, tokens: tuple[Token, ...], *, leans: bool) -> str | None:
        topic, text = self._topic, self._shown()
        if self._is_first:
            return None if leans else ""
        if not self._before and points_back(clause, tokens):
            return None
        if not text and leans and (self._before or not topic.name):
            return None
        if not self._before and not topic.name and topic.opening:
            text = f"{topic.opening} …"
        undated = _LATER.search(clause) and not re.search(r"\d{4}", clause + text)  # later than what?
        named = topic.pronouns or any(token.tag.startswith("NNP") for token in tokenize(text))
        unnamed = _PERSONAL.search(clause) and not named  # who is he?
        return None if undated or unnamed else self._begin(clause, text)

    def _shown(self) -> str:
        """Return the sentences before a statement: from one that refers to no other if possible, else after an ellipsis."""
        found = []
        for count in range(1, len(self._before) + 1):
            shown = self._before[-count:]
            text = " ".join(sentence for sentence, _ in shown)
            if not shown[0][0] or len(text) > _MAX_CHARS:
                break
            found.append(f"… {text}" if shown[0][1] else text)
        whole = [text for text in found if text[0] != "…"]
        return (whole or found or [""])[-1].removesuffix(".")

    def _begin(self, clause: str, text: str) -> str:
        """Return the beginning of a question: the topic, unless the statement or `text` names it, and `text`."""
        topic = self._topic
        name = topic.name.rpartition(" ")[2] if topic.pronouns else topic.name.removesuffix("s")
        named = name.lower() in f"{text} {clause}".lower()
        about, after = "" if named else f"About {topic}, ", f"After “{text}”, " if text else ""
        return about + (after[0].lower() + after[1:] if about and after else after)
