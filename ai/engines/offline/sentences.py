"""The sentences of a text, and which of them can be asked about on their own."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ai.engines.offline.cleaning import plain_paragraphs
from ai.engines.offline.tagging import Token, content_stems, tokenize
from ai.engines.offline.words import FUNCTION_WORDS, PERSONAL, PRONOUNS, other_language, word_list

_SENTENCE_END = re.compile(r"[.!?][\"”’)\]]{0,3} (?=[\"“‘(\[]{0,3}[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Col|Capt|Rev|Jr|Sr|vs|etc|cf|No|Fig|approx|ca|al|Jan|Feb|Aug|Sept|Oct|Nov"
    r"|Dec)|(?<![A-Za-z])[A-Z]|\.[A-Za-z])\.$"
)
_MARKER = re.compile(
    r"\A(?:However|Moreover|Furthermore|Nevertheless|Nonetheless|Indeed|In fact|Of course|In general|"
    r"In particular|In addition|But|And|Yet|So),? "
)
_STRANGE = re.compile(r"[<>{}=@\\^~_$#?:…|`*\[\]]|(?<=\s)\.\w|\w/|https?|www\.|\.\.|\w\(\)")
# "With good reason — it is fast", "that day", "two years later", "the same": what they refer to is not there.
_ELLIPTIC = re.compile(
    r"\A\W*(?:\w+ ){1,4}[—–-] |\b(?:as|such) (?:follows|before|above)\b|\bat the time\b|\bdo(?:es)? not\.$"
    r"|\b[Tt]hat (?:time|day|year|century|period|name|way|reason|case|point|purpose|date|moment|one)\b"
    r"|\b(?:years?|months?|days?|weeks?|centur(?:y|ies)) (?:later|earlier|before|ago)\b|\bso\b(?! that)"
    r"|\bthe (?:same|other|others|next)\b"
)
_LEANING, _POINTING = word_list("leaning_openings"), word_list("pointing")
_SUBORDINATORS, _PREPOSITIONS = word_list("subordinators"), word_list("prepositions")
_POSTMODIFIERS, _UNIQUE = word_list("postmodifiers"), word_list("unique_things")
_ANAPHORIC, _ANAPHORIC_ADJECTIVES = word_list("anaphoric_nouns"), word_list("anaphoric_adjectives")
_MIN_WORDS, _MAX_WORDS, _LONGEST_WORD, _MIN_NOUNS, _FEWEST_ENGLISH = 6, 42, 32, 2, 0.2
# A longer sentence is not asked about, so it need not be read.
_MAX_SENTENCE_CHARS = 600


@dataclass(frozen=True)
class Sentence:
    """A statement of the text, and the sentence that it is, or is but for an opening "However".

    One that does not `stands_alone` is not asked about; its numbers still serve as options.
    """

    text: str
    excerpt: str
    index: int
    tokens: tuple[Token, ...]
    stands_alone: bool

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(content_stems(self.text))

    def between(self, first: int, last: int) -> str:
        """Return the text from token `first` up to, without, token `last`."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]


@dataclass(frozen=True)
class Document:
    """A text: its sentences, each once, its names, all its words in lower case, its language (nothing for English)."""

    sentences: tuple[Sentence, ...]
    names: frozenset[str]
    vocabulary: frozenset[str]
    language: str


def read(text: str) -> Document:
    """Return the sentences of `text` in its order, marked by whether they stand alone."""
    found: dict[str, Sentence] = {}
    introduced: set[str] = set()
    paragraphs = plain_paragraphs(text)
    lower = Counter(word for paragraph in paragraphs for word in re.findall(r"\b[a-z]+\b", paragraph))
    capitals = Counter(
        word for paragraph in paragraphs for word in re.findall(r"(?<=[\w,] )[A-Z]\w*", paragraph)
    )
    for excerpt in (sentence for paragraph in paragraphs for sentence in split(paragraph)):
        statement = _MARKER.sub("", excerpt)
        statement = statement[:1].upper() + statement[1:]
        if len(excerpt) > _MAX_SENTENCE_CHARS or statement.casefold() in found:
            continue
        tokens = tokenize(statement)
        alone = bool(tokens) and _stands_alone(statement, tokens) and not _refers(tokens, introduced)
        found[statement.casefold()] = Sentence(statement, excerpt, len(found), tokens, alone)
        pairs = zip(tokens, tokens[1:], strict=False)
        introduced.update(noun.lower for article, noun in pairs if article.lower in {"a", "an", "another"})
    # "Rich" is a name in a text about Rich, though that text may speak of rich text as well.
    names = frozenset(word for word, count in capitals.items() if count > lower[word.lower()])
    words = re.findall(r"[^\W\d_]+", (" ".join(paragraphs) or text).lower())
    return Document(tuple(found.values()), names, frozenset(lower), other_language(words))


def split(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph whose spaces are single."""
    found, start = [], 0
    for match in _SENTENCE_END.finditer(paragraph):
        end = match.start() + 1
        if match.group()[0] != "." or not _ABBREVIATION.search(paragraph, max(start, end - 9), end):
            found.append(paragraph[start : match.end()].strip())
            start = match.end()
    return [*found, paragraph[start:].strip()]


def _stands_alone(statement: str, tokens: tuple[Token, ...]) -> bool:
    """Whether a statement is whole and can be understood without the sentences around it."""
    words = [token.lower.replace("’", "'") for token in tokens if token.text[0].isalnum()]
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS or max(map(len, words)) > _LONGEST_WORD:
        return False
    count = statement.count
    if count("“") != count("”") or count('"') % 2 or count("(") != count(")") or statement[-1] != ".":
        return False
    if not statement[0].isupper() or _STRANGE.search(statement) or _ELLIPTIC.search(statement):
        return False
    if words[0] in _LEANING or (words[0] in _SUBORDINATORS and "," not in statement):
        return False
    first, second = tokens[0].tag, tokens[1].tag
    if first in {"VB", "VBP", "VBZ", "VBD", "VBN", "MD", "CC", "UH"} or (
        first == "RB" and second[:2] == "VB"
    ):
        return False
    pointing = _POINTING.intersection(words) - ({"such"} if "such as" in statement else set())
    if pointing or PERSONAL.intersection(words) or other_language(words):
        return False
    english = sum(word in FUNCTION_WORDS for word in words)
    return (
        english >= _FEWEST_ENGLISH * len(words) and _has_verb_and_nouns(tokens) and not _points_back(tokens)
    )


def _has_verb_and_nouns(tokens: tuple[Token, ...]) -> bool:
    """Whether there is a verb beside those of relative clauses, with a noun before it."""
    verbs = [at for at, token in enumerate(tokens) if token.tag in {"VBD", "VBZ", "VBP", "MD"}]
    nouns = [at for at, token in enumerate(tokens) if token.is_noun]
    after_noun = {"which", "who", "whose", "that"}
    relative = [at + 1 for at in nouns if tokens[min(at + 1, len(tokens) - 1)].lower in after_noun]
    relative += [at for at, token in enumerate(tokens) if token.lower == "which" and at not in relative]
    if not verbs or len(nouns) < _MIN_NOUNS or nouns[0] > verbs[-1]:
        return False
    return not relative or verbs[0] < min(relative) or len(verbs) > len(relative)


def _refers(tokens: tuple[Token, ...], introduced: set[str]) -> bool:
    """Whether "the law" or "the small town" points at something that another sentence speaks of."""
    ends = tokens[-1]
    for at in (at for at, token in enumerate(tokens[:-2]) if token.lower == "the"):
        head = at + 1
        while head + 2 < len(tokens) and (
            tokens[head].tag[:2] == "JJ" or tokens[head].tag in {"VBG", "VBN"} or tokens[head + 1].is_noun
        ):
            head += 1
        phrase, noun, after = tokens[at + 1 : head + 1], tokens[head], tokens[head + 1]
        if noun.lower in _ANAPHORIC or any(part.lower in _ANAPHORIC_ADJECTIVES for part in phrase[:-1]):
            return True
        before = " ".join(token.lower for token in tokens[max(0, at - 2) : at])
        modified = after.lower in _POSTMODIFIERS or (before[-1:] == "," and after.tag[:2] == "VB")
        follows = tokens[head + 2] if head + 2 < len(tokens) else ends
        if modified or (after.lower in _PREPOSITIONS and follows.text.islower()) or noun.lower in _UNIQUE:
            continue
        if before == "such as" or before.endswith((" is", " are")):
            continue
        unique = any(
            part.is_capital or part.tag in {"JJS", "RBS"} or part.lower in {"most", "first", "only"}
            for part in phrase
        )
        named = unique or noun.lower in {token.lower for token in tokens[:at]}
        if not named and (len(phrase) == 1 or noun.lower in introduced) and (noun.is_noun or at == 0):
            return True
    return False


def _points_back(tokens: tuple[Token, ...]) -> bool:
    """Whether a pronoun stands for something that the statement does not name before it."""
    phrases, many, names = 0, False, False
    for at, token in enumerate(tokens[:-1]):
        word, before, following = token.lower, tokens[max(0, at - 1)], tokens[at + 1].tag[:2]
        if word in PRONOUNS and not phrases:
            return True
        if (word in {"they", "them", "their"} and not many) or (
            word in {"he", "she", "him", "his", "her"} and not names
        ):
            return True
        # "Japan used it first", "For that they fought": what and who stand elsewhere.
        is_object = before.tag[:2] in {"VB", "IN", "TO"} and following != "NN"
        if word == "that" and before.tag in {"IN", "TO"} and before.lower != "in":
            return True
        if is_object and word in {"it", "him", "her", "them"} and phrases < _MIN_NOUNS:
            return True
        paired = following in {"NN", "JJ", "DT", "CD"} or any(
            t.lower in {"and", "of"} for t in tokens[at + 1 :]
        )
        if word in {"both", "each", "either"} and not paired and token != tokens[-2]:
            return True
        phrases += token.is_noun and not before.is_noun and before.lower != "of"
        many = many or token.tag in {"NNS", "NNPS"} or word == "and"
        names = names or (token.is_noun and token.is_capital) or word in {"man", "woman", "person", "child"}
    return False
