"""Each question has one answer, and the text contains it."""

import re
from collections import Counter

import pytest

from ai.engines.base import BLANK, QuestionType
from ai.engines.exceptions import NoQuestions
from ai.engines.numbers_and_dates import number_word
from ai.engines.offline.facts import facts
from ai.engines.offline.sentences import read
from ai.tests.engines.asking import LEVELS, TEXTS, ask, context_of, in_quotes, of_type
from ai.tests.engines.texts import MATERIAL_KNOWLEDGE, MONEY
from evaluation.checks import negated, swapped

WORDS = {number_word(value) for value in range(20)}
NUMBER = re.compile(r"\d[\d,.]*s?(?: (?:BCE|CE))?")


def flat(text):
    return " ".join(text.replace("#", " ").split()).casefold()


@pytest.fixture(params=[(name, level) for name in TEXTS for level in LEVELS], ids=str, scope="module")
def made(request):
    name, level = request.param
    return TEXTS[name], ask(TEXTS[name], difficulty=level)


class TestEveryQuestion:
    def test_rests_on_a_sentence_of_the_text(self, made):
        text, questions = made
        assert all(question.excerpt and flat(question.excerpt) in flat(text) for question in questions)

    def test_has_an_answer_that_the_text_gives(self, made):
        text, questions = made
        for question in questions:
            if question.question_type is not QuestionType.TRUE_FALSE:
                assert flat(question.answer) in flat(text), question

    def test_does_not_give_its_answer_away(self, made):
        _, questions = made
        for question in questions:
            if question.question_type is not QuestionType.TRUE_FALSE:
                pattern = rf"\b{re.escape(question.answer.casefold())}\b"
                assert not re.search(pattern, question.text.casefold()), question

    def test_is_a_question_in_one_piece(self, made):
        _, questions = made
        for question in questions:
            assert question.text[0].isupper()
            assert question.text.endswith(("?", "”"))
            assert question.text.count(BLANK) <= 1
            assert "  " not in question.text
            assert question.text.count("“") == question.text.count("”")
            assert question.marks_available == 1

    def test_quotes_the_text_word_for_word(self, made):
        text, questions = made
        for question in questions:
            if question.answer != "False" and "stand for" not in question.text:
                quoted = in_quotes(question).replace(BLANK, question.answer).rstrip(".")
                # "However," may be gone from its front, and a definition stops before its second clause.
                assert flat(quoted)[1:] in flat(text), question

    def test_shows_sentences_of_the_text_before_its_statement(self, made):
        text, questions = made
        for question in questions:
            assert all(flat(part.strip()) in flat(text) for part in context_of(question).split("…"))

    def test_does_not_lean_on_a_sentence_that_is_not_shown(self, made):
        _, questions = made
        for question in (
            question for question in questions if not question.text.startswith(("After", "About"))
        ):
            shown = in_quotes(question)
            first = shown.split()[0].strip("“,").lower()
            assert first not in {
                "this",
                "these",
                "it",
                "it's",
                "they",
                "he",
                "she",
                "his",
                "their",
                "but",
                "and",
            }
            assert not re.search(r"\b(this|these|those|I|my)\b", shown), shown

    def test_is_asked_once(self, made):
        _, questions = made
        assert len({question.text for question in questions}) == len(questions)
        assert len({question.excerpt for question in questions}) == len(questions)
        answers = Counter(
            q.answer.casefold() for q in questions if q.question_type is not QuestionType.TRUE_FALSE
        )
        assert not [answer for answer, count in answers.items() if count > 1]

    def test_stores_what_is_accepted_for_a_short_answer_alone(self, made):
        _, questions = made
        for question in questions:
            if question.question_type is QuestionType.SHORT_ANSWER:
                assert question.accepted_answers[0] == question.answer
                assert not question.options
            else:
                assert not question.accepted_answers


class TestMultipleChoice:
    def test_has_distinct_options_of_which_one_is_the_answer(self, made):
        _, questions = made
        for question in of_type(questions, QuestionType.MULTIPLE_CHOICE):
            folded = [option.casefold() for option in question.options]
            assert len(folded) == len(set(folded)) == 4
            assert question.options.count(question.answer) == 1

    def test_takes_its_wrong_answers_from_the_text(self, made):
        text, questions = made
        for question in of_type(questions, QuestionType.MULTIPLE_CHOICE):
            # Wrong numbers may be computed.
            assert all(
                flat(option) in flat(text) or re.search(r"\d", option) or option in WORDS
                for option in question.options
            )

    def test_offers_no_option_that_its_own_sentence_names(self, made):
        _, questions = made
        for question in of_type(questions, QuestionType.MULTIPLE_CHOICE):
            for option in set(question.options) - {question.answer}:
                assert not re.search(rf"\b{re.escape(flat(option))}\b", flat(question.excerpt)), question

    def test_offers_options_of_one_class(self, made):
        _, questions = made
        for question in of_type(questions, QuestionType.MULTIPLE_CHOICE):
            assert len({bool(NUMBER.fullmatch(option)) for option in question.options}) == 1
            assert len({len(option) == 4 and option.isdigit() for option in question.options}) == 1

    def test_offers_no_option_that_is_also_true(self):
        text = (
            "The bridge of Hale was opened to traffic in 1901. The bridge of Hale was opened to ships in 1907. "
            "The mill of Ashby burned down in 1911. The school of Orton was built by the Carter family in 1920."
        )
        questions = ask(text, question_types=(QuestionType.MULTIPLE_CHOICE,))
        assert questions
        for question in questions:
            if question.answer in {"1901", "1907"}:
                assert not {"1901", "1907"} <= set(question.options)

    def test_keeps_years_in_order(self):
        text = (
            "The war of the two towns lasted from 1640 to 1660. The bridge of Hale was opened in 1625. "
            "The mill of Ashby burned down in 1652. The school of Orton was built in 1655 by a merchant."
        )
        for question in ask(text, question_types=(QuestionType.MULTIPLE_CHOICE,)):
            if question.answer == "1660":
                assert all(option > "1640" for option in question.options)

    def test_puts_the_answer_in_different_places(self):
        places = Counter(
            question.options.index(question.answer)
            for text in (MATERIAL_KNOWLEDGE, MONEY)
            for level in LEVELS
            for question in ask(text, question_types=(QuestionType.MULTIPLE_CHOICE,), difficulty=level)
        )
        assert len(places) >= 4
        assert max(places.values()) <= 0.6 * sum(places.values())


@pytest.mark.parametrize("unit", ["°C", "tons of coal", "%"])
def test_a_number_with_a_unit_is_no_year(unit):
    (sentence,) = read(f"The furnace of Ashby needs about 1450 {unit} in the winter of each year.").sentences
    assert not [fact for fact in facts(sentence) if fact.is_time]


class TestTrueFalse:
    def test_true_statements_are_in_the_text_and_false_ones_are_not(self, made):
        text, questions = made
        for question in of_type(questions, QuestionType.TRUE_FALSE):
            statement = flat(in_quotes(question)).rstrip(".")
            assert "ccording to the text, is this statement true or false?" in question.text
            assert question.options == ("True", "False")
            assert (statement in flat(text)) is (question.answer == "True"), question

    def test_false_statements_change_one_number_date_or_word_to_its_opposite(self, made):
        source, questions = made
        for question in of_type(questions, QuestionType.TRUE_FALSE):
            assert not swapped(question, source)
            assert not negated(question, source)

    @pytest.mark.parametrize("bound", ["at least", "more than", "up to", "fewer than", "over", "within"])
    def test_a_number_that_bounds_has_no_options(self, bound):
        text = f"The harbour of Hale can hold {bound} 40 ships in August of each year."
        with pytest.raises(NoQuestions):
            ask(text, question_types=(QuestionType.MULTIPLE_CHOICE,))

    @pytest.mark.parametrize("bound", ["at least", "more than", "up to", "fewer than", "over", "within"])
    def test_a_number_that_bounds_is_not_changed(self, bound):
        text = f"The harbour of Hale can hold {bound} 40 ships in August of each year."
        questions = ask(text, question_types=(QuestionType.TRUE_FALSE,))
        assert questions
        assert all(" 40 " in question.text for question in questions)

    @pytest.mark.parametrize("level", LEVELS, ids=str)
    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_true_ones_are_two_more_than_false_ones_at_most(self, text, level):
        questions = ask(text, difficulty=level, question_types=(QuestionType.TRUE_FALSE,))
        answers = Counter(question.answer for question in questions)
        assert 1 <= answers["True"] <= answers["False"] + 2


class TestTermsAsOptions:
    TEXT = (
        "A glacier is a body of ice that moves slowly under its own weight. A moraine is a heap of rubble that ice leaves "
        "behind. A cirque is a bowl of rock that ice has carved out of a mountain. An erratic is a boulder that ice has carried "
        "far away. Meltwater carries the rubble of the moraine "
        "to the plain. Under the glacier the rock of the mountain is ground to flour."
    )

    def test_a_definition_has_other_terms_of_the_text_as_options(self):
        questions = of_type(ask(self.TEXT), QuestionType.MULTIPLE_CHOICE)
        assert questions
        terms = {"Glacier", "Moraine", "Cirque", "Erratic"}
        assert all(set(question.options) == terms for question in questions if "describe as" in question.text)

    def test_a_number_without_others_in_the_text_gets_options_near_it(self):
        text = "The old bridge of Hale over the river Lenn is 158 metres long."
        (question,) = ask(text, question_types=(QuestionType.MULTIPLE_CHOICE,))
        assert question.answer == "158"
        assert len(set(question.options)) == 4

    def test_true_statements_alone_are_four_at_most(self):
        text = "\n\n".join(f"{name} of the town of Hale is a port with a market and a tower of stone." for name in
                           ("Harbourside", "Millbridge", "Westgate", "Oldfield", "Northbank", "Fairmead"))  # fmt: skip
        questions = ask(text)
        assert len(of_type(questions, QuestionType.TRUE_FALSE)) <= 4
