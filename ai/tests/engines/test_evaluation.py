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
    "Thus, a pump has a valve. You close the pump at night. A pump is a machine that moves water."
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
    truth("A pump lacks a valve.", "False", excerpt="Thus, a pump has a valve."),
    truth("Users close the pump at night.", "True", excerpt="You close the pump at night."),
    truth("A valve is a machine that moves water.", "False", excerpt="A pump is a machine that moves water."),
    draft(BLANK.format("name", GAPPED), "Trevithick"),
    draft(BLANK.format("year", EXCERPT.replace("1804", "_____")), "1804", options=("1804", "1835", "1815")),
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
    "malformed options or marks": draft(
        BLANK.format("name", GAPPED), "Trevithick", options=("Watt", "Volta", "Watt")
    ),
}


@pytest.mark.parametrize("question", GOOD, ids=lambda question: question.text)
def test_a_good_question_passes_every_check(question):
    assert not [name for name, fails in CHECKS.items() if fails(question, SOURCE)]


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
