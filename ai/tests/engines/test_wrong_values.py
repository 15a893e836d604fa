"""Wrong numbers, dates and terms are near the right ones, and questions ask for what their statement determines."""

import pytest

from ai.engines.base import QuestionType
from ai.engines.exceptions import NoQuestions
from ai.tests.engines.asking import ask, in_quotes


class TestOptions:
    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("The bridge of Hale over the river Lenn was opened in 1901 by a queen of Norway.", 1901),
            ("The bridge of Hale over the river Lenn was opened on 3 May 1901 by a queen.", 1901),
        ],
    )
    def test_wrong_years_are_near_the_right_one_and_not_in_the_text(self, text, right):
        text += " The mill of Ashby burned down in 1908. The school of Orton was founded in 1882."
        (question,) = ask(
            text, question_types=(QuestionType.MULTIPLE_CHOICE,), question_count=1, focus="bridge"
        )
        years = [int(option.split()[-1]) for option in question.options if option != question.answer]
        assert len(years) == 3
        assert all(3 <= abs(year - right) <= 25 and year not in {1908, 1882} for year in years)

    def test_a_decade_is_asked_for_as_one(self):
        text = "During the Dust Bowl of the 1930s, drought allowed wind to strip soil from farms in Kansas."
        (question,) = ask(text, question_types=(QuestionType.SHORT_ANSWER,))
        assert (question.text[:12], question.answer) == ("Which decade", "1930s")

    def test_a_wrong_year_keeps_its_place_after_a_month_of_the_sentence(self):
        text = "Parícutin, a cinder cone in Mexico, appeared in a cornfield in February 1943 and fell silent in 1952."
        for kind in (QuestionType.TRUE_FALSE, QuestionType.MULTIPLE_CHOICE):
            for question in ask(text, question_types=(kind,)):
                years = {int(year) for option in (*question.options, in_quotes(question)) for year in
                         option.replace(".", " ").split() if year.isdigit()}  # fmt: skip
                assert min(years) >= 1943

    def test_a_process_is_no_option_for_a_thing(self):
        text = (
            "Digestion is the breakdown of food into molecules. Amylase is an enzyme that begins to break starch down. "
            "An epiglottis is a flap of cartilage that covers a windpipe. Peristalsis is a wave of contractions in a gut. "
            "Chyme is a thick liquid made of food and acid. A villus is a small fold of tissue that takes up sugar."
        )
        questions = ask(text, question_types=(QuestionType.MULTIPLE_CHOICE,), question_count=10)
        assert questions
        assert all(
            {*question.options} == {"Amylase", "Epiglottis", "Chyme", "Villus"} for question in questions
        )


class TestIsoDates:
    def test_their_year_is_compared_with_the_years_told_before(self):
        text = (
            "The harbour of Hale was opened in 2001 by the mayor of Ashby. Version 3 of the Hale Protocol was published "
            "on 2022-06-25 by the Institute of Ashby."
        )
        assert ask(text, question_count=10)


class TestTargets:
    @pytest.mark.parametrize(
        "text",
        [
            "Soil in Norway takes between 200 and 400 years to produce a layer of humus.",
            "The population of Manchester rose from about 75,000 in 1801 to more than 300,000 in Queen Victoria's time.",
            "In the middle of the century most cloth of the farms in Britain was made at home.",
        ],
    )
    def test_what_the_statement_does_not_determine_is_not_asked_for(self, text):
        try:
            answers = [q.answer for q in ask(text, question_types=(QuestionType.SHORT_ANSWER,))]
        except NoQuestions:
            answers = []
        assert not {"400", "1801", "Britain"} & set(answers)

    @pytest.mark.parametrize(
        "text",
        [
            "Johann Sebastian Bach is regarded as one of the greatest composers of Europe.",
            "Like all birds of the family, an ostrich of Africa cannot fly over a fence.",
            "The chancel of Hale contains a reredos.",
        ],
    )
    def test_a_statement_without_a_fact_is_not_asked_as_a_true_one(self, text):
        with pytest.raises(NoQuestions):
            ask(text, question_types=(QuestionType.TRUE_FALSE,))

    def test_a_false_statement_changes_no_aside(self):
        text = "Acid rain, a term coined by Robert Smith in 1872, is caused by oxides of sulfur and nitrogen."
        questions = ask(text, question_types=(QuestionType.TRUE_FALSE,))
        assert [question.answer for question in questions] == ["True"]

    def test_no_question_shows_the_name_that_another_asks_for(self):
        text = (
            "Lithography was invented in Munich by Alois Senefelder, an actor. Printing from stones was taught to "
            "Engelmann of Mulhouse by Alois Senefelder in 1816. The lessons of Alois Senefelder cost a hundred florins in 1817."
        )
        questions = ask(text)
        for one in questions:
            if one.question_type is not QuestionType.TRUE_FALSE:
                assert not [
                    other for other in questions if other is not one and one.answer in in_quotes(other)
                ]
