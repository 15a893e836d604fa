"""Split a text into sentences, and find the ones that can be understood alone."""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from ai.engines.english import (
    PRONOUN_PLACEHOLDERS,
    REJECT_PATTERNS,
    WORDS,
    Token,
    content_stems,
    frequency,
    other_language,
    tokenize,
)
from ai.engines.offline.cleaning import plain_paragraphs

_SENTENCE_END = re.compile(r"[.!?][\"”’)\]]{0,3} (?=[\"“‘(\[]{0,3}[A-Z0-9])")
_SHORT = "|".join(sorted(WORDS["abbreviations"]))
_ABBREVIATION = re.compile(rf"(?:\b(?:{_SHORT})|(?<![A-Za-z])[A-Z]|\.[A-Za-z])\.$")
_MARKER = re.compile(
    r"\A(?:(?:However|Moreover|Furthermore|Nevertheless|Nonetheless|Indeed|In fact|Of course|In general|"
    r"In particular|In addition), |(?:But|And|Yet|So),? )"
)
_REJECT = re.compile("|".join(REJECT_PATTERNS))
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_MODIFIERS = frozenset({"JJ", "JJR", "JJS", "VBG", "VBN"})
_MIN_WORDS, _MAX_WORDS, _MAX_WORD_LENGTH, _MIN_NOUNS = 6, 55, 32, 2
_TECHNICAL = 8  # times in about a million words
_MAX_SENTENCE_CHARS = 600  # longer ones are skipped


@dataclass(frozen=True)
class Sentence:
    """A statement and its source sentence. They are the same, except that an opening such as "However" is removed.

    No question is about a sentence that does not stand alone. Its numbers still serve as options.
    """

    text: str
    excerpt: str
    index: int
    tokens: tuple[Token, ...]
    stands_alone: bool
    start: int = 0  # of the statement, if the previous sentence is shown before it to resolve a pronoun

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(content_stems(self.text))


@dataclass(frozen=True)
class Document:
    """A text: its distinct sentences, its names, and its language (empty for English)."""

    sentences: tuple[Sentence, ...]
    names: frozenset[str]
    language: str


def read(text: str) -> Document:
    """Return the sentences of `text` in order. Each knows whether it stands alone."""
    found: dict[str, Sentence] = {}
    introduced: set[str] = set()
    paragraphs = plain_paragraphs(text)
    prose = "\n".join(paragraphs)
    lower = Counter(re.findall(r"\b[a-z]+\b", prose))
    capitals = Counter(re.findall(r"(?<=[\w,] )[A-Z]\w*", prose))
    previous: Sentence | None = None
    for opens, excerpt in ((not at, s) for paragraph in paragraphs for at, s in enumerate(split(paragraph))):
        previous = None if opens else previous
        statement = _MARKER.sub("", excerpt)
        statement = statement[:1].upper() + statement[1:]
        if len(excerpt) > _MAX_SENTENCE_CHARS or statement.casefold() in found:
            continue
        tokens = tokenize(statement)
        alone = bool(tokens) and _stands_alone(statement, tokens) and not _unresolved_noun(tokens, introduced)
        sentence = Sentence(statement, excerpt, len(found), tokens, alone)
        if not alone and tokens and previous is not None and previous.stands_alone and not previous.start:
            sentence = _joined(previous, sentence)
        found[statement.casefold()] = previous = sentence
        introduced.update(noun.lower for article, noun in pairwise(tokens) if article.lower in {"a", "an"})
    # "Rich" is a name in a text about Rich, even if it also mentions rich text.
    names = frozenset(word for word, count in capitals.items() if count > lower[word.lower()])
    words = re.findall(r"[^\W\d_]+", (prose or text).lower())
    return Document(tuple(found.values()), names, other_language(words))


def _joined(previous: Sentence, sentence: Sentence) -> Sentence:
    """Return `sentence` joined to `previous` if both together stand alone: "Rome is old. It has seven hills."."""
    opening, text = sentence.tokens[0], f"{previous.text} {sentence.text}"
    name = PRONOUN_PLACEHOLDERS.get(opening.text, "")
    if opening.lower in {"this", "these"} and (sentence.tokens[1].is_noun or sentence.tokens[1].tag == "JJ"):
        name = "Roman"
    placeholder = replace(opening, text=name, tag="NNPS" if name.endswith("s") else "NNP")
    rest, tokens = sentence.text[opening.end :], (placeholder, *sentence.tokens[1:])
    if not name or len(text) > _MAX_SENTENCE_CHARS / 2 or not _stands_alone(name + rest, tokens):
        return sentence
    start = len(previous.text) + 1
    moved = [replace(token, start=token.start + start, end=token.end + start) for token in sentence.tokens]
    excerpt = f"{previous.excerpt} {sentence.excerpt}"
    return Sentence(text, excerpt, sentence.index, (*previous.tokens, *moved), stands_alone=True, start=start)


def split(paragraph: str) -> list[str]:
    """Split a paragraph with single spaces into sentences."""
    found, start = [], 0
    for match in _SENTENCE_END.finditer(paragraph):
        end = match.start() + 1
        if match.group()[0] != "." or not _ABBREVIATION.search(paragraph, max(start, end - 9), end):
            found.append(paragraph[start : match.end()].strip())
            start = match.end()
    return [*found, paragraph[start:].strip()]


def _stands_alone(statement: str, tokens: tuple[Token, ...]) -> bool:
    """Return whether a statement is complete and can be understood without other sentences."""
    words = [token.lower.replace("’", "'") for token in tokens if token.text[0].isalnum()]
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS or max(map(len, words)) > _MAX_WORD_LENGTH:
        return False
    marks = Counter(statement)
    if marks["“"] != marks["”"] or marks['"'] % 2 or marks["("] != marks[")"]:
        return False
    if not re.match(r"[A-Z].*\.\Z", statement) or _REJECT.search(statement) or other_language(words):
        return False
    subordinate = words[0] in WORDS["subordinators"] and "," not in statement
    headless = tokens[0].tag in {"VB", "VBP", "VBZ", "VBD", "VBN", "MD", "CC", "UH"}
    headless = headless or (tokens[0].tag == "VBG" and "," not in statement)
    compared = "than" not in words and any(
        token.tag in {"JJR", "RBR"} and token.text.islower() and before.lower not in {"no", "or"}
        for before, token in pairwise(tokens)
    )
    deictic = (WORDS["deictic_words"] | WORDS["personal"]).intersection(words)
    deictic -= {"such"} if "such as" in statement else set()
    deictic -= {"us"} if "US" in statement else set()
    if subordinate or headless or compared or deictic or words[0] in WORDS["anaphoric_openings"]:
        return False
    return _has_verb_and_nouns(tokens) and not _unresolved_pronoun(tokens)


def _has_verb_and_nouns(tokens: tuple[Token, ...]) -> bool:
    """Return whether there is a verb outside relative clauses, with a noun before it."""
    verbs = [at for at, token in enumerate(tokens) if token.tag in _FINITE]
    nouns = [at for at, token in enumerate(tokens) if token.is_noun]
    relative = [at for at, token in enumerate(tokens) if token.lower in {"which", "who", "whose"}]
    relative += [at + 1 for at in nouns if tokens[min(at + 1, len(tokens) - 1)].lower == "that"]
    if not verbs or len(nouns) < _MIN_NOUNS or nouns[0] > verbs[-1]:
        return False
    return not relative or verbs[0] < min(relative) or len(verbs) > len(relative)


def _unresolved_noun(tokens: tuple[Token, ...], introduced: set[str]) -> bool:
    """Return whether "the law" or "the small town" refers to another sentence."""
    for at in (at for at, token in enumerate(tokens[:-2]) if token.lower == "the"):
        head, last = at + 1, len(tokens) - 2
        while head < last and (tokens[head].tag in _MODIFIERS or tokens[head + 1].is_noun):
            head += 1
        phrase, noun = tokens[at + 1 : head + 1], tokens[head]
        after = (*tokens[head + 1 : head + 4], tokens[-1])
        adjectives = WORDS["anaphoric_adjectives"].intersection(token.lower for token in phrase[:-1])
        if adjectives or noun.lower in WORDS["anaphoric_nouns"]:
            return True
        # "The law of gravity", "the ship in dock", "the theory and practice of law".
        word, following = after[0].lower, {token.lower for token in after}
        modified = word in WORDS["postmodifiers"] or (word == "and" and "of" in following)
        modified = modified or (word in WORDS["prepositions"] and after[1].text.islower())
        # "The Revolution" was named before; "the Netherlands" need not be.
        title = at == 0 and len(phrase) == 1 and frequency(noun.text) and noun.text[-1] != "s"
        distinct = not title and any(
            t.is_capital or t.tag in {"JJS", "RBS"} or t.lower in WORDS["unique"] for t in phrase
        )
        known = noun.lower in {*WORDS["unique_things"], *(token.lower for token in tokens[:at])}
        # "Japan recovered, but the country remains poor".
        named = noun.lower in WORDS["places"] and any(t.tag[:3] == "NNP" for t in tokens[1:at])
        named = named and after[0].tag in {*_FINITE, "POS", "VBN"}
        # A text teaches "the nucleus" and "the cytoplasm"; "the pool" refers to one mentioned before.
        spoken_of = noun.lower in introduced
        taught = not spoken_of and noun.text.islower() and frequency(noun.text) <= _TECHNICAL
        if modified or distinct or known or named or taught:
            continue
        if (len(phrase) == 1 or spoken_of) and (noun.is_noun or at == 0):
            return True
    return False


def _unresolved_pronoun(tokens: tuple[Token, ...]) -> bool:
    """Return whether a pronoun has no antecedent in the statement."""
    phrases, objects, verb = 0, 0, False
    for at, token in enumerate(tokens[:-1]):
        word, following = token.lower, tokens[at + 1].tag[:2]
        before = tokens[at - 1] if at else tokens[-1]
        is_object = before.tag[:2] in {"VB", "IN", "TO"} and following != "NN"
        if (
            (word in WORDS["pronouns"] and not phrases)
            # "Japan used it first", "Since ancient times it has been urban".
            or (word in {"it", "him", "her", "them"} and is_object and (phrases < _MIN_NOUNS or not objects))
            or (word in {"it", "he", "she", "they"} and not verb)
        ):
            return True
        is_phrase = token.is_noun and not before.is_noun and before.lower != "of"
        phrases, objects = phrases + is_phrase, objects + (is_phrase and verb)
        verb = verb or token.tag in _FINITE
    return False
