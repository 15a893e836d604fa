"""The phrases of a statement that a question can turn on: years, numbers, names and noun phrases."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from ai.engines.offline.sentences import Sentence
from ai.engines.offline.tagging import Token, content_stems, entity_kind
from ai.engines.offline.words import FUNCTION_WORDS, word_set

_ARTICLES = word_set("the a an")
_BEFORE_PLACES = word_set("in at near to from across into between")
_PEOPLE = word_set(
    "man woman king queen emperor pope president scientist inventor doctor professor general saint prince princess "
    "duke engineer naturalist philosopher chemist physicist explorer captain american"
)
_TITLES = word_set("mr. mrs. ms. dr. prof. gen. col. capt. rev. st. sir lord lady king queen pope professor")
_VAGUE_HEADS = word_set(
    "thing things way ways kind kinds sort sorts part parts lot number fact facts case cases time times day days "
    "year years century centuries year's end beginning middle half side place point matter something anything "
    "everything nothing one ones bit bits other others example examples extent degree rate hand term terms work "
    "course use form idea ideas people men man world month months hour hours week weeks moment instance latter "
    "former order means account everybody everyone somebody someone anybody anyone nobody"
)
_PARTICLES = word_set("da de di du la le van von der bin ibn")
_MAX_PHRASE_WORDS = 4


class Kind(Enum):
    """Distractors for a phrase are other phrases of its kind."""

    YEAR = "year"
    NUMBER = "number"
    PERSON = "person"
    PLACE = "place"
    NAME = "name"
    GROUP = "group"
    QUANTITY = "quantity"
    SINGULAR = "singular"
    PLURAL = "plural"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of `sentence` between two of its tokens; `article` is what stands before it, lower case."""

    text: str
    kind: Kind
    article: str
    first: int
    last: int
    sentence: Sentence
    # "The science" of "the science of geology": too little to be an answer or a distractor.
    partial: bool = False

    @property
    def key(self) -> str:
        return " ".join(content_stems(self.text)) or self.text.casefold()

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(content_stems(self.text))

    @property
    def with_article(self) -> str:
        return f"{self.article} {self.text}" if self.article else self.text


class Phrases:
    """All phrases of a text: `of(sentence)`, and how often each occurs."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        sentences = tuple(sentences)
        self._places = _place_names(sentences)
        # A capital in mid-sentence tells a name from a word that merely opens a sentence.
        capitals = {t.text for s in sentences for t in s.tokens[1:] if t.text[:1].isupper()}
        common = sentences[0].vocabulary if sentences else frozenset()
        self._names = {word for word in capitals if word.lower() not in common}
        self._by_sentence = {s.index: tuple(self._find(s)) for s in sentences}
        self.counts = Counter(phrase.key for phrase in self)

    def of(self, sentence: Sentence) -> tuple[Phrase, ...]:
        return self._by_sentence[sentence.index]

    def __iter__(self) -> Iterator[Phrase]:
        for found in self._by_sentence.values():
            yield from found

    def _find(self, sentence: Sentence) -> Iterator[Phrase]:
        tokens = sentence.tokens
        at = 0
        while at < len(tokens):
            token = tokens[at]
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            if token.is_year and not (following and following.is_noun and following.text.islower()):
                yield Phrase(token.text, Kind.YEAR, "", at, at + 1, sentence)
                at += 1
                continue
            if token.is_number and following and following.is_noun:
                yield Phrase(token.text, Kind.NUMBER, "", at, at + 1, sentence)
                at += 1
                continue
            end = noun_phrase_end(tokens, at)
            if end == at:
                at += 1
                continue
            yield from self._noun_phrase(sentence, at, end)
            at = end

    def _noun_phrase(self, sentence: Sentence, start: int, end: int) -> Iterator[Phrase]:
        tokens = sentence.tokens
        first, article = start, ""
        if tokens[start].tag in {"DT", "PRP$"}:
            first, article = start + 1, tokens[start].lower
        core = tokens[first:end]
        if not core or len(core) > _MAX_PHRASE_WORDS or (article and article not in _ARTICLES):
            return
        if any(token.tag == "POS" for token in core) or any(token.lower in FUNCTION_WORDS for token in core):
            return
        text = sentence.between(first, end)
        if first == 0 and len(core) == 1 and text.endswith("ly"):
            return
        if first == 0 and not self._opens_with_name(sentence):
            text = text[0].lower() + text[1:]
        # In "the triumphs of the revolution have …" the verb is not the phrase's own.
        after = tokens[end] if end < len(tokens) and tokens[start - 1].tag not in {"IN", "TO", "CC"} else None
        kind = self._kind(sentence, core, article, after)
        if kind in {Kind.SINGULAR, Kind.PLURAL} and _is_vague(core):
            return
        if sum(len(token.text) for token in core) < 4:  # noqa: PLR2004 -- shorter ones are noise
            return
        partial = tokens[end].lower == "of" if end < len(tokens) else False
        yield Phrase(text, kind, article, first, end, sentence, partial)

    def _opens_with_name(self, sentence: Sentence) -> bool:
        return sentence.tokens[0].text in self._names or not sentence.opens_with_capital_only()

    def _kind(self, sentence: Sentence, core: tuple[Token, ...], article: str, after: Token | None) -> Kind:
        last = core[-1]
        if core[0].tag == "CD":
            return Kind.QUANTITY
        is_name = all(t.text[:1].isupper() or t.lower in _PARTICLES for t in core) and (
            last.text in self._names or (last.start == 0 and self._opens_with_name(sentence))
        )
        if not is_name or (last.text.isupper() and len(core) == 1):
            return _number(last, after)
        if core[0].lower in _TITLES or last.lower in _PEOPLE:
            return Kind.PERSON
        if last.lower.endswith(("men", "women", "ans", "ians", "ese", "ists", "ers")) or (
            article and last.lower.endswith(("ish", "nch", "tch"))
        ):
            return Kind.GROUP
        known = entity_kind(" ".join(token.text for token in core))
        if known == "loc" or last.text in self._places:
            return Kind.PLACE
        if known == "pers":
            return Kind.PERSON
        if len(core) == 1 and last.text not in self._names and _number(last, after) is Kind.PLURAL:
            return Kind.PLURAL
        return Kind.NAME


def _is_vague(core: tuple[Token, ...]) -> bool:
    lone_gerund = len(core) == 1 and core[0].lower.endswith("ing")
    return lone_gerund or any(token.lower in _VAGUE_HEADS for token in core)


def _number(head: Token, after: Token | None) -> Kind:
    """Singular or plural: the verb knows better than the ending ("mitochondria are")."""
    if after is not None and after.lower in {"are", "were", "have"}:
        return Kind.PLURAL
    if after is not None and after.lower in {"is", "was", "has"}:
        return Kind.SINGULAR
    return Kind.PLURAL if head.tag in {"NNS", "NNPS"} else Kind.SINGULAR


def noun_phrase_end(tokens: tuple[Token, ...], start: int) -> int:
    """Return where the noun phrase that starts at `start` ends, or `start` if none does."""
    at, last_noun = start, start
    if tokens[at].tag in {"DT", "PRP$"}:
        at += 1
    while at < len(tokens):
        token = tokens[at]
        if token.is_noun:
            last_noun = at + 1
        elif not (
            token.tag.startswith("JJ")
            or token.tag in {"CD", "POS"}
            or (token.tag in {"VBN", "VBG"} and (at > start or token.text[:1].isupper()))
        ):
            break
        at += 1
    return last_noun


def _place_names(sentences: tuple[Sentence, ...]) -> frozenset[str]:
    total: Counter[str] = Counter()
    placed: Counter[str] = Counter()
    for sentence in sentences:
        names = (None, *sentence.tokens)
        for first, before, token in zip(names, sentence.tokens, sentence.tokens[1:], strict=False):
            if token.is_name:
                total[token.text] += 1
                # "Between Stockton and Darlington" places both.
                joined = before.lower == "and" and first is not None and placed[first.text] > 0
                placed[token.text] += before.lower in _BEFORE_PLACES or joined
    return frozenset(name for name, count in total.items() if placed[name] * 2 >= count)
