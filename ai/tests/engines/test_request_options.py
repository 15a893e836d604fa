"""The options of a request are respected or refused, and the result is reproducible."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ai.engines.base import ALL_QUESTION_TYPES, Difficulty, GenerationRequest, QuestionType
from ai.engines.exceptions import ModelRequired, NothingOnTopic
from ai.engines.offline import OfflineEngine
from ai.tests.engines.asking import LEVELS, TEXTS, ask, in_quotes
from ai.tests.engines.texts import LEAVES, MATERIAL_KNOWLEDGE, MONEY


def unordered(questions):
    return [replace(question, options=tuple(sorted(question.options))) for question in questions]


class TestWishes:
    def test_the_same_request_gives_the_same_questions(self):
        assert unordered(ask(MONEY)) == unordered(ask(MONEY))

    def test_the_place_of_the_answer_cannot_be_foreseen(self):
        kind = QuestionType.MULTIPLE_CHOICE
        orders = {ask(MONEY, question_types=(kind,), question_count=1)[0].options for _ in range(40)}
        assert len(orders) > 1

    @pytest.mark.parametrize("count", [1, 2, 5, 7])
    def test_as_many_as_were_asked_for(self, count):
        assert len(ask(MONEY, question_count=count)) == count

    def test_fewer_when_the_text_carries_no_more(self):
        text = (
            "The first railway between Stockton and Darlington was opened in 1825. It was slow. And so were others. "
            * 3
        )
        assert len(ask(text)) == 1

    @pytest.mark.parametrize("kind", ALL_QUESTION_TYPES)
    def test_only_the_types_asked_for(self, kind):
        questions = ask(MONEY, question_types=(kind,), question_count=3)
        assert [question.question_type for question in questions] == [kind] * 3

    def test_types_take_turns(self):
        types = Counter(question.question_type for question in ask(MONEY, question_count=6))
        assert types == dict.fromkeys(ALL_QUESTION_TYPES, 2)

    def test_only_what_touches_the_focus_is_asked(self):
        questions = ask(MATERIAL_KNOWLEDGE, focus="the telegraph and its cable")
        assert questions
        assert all(re.search("telegraph|cable", question.excerpt) for question in questions)

    def test_only_what_touches_a_topic_is_asked_and_named_for_it(self):
        questions = ask(MATERIAL_KNOWLEDGE, topics=("Metallurgy", "Railway"))
        assert questions
        assert all(re.search("metallurg|railway", question.excerpt.lower()) for question in questions)
        assert {question.topic for question in questions} <= {"Metallurgy", "Railway"}

    @pytest.mark.parametrize("wish", [{"focus": "penguins"}, {"topics": ("Quantum computing", "Opera")}])
    def test_a_text_without_the_focus_is_refused_with_that_reason(self, wish):
        with pytest.raises(NothingOnTopic, match="focus or the topics") as refusal:
            ask(MATERIAL_KNOWLEDGE, **wish)
        assert (refusal.value.status, refusal.value.code) == (422, "no_questions_on_topic")

    @pytest.mark.parametrize("focus", ["why steam came late", "Explain the railways", "how iron was made"])
    def test_a_focus_on_reasons_needs_a_model(self, focus):
        with pytest.raises(ModelRequired) as refusal:
            ask(MATERIAL_KNOWLEDGE, focus=focus)
        assert (refusal.value.status, refusal.value.code) == (422, "model_required")
        assert refusal.value.setting == "AI_MODEL"

    def test_hard_questions_rest_on_longer_statements_than_easy_ones(self):
        easy, hard = (
            ask(f"{LEAVES}\n\n{MONEY}", difficulty=level, question_count=5)
            for level in (Difficulty.EASY, Difficulty.HARD)
        )
        assert sum(len(q.excerpt) for q in easy) < sum(len(q.excerpt) for q in hard)

    def test_a_hard_false_number_is_nearer_than_an_easy_one(self):
        text = "The old bridge of Hale over the river Lenn is 400 metres long."
        numbers = {
            level: int(re.search(r"\d+", in_quotes(false))[0])
            for level in (Difficulty.EASY, Difficulty.HARD)
            for false in ask(text, difficulty=level, question_types=(QuestionType.TRUE_FALSE,))
            if false.answer == "False"
        }
        assert abs(numbers[Difficulty.HARD] - 400) < abs(numbers[Difficulty.EASY] - 400)


def test_sixteen_threads_get_what_one_gets():
    engine = OfflineEngine()
    requests = [
        GenerationRequest(source_text=text, difficulty=level) for text in TEXTS.values() for level in LEVELS
    ]
    alone = [unordered(engine.generate(request).questions) for request in requests]
    with ThreadPoolExecutor(16) as pool:
        together = [unordered(result.questions) for result in pool.map(engine.generate, requests * 4)]
    assert together == alone * 4


def test_the_walk_through_has_its_five_questions():
    assert len(ask(MATERIAL_KNOWLEDGE, question_count=5)) == 5
