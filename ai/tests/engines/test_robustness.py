"""Whatever is pasted: questions that are well formed, or a refusal that can be shown. Nothing else."""

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
from ai.engines.exceptions import EngineError, NoQuestions
from ai.engines.grading import CodeGraded
from ai.engines.offline import OfflineEngine
from ai.tests.engines.texts import LEAVES, MATERIAL_KNOWLEDGE

ENGINE = CodeGraded(OfflineEngine())
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
        assert (refusal.status, refusal.code) in {(422, "no_questions"), (422, "unsupported_language")}
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
        marks_available=st.integers(0, 10),
        user_answer=st.one_of(any_text, salad, st.floats().map(str)),
    )
)
def test_any_answer_gets_marks_in_range_and_feedback(request):
    result = ENGINE.evaluate(request)
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
        marks_available=marks,
        user_answer=expected,
    )
    assert ENGINE.evaluate(request).marks_achieved == marks


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
