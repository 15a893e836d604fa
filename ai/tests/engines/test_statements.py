"""A false statement differs from the text in one thing, and reads like the text."""

import random

import pytest

from ai.engines import exceptions
from ai.engines.offline.choices import Distractors
from ai.engines.offline.phrases import Phrases
from ai.engines.offline.sentences import statements
from ai.engines.offline.statements import false_versions
from ai.tests.engines.texts import MATERIAL_KNOWLEDGE


def false(text, *, negate_first=True):
    """All false versions of the first statement of a text."""
    sentences = statements(text)
    phrases = Phrases(sentences)
    distractors = Distractors(phrases, text)
    versions = false_versions(
        sentences[0], phrases, distractors, rng=random.Random(1), negate_first=negate_first
    )
    return list(versions)


@pytest.mark.parametrize(
    ("true", "untrue"),
    [
        ("The cable was laid in the deep sea.", "The cable was not laid in the deep sea."),
        ("The engine has replaced the horse in war.", "The engine has not replaced the horse in war."),
        ("The old engine cannot cross the wide ocean.", "The old engine can cross the wide ocean."),
        ("Species are not immutable in the long run.", "Species are immutable in the long run."),
        ("The engine can move the train at speed.", "The engine cannot move the train at speed."),
        ("The engine could move the train at speed.", "The engine could not move the train at speed."),
    ],
)
def test_negation(true, untrue):
    assert false(true)[0] == untrue


@pytest.mark.parametrize(
    "text",
    [
        "The engine has a boiler of steel and iron.",
        "The engines do what the horses of the town did.",
        "The towns were never joined by the railway.",
        "The steam hammer struck the iron of the town.",
    ],
)
def test_no_negation_where_it_would_not_be_english_or_would_be_doubled(text):
    assert not [version for version in false(text) if " not " in version]


def test_a_year_is_exchanged_before_anything_is_negated():
    text = "The cable was laid in 1851. The telegraph came into existence in 1835."
    assert false(text, negate_first=False)[:2] == [
        "The cable was laid in 1835.",
        "The cable was not laid in 1851.",
    ]


def test_a_quantity_is_exchanged_for_one_of_its_unit():
    text = (
        "The deepest dredgings go down to five miles. The balloon rose to seven miles. "
        "The war went on for six years."
    )
    assert "The deepest dredgings go down to seven miles." in false(text)
    assert "The deepest dredgings go down to six years." not in false(text)


def test_an_exchanged_name_keeps_the_capital_that_opens_the_sentence():
    text = (
        "The steam engine moved the first train of the country. A large house was the home of the engineer."
    )
    assert all(version[0].isupper() and version.endswith(".") for version in false(text))


def test_distractors_are_few_enough_to_compare_in_time():
    text = " ".join(
        f"The engine of Zan{'abcdefghij'[i % 10] * (i // 10 + 1)} was built in {1500 + i}."
        for i in range(200)
    )
    sentences = statements(text)
    distractors = Distractors(Phrases(sentences), text)
    assert max(len(pool) for pool in distractors.pools.values()) <= 60


class TestStandsAlone:
    @pytest.mark.parametrize(
        "leaning",
        [
            "It was laid in the deep sea between the two countries.",
            "These engines were the pride of the whole country.",
            "The engine was also the pride of the whole country.",
            "The latter was the pride of the whole country in war.",
            "For six years they fought a war in the country.",
            "The engine rose against him in the old town.",
            "The engine, as they imagine, is a large version of the mill.",
            "I saw the engine of the town in the old house.",
            "Was the engine the pride of the whole country in war?",
            "As many more engines of the town are built than sold.",
            "The value of x = y is a part of the house.",
            "The “engine was a part of the old house.",
            "Think of the engine and the iron of the old town.",
        ],
    )
    def test_not_what_leans_on_another_sentence(self, leaning):
        assert not [sentence.text for sentence in statements(leaning) if sentence.stands_alone]

    @pytest.mark.parametrize(
        ("written", "asked"),
        [
            ("However, the engine was the pride of the country.", "The engine was the pride of the country."),
            ("But the engine was the pride of the country.", "The engine was the pride of the country."),
            ("After all, the engine was the pride of the country.", "The engine was the pride of the country."),
            ("I am convinced that the engine was the pride of the country.", "The engine was the pride of the country."),
            ("The engine (a large one) was the pride of the country.", "The engine was the pride of the country."),
            ("The engine was the pride of the country; it was slow.", "The engine was the pride of the country."),
            ("The treaty of the two countries (1648) was a success.", "The treaty of the two countries (1648) was a success."),
            ("It is possible that the engine was the pride of the country.", "It is possible that the engine was the pride of the country."),
        ],
    )  # fmt: skip
    def test_what_leads_in_is_left_out(self, written, asked):
        found = [sentence for sentence in statements(written) if sentence.stands_alone]
        assert [(sentence.text, sentence.excerpt) for sentence in found] == [(asked, written)]

    def test_enough_of_a_real_chapter_does(self):
        assert len([sentence for sentence in statements(MATERIAL_KNOWLEDGE) if sentence.stands_alone]) > 25


class TestFailures:
    KINDS = (
        exceptions.NoQuestions,
        exceptions.UnsupportedLanguage,
        exceptions.ContentRefused,
        exceptions.EngineBadOutput,
        exceptions.EngineUnavailable,
        exceptions.EngineTimeout,
    )

    def test_each_has_a_code_a_status_and_words_of_its_own(self):
        assert len({kind.code for kind in self.KINDS}) == len({str(kind()) for kind in self.KINDS}) == 6
        assert [kind.status for kind in self.KINDS] == [422, 422, 422, 502, 503, 504]

    def test_waiting_is_said_where_it_helps(self):
        assert exceptions.EngineUnavailable(retry_after=7).retry_after == 7
        assert exceptions.EngineUnavailable().retry_after == 30
        assert exceptions.NoQuestions("Too short.").retry_after is None
        assert str(exceptions.NoQuestions("Too short.")) == "Too short."
