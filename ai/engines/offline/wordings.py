"""Find the other wordings of a name or a term that a text itself gives, all of which are right answers."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re

from ai.engines.english import WORDS, is_known_word
from ai.engines.offline.facts import Blank, Kind
from ai.engines.offline.sentences import Document
from ai.engines.offline.term_extraction import Terms
from ai.engines.offline.topics import is_full_name

_WORD = r"[\w’'-]+"
# "Zhu Yuanzhang, also known as Hongwu", "Dadu (Beijing)".
_ALIAS = re.compile(
    rf"(?P<one>(?:{_WORD} ){{0,2}}{_WORD})"
    rf"(?:,? (?:also|later|better|commonly|sometimes) (?:known as|called) (?:the |an? )?|,? who (?:took|adopted) the name (?:of )?"
    rf"| \((?:or |also |called |known as |the ){{1,3}}| \((?=[A-Z][a-z]))(?P<other>{_WORD}(?: {_WORD})?)(?=[),.;])"
)
_FULL_NAME = re.compile(r"\b[A-Z][a-zà-ÿ]+ (?:[A-Z][a-zà-ÿ]*\.? )?[A-Z][a-zà-ÿ]+\b")
_ALONE = re.compile(r"(?:^|[.;,a-z] )([A-Z][\w’'-]+)\b(?! (?:[A-Z]|of\b|de\b))", re.MULTILINE)


class Wordings:
    """The wordings of the names and terms of one text."""

    def __init__(self, document: Document, terms: Terms) -> None:
        self._terms = terms
        prose = "\n".join(sentence.text for sentence in document.sentences)
        self._aliases = [(match["one"], match["other"]) for match in _ALIAS.finditer(prose)]
        self._full_names = set(_FULL_NAME.findall(prose))
        self._alone = set(_ALONE.findall(prose))

    def of(self, blank: Blank, term: str, told: str = "") -> tuple[str, ...]:
        """Return a term, and its wordings: in full, abbreviated, without a title, a surname alone, another name.

        Wordings that the question has `told` are left out.
        """
        accepted = [term]
        for short, (long, _) in self._terms.abbreviations.items():
            if term.casefold() in {short.casefold(), long.casefold()}:
                accepted += [short, long]
        first, _, rest = term.partition(" ")
        if rest and first.lower() in WORDS["titles"]:
            accepted.append(rest)
        if blank.kind is not Kind.TERM:
            accepted += self._names(term)
        for one, other in self._aliases:
            if re.search(rf"(?i)\b{re.escape(term)}$", one):
                accepted.append(other)
            elif other.casefold() == term.casefold():
                accepted.append(_name_in(one) if blank.kind is Kind.NAME else one.split()[-1])
        found = dict.fromkeys(word for word in accepted if word)
        return tuple(word for word in found if word == term or word.casefold() not in (told or "\n"))

    def _names(self, term: str) -> list[str]:
        """Return the full names of a surname, and of a longer name its surname, initials, and words that are used alone."""
        *first, last = term.split()
        first = [name for name in first if name.lower() not in WORDS["titles"]]
        initials = "".join(f"{name[0]}. " for name in first)
        accepted = [last] if is_full_name(term) else []
        known = [is_known_word(name) for name in (*first, last)]
        if initials.isupper() and not any(known[:-1]) and (len(first) > 1 or not known[-1]):
            accepted.append(f"{initials}{last}")
        elif len(known) == 2 and known == [False, True]:  # noqa: PLR2004 -- "Uhuru Peak"
            accepted.append(first[0])
        accepted += [
            word
            for word in term.split()
            if len(first) == 1 and word in self._alone and not is_known_word(word)
        ]
        full = [name for name in self._full_names if " " not in term and name.split()[-1] == term]
        titled = [name for name in full if name.split()[0].lower() in WORDS["titles"]]
        return [*accepted, *titled, *sorted(name for name in full if not is_known_word(name.split()[0]))]


def _name_in(text: str) -> str:
    """Return the capitalised words at the end of a text."""
    match = re.search(r"(?:[A-Z][\w’'-]+ ?)+$", text)
    return match[0] if match else ""
