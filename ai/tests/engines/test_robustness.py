"""Every input leads to well-formed questions or to an expected failure."""

import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai.engines.base import (
    ALL_QUESTION_TYPES,
    Difficulty,
    EvaluationRequest,
    GenerationRequest,
    QuestionType,
)
from ai.engines.exceptions import EngineError, ModelRequired, NoQuestions
from ai.engines.grading import DeterministicGrading
from ai.engines.offline import OfflineEngine
from ai.tests.engines.texts import LEAVES, MATERIAL_KNOWLEDGE

ENGINE = DeterministicGrading(OfflineEngine())
PROSE = Path(__file__).parents[3] / "evaluation" / "texts"
quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

any_text = st.text(st.characters(exclude_categories=()), max_size=400)
WORDS = """The the a an of to in and was is are not because called 1804 1,400 12 Trevithick Europe engines engine
    water built found large, it they its who which that (1815) “iron” steam's Mr. U.S. don't ; . . . , — - : ? !
    # * <p> </p> &amp; [1] _x_ `y` |"""
english = st.sampled_from([*WORDS.split(), "\n\n", "\t"])
# Words of English in any order reach further into the grammar than random characters do.
salad = st.lists(english, max_size=120).map(" ".join)
# A real text with something strange spliced into it.
spliced = st.tuples(st.sampled_from((LEAVES, MATERIAL_KNOWLEDGE)), any_text, st.integers(0, 2_000)).map(
    lambda parts: parts[0][: parts[2]] + parts[1] + parts[0][parts[2] :][:1_500]
)
requests = st.builds(
    GenerationRequest,
    source_text=st.one_of(any_text, salad, spliced),
    question_count=st.integers(1, 20),
    question_types=st.lists(st.sampled_from(QuestionType), min_size=1, unique=True).map(tuple),
    difficulty=st.sampled_from((None, *Difficulty)),
    focus=st.text(max_size=40),
    topics=st.lists(st.text(max_size=20), max_size=3).map(tuple),
)


@quick
@given(requests)
def test_any_text_gives_sound_questions_or_a_refusal(request):
    try:
        result = ENGINE.generate(request)
    except EngineError as error:
        refusal: EngineError | None = error
    else:
        refusal = None
    if refusal:
        assert refusal.status == 422
        assert refusal.code in {
            "no_questions",
            "no_questions_on_topic",
            "unsupported_language",
            "model_required",
        }
        assert str(refusal)
        return
    assert 1 <= len(result.questions) <= request.question_count
    for question in result.questions:
        assert question.question_type in request.question_types
        assert question.text
        assert question.answer
        question.text.encode()
        if question.question_type is QuestionType.SHORT_ANSWER:
            assert not question.options
        else:
            assert question.options.count(question.answer) == 1
            assert len({option.casefold() for option in question.options}) == len(question.options) >= 2


@quick
@given(
    st.builds(
        EvaluationRequest,
        question_text=any_text,
        question_type=st.sampled_from(ALL_QUESTION_TYPES),
        options=st.lists(any_text, max_size=6).map(tuple),
        expected_answer=st.one_of(any_text, salad, st.decimals(allow_nan=False).map(str)),
        accepted_answers=st.lists(st.one_of(any_text, salad, st.decimals().map(str)), max_size=3).map(tuple),
        marks_available=st.integers(0, 10),
        user_answer=st.one_of(any_text, salad, st.floats().map(str)),
    )
)
def test_any_answer_gets_marks_in_range_and_feedback_or_a_refusal(request):
    try:
        result = ENGINE.evaluate(request)
    except ModelRequired:
        assert request.question_type is QuestionType.SHORT_ANSWER
        assert not request.accepted_answers
        return
    assert 0 <= result.marks_achieved <= request.marks_available
    assert result.feedback


@quick
@given(expected=st.one_of(salad, any_text).filter(str.strip), marks=st.integers(1, 5))
def test_the_expected_answer_earns_full_marks(expected, marks):
    request = EvaluationRequest(
        question_text="What does the text say?",
        question_type=QuestionType.SHORT_ANSWER,
        options=(),
        expected_answer=expected,
        accepted_answers=(expected,),
        marks_available=marks,
        user_answer=expected,
    )
    assert ENGINE.evaluate(request).marks_achieved == marks


def cost(text):
    """Return the processor seconds of one attempt, without other processes and without a coverage tracer."""
    tracer = sys.gettrace()
    sys.settrace(None)
    start = time.process_time()
    try:
        with suppress(EngineError):
            ENGINE.generate(GenerationRequest(source_text=text, question_count=20))
        return time.process_time() - start
    finally:
        sys.settrace(tracer)


@pytest.fixture(scope="module")
def prose():
    """20,000 characters of plain prose, of which no sentence occurs twice."""
    text = " ".join(path.read_text() for path in sorted(PROSE.glob("*.txt")))[:20_000]
    cost(text)  # loads what is loaded once
    return text


def costs_at_most(times, of, text, *, floor=0.0):
    """Compare both side by side, again if need be: a busy machine slows one attempt more than another."""
    return any(cost(text) <= times * max(cost(of), floor) for _ in range(6))


def numbered(sentence):
    return "".join(
        sentence.format(1500 + n % 500, n, chr(97 + n % 26) + chr(97 + n // 26 % 26)) for n in range(2_000)
    )


def filled(start, end):
    """Return words up to the 600 characters at which a sentence is too long."""
    words = (f"{start} " + "institutionalization internationalization " * 15)[: 600 - len(end)]
    return words.removesuffix(" ") + "s" * words.endswith(" ") + end


HOSTILE = {
    **{piece: piece * 20_000 for piece in (
        "<", "<a", "<script>", "<style", "[", "[a](", "“'a' ", '"', "*", "`", "|", "&amp;lt;", ".", ". ", "A.", "a-", "a'", "1,", "1 ",
        "the ", "is called ", "In 1835 ", "one hundred and ", "one ", "The Great Big ", "A of B of ", "(ABC) ", "Aa Bb Cc (ABC) ",
        "4 July 1776 ", "a b c d e f g. ", "\u200b", "😀", "A is a B of C that is D. ",
    )},
    "capitals": f"{filled('The tower was built by', ' .')}{'A' * 19_000}.",
    "tag": "<" + "a" * 19_999,
    "topic": f"The Hale Tower is a tower of iron in the town of Ashby. {'a' * 20_000}",
    "topics": "The Hale Tower is a tower of iron in the town of Ashby. " + numbered("The tower was seen in {0} by A{2} of the tower. "),
    "years": numbered("In {0} A{2} saw B{2} of C{2}. "),
    "counts": numbered("The cat A{2} of Hale was born in {0} and had {1} small kittens. "),
    "definitions": numbered("X{2} is a kind of animal number {1} that eats grass in the field. "),
    "pronouns": numbered("Rome{2} is a city of {1} people in Italy. It has {0} old bridges of stone. "),
    "abbreviations": numbered("The Great Big Thing{2} (GBT{2}) is in Rome. The Able Baker (AB) is in {0}. "),
}  # fmt: skip


@pytest.mark.parametrize(
    "strange",
    [
        "&#" + "1" * 5_000 + ";",
        f"{filled('The', ' developed')} by the group of men in the town of Ashby.",
    ],
)
def test_a_strange_sentence_is_left_out(strange):
    assert ENGINE.generate(
        GenerationRequest(source_text=f"{LEAVES}\n\n{strange}", question_count=20)
    ).questions


@pytest.mark.parametrize("last", ["The", "a", "their", "of the"])
def test_a_text_may_end_in_an_article(last):
    # A text cut at a character limit can.
    text = f"{LEAVES} The Able Baker was built in Rome in 1835 by {last}"
    assert ENGINE.generate(GenerationRequest(source_text=text, question_count=20)).questions


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("before", ["", LEAVES], ids=["alone", "after prose"])
def test_hostile_text_costs_three_times_as_much_as_plain_text_at_most(name, before, prose):
    assert costs_at_most(3, of=prose, text=(before + HOSTILE[name])[:20_000])


@pytest.mark.parametrize("name", HOSTILE)
def test_twice_as_much_hostile_text_costs_three_times_as_much_at_most(name, prose):
    # Below a tenth of the plain text's cost the clock measures itself.
    whole, half = HOSTILE[name][:20_000], HOSTILE[name][:10_000]
    assert costs_at_most(3, of=half, text=whole, floor=0.1 * cost(prose))


@pytest.mark.parametrize(
    "piece",
    ["<", "<a", "<script>", "<style", "[", "[a](", "(", "(a) ", "“", '"', "_", "*", "`", "#", "|", "&amp;lt;", "\n", ".", ". ",
     "A.", "Mr. ", "a-", "a'", "1,", "1.", "the ", "The cat and ", "because of ", "is called ", "\ud800", "\u200b", "ﷺ", "😀", ";", "—"],
)  # fmt: skip
def test_repetition_of_anything_is_refused(piece):
    text = (piece * 20_000)[:20_000]
    with pytest.raises(NoQuestions):
        ENGINE.generate(GenerationRequest(source_text=text))


def test_a_word_longer_than_any_page_is_left_out():
    text = f"The {'supercali' * 2_000} was a part of the house and of the old town. {LEAVES}"
    questions = ENGINE.generate(GenerationRequest(source_text=text, question_count=20)).questions
    assert not [question for question in questions if "supercali" in question.text + question.excerpt]
