"""What can be asked about one statement: prompts, each with the answer that the text gives.

A prompt becomes a short-answer question as it is, and a multiple-choice question where its answer is a phrase
that has distractors.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ai.engines.offline.grammar import Clause, lower_first, main_clause, naming
from ai.engines.offline.phrases import Kind, Phrase, Phrases
from ai.engines.offline.sentences import Sentence
from ai.engines.offline.tagging import content_stems
from ai.engines.offline.words import NEGATIONS, PRONOUNS

GAP = "_____"
_CAUSES = (("because", "of"), ("because",), ("due", "to"), ("owing", "to"))
_LONGEST_ANSWER = 25
_SHORTEST_PREDICATE = 2


class Form(Enum):
    """Kinds of prompt, from recalling a word to explaining a reason."""

    GAP = "gap"
    WHEN = "when"
    SUBJECT = "subject"
    NAME = "name"
    DEFINITION = "definition"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question and its answer; `phrase` is the answer where it is a single phrase of the statement."""

    form: Form
    text: str
    answer: str
    sentence: Sentence
    phrase: Phrase | None = None


def prompts(sentence: Sentence, phrases: Phrases) -> list[Prompt]:
    """Return every prompt that `sentence` carries."""
    found = [*_gaps(sentence, phrases), *_names(sentence, phrases), *_reasons(sentence)]
    clause = main_clause(sentence)
    if clause is not None:
        found += [*_years(clause, phrases), *_subjects(clause, phrases), *_definitions(clause)]
    return found


def _gaps(sentence: Sentence, phrases: Phrases) -> Iterator[Prompt]:
    for phrase in phrases.of(sentence):
        if (
            phrase.partial
            or len(re.findall(rf"\b{re.escape(phrase.text)}\b", sentence.text, re.IGNORECASE)) != 1
        ):
            continue
        if phrase.kind in {Kind.SINGULAR, Kind.PLURAL} and phrase.article not in {"", "the"}:
            continue
        before = sentence.text[: sentence.tokens[phrase.first].start]
        after = sentence.text[sentence.tokens[phrase.last - 1].end :]
        lead = "Which year completes" if phrase.kind is Kind.YEAR else "Which words complete"
        if " " not in phrase.text and phrase.kind is not Kind.YEAR:
            lead = "Which number completes" if phrase.kind is Kind.NUMBER else "Which word completes"
        text = f"{lead} this statement from the text? “{before}{GAP}{after}”"
        yield Prompt(Form.GAP, text, phrase.text, sentence, phrase)


def _years(clause: Clause, phrases: Phrases) -> Iterator[Prompt]:
    tokens = clause.sentence.tokens
    years = [phrase for phrase in phrases.of(clause.sentence) if phrase.kind is Kind.YEAR]
    if len(years) != 1 or tokens[years[0].first - 1].lower != "in":
        return
    year = years[0]
    inverted = clause.inverted(without=(year.first - 1, year.last))
    if inverted and (year.first > clause.verb or clause.start):
        yield Prompt(Form.WHEN, f"In which year {inverted}?", year.text, clause.sentence, year)


def _subjects(clause: Clause, phrases: Phrases) -> Iterator[Prompt]:
    sentence, verb = clause.sentence, clause.verb_token
    phrase = next((p for p in phrases.of(sentence) if p.last == clause.verb), None)
    single = phrase is not None and phrase.first - clause.start <= (1 if phrase.article else 0)
    plural = verb.tag == "VBP" or (phrase is not None and phrase.kind is Kind.PLURAL)
    if plural and verb.lower not in {"are", "were"} and verb.tag != "VBD":
        return
    opening = {token.lower for token in sentence.tokens[clause.start : clause.verb]}
    predicate = clause.predicate
    after = sentence.tokens[clause.verb + 1]
    if after.text == "," or after.lower in NEGATIONS or (PRONOUNS | NEGATIONS).intersection(opening):
        return
    if len(content_stems(predicate)) < _SHORTEST_PREDICATE:
        return
    if phrase is None and len(content_stems(clause.subject)) < _SHORTEST_PREDICATE:
        # "Men", "the way": what is too vague to be a phrase is too vague to be an answer.
        return
    if sentence.tokens[clause.start].tag == "PRP$" or (not single and len(content_stems(clause.subject)) > 5):  # noqa: PLR2004
        return
    who = "Who" if phrase is not None and single and phrase.kind is Kind.PERSON else "What"
    if phrase is not None and single and phrase.kind is Kind.NAME:
        who = "Who or what"
    when = f" in {sentence.tokens[1].text}" if clause.start else ""
    text = f"According to the text, {who.lower()} {predicate}{when}?"
    yield Prompt(Form.SUBJECT, text, clause.subject, sentence, phrase if single else None)


def _names(sentence: Sentence, phrases: Phrases) -> Iterator[Prompt]:
    found = naming(sentence)
    if found is None:
        return
    verb, start = found
    name = next((p for p in phrases.of(sentence) if p.first - bool(p.article) == start), None)
    if name is not None and name.last == len(sentence.tokens) - 1:
        subject = lower_first(sentence, 0, verb)
        text = f"What {sentence.tokens[verb].lower} {subject} {sentence.between(verb + 1, start)}?"
        yield Prompt(Form.NAME, text, name.text, sentence, name)


def _definitions(clause: Clause) -> Iterator[Prompt]:
    sentence, verb = clause.sentence, clause.verb_token
    tokens = sentence.tokens
    words = [token.lower for token in tokens]
    if clause.start or words[clause.verb] not in {"is", "are"}:
        return
    answer = sentence.between(clause.verb + 1, len(tokens) - 1)
    opens_well = words[clause.verb + 1] in {"a", "an", "one"} or (
        words[clause.verb + 1] == "the" and tokens[clause.verb + 2].is_noun
    )
    if opens_well and len(answer.split()) <= _LONGEST_ANSWER and len(content_stems(answer)) > 1:
        text = f"According to the text, what {verb.lower} {clause.subject}?"
        yield Prompt(Form.DEFINITION, text, answer, sentence)


def _reasons(sentence: Sentence) -> Iterator[Prompt]:
    tokens = sentence.tokens
    words = [token.lower for token in tokens]
    for at in range(2, len(tokens) - 2):
        cause = next((c for c in _CAUSES if tuple(words[at : at + len(c)]) == c), None)
        if cause is None:
            continue
        yield from _reason(sentence, at, at + len(cause))
        return


def _reason(sentence: Sentence, at: int, reason_start: int) -> Iterator[Prompt]:
    tokens = sentence.tokens
    last = len(tokens) - 1
    reason_end, tail = last, ""
    if tokens[at - 1].text == ",":
        # "The ancient world, because of its metallurgy, could not use steam."
        comma = next((i for i in range(reason_start, last) if tokens[i].text == ","), None)
        if comma is not None and tokens[comma + 1].is_finite_verb:
            reason_end, tail = comma, sentence.between(comma + 1, last)
    effect_end = at - 1 if tokens[at - 1].text == "," else at
    if tokens[effect_end - 1].lower in {"only", "partly", "not", "just", "simply", "largely", "mainly"}:
        return
    answer = sentence.between(reason_start, reason_end)
    if len(answer.split()) > _LONGEST_ANSWER or not content_stems(answer):
        return
    effect = sentence.between(0, effect_end)
    if tail:
        subject = effect[0].lower() + effect[1:] if tokens[0].tag == "DT" else effect
        verb, _, rest = tail.partition(" ")
        question = (
            f"According to the text, why {verb} {subject} {rest}?"
            if tokens[reason_end + 1].tag == "MD"
            else f"What reason does the text give for this? “{effect} {tail}.”"
        )
        yield Prompt(Form.REASON, question, answer, sentence)
        return
    clause = main_clause(sentence)
    inverted = clause.inverted(until=effect_end) if clause and clause.verb < effect_end else None
    if inverted and "," not in inverted:
        yield Prompt(Form.REASON, f"According to the text, why {inverted}?", answer, sentence)
    elif len(effect.split()) >= 3:  # noqa: PLR2004 -- less is no statement
        yield Prompt(Form.REASON, f"What reason does the text give for this? “{effect}.”", answer, sentence)
