"""The little grammar that turning a statement into a question needs: its subject, its verb, its inversion."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

from dataclasses import dataclass

from ai.engines.offline.phrases import noun_phrase_end
from ai.engines.offline.sentences import Sentence
from ai.engines.offline.tagging import AUXILIARIES, Token
from ai.engines.offline.words import word_set

_NAMED = (("called",), ("known", "as"), ("termed",), ("named",))
_DO_SUPPORT = word_set("do does did")
_CLAUSE_OPENERS = word_set("but while whereas although though so which who because")


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence cut into subject, verb and the rest, by token index: [start, verb) is the subject."""

    sentence: Sentence
    start: int
    verb: int
    end: int

    @property
    def subject(self) -> str:
        return lower_first(self.sentence, self.start, self.verb)

    @property
    def predicate(self) -> str:
        """The verb and what follows it, to the end of the first clause."""
        return self.sentence.between(self.verb, self.end)

    @property
    def verb_token(self) -> Token:
        return self.sentence.tokens[self.verb]

    def inverted(self, *, until: int | None = None, without: tuple[int, int] | None = None) -> str | None:
        """Return "was the first cable laid …", leaving out tokens `without`; None where do-support is needed."""
        verb = self.verb_token
        if verb.lower not in AUXILIARIES or verb.lower in _DO_SUPPORT:
            return None
        after = self.sentence.tokens[self.verb + 1]
        if verb.lower in {"has", "had", "have"} and after.tag not in {"VBN", "VBD", "RB"}:
            return None
        end = self.end if until is None else until
        rest = join_without(self.sentence, self.verb + 1, end, without)
        return f"{verb.lower} {self.subject} {rest}".strip() if rest else None


def lower_first(sentence: Sentence, first: int, last: int) -> str:
    """Return the text between two tokens, with a capital that only opens the sentence made small."""
    text = sentence.between(first, last)
    if first == 0 and text and sentence.opens_with_capital_only():
        return text[0].lower() + text[1:]
    return text


def join_without(sentence: Sentence, first: int, last: int, without: tuple[int, int] | None) -> str:
    if without is None or not first <= without[0] < last:
        return sentence.between(first, last)
    parts = (sentence.between(first, without[0]), sentence.between(without[1], last))
    return " ".join(part.strip(" ,") for part in parts if part.strip(" ,"))


def main_clause(sentence: Sentence) -> Clause | None:
    """Return the first clause of `sentence` if it is plainly "subject verb …", after at most "In 1804"."""
    tokens = sentence.tokens
    start = 0
    if tokens[0].lower in {"in", "by"} and tokens[1].is_year:
        start = 3 if tokens[2].text == "," else 2
    verb = _subject_end(tokens, start)
    if verb is None:
        return None
    return Clause(sentence, start, verb, _clause_end(tokens, verb))


def naming(sentence: Sentence) -> tuple[int, int] | None:
    """Return the token of "is" and the token after "called", in "The … by which … is called transpiration"."""
    words = [token.lower for token in sentence.tokens]
    if words[0] not in {"the", "a", "an"}:
        return None
    for verb in range(2, len(words) - 2):
        if words[verb] not in {"is", "are"}:
            continue
        for phrase in _NAMED:
            if tuple(words[verb + 1 : verb + 1 + len(phrase)]) == phrase and "," not in words[:verb]:
                return verb, verb + 1 + len(phrase)
        if sum(token.is_finite_verb for token in sentence.tokens[:verb]) > 1:
            return None
    return None


def _subject_end(tokens: tuple[Token, ...], start: int) -> int | None:
    at = noun_phrase_end(tokens, start)
    if at == start:
        return None
    while at < len(tokens) - 1:
        token = tokens[at]
        if token.is_finite_verb:
            return at
        if token.tag == "RB" and tokens[at + 1].is_finite_verb:
            return None
        if not (token.tag in {"IN", "TO"} or token.lower == "and") or token.lower in {
            "that",
            "because",
            "as",
        }:
            return None
        end = noun_phrase_end(tokens, at + 1)
        if end == at + 1:
            return None
        at = end
    return None


def _clause_end(tokens: tuple[Token, ...], verb: int) -> int:
    last = len(tokens) - 1
    for at in range(verb + 2, last):
        token, after = tokens[at], tokens[at + 1]
        if token.text == "—" or (token.text in {",", "–"} and after.lower in _CLAUSE_OPENERS):
            return at
        # "Spain rose against the king and an army thrust …", "Germany rose, Sweden turned …"
        if (token.text == "," or token.lower in {"and", "but"}) and _opens_clause(tokens, at + 1):
            return at - 1 if tokens[at - 1].text == "," else at
    return last


def _opens_clause(tokens: tuple[Token, ...], start: int) -> bool:
    if tokens[start].lower in {"he", "she", "it", "they"}:
        return True
    if tokens[start].tag == "IN":
        start += 1
    end = noun_phrase_end(tokens, start)
    if _subject_end(tokens, start) is not None:
        return True
    # After another verb the tagger takes a past tense for a participle.
    return start < end < len(tokens) - 1 and tokens[end].tag == "VBN" and tokens[end + 1].lower != "by"
