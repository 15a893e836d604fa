"""A statement names what it is about: in itself, or by a name in brackets."""

import pytest

from ai.engines.base import QuestionType
from ai.engines.exceptions import NoQuestions
from ai.engines.offline.sentences import read
from ai.tests.engines.asking import ask, in_quotes


def standing(text):
    return [sentence.text for sentence in read(text).sentences if sentence.stands_alone]


@pytest.mark.parametrize(
    "sentence",
    [
        "The Italian poet, who had lived in Florence for years, wrote a poem about a journey.",
        "The town council had preferred Georg Philipp Telemann, who declined.",
        "The Dane Rasmus Rask had noticed a pattern of vowels in 1818.",
        "In 1779, Samuel Crompton of Bolton combined the two inventions in the spinning mule.",
        "In response, the United States founded a service for soils in 1935.",
        "Dinosaur bones, which are at least 66 million years old, are far beyond its reach.",
        "Rasmus Rask of Denmark noticed the same pattern in 1818.",
        "A French engineer, Eugène Freyssinet, went one step further in Paris.",
        "The first was discovered in 1967 by Jocelyn Bell, a student at Cambridge.",
        "The revival began with a performance of a passion in Berlin in 1829.",
        "The left picture shows a scan of a symbol from an edition of 2000.",
        "The North Sea lies to the south, and the Atlantic Ocean is near Bergen.",
        "Karl Verner of Copenhagen had found a similar law in 1875.",
    ],
)
def test_what_leans_on_another_sentence(sentence):
    # The first sentence of a text cannot refer to an earlier one.
    assert sentence not in standing(f"Whales are mammals that live in the oceans of the Earth. {sentence}")


@pytest.mark.parametrize(
    "sentence",
    [
        "A bipolar transistor has three terminals: the emitter, the base and the collector.",
        "In 1769 Richard Arkwright patented the water frame, a machine that spun a strong thread.",
        "The Haber process is an industrial method for the production of ammonia.",
        "The transistor was invented in December 1947 by John Bardeen and Walter Brattain.",
        "A collision occurs when two different keys are assigned to the same bucket.",
        "A relational database stores data in tables of rows.",
        "The Tariff Act of 1930 raised duties on more than 20,000 goods.",
        "Every change is written to a log before it is applied to a table.",
        "Tenochtitlan fell on 13 August 1521, and Cuauhtémoc, the last emperor, was captured.",
        "The Aztecs, who came from the north, founded their city in about 1325 in Mexico.",
        "The Sherman Act, passed by the Congress of the United States in 1890, prohibited monopolies in commerce.",
        "By the fourteenth century a large cog could carry about 200 tonnes of cargo.",
    ],
)
def test_what_is_complete_in_itself(sentence):
    assert sentence in standing(sentence)


def test_the_topic_of_a_text_is_named_for_its_noun_and_its_pronoun():
    text = (
        "The Hale Tower is a tower of iron in the town of Ashby. It is repainted every seven years by a team of painters. "
        "In 1889 it was opened by the mayor of Ashby.\n\nThe first sketch of the tower was drawn in 1884 by Maurice Carter."
    )
    assert standing(text)[1:] == [
        "[The Hale Tower] is repainted every seven years by a team of painters.",
        "In 1889 [the Hale Tower] was opened by the mayor of Ashby.",
        "The first sketch of [the Hale Tower] was drawn in 1884 by Maurice Carter.",
    ]


def test_but_not_if_the_noun_may_mean_another():
    text = (
        "The Hale Tower is a tower of iron in the town of Ashby. A tower of stone stood in Orton.\n\n"
        "The first sketch of the tower was drawn in 1884 by Maurice Carter."
    )
    assert "[" not in "".join(standing(text))


def test_he_after_a_date_is_named_in_a_biography():
    text = (
        "Ada Lovelace was born in 1815 in London. In 1833 she joined the Society of Engineers in London.\n\n"
        "In 1843 she published notes on an engine of brass."
    )
    assert standing(text)[1:] == [
        "In 1833 [Ada Lovelace] joined the Society of Engineers in London.",
        "In 1843 [Ada Lovelace] published notes on an engine of brass.",
    ]


def test_it_after_a_sentence_about_something_else_is_not_the_topic():
    text = (
        "Norway is a country in the north of Europe. The North Sea is a part of the Atlantic Ocean. "
        "Its area is 324,220 square kilometres of land."
    )
    assert standing(text)[2] == "[The North Sea's] area is 324,220 square kilometres of land."


def test_also_is_left_out():
    assert standing("The Bank of Hale also lends money to the farmers of Ashby.") == [
        "The Bank of Hale lends money to the farmers of Ashby."
    ]


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


class TestTargets:
    @pytest.mark.parametrize(
        "text",
        [
            "Soil in Norway takes between 200 and 400 years to produce a layer of humus.",
            "The population of Manchester rose from about 75,000 in 1801 to more than 300,000 in Queen Victoria's time.",
            "A survey counted 46 colonies and many birds in a year.",
            "In the middle of the century most cloth of the farms in Britain was made at home.",
        ],
    )
    def test_what_the_statement_does_not_determine_is_not_asked_for(self, text):
        try:
            answers = [q.answer for q in ask(text, question_types=(QuestionType.SHORT_ANSWER,))]
        except NoQuestions:
            answers = []
        assert not {"400", "1801", "46", "Britain"} & set(answers)

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
