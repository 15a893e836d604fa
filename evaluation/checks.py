"""Automatic checks of questions: one for every kind of defect found in manual review.

The checks know no engine. Each returns whether the question fails.
"""

import re
import string
from collections.abc import Callable
from itertools import pairwise

from ai.engines.base import BLANK, DraftQuestion, QuestionType, question_without_context, quoted_statement
from ai.engines.english import FUNCTION_WORDS, OPPOSITES, content_stems, frequency
from ai.engines.numbers_and_dates import dates, numbers

Check = Callable[[DraftQuestion, str], bool]

_NEGATION = re.compile(r"\b(?:not|never|no|none|cannot|neither|nor|without)\b|n['’]t\b", re.IGNORECASE)  # noqa: RUF001 -- typographic
_UNRESOLVED = re.compile(
    r"\b(?:this|these|those|the former|the latter|(?:above|below)(?! (?:the|an?|sea|ground|aboutX))|the following(?! (?:year|day|month)\b)|aforementioned|hereafter|I|my|we|our|you|your)\b"
)
_ANAPHORIC_OPENINGS = frozenset({
    "this", "that", "these", "those", "such", "it", "he", "she", "they", "his", "her", "its", "their", "here", "but", "and", "so",
})  # fmt: skip
# "This licence" is "the licence" outside its text.
_THIS = re.compile(r"\b([Tt])his(?= \w)")
_BOUND = re.compile(
    r"\b(?:at least|at most|(?:more|less|fewer|greater|larger|smaller|higher|lower) than|under|over|up to|until|before|after"
    r"|since|exceed(?:s|ed|ing)?)(?: \w+)? [$£€]?_____"
)
# These words lean on another sentence: "then", "the second stage", "the three men", "the highest point is".
_LEANING = re.compile(
    r"\b(?:[Hh]owever|[Tt]herefore|[Tt]hus|[Nn]evertheless|(?:without|with|by|of|for) that(?! of\b| which\b)(?= [a-z]+[.,”]))\b"
    r"|\A(?:In|Of|At|By|For) the (?:first|second|third|latter|former)(?:,| (?:case|stage|phase|step|war)\b)"
    r"|\AThe (?:second|third|fourth|next|last|other|two|three|four) [a-z]+ (?:is|are|was|were|has|had|[a-z]+ed)\b"
    r"|\AThe [a-z]+est (?:[a-z]+ )?(?:is|was|are|were)\b|\b[Tt]he \w+ ones?\b"
    r"|\A(?:In (?:response|reply|return|reaction|comparison)|As a (?:result|consequence)|By then|At first)\b"
    r"|\bthe same \w+(?! (?:as|that|have|has|in|are|is|\w+ (?:as|that))\b)|\bthe (?:left|right|following) (?:picture|figure|image|table)\b"
    r"|\b[Tt]he (?:two|three|four|five|six) [a-z]+(?: (?:is|are|was|were|had|have|in|by|[a-z]+ed)\b|[.,”])"
)
_LONG_AND_SHORT = re.compile(r"((?:[\w-]+ ){1,6})\(([A-Z]{2,6})\)")
_TITLES = ("Professor", "President", "King", "Queen", "Emperor", "Sir", "Dr", "General", "Captain", "Pope")
_MAX_RATIO = 5  # of a wrong number to the right one
_DEFINITION = re.compile(r"(?:An? |The )?(.{2,60}?) ((?:is|are|means|refers to|denotes) .+)")
_COMMON = 400  # times in about a million words of prose
_MIN_WORDS, _MAX_OVERLAP = 5, 0.5
_OPTIONS, _NEXT = 4, 2  # years
_SMALL, _MAX_WORDS, _MAX_CONTEXT = 10, 40, 400
_WORD = re.compile(r"\w+(?:[.,]\d+)*(?:['’-]\w+)*")  # noqa: RUF001 -- typographic


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def _quoted(question: DraftQuestion) -> str:
    return quoted_statement(question.text)


def _shown(question: DraftQuestion) -> str:
    """The statement of a question: a quotation of the text, or the wording of a model."""
    return _quoted(question) or question.text


def _is_statement(question: DraftQuestion) -> bool:
    return question.question_type is QuestionType.TRUE_FALSE or BLANK in question.text


def _is_false(question: DraftQuestion) -> bool:
    return question.question_type is QuestionType.TRUE_FALSE and question.answer == "False"


def _wrong_options(question: DraftQuestion) -> list[str]:
    is_choice = question.question_type is QuestionType.MULTIPLE_CHOICE
    return [option for option in question.options if option != question.answer] if is_choice else []


def swapped(question: DraftQuestion, source: str) -> bool:
    """Fail a false statement, unless it changes one number, one date, one word to its opposite, or a defined term."""
    if not _is_false(question) or not _quoted(question):
        return False
    ours, theirs = (_WORD.findall(_THIS.sub(r"\1he", text)) for text in (_quoted(question), question.excerpt))
    # An opening such as "However," may have been removed.
    theirs = theirs[len(theirs) - len(ours) :] if len(theirs) >= len(ours) else theirs
    pairs = zip(map(str.lower, ours), map(str.lower, theirs), strict=False)
    changed = [(one, other) for one, other in pairs if one != other]
    numeric = all(numbers(word) or dates(word) or word[0].isdigit() for pair in changed for word in pair)
    opposite = len(changed) == 1 and changed[0][0] == OPPOSITES.get(changed[0][1])
    if len(ours) == len(theirs) and changed and (opposite or (numeric and len(changed) <= 3)):
        return False  # a day, a month and a year
    # The definition of another term of the text.
    match = _DEFINITION.fullmatch(_quoted(question))
    return match is None or match[2] not in question.excerpt or match[1].lower() not in source.lower()


def negated(question: DraftQuestion, source: str) -> bool:
    """Fail a statement with more or fewer negations than its sentence."""
    if not _is_statement(question) or not _quoted(question):
        return False
    return len(_NEGATION.findall(_quoted(question))) != len(_NEGATION.findall(question.excerpt))


def mixed_options(question: DraftQuestion, source: str) -> bool:
    """Fail a mix of options: all must be numbers, years, names, or words in lower case."""
    kinds = {
        (
            option[:1].isdigit(),
            bool(re.fullmatch(r"[12]\d{3}", option)),
            option[:1].isupper(),
            bool(re.search(r"\d{3}0s$", option)),
        )
        for option in (*_wrong_options(question), question.answer)
    }
    return bool(_wrong_options(question)) and len(kinds) > 1


def also_right(question: DraftQuestion, source: str) -> bool:
    """Fail a wrong option if the excerpt names it, or if a similar sentence of the source does."""
    stems = set(content_stems(question.excerpt)) - set(content_stems(question.answer))
    for option in _wrong_options(question):
        named = re.compile(rf"\b{re.escape(_flat(option))}\b")
        if named.search(_flat(question.excerpt)):
            return True
        for sentence in re.split(r"(?<=[.!?])\s+", source):
            if named.search(_flat(sentence)) and len(
                stems & set(content_stems(sentence))
            ) > _MAX_OVERLAP * max(1, len(stems)):
                return True
    return False


def given_away(question: DraftQuestion, source: str) -> bool:
    """Fail an answer that the question contains."""
    if question.question_type is QuestionType.TRUE_FALSE:
        return False
    return re.search(rf"(?<!\w){re.escape(_flat(question.answer))}(?!\w)", _flat(question.text)) is not None


def trivial(question: DraftQuestion, source: str) -> bool:
    """Fail a blank for a function word or a common noun."""
    if BLANK not in question.text or question.options:
        return False
    words = question.answer.split()
    if numbers(question.answer) or any(word[:1].isupper() or word[:1].isdigit() for word in words):
        return False
    return all(word.lower() in FUNCTION_WORDS or frequency(word) >= _COMMON for word in words)


def unresolved(question: DraftQuestion, source: str) -> bool:
    """Fail a statement with an unresolved reference: "this law", "the table below", "it was"."""
    shown = re.sub(r"(?<=[A-Z])(\w+) I\b", r"\1", _shown(question))  # "Osman I"
    if not _is_statement(question):
        return False
    first = shown.split()[0].strip(string.punctuation + "“").lower()
    if shown != question.text and not question.text.startswith(("According", "Which")):
        return False  # what is shown before the statement resolves its references
    return first in _ANAPHORIC_OPENINGS or bool(_LEANING.search(shown) or _UNRESOLVED.search(shown))


def wrong_question_word(question: DraftQuestion, source: str) -> bool:
    """Fail a question word that does not fit the answer: who, when, which year, which number, how many."""
    asked, answer = question_without_context(question.text).lower(), question.answer
    if question.question_type is QuestionType.TRUE_FALSE:
        return False
    if asked.startswith(("who ", "whose ")):
        return not answer[:1].isupper()
    if asked.startswith(("when ", "which year", "in which year", "which date")):
        return not re.search(r"\d", answer)
    if asked.startswith(("which number", "how many", "how much")):
        return not numbers(answer)
    return asked.startswith(("which name", "which abbreviation")) and not any(
        char.isupper() for char in answer
    )


def no_sentence(question: DraftQuestion, source: str) -> bool:
    """Fail a malformed question, or a statement that is not a sentence."""
    shown, text = _shown(question), question.text
    broken = (
        text.count("“") != text.count("”") or "  " in text or not text[:1].isupper() or text[-1:] not in "?”."
    )
    if not _is_statement(question):
        return broken
    whole = shown[-1:] in ".!" and (
        shown[:1].isupper() or shown.startswith((BLANK, "“")) or shown[:1].isdigit()
    )
    verbless = len(shown.split()) < _MIN_WORDS
    doubled = any(one == other and one.isalpha() for one, other in pairwise(shown.lower().split()))
    return broken or not whole or verbless or doubled or text.count(BLANK) > 1


def not_in_text(question: DraftQuestion, source: str) -> bool:
    """Fail an excerpt or an answer that is not in the source, and a wrong truth value."""
    text = _flat(source)
    if _flat(question.excerpt) not in text:
        return True
    if question.question_type is QuestionType.TRUE_FALSE:
        stated, given = (_flat(_THIS.sub(r"\1he", text)).rstrip(".") for text in (_quoted(question), source))
        stands = stated in given
        return bool(_quoted(question)) and stands is (question.answer == "False")
    is_free_text = question.question_type is QuestionType.SHORT_ANSWER and not question.accepted_answers
    return not is_free_text and _flat(question.answer) not in text


def misfit(question: DraftQuestion, source: str) -> bool:
    """Fail an option that does not fit the blank: its article or its number, or not the number of the answer."""
    wrong = [option for option in _wrong_options(question) if not re.search(r"\d", option)]
    plurals = {re.search(r"(?<![siu])s$", option) is not None for option in (*wrong, question.answer)}
    named = any(char.isupper() for char in question.answer[1:]) or numbers(question.answer)
    article = re.search(rf"\b(an?) {BLANK}", question.text, re.IGNORECASE)
    sounds = {option[0].lower() in "aeiou" for option in (*wrong, question.answer)} if article else {True}
    return bool(wrong) and ((len(plurals) > 1 and not named) or len(sounds) > 1)


def implausible(question: DraftQuestion, source: str) -> bool:
    """Fail a wrong number or date of another magnitude, in the stem, or right as well because the stem bounds it."""
    wrong, right = _wrong_options(question), numbers(question.answer)
    if not wrong or not (right or dates(question.answer)):
        return False
    told = set(re.findall(r"\d+(?:[.,]\d+)*", question.text))
    if _BOUND.search(question.text) or told.intersection(wrong):
        return True
    values = [numbers(option)[0].value for option in wrong if numbers(option)] if len(right) == 1 else []
    pairs = [sorted((abs(value) + 1, abs(right[0].value) + 1)) for value in values]
    return any(high > _MAX_RATIO * low for low, high in pairs)


def unclear_definition(question: DraftQuestion, source: str) -> bool:
    """Fail a definition that needs its context, shares a root with the term, or fits many things."""
    meaning = _quoted(question)
    if "describe as" not in question.text:
        return False
    refers = re.search(
        r"\b(?:this|these|such|it|they|their|he|his|she|her|then|without that|of that)\b", meaning
    )
    roots = {word[:6].lower() for word in question.answer.split() if len(word) > 6}
    shares = any(word[:6].lower() in roots for word in _WORD.findall(meaning))
    many = re.match(
        r"(?:an?|the|one) (?:member|example|kind|sort|type|part|word|name|term|idea|way)\b", meaning
    )
    return bool(refers or shares or many)


def unaccepted_wording(question: DraftQuestion, source: str) -> bool:
    """Fail a short answer that does not accept its long or short form, or a name without its title."""
    accepted = {_flat(wording) for wording in question.accepted_answers}
    if not accepted or "stand for" in question.text:
        return False
    for match in _LONG_AND_SHORT.finditer(source):
        words = match[1].lower().split()[-len(match[2]) :]
        long, short = " ".join(words), match[2].lower()
        is_spelled = "".join(word[0] for word in words) == short
        if is_spelled and len({long, short} & accepted) == 1:
            return True
    title, _, name = question.answer.partition(" ")
    return title in _TITLES and bool(name) and _flat(name) not in accepted


def decade_as_year(question: DraftQuestion, source: str) -> bool:
    """Fail a question for a year whose answer is a decade, or the other way round."""
    asked = question_without_context(question.text).lower()
    decade = re.fullmatch(r"\d{3}0s", question.answer) is not None
    return (asked.startswith("which year") and decade) or (asked.startswith("which decade") and not decade)


def few_options(question: DraftQuestion, source: str) -> bool:
    """Fail a multiple choice without exactly four options."""
    return question.question_type is QuestionType.MULTIPLE_CHOICE and len(question.options) != _OPTIONS


def known_year(question: DraftQuestion, source: str) -> bool:
    """Fail a wrong year that the text has in another role, or that is next to the right one."""
    if not re.fullmatch(r"[12]\d{3}", question.answer):
        return False
    wrong = [int(option) for option in _wrong_options(question) if option.isdigit()]
    return any(abs(int(question.answer) - year) <= _NEXT or str(year) in source for year in wrong)


def end_of_range(question: DraftQuestion, source: str) -> bool:
    """Fail a blank for the upper end of an estimate: "between 200 and _____ years"."""
    between = rf"\bbetween (?:\w+ )?[\d.,]+ and {BLANK}(?! *(?:AD|BC))"
    return not re.fullmatch(r"[12]\d{3}", question.answer) and re.search(between, question.text) is not None


def says_nothing(question: DraftQuestion, source: str) -> bool:
    """Fail a true statement that is a judgement, or a negation without a number or a name."""
    statement = _quoted(question)
    if question.question_type is not QuestionType.TRUE_FALSE:
        return False
    judged = re.search(
        r"\b(?:regarded|considered) (?:as|to be|one)\b|\bone of the greatest\b|\bstep further\b", statement
    )
    known = numbers(statement) or re.search(r"(?<!^)\b[A-Z]", statement[1:])
    return judged is not None or (_NEGATION.search(statement) is not None and not known)


def open_number(question: DraftQuestion, source: str) -> bool:
    """Fail a short answer that is a bounded, approximate or small number, or one in words: several wordings are right."""
    asked = question_without_context(question.text).lower()
    if question.question_type is not QuestionType.SHORT_ANSWER or not asked.startswith("which number"):
        return False
    right = numbers(question.answer)
    rough = re.search(
        rf"\b(?:about|around|approximately|roughly|nearly|almost|some|generally) [$£€]?{BLANK}", question.text
    )
    small = bool(right) and abs(right[0].value) <= _SMALL
    return (
        small
        or not question.answer[:1].isdigit()
        or rough is not None
        or _BOUND.search(question.text) is not None
    )


def far_year(question: DraftQuestion, source: str) -> bool:
    """Fail a wrong year of another age: more than 15 years away after 1900, more than 30 after 1700.

    A year after "about" or "around" may be twice as far away.
    """
    if not re.fullmatch(r"[12]\d{3}", question.answer):
        return False
    right = int(question.answer)
    most = 15 if right >= 1900 else 30 if right >= 1700 else 100
    most *= 1 + (re.search(rf"\b(?:about|around) {BLANK}", question.text) is not None)
    return any(abs(int(option) - right) > most for option in _wrong_options(question) if option.isdigit())


def overloaded(question: DraftQuestion, source: str) -> bool:
    """Fail a statement of two sentences or of more than 40 words, or a context of more than 400 characters."""
    shown, context = _quoted(question), len(question.text) - len(question_without_context(question.text))
    joined = re.search(r"[a-z\d]{2}[.!?] [A-Z]", shown) is not None
    return _is_statement(question) and (joined or len(shown.split()) > _MAX_WORDS or context > _MAX_CONTEXT)


def malformed(question: DraftQuestion, source: str) -> bool:
    """Fail options that repeat or do not contain the answer exactly once, and marks below one."""
    options = [option.casefold() for option in question.options]
    if question.question_type is QuestionType.SHORT_ANSWER:
        return bool(options) or not question.answer
    return (
        options.count(question.answer.casefold()) != 1
        or len(set(options)) != len(options)
        or question.marks_available < 1
    )


CHECKS: dict[str, Check] = {
    "something other than a number or date replaced": swapped,
    "“not” inserted or deleted": negated,
    "options of different classes": mixed_options,
    "a wrong option that is also right": also_right,
    "the answer in the question": given_away,
    "a blank for a trivial word": trivial,
    "an unresolved reference": unresolved,
    "who, what, when confused": wrong_question_word,
    "not a sentence": no_sentence,
    "not from the text": not_in_text,
    "an option that does not fit the blank": misfit,
    "an implausible number or date": implausible,
    "an unclear definition": unclear_definition,
    "a right wording that is not accepted": unaccepted_wording,
    "a decade asked for as a year": decade_as_year,
    "fewer or more than four options": few_options,
    "a wrong year that is in the text, or too near": known_year,
    "the upper end of an estimate": end_of_range,
    "a judgement, or a bare negation": says_nothing,
    "a short answer that is an open number": open_number,
    "a wrong year of another age": far_year,
    "two sentences in one statement, or too many words": overloaded,
    "malformed options or marks": malformed,
}


def form_of(question: DraftQuestion) -> str:
    """Return the form of a question."""
    if question.question_type is not QuestionType.SHORT_ANSWER:
        return question.question_type.value
    if BLANK not in question.text:
        return "definition" if "describe as" in question.text else "other short answer"
    is_number = re.search(r"\d", question.answer) or numbers(question.answer)
    return "blank: number or date" if is_number else "blank: term or name"
