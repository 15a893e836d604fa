"""Find the other wordings of a name or a term that a text itself gives, all of which are right answers."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from itertools import pairwise

from ai.engines.english import WORDS, frequency, is_known_word
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
_MIN_PART = 5  # letters of a short form, such as "phage"
_SPECIAL = 15  # times in about a million words


class Wordings:
    """The wordings of the names and terms of one text."""

    def __init__(self, document: Document, terms: Terms) -> None:
        self._terms = terms
        prose = "\n".join(sentence.text for sentence in document.sentences)
        self._aliases = [(match["one"], match["other"]) for match in _ALIAS.finditer(prose)]
        self._words = set(re.findall(r"\b[a-z]+\b", prose.lower()))
        self._full_names = set(_FULL_NAME.findall(prose))
        self._alone = set(_ALONE.findall(prose))
        self._special: dict[str, set[str]] = {}  # "polyp": {"coral"}
        for sentence in document.sentences:
            for before, token in pairwise(sentence.tokens):
                is_noun = before.tag == "NN" or f"{before.text}s" in self._words
                if is_noun and token.is_noun and frequency(before.text) <= _SPECIAL:
                    self._special.setdefault(token.lower.removesuffix("s"), set()).add(before.text)

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
        if blank.kind is Kind.TERM:
            accepted += self._longer_and_shorter(term)
        else:
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
        initials = "".join(f"{name[0]}. " for name in first if name.lower() not in WORDS["titles"])
        accepted = [last, f"{initials}{last}"] if is_full_name(term) else []
        accepted += [
            word for word in (*first, last) if first and word in self._alone and not is_known_word(word)
        ]
        full = [name for name in self._full_names if " " not in term and name.split()[-1] == term]
        return [*accepted, *sorted(name for name in full if not is_known_word(name.split()[0]))]

    def _longer_and_shorter(self, term: str) -> list[str]:
        """Return "coral polyp" and "bacteriophage" for "polyp" and "phage", and the reverse, if the text has them."""
        if " " in term or len(term) < _MIN_PART:
            return []
        base = term.removesuffix("s")
        longer = [
            word
            for word in self._words
            if word.removesuffix("s") != base and word.removesuffix("s").endswith(base)
        ]
        shorter = [
            w for w in self._words if len(w) >= _MIN_PART and term.endswith(w) and not is_known_word(w)
        ]
        return [
            *sorted(longer),
            *sorted(shorter),
            *(f"{w} {term}" for w in sorted(self._special.get(base, ()))),
        ]


def _name_in(text: str) -> str:
    """Return the capitalised words at the end of a text."""
    match = re.search(r"(?:[A-Z][\w’'-]+ ?)+$", text)
    return match[0] if match else ""
