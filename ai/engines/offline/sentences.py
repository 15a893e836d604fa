"""The sentences of a text, and which of them can be asked about on their own."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ai.engines.offline.cleaning import plain_paragraphs
from ai.engines.offline.tagging import Token, content_stems, tokenize
from ai.engines.offline.words import (
    ANAPHORIC,
    ANAPHORIC_ADJECTIVES,
    DEMONSTRATIVES,
    FUNCTION_WORDS,
    LEANING_OPENINGS,
    OTHER_LANGUAGES,
    POINTING_WORDS,
    PRONOUNS,
    SUBORDINATORS,
    UNIQUE_THINGS,
    word_set,
)

_SENTENCE_END = re.compile(r"[.!?][\"”’)\]]{0,3} (?=[\"“‘(\[]{0,3}[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Col|Capt|Rev|Jr|Sr|vs|etc|cf|No|Fig|approx|ca|al|e\.g|i\.e|Jan|Feb|Aug"
    r"|Sept|Oct|Nov|Dec)|(?<![A-Za-z])[A-Z]|\.[A-Za-z])\.$"
)
_MARKER = re.compile(
    r"\A(?:However|Moreover|Furthermore|Nevertheless|Nonetheless|Indeed|In fact|"
    r"Of course|In general|In particular|In addition|But|And|Yet|So),? "
)
_MID_CAPITAL = re.compile(r"(?<=[\w,] )[A-Z]\w*")
_LOWER_WORD = re.compile(r"\b[a-z]+\b")
_STRANGE = re.compile(r"[<>{}=@\\^~_$#?:…|`*\[\]]|(?<=\s)\.\w|\w/|https?|www\.|\.\.|\w\(\)")
_ELLIPTIC = re.compile(
    r",\s+too\b|\b[Tt]hat (?:time|day|year|century|period|name|way|reason|case|point|purpose|date|moment|one)\b"
    r"|\b(?:as|such) (?:follows|before|above)\b|\bat the time\b|\bthe (?:same|other|others|next)\b"
    r"|\b(?:years?|months?|days?|weeks?|centur(?:y|ies)) (?:later|earlier|before|ago)\b|\bso\b(?! that)|\bdo(?:es)? not\.$"
)
# "With good reason — it is fast", "Only ten came".
_FRAGMENT = re.compile(r"\A(?:\W*(?:\w+ ){1,4}[—–-] |Only |Even |Also |Not |No )")
_LEANING_INSIDE = word_set("also likewise similarly therefore thus hence accordingly moreover furthermore instead too")
_PERSONAL = word_set("i me my mine myself we us our ours ourselves you your yours yourself i'm i've i’m i’ve we've we’ve "
                     "you'll you’ll you're you’re you've you’ve we'll we’ll let's let’s")  # fmt: skip
_SUBJECTS = word_set("he she it they")
_OBJECTS = word_set("him her them it")
_OF_MANY = word_set("they them their themselves")
_OF_SOMEBODY = word_set("he she him his her himself herself")
_SOMEBODY = word_set(
    "man woman person somebody someone everyone scientist king queen emperor author artist child writer ruler teacher "
    "student patient president people reader naturalist inventor user"
)
_POSTMODIFIERS = word_set("of that which who whom whose where between used called named known")
_PREPOSITIONS = word_set("in on from at for to with")
_MIN_WORDS, _MAX_WORDS, _LONGEST_WORD, _MIN_NOUNS = 6, 42, 32, 2
# A longer sentence is not asked about, so it need not be read.
_MAX_SENTENCE_CHARS = 600
_FEWEST_ENGLISH = 0.2


@dataclass(frozen=True)
class Sentence:
    """A statement of the text; `excerpt` is the sentence of the source that it is, or nearly is.

    One that does not `stands_alone` is not asked about; its names and numbers still serve as options.
    """

    text: str
    excerpt: str
    index: int
    paragraph: int
    tokens: tuple[Token, ...]
    stands_alone: bool

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(content_stems(self.text))

    @property
    def word_count(self) -> int:
        return sum(token.is_word for token in self.tokens)

    def between(self, first: int, last: int) -> str:
        """Return the text from token `first` up to, without, token `last`."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end] if first < last else ""


@dataclass(frozen=True)
class Document:
    """A text: its sentences, each once, and the words that it writes with a capital, and in lower case."""

    sentences: tuple[Sentence, ...]
    names: frozenset[str]
    vocabulary: frozenset[str]


def read(text: str) -> Document:
    """Return the sentences of `text` in its order, marked by whether they stand alone."""
    found: list[Sentence] = []
    seen: set[str] = set()
    introduced: set[str] = set()
    paragraphs = plain_paragraphs(text)
    lower = Counter(word for paragraph in paragraphs for word in _LOWER_WORD.findall(paragraph))
    capitals = Counter(word for paragraph in paragraphs for word in _MID_CAPITAL.findall(paragraph))
    for number, paragraph in enumerate(paragraphs):
        for excerpt in split(paragraph):
            statement = _MARKER.sub("", excerpt)
            statement = statement[:1].upper() + statement[1:]
            if len(excerpt) > _MAX_SENTENCE_CHARS or statement.casefold() in seen:
                continue
            seen.add(statement.casefold())
            tokens = tokenize(statement)
            alone = bool(tokens) and stands_alone(statement, tokens) and not _refers(tokens, introduced)
            found.append(Sentence(statement, excerpt, len(found), number, tokens, alone))
            introduced.update(
                noun.lower for article, noun in zip(tokens, tokens[1:], strict=False)
                if article.lower in {"a", "an", "another"} and noun.is_noun
            )  # fmt: skip
    # "Rich" is a name in a text about Rich, though that text may speak of rich text as well.
    names = frozenset(word for word, count in capitals.items() if count > lower[word.lower()])
    return Document(tuple(found), names, frozenset(lower))


def split(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph whose spaces are single."""
    found: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(paragraph):
        if match.group()[0] == "." and _ABBREVIATION.search(paragraph, max(start, match.start() - 8), match.start() + 1):
            continue
        found.append(paragraph[start : match.end()].strip())
        start = match.end()
    return [sentence for sentence in [*found, paragraph[start:].strip()] if sentence]


def stands_alone(statement: str, tokens: tuple[Token, ...]) -> bool:
    """Return whether a statement is whole and can be understood without the sentences around it."""
    words = [token.lower for token in tokens if token.is_word]
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS or max(map(len, words)) > _LONGEST_WORD:
        return False
    if not statement.endswith(".") or not statement[0].isupper() or _STRANGE.search(statement):
        return False
    if not _quotes_balance(statement) or _ELLIPTIC.search(statement):
        return False
    if tokens[0].tag in {"VB", "VBP", "VBZ", "MD", "CC", "UH", "VBN", "VBD"} or words[0] in LEANING_OPENINGS:
        return False
    if _FRAGMENT.match(statement) or (tokens[0].tag == "RB" and tokens[1].tag.startswith("VB")):
        return False
    if words[0] in SUBORDINATORS and "," not in statement:
        return False
    if (POINTING_WORDS | _LEANING_INSIDE | _PERSONAL).intersection(words) or not _is_english(words):
        return False
    return _has_verb_and_nouns(tokens) and not _points_back(tokens)


def _is_english(words: list[str]) -> bool:
    english = sum(word in FUNCTION_WORDS for word in words)
    foreign = max(sum(word in known for word in words) for known in OTHER_LANGUAGES.values())
    return english >= _FEWEST_ENGLISH * len(words) and english >= foreign


def _has_verb_and_nouns(tokens: tuple[Token, ...]) -> bool:
    """Whether there is a verb beside those of relative clauses, with a noun before it."""
    verbs = [at for at, token in enumerate(tokens) if token.is_finite_verb]
    nouns = [at for at, token in enumerate(tokens) if token.is_noun]
    relative = [
        at
        for at, (before, token) in enumerate(zip(tokens, tokens[1:], strict=False), start=1)
        if token.lower in {"which", "who", "whose"} or (token.lower == "that" and before.is_noun)
    ]
    if not verbs or len(nouns) < _MIN_NOUNS or nouns[0] > verbs[-1]:
        return False
    return not relative or verbs[0] < relative[0] or len(verbs) > len(relative)


def _refers(tokens: tuple[Token, ...], introduced: set[str]) -> bool:
    """Whether "the law" or "the small town" points at something that another sentence speaks of."""
    known: set[str] = set()
    for at, token in enumerate(tokens[:-2]):
        head = at + 1
        if token.lower not in {"the", "both"}:
            if token.is_noun:
                known.add(token.lower)
            continue
        while head + 1 < len(tokens) and (tokens[head].tag.startswith(("JJ", "VBG", "VBN")) or tokens[head + 1].is_noun):
            head += 1
        phrase = tokens[at + 1 : head + 1]
        after = tokens[head + 1].lower if head + 1 < len(tokens) else ""
        noun = tokens[head]
        if phrase[-1].lower in ANAPHORIC or any(part.lower in ANAPHORIC_ADJECTIVES for part in phrase[:-1]):
            return True
        before = tokens[at - 1] if at else None
        if before is not None and (before.lower in {"is", "are"} or (before.lower == "as" and tokens[at - 2].lower == "such") or (before.text == "," and _is_verb_form(tokens, head + 1))):
            continue
        modified = after in _POSTMODIFIERS or (after in _PREPOSITIONS and head + 2 < len(tokens) and tokens[head + 2].text.islower())
        if modified or noun.is_capital or not noun.is_noun or noun.lower in known | UNIQUE_THINGS:
            continue
        if any(part.is_capital or part.tag in {"JJS", "RBS"} or part.lower in {"most", "first", "only"} for part in phrase):
            continue
        if len(phrase) == 1 or noun.lower in introduced:
            return True
    return False


def _is_verb_form(tokens: tuple[Token, ...], at: int) -> bool:
    return at < len(tokens) and tokens[at].tag.startswith("VB")


def _points_back(tokens: tuple[Token, ...]) -> bool:
    noun_seen, verb_seen, nouns = False, False, 0
    many_seen = name_seen = False
    after_and = any(token.lower == "and" for token in tokens) or tokens[-2].lower == "each"
    for before, token, following in zip((None, *tokens), tokens, (*tokens[1:], None), strict=False):
        word = token.lower
        if word in DEMONSTRATIVES and not (word == "such" and following and following.lower == "as"):
            return True
        if word == "that" and before and before.tag in {"IN", "TO"} and before.lower != "in":
            return True
        if word in PRONOUNS and not noun_seen:
            return True
        if (word in _OF_MANY and not many_seen) or (word in _OF_SOMEBODY and not name_seen):
            return True
        # "For six years they fought": they were named before.
        if word in _SUBJECTS and tokens[0].tag in {"IN", "TO"} and not verb_seen:
            return True
        # "Japan used it first", "Hall discovered both in May": what was used and discovered stands elsewhere.
        is_object = before is not None and before.tag.startswith(("VB", "IN", "TO")) and (following is None or not following.is_noun)
        if word in _OBJECTS and nouns < _MIN_NOUNS and is_object:
            return True
        if word in {"both", "each", "either", "neither"} and not (following and (following.is_noun or following.tag.startswith(("JJ", "DT", "CD")) or following.lower == "of")) and not after_and:
            return True
        noun_seen, verb_seen = noun_seen or token.is_noun, verb_seen or token.is_finite_verb
        nouns += token.is_noun and not (before and (before.is_noun or before.lower == "of"))
        many_seen = many_seen or token.tag in {"NNS", "NNPS"} or word == "and"
        name_seen = name_seen or (token.is_capital and token.is_noun) or word in _SOMEBODY
    return False


def _quotes_balance(text: str) -> bool:
    return (
        text.count("“") == text.count("”") and text.count('"') % 2 == 0 and text.count("(") == text.count(")")
    )
