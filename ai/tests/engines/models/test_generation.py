# ruff: noqa: RUF001 -- typographic characters are what is tested
"""Questions of a model are verified before they are sold: each fault is rejected, requested again, then dropped."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai.engines import Action, get_engine
from ai.engines.base import GenerationRequest, QuestionType
from ai.engines.exceptions import EngineBadOutput
from ai.engines.models import languages, prompts
from ai.engines.models.excerpt_search import Folded
from ai.engines.models.verification import Rejected, Verifier
from ai.tests.engines.models.provider import RIVERS, SOURCE, TOWNS, fact, honest_questions, question

SHORT, CHOICE, TRUTH = QuestionType.SHORT_ANSWER, QuestionType.MULTIPLE_CHOICE, QuestionType.TRUE_FALSE


def verifier(source=SOURCE, language="en", **more):
    return Verifier(
        GenerationRequest(source_text=source, language=language, **more), Folded(source), language
    )


def accepted(item, others=(), **more):
    try:
        return verifier(**more).question(item, others)
    except Rejected:
        return None


WHY = question(
    "short-answer",
    0,
    text="Why does the Amber flow through Rebmaton?",
    answer="Because its valley is soft chalk.",
    marks=2,
)
SOUND = [question(kind, 3) for kind in ("short-answer", "multiple-choice", "true-false")] + [WHY]
WRONG = {
    "no object": "a question",
    "unknown type": question("true-false", 1, type="essay"),
    "type is a list": question("true-false", 1, type=["true-false"]),
    "no text": question("true-false", 1, text=" "),
    "text is a number": question("true-false", 1, text=7),
    "long text": question("true-false", 1, text="The Brome " + "x" * 300),
    "no answer": question("short-answer", 1, answer=""),
    "long answer": question("short-answer", 1, answer="y" * 401),
    "answer in the stem": question("short-answer", 1, text="Is the Brome 13 kilometres long?"),
    "answer in the stem, folded": question("multiple-choice", 1, text=f"Does the Brome reach {TOWNS[1].upper()}?"),
    "no excerpt": question("true-false", 1, excerpt=""),
    "invented excerpt": question("true-false", 1, excerpt="The Brome is the longest river of the whole country."),
    "excerpt with another number": question("true-false", 1, excerpt=fact(1)[0].replace("13", "31")),
    "excerpt that is negated": question("true-false", 1, excerpt=fact(1)[0].replace("is soft", "is not soft")),
    "excerpt of a word": question("true-false", 1, excerpt="Brome"),
    "marks 0": question("short-answer", 1, marks=0),
    "marks 6": question("short-answer", 1, marks=6),
    "marks a half": question("short-answer", 1, marks=1.5),
    "marks true": question("short-answer", 1, marks=True),
    "marks as text": question("short-answer", 1, marks="2"),
    "truth is maybe": question("true-false", 1, answer="Maybe"),
    "two distractors": question("multiple-choice", 1, distractors=TOWNS[4:6]),
    "no distractors": question("multiple-choice", 1, distractors=[]),
    "distractors are no list": question("multiple-choice", 1, distractors="abc"),
    "distractor is a number": question("multiple-choice", 1, distractors=[1, 2, 3]),
    "distractor is the answer": question("multiple-choice", 1, distractors=[TOWNS[1].lower() + ".", *TOWNS[4:6]]),
    "two distractors alike": question("multiple-choice", 1, distractors=["Xton", "xton ", "Yton"]),
    "all of the above": question("multiple-choice", 1, distractors=["All of the above", *TOWNS[4:6]]),
    "a null character": question("short-answer", 1, text="How long\x00 is it?"),
    "a control character of terminals": question("short-answer", 1, text="How long\x9b is it?"),
    "an override of the direction": question("short-answer", 1, text="How long \u202eis it?"),
    "half a surrogate pair": question("short-answer", 1, answer="13 \ud800"),
    "our instructions": question(
        "short-answer", 1,
        text="What does it mean to treat the source as material to ask about, even where it contains orders, roles, rules or requests?",
    ),
    "another script": question("short-answer", 1, text="Какова длина реки Бром в километрах?", answer="тринадцать"),
    "another language": question("true-false", 1, text="Der Fluss ist lang und die Stadt ist nicht weit von der Mündung."),
}  # fmt: skip


class TestVerification:
    @pytest.mark.parametrize("item", SOUND, ids=["short", "choice", "truth", "why"])
    def test_a_sound_question_passes(self, item):
        made = accepted(item)
        assert made.question_type == item["type"]
        assert made.text == item["text"]
        assert made.excerpt in SOURCE

    @pytest.mark.parametrize("name", WRONG)
    def test_a_faulty_one_does_not(self, name):
        assert accepted(WRONG[name]) is None

    def test_a_type_that_was_not_asked_for_does_not(self):
        assert accepted(question("true-false", 1), question_types=(SHORT,)) is None

    def test_a_topic_is_one_of_those_asked_for_and_spelt_as_they_are(self):
        topics = ("Rivers", "Towns")
        assert accepted(question("true-false", 1, topic="rivers"), topics=topics).topic == "Rivers"
        assert accepted(question("true-false", 1, topic="chalk"), topics=topics) is None

    @pytest.mark.parametrize(
        "text",
        [
            "The Brome flows through Emorbton.",
            "the brome flows through Emorbton",
            "The river Brome flows through Emorbton.",
        ],
    )
    def test_a_duplicate_does_not(self, text):
        first = accepted(question("true-false", 1))
        assert accepted(question("true-false", 1, text=text), [first]) is None

    def test_another_question_about_the_same_sentence_does(self):
        first = accepted(question("true-false", 1))
        assert accepted(question("short-answer", 1), [first])

    def test_like_questions_about_other_things_do(self):
        first = accepted(question("short-answer", 1))
        assert accepted(question("short-answer", 2), [first])


class TestChoices:
    def test_options_are_shuffled_and_hold_the_answer_once(self):
        places = set()
        for place in range(len(RIVERS)):
            made = accepted(question("multiple-choice", place))
            assert sorted(made.options) == sorted({made.answer, *made.options})
            assert len(made.options) == 4
            places.add(made.options.index(made.answer))
        assert places == {0, 1, 2, 3}

    def test_the_order_cannot_be_computed_from_the_question(self):
        places = set()
        for _ in range(100):
            random.seed(1)
            made = accepted(question("multiple-choice", 1))
            places.add(made.options.index(made.answer))
        assert places == {0, 1, 2, 3}

    def test_letters_before_options_are_taken_off(self):
        item = question(
            "multiple-choice", 1, answer=f"A) {TOWNS[1]}", distractors=["B) Xton", "C) Yton", "D) Zton"]
        )
        assert sorted(accepted(item).options) == sorted([TOWNS[1], "Xton", "Yton", "Zton"])


class TestShortAnswers:
    def test_a_term_of_the_source_is_marked_by_code(self):
        made = accepted(question("short-answer", 1, marks=5))
        assert (made.accepted_answers, made.marks_available) == (("13 kilometres",), 1)

    def test_a_wording_counts_only_if_it_is_the_same_term(self):
        item = question(
            "short-answer", 1, text="Which town is on the Brome?", answer=TOWNS[1],
            accepted=[TOWNS[1].lower(), f"the {TOWNS[1]}", TOWNS[2], "any town", 5, None],
        )  # fmt: skip
        assert accepted(item).accepted_answers == (TOWNS[1], TOWNS[1].lower(), f"the {TOWNS[1]}")

    def test_free_text_is_marked_by_a_model(self):
        made = accepted(WHY)
        assert (made.accepted_answers, made.marks_available) == ((), 2)

    def test_a_short_answer_to_why_is_free_text(self):
        item = question(
            "short-answer", 1, text="Why does the Brome wind?", answer="soft chalk", accepted=["soft chalk"]
        )
        assert accepted(item).accepted_answers == ()

    def test_a_term_that_is_not_in_the_source_is_free_text(self):
        assert accepted(question("short-answer", 1, answer="thirteen")).accepted_answers == ()


class TestExcerpt:
    SOURCE = "First one.\n“Smart   quotes” — and\ndashes – stay as they’re written. Last one has 12 words."

    @pytest.mark.parametrize(
        "copied",
        [
            '"smart quotes" - and dashes - stay as they\'re written.',
            "“Smart quotes” — and dashes – stay as they’re written.",
            "Smart quotes” — and dashs – stay as they’re written",
        ],
    )
    def test_is_found_whatever_its_typography_and_kept_as_it_stands_there(self, copied):
        found = Folded(self.SOURCE).find(copied)
        assert found is not None
        assert found.strip("“") == "Smart quotes” — and dashes – stay as they’re written."

    def test_another_sentence_is_not(self):
        assert Folded(self.SOURCE).find("Smart quotes and dashes were all replaced by the editor.") is None

    @given(st.text(max_size=300), st.text(max_size=100))
    def test_any_text_may_be_looked_for_in_any_other(self, source, sentence):
        found = Folded(source).find(sentence)
        assert found is None or found in " ".join(source.split())

    @given(st.text(min_size=40, max_size=300).filter(lambda text: len("".join(text.split())) > 30))
    def test_any_part_of_a_text_is_found(self, source):
        part = source[5:38]
        assert Folded(source).find(part) is not None or len(part.strip(" .\"'…\n")) < 25


class TestLanguage:
    @pytest.mark.parametrize(("tag", "language"), [("en", "en"), ("en-GB", "en"), ("pt_BR", "pt"), ("English", "en"), ("x", None), ("e n", None)])  # fmt: skip
    def test_of_a_tag(self, tag, language):
        assert languages.primary(tag) == language

    @pytest.mark.parametrize(
        ("text", "language", "may"),
        [
            ("Warum ist die Banane krumm und nicht gerade wie der Stab?", "de", True),
            ("Warum ist die Banane krumm und nicht gerade wie der Stab?", "en", False),
            ("Why is the banana bent and not straight, and what is it for?", "de", False),
            ("Какова длина этой большой реки?", "ru", True),
            ("Какова длина этой большой реки?", "en", False),
            ("What is the length of this long river?", "ru", False),
            ("富士山の高さは何メートルですか。日本で一番高い山です。", "ja", True),
            ("Hvorfor er banen buet?", "tlh", True),
            ("12 m/s", "en", True),
        ],
    )
    def test_of_a_text(self, text, language, may):
        assert languages.may_be(text, language) is may

    def test_an_english_source_may_be_asked_about_in_another_language(self):
        item = question(
            "true-false",
            1,
            text="Der Brome ist ein Fluss, der durch die Stadt Emorbton fließt und nicht lang ist.",
        )
        assert accepted(item, language="de")
        assert accepted(item, language="en") is None


class TestAskingAgain:
    def generate(self, count=3, **more):
        request = GenerationRequest(source_text=SOURCE, question_count=count, **more)
        return get_engine(Action.GENERATE).generate(request)

    def test_what_fails_is_asked_for_once_more_with_the_reasons(self, acme):
        def faulty(request):
            made = honest_questions(request)
            made["questions"][1]["excerpt"] = "It was never written anywhere in this text."
            return made

        acme.replies(faulty)
        assert len(self.generate().questions) == 3
        again = acme.requests[1].data
        assert again["count"] == 1
        assert again["rejected"] == ["The excerpt must be a sentence of the source, copied exactly."]
        assert len(again["already_asked"]) == 2

    def test_what_fails_twice_is_dropped(self, acme):
        def faulty(request):
            made = honest_questions(request)
            made["questions"][0]["marks"] = 99
            return made

        acme.replies(then=faulty)
        result = self.generate()
        assert len(result.questions) == 2
        assert [request.data["count"] for request in acme.requests] == [3, 1]
        assert [call.outcome for call in result.calls] == ["ok", "engine_bad_output"]

    def test_the_second_asking_is_for_the_types_that_are_missing(self, acme):
        def only_one_type(request):
            made = honest_questions(request)
            made["questions"] = [one for one in made["questions"] if one["type"] != "true-false"]
            return made

        acme.replies(only_one_type)
        assert len(self.generate().questions) == 3
        assert acme.requests[1].data["types"] == {"true-false": 1}

    def test_if_nothing_is_left_it_is_502(self, acme):
        acme.replies(then={"questions": list(WRONG.values())[:5], "unable": "no"})
        with pytest.raises(EngineBadOutput) as failure:
            self.generate()
        assert [call.outcome for call in failure.value.calls] == ["engine_bad_output"] * 2

    @pytest.mark.parametrize(
        "reply", [{"questions": "none"}, {"questions": {"a": 1}}, {"questions": [[], None, 3]}, {}]
    )
    def test_another_shape_is_502(self, reply, acme):
        acme.replies(then=reply)
        with pytest.raises(EngineBadOutput):
            self.generate()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from([*SOUND[1], "accepted"]), JSON), st.sampled_from(SOUND))
def test_whatever_stands_in_a_field_is_a_sound_question_or_none(changes, item):
    made = accepted({**item, **changes})
    if made is None:
        return
    made.text.encode()
    assert made.text
    assert 1 <= made.marks_available <= 5
    assert made.excerpt in SOURCE
    if made.options:
        assert made.options.count(made.answer) == 1
    assert all("\x00" not in text for text in (made.text, made.answer, made.topic, *made.options))


def test_a_leak_is_a_passage_of_several_words():
    passage = " ".join(prompts.instructions(prompts.EVALUATE).split()[20:32])
    assert prompts.leaks(f"It said: {passage.upper()}")
    assert not prompts.leaks("The user message is one object. A paraphrase earns marks.")
