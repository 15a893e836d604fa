"""Each check of `make eval` fails a question with its defect, and passes a good one."""

import re
import tomllib
from pathlib import Path

import pytest

from ai.engines.base import TRUE_FALSE_OPTIONS, DraftQuestion, QuestionType
from evaluation.__main__ import HERE, TEXTS, compare
from evaluation.checks import CHECKS

EXCERPT = "In 1804 Trevithick adapted the Watt engine to transport."
SOURCE = (
    f"{EXCERPT} Fulton adapted the Watt engine to ships. The electric telegraph came into existence in 1835. This law is old. "
    "A pump in the upper part of the mine has a valve. A pump is a machine that moves water. "
    "Richard Trevithick was an engineer. He built a high-pressure engine (HPE). A high pressure engine (HPE) has five valves. "
    "In 1804 the valve of the engine broke. In the 1930s engines were built."
)
TRUTH = "According to the text, is this statement true or false? “{}”"
BLANK = "Which {} completes this statement from the text? “{}”"


def draft(text, answer, *, options=(), excerpt=EXCERPT):
    kind = QuestionType.SHORT_ANSWER
    if options:
        kind = QuestionType.TRUE_FALSE if options == TRUE_FALSE_OPTIONS else QuestionType.MULTIPLE_CHOICE
    return DraftQuestion(
        text=text,
        question_type=kind,
        options=options,
        answer=answer,
        marks_available=1,
        excerpt=excerpt,
        accepted_answers=() if options else (answer,),
    )


def truth(statement, answer, **more):
    return draft(TRUTH.format(statement), answer, options=TRUE_FALSE_OPTIONS, **more)


GAPPED = "In 1804 _____ adapted the Watt engine to transport."
GOOD = [
    truth(EXCERPT, "True"),
    truth(EXCERPT.replace("1804", "1840"), "False"),
    truth(
        "A pump in the lower part of the mine has a valve.",
        "False",
        excerpt="A pump in the upper part of the mine has a valve.",
    ),
    draft(
        f"After “Richard Trevithick was an engineer”, {TRUTH[0].lower()}{TRUTH[1:].format('He built a high-pressure engine (HPE).')}",
        "True",
        options=TRUE_FALSE_OPTIONS,
        excerpt="He built a high-pressure engine (HPE).",
    ),
    truth("A valve is a machine that moves water.", "False", excerpt="A pump is a machine that moves water."),
    draft(BLANK.format("name", GAPPED), "Trevithick"),
    truth(
        "In 1810 the valve of the engine broke.",
        "False",
        excerpt="In 1804 the valve of the engine broke.",
    ),
    draft(
        BLANK.format("year", EXCERPT.replace("1804", "_____")),
        "1804",
        options=("1804", "1790", "1815", "1821"),
    ),
    draft(
        BLANK.format("decade", "In the _____ engines were built."),
        "1930s",
        excerpt="In the 1930s engines were built.",
    ),
]
BAD = {
    "something other than a number or date replaced": truth(EXCERPT.replace("Trevithick", "Fulton"), "False"),
    "“not” inserted or deleted": truth(EXCERPT.replace("adapted", "did not adapt"), "False"),
    "options of different classes": draft(
        BLANK.format("name", GAPPED), "Trevithick", options=("Trevithick", "1835", "steam")
    ),
    "a wrong option that is also right": draft(
        BLANK.format("name", GAPPED), "Trevithick", options=("Trevithick", "Fulton", "Volta")
    ),
    "the answer in the question": draft("Which name did Trevithick have?", "Trevithick"),
    "a blank for a trivial word": draft(
        BLANK.format("term", EXCERPT.replace("the Watt", "_____ Watt")), "the"
    ),
    "an unresolved reference": truth("This law is old.", "True", excerpt="This law is old."),
    "who, what, when confused": draft("Who came into existence in 1835?", "electric telegraph"),
    "not a sentence": truth("adapted the Watt engine", "True"),
    "not from the text": draft(BLANK.format("name", GAPPED), "Napoleon"),
    "an option that does not fit the blank": draft(
        BLANK.format("term", "A pump is a _____ that moves water."),
        "machine",
        options=("machine", "engines", "valve"),
    ),
    "an implausible number or date": draft(
        BLANK.format("number", "A high pressure engine has _____ valves."),
        "five",
        options=("five", "six", "400"),
    ),
    "an unclear definition": draft("Which term does the text describe as “a machine of that kind”?", "pump"),
    "a right wording that is not accepted": draft(
        BLANK.format("term", "A _____ has five valves."),
        "high pressure engine",
        excerpt="A high pressure engine (HPE) has five valves.",
    ),
    "a decade asked for as a year": draft(
        BLANK.format("year", "In the _____ engines were built."),
        "1930s",
        excerpt="In the 1930s engines were built.",
    ),
    "fewer or more than four options": draft(
        BLANK.format("year", EXCERPT.replace("1804", "_____")), "1804", options=("1804", "1790", "1815")
    ),
    "a wrong year that is in the text, or too near": draft(
        BLANK.format("year", EXCERPT.replace("1804", "_____")),
        "1804",
        options=("1804", "1835", "1815", "1821"),
    ),
    "the upper end of an estimate": draft(
        BLANK.format("number", "Soil takes between 200 and _____ years to form."), "400"
    ),
    "a judgement, or a bare negation": truth(
        "Trevithick is regarded as one of the greatest engineers.", "True"
    ),
    "a short answer that is an open number": draft(
        BLANK.format("number", "A high pressure engine (HPE) has about _____ valves."), "50"
    ),
    "a wrong year of another age": draft(
        BLANK.format("year", EXCERPT.replace("1804", "_____")),
        "1804",
        options=("1804", "1764", "1815", "1821"),
    ),
    "two sentences in one statement, or too many words": truth(
        "A pump is a machine that moves water. In 1804 the valve of the engine broke.", "True"
    ),
    "malformed options or marks": draft(
        BLANK.format("name", GAPPED), "Trevithick", options=("Watt", "Volta", "Watt")
    ),
}


@pytest.mark.parametrize("question", GOOD, ids=lambda question: question.text)
def test_a_good_question_passes_every_check(question):
    assert not [name for name, fails in CHECKS.items() if fails(question, SOURCE)]


@pytest.mark.parametrize(
    "statement",
    [
        "In the first, which lasted ten years, a fleet was built.",
        "The three men shared the prize in 1956.",
        "The highest point is a volcano in Chad.",
        "Woodblocks, however, remained in use for centuries.",
    ],
)
def test_a_statement_that_leans_on_another_is_an_unresolved_reference(statement):
    assert CHECKS["an unresolved reference"](truth(statement, "True", excerpt=statement), statement)


@pytest.mark.parametrize("bound", ["more than", "at least", "up to"])
def test_an_option_of_a_bounded_number_is_implausible(bound):
    question = draft(
        BLANK.format("number", f"A mine has {bound} _____ pumps."), "40", options=("40", "30", "20")
    )
    assert CHECKS["an implausible number or date"](question, SOURCE)


@pytest.mark.parametrize("name", CHECKS)
def test_a_bad_question_fails_the_check_of_its_class(name):
    assert CHECKS[name](BAD[name], SOURCE)


def test_there_are_two_hundred_labelled_answers_of_every_kind():
    questions = tomllib.loads((HERE / "answers.toml").read_text(encoding="utf-8"))["question"]
    answers = [answer for question in questions for answer in question["answers"]]
    assert len(answers) >= 200
    assert {0, 0.5, 1} == {fair for _, _, fair in answers}
    assert {kind for kind, _, _ in answers} >= {
        "paraphrase", "partial", "synonym", "negation", "roles swapped", "number and unit", "contradiction", "keyword dump", "injection",
        "typo", "other language",
    }  # fmt: skip
    assert len(
        {(question["text"], text) for question in questions for _, text, _ in question["answers"]}
    ) == len(answers)


def test_each_of_twelve_texts_is_long_enough_and_has_its_source_and_licence():
    rows = (Path(HERE) / "texts" / "README.md").read_text(encoding="utf-8")
    assert len(TEXTS) >= 12
    for path in TEXTS:
        assert len(path.read_text(encoding="utf-8")) >= 2_000
        assert (
            path.parent.name != "texts"
            or path.parent.parent.name == "demo"
            or re.search(rf"`{path.name}` \| .+ \| .+ \| .+ \|", rows)
        )


@pytest.mark.parametrize(
    ("before", "now", "worse"),
    [
        ({"wrong_zeros": 3}, {"wrong_zeros": 4}, True), ({"wrong_zeros": 3}, {"wrong_zeros": 2}, False),
        ({"correlation": 0.9}, {"correlation": 0.8}, True), ({"correlation": 0.9}, {"correlation": 0.95}, False),
        ({}, {"correlation": 0.1}, False), ({"not a sentence": 0}, {"not a sentence": 1}, True),
    ],
)  # fmt: skip
def test_a_figure_that_got_worse_is_named(before, now, worse):
    assert bool(compare(before, now)) is worse
