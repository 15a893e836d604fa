"""A statement is quoted after the sentences before it."""

import pytest

from ai.engines.base import BLANK, QuestionType
from ai.engines.offline.sentences import read
from ai.tests.engines.asking import ask, context_of, in_quotes

FIRST = "Herds of whales live in all oceans of the Earth."


def contexts(text):
    return {sentence.text: sentence.context for sentence in read(text).sentences}


@pytest.mark.parametrize(
    "sentence",
    [
        "Osmosis is the movement of water through a membrane from a dilute solution to a concentrated one.",
        "Mitochondria are organelles that release energy from glucose and that have a membrane of their own.",
        "The screw steamship of the nineteenth century followed the paddle boats of the Hudson River.",
        "When water freezes, it expands by nine percent of its volume.",
        "Volta and Galvani knew each other, and they wrote letters about electricity.",
        "Birds such as gulls and terns live near the sea and eat fish.",
        "The first railway of England was opened in 1825 between Stockton and Darlington.",
        "The cell membrane is a double layer of lipids around the cytoplasm of a cell.",
        "In 2008, terrorists originating from Pakistan conducted a series of attacks in Mumbai.",
        "The Mughals, who reached the south of India, united much of India.",
        "Japan attacked US forces at Pearl Harbor in 1941.",
        "The ease with which an asset is sold is the liquidity of the asset.",
        "Carthage was destroyed in 146 BC.",
        "In 1895 Richard Hoe patented a rotary press in New York.",
        "After World War I the empire of Austria was divided.",
        "Photosynthesis is the process by which plants make sugar.",
        "A contract binds two or more parties that agree about the terms of a sale.",
        "In 1769 Richard Arkwright patented the water frame, a machine that spun a strong thread.",
        "The Haber process is an industrial method for the production of ammonia.",
        "A relational database stores data in tables of rows.",
        "The Tariff Act of 1930 raised duties on more than 20,000 goods.",
        "Every change is written to a log before it is applied to a table.",
        "Tenochtitlan fell on 13 August 1521, and Cuauhtémoc, the last emperor, was captured.",
        "By the fourteenth century a large cog could carry about 200 tonnes of cargo.",
    ],
)
def test_what_refers_to_no_other_sentence(sentence):
    (found,) = read(sentence).sentences
    assert (found.context, found.stands_alone) == ("", True)


@pytest.mark.parametrize(
    "sentence",
    [
        "Most hydrogen is used in the production of ammonia for fertilizers.",
        "In Rome there were eleven aqueducts in the third century.",
        "A collision occurs when two different keys are assigned to the same bucket.",
        "It was discovered in 1772 by a chemist of the University of Edinburgh.",
        "This law of the country was changed in 1950 by the parliament of Norway.",
        "After a long decline, it eventually fell to the armies of Bonaparte in 1797.",
        "The Greeks and Romans knew them for the manufacture of purple dye.",
        "Asaph Hall discovered both in August 1877 in Washington.",
        "The Bank of Japan used it for the first time in 2001.",
        "The act shut down the government of Massachusetts there, but meetings began.",
        "They\u2019re used for the description of a class of characters in a pattern.",
        "Because of that, the inheritance of classes was unused in programs of the time.",
        "Commercial production depends on a reaction between sand and carbon in a furnace.",
        "The symbols of the program are heavier and the weight of lines is even.",
        "The significance of that possibility for Europe remains a matter of debate.",
        "The brokers of Wall Street were then valued at about 50 million dollars.",
        "The second stage takes place in the stroma of a chloroplast.",
        "The three men shared the prize of the academy in 1956.",
        "The oldest one in existence is a bank of Stockholm.",
        "Woodblocks, however, remained in use for centuries in Japan.",
        "A port of Egypt then fell to the army of Bonaparte.",
        "Manslaughter is a killing of a human being without that intention.",
        "Maize and other plants avoid it by a change of their cells.",
        "In a third set of experiments, a mixture of two strains was injected into mice by Griffith.",
        "About 65 per cent of its mass is mineral, mainly a calcium phosphate called hydroxyapatite.",
        "In December the Congress of Angostura proclaimed the republic of Gran Colombia.",
        "Five subsequent Apollo missions landed astronauts on the Moon of the Earth in 1972.",
        "Lesser Antarctica, in fact, is part of the Ring of Fire around the Pacific Ocean.",
        "Until that section was finished, trains were carried across Lake Baikal by an icebreaker.",
        "Boron has only three, and doping with boron gives a semiconductor of type P.",
        "In response, the United States founded a service for soils in 1935.",
        "Rasmus Rask of Denmark noticed the same pattern in 1818.",
        "A French engineer, Eugène Freyssinet, went one step further in Paris.",
        "The North Sea lies to the south, and the Atlantic Ocean is near Bergen.",
        "Karl Verner of Copenhagen had found a similar law in 1875.",
    ],
)
def test_what_refers_to_another_sentence(sentence):
    assert contexts(sentence) == {sentence: None}
    assert contexts(f"{FIRST} {sentence}")[sentence] == f"After “{FIRST.removesuffix('.')}”, "


@pytest.mark.parametrize(
    "sentence",
    [
        "The table below lists the planets of the Solar System by their mass.",
        "The resulting colony of the Dutch served as a trading post for furs.",
        "The Revolution led to the establishment of a corporatist state in 1929.",
        "Since ancient times it has been unusually urban for a country of Africa.",
        "You can see the rings of Saturn with a small telescope from a garden.",
        "We know that the nucleus directs the synthesis of ribosomes in a cell.",
        "Used with titanium and tungsten in alloys for jets and rockets of the air force.",
        "Occurs in compounds with arsenic, oxygen and sulfur in the mines of Saxony.",
        "A wide range of tools, many of which have been developed by the members of a club.",
        "In order to activate the support for Unicode in programs of the system.",
        "Whenever a program of the system writes to a file, a disk, or another device.",
        "The system developed in 1972 by a group of engineers of the University of Manchester.",
        "Type a word of the name of a file in the field of the window.",
        "If users see the icon of a printer, click it with the mouse.",
        "With good reason — the combination of sockets with names is easy to use.",
        "If f is less than g, then the algorithm of Marzullo fails at once.",
        "Avogadro's number is about 6.022e23 = 6.022 * 10^23 for each mole of matter.",
        "He said (and this is odd that the town of Hale had no walls in 1300.",
        "Die Fotosynthese findet in den Chloroplasten statt und braucht das Licht der Sonne.",
        "Accurate one-per-second pulses pulses of a clock are used for the calibration of a system.",
        "Where did the Romans build the aqueducts of the first century?",
        "Converts an image to triangles or to polygons and shows the result in colours.",
        "A family of instruments made of brass with a mouthpiece in the form of a cup.",
        "A system designed by engineers of the University of Manchester for students.",
        "They ate.",
        "Users of a system on real hardware are that lucky.",
        "The left picture shows a scan of a symbol from an edition of 2000.",
    ],
)
def test_what_is_no_statement(sentence):
    assert not contexts(f"{FIRST} {sentence}").get(sentence)


def test_a_question_shows_the_sentence_that_its_statement_refers_to():
    text = "Rome lies on the river Tiber in the middle of Italy. It has 19 old bridges of stone and wood."
    (question,) = ask(text, question_types=(QuestionType.SHORT_ANSWER,), focus="bridges")
    assert question.text == (
        "After “Rome lies on the river Tiber in the middle of Italy”, which number completes this statement from the text? "
        f"“It has {BLANK} old bridges of stone and wood.”"
    )


def test_what_opens_a_paragraph_refers_to_the_topic():
    text = (
        "The Hale Tower is a tower of iron in the town of Ashby. Many hands built it.\n\n"
        "The first sketch of the tower was drawn in 1884 by Maurice Carter. It is in a museum of Ashby.\n\n"
        "The tower was opened by the mayor of Ashby in 1889."
    )
    assert list(contexts(text).values())[2:] == [
        "About the Hale Tower, ",
        "About the Hale Tower, after “The first sketch of the tower was drawn in 1884 by Maurice Carter”, ",
        "About the Hale Tower, ",
    ]


def test_later_needs_a_year_before_it():
    text = "{} Two years later the company of Edison opened a power station in London."
    last = "Two years later the company of Edison opened a power station in London."
    assert contexts(text.format("A lamp was shown in Paris in 1881."))[last]
    assert contexts(text.format(FIRST))[last] is None


def test_without_a_topic_it_is_shown_after_the_opening_of_the_text():
    text = f"{FIRST}\n\nThe young are born in summer.\n\nThey weigh three tons at the birth."
    assert list(contexts(text).values())[1:] == [f"After “{FIRST} …”, ", None]  # who are they?


def test_three_sentences_of_the_paragraph_are_shown_from_one_that_refers_to_no_other():
    text = f"{FIRST} They are warm. They were hunted for fat in Norway. They can live for eighty years in the sea."
    shown = f"After “{FIRST} They are warm. They were hunted for fat in Norway”, "
    assert contexts(text)["They can live for eighty years in the sea."] == shown
    text = f"Fish are cold. {text}"
    assert contexts(text)["They can live for eighty years in the sea."] == shown


def test_without_such_a_sentence_they_are_shown_after_an_ellipsis():
    text = f"{FIRST} They are warm. They were hunted for fat in Norway. They are large. They can live for eighty years in the sea."
    shown = "After “… They are warm. They were hunted for fat in Norway. They are large”, "
    assert contexts(text)["They can live for eighty years in the sea."] == shown


def test_no_more_is_shown_than_fits():
    long = f"The ships of Norway hunted them for fat in {'the north and in ' * 13}the south."
    text = f"{FIRST} {long} They can live for eighty years in the sea."
    shown = f"After “… {long.removesuffix('.')}”, "
    assert contexts(text)["They can live for eighty years in the sea."] == shown


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("The port of Ashby is old and large.", "The port of Ashby is old and large"),
        ("The port of Ashby dates from 1901.", ""),
    ],
)
def test_what_its_context_tells_is_asked_for_without_it(before, shown):
    statement = f"Maurice Carter built the bridge of Ashby over the river Lenn in {BLANK}."
    asked = ask(f"{before} {statement.replace(BLANK, '1901')}", question_types=(QuestionType.SHORT_ANSWER,))
    assert [context_of(question) for question in asked if in_quotes(question) == statement] == [shown]


@pytest.mark.parametrize(
    "before",
    ["They said “no”.", "Why do they sing?", "Songs of the sea.", f"They sing {'and sing ' * 40}in the sea."],
)
def test_what_follows_a_sentence_that_cannot_be_shown_is_not_asked_about(before):
    statement = "They can live for eighty years in the sea."
    assert contexts(f"{FIRST} {before} {statement}").get(statement) is None


class TestPersons:
    def test_he_and_she_mean_the_person_that_a_text_is_about(self):
        text = (
            "Ada Lovelace was born in 1815 in London. In 1833 she joined the Society of Engineers in London.\n\n"
            "In 1843 she published notes on an engine of brass in London. She left London with her dog in 1851."
        )
        shown = "In 1843 she published notes on an engine of brass in London"
        assert list(contexts(text).values())[1:] == [
            "After “Ada Lovelace was born in 1815 in London”, ",
            "About Ada Lovelace, ",
            f"About Ada Lovelace, after “… {shown}”, ",
        ]

    @pytest.mark.parametrize(
        "first", ["The Great War was fought in Europe until 1918.", "Mount Everest was climbed in 1953."]
    )
    def test_but_not_if_it_is_about_no_person(self, first):
        text = (
            f"{first} She joined the Navy of the United States in 1943. She left the Navy in 1946. She sang."
        )
        assert not any((context or "").startswith("About") for context in contexts(text).values())


def test_no_question_shows_the_sentence_of_another():
    text = (
        "Sony brought a battery to market in 1991. It was used in 14 cameras of Japan. They were sold in 1992 in Osaka. "
        "The battery of Hale was invented in 1885 by a queen of Norway. It was sold in 1887 to the town of Ashby."
    )
    questions = ask(text)
    assert any(map(context_of, questions))
    for one in questions:
        assert not [other for other in questions if other.excerpt.removesuffix(".") in context_of(one)]


def test_no_question_asks_for_what_its_context_tells():
    text = "The bridge of Hale was opened in 1901 by a queen. It was in 1901 the longest bridge of Norway."
    assert all(
        question.answer not in context_of(question) for question in ask(text) if BLANK in question.text
    )
