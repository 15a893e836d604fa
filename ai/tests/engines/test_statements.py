"""A statement is quoted alone if it can be understood alone, else after the sentence that it refers to."""

import pytest

from ai.engines.base import BLANK, QuestionType
from ai.engines.offline.sentences import read
from ai.tests.engines.asking import ask, context_of

FIRST = "Whales are mammals that live in the oceans of the Earth."


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
        "The Aztecs, who came from the north, founded their city in about 1325 in Mexico.",
        "The Sherman Act, passed by the Congress of the United States in 1890, prohibited monopolies in commerce.",
        "By the fourteenth century a large cog could carry about 200 tonnes of cargo.",
    ],
)
def test_what_needs_no_context(sentence):
    assert contexts(f"{FIRST} {sentence}")[sentence] == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "Hooke saw cells for the first time in 1665 through a microscope.",
        "Most hydrogen is used in the production of ammonia for fertilizers.",
        "In Rome there were eleven aqueducts in the third century.",
        "The nucleus stores the genetic information of a cell.",
        "A minor is a person under the age of 18.",
        "In 2011 Japan suffered from floods, but the country recovered in a year.",
        "A bipolar transistor has three terminals: the emitter, the base and the collector.",
        "The transistor was invented in December 1947 by John Bardeen and Walter Brattain.",
        "A collision occurs when two different keys are assigned to the same bucket.",
        "It was discovered in 1772 by a chemist of the University of Edinburgh.",
        "This law of the country was changed in 1950 by the parliament of Norway.",
        "Georg Ohm published the law in 1827 in Berlin.",
        "After a long decline, it eventually fell to the armies of Bonaparte in 1797.",
        "The Greeks and Romans knew them for the manufacture of purple dye.",
        "Asaph Hall discovered both in August 1877 in Washington.",
        "The Bank of Japan used it for the first time in 2001.",
        "The act shut down the government of Massachusetts there, but meetings began.",
        "They\u2019re used for the description of a class of characters in a pattern.",
        "Because of that, the inheritance of classes was unused in programs of the time.",
        "Commercial production depends on a reaction between sand and carbon in a furnace.",
        "The delay of four years illustrates the difficulty of a plan for all states.",
        "The first score is a beautiful edition from 1950 by a family of engravers.",
        "The symbols of the program are heavier and the weight of lines is even.",
        "The significance of that possibility for Europe remains a matter of debate.",
        "In 2022, the country paid the debts of the banks of Athens.",
        "The brokers of Wall Street were then valued at about 50 million dollars.",
        "In the first, which lasted ten years, Rome built a fleet of ships.",
        "The second stage takes place in the stroma of a chloroplast.",
        "The three men shared the prize of the academy in 1956.",
        "The oldest one in existence is a bank of Stockholm.",
        "Woodblocks, however, remained in use for centuries in Japan.",
        "A port of Egypt then fell to the army of Bonaparte.",
        "Manslaughter is a killing of a human being without that intention.",
        "Maize and other plants avoid it by a change of their cells.",
        "There are two allotropes, and boron is one of the elements.",
        "The neighboring countries have fought wars since the independence of India.",
        "In the nearly enclosed Mediterranean Sea it is generally below 30 cm.",
        "The oldest, SACEM, was founded in Paris in 1851 by composers of songs.",
        "In a third set of experiments, a mixture of two strains was injected into mice by Griffith.",
        "About 65 per cent of its mass is mineral, mainly a calcium phosphate called hydroxyapatite.",
        "In December the Congress of Angostura proclaimed the republic of Gran Colombia.",
        "Five subsequent Apollo missions landed astronauts on the Moon of the Earth in 1972.",
        "Lesser Antarctica, in fact, is part of the Ring of Fire around the Pacific Ocean.",
        "Until that section was finished, trains were carried across Lake Baikal by an icebreaker.",
        "After the first landing, sufficient hardware remained for nine landings of the Apollo program.",
        "Boron has only three, and doping with boron gives a semiconductor of type P.",
        "The Italian poet, who had lived in Florence for years, wrote a poem about a journey.",
        "The town council had preferred Georg Philipp Telemann, who declined.",
        "In 1779, Samuel Crompton of Bolton combined the two inventions in the spinning mule.",
        "In response, the United States founded a service for soils in 1935.",
        "Rasmus Rask of Denmark noticed the same pattern in 1818.",
        "A French engineer, Eugène Freyssinet, went one step further in Paris.",
        "The first was discovered in 1967 by Jocelyn Bell, a student at Cambridge.",
        "The revival began with a performance of a passion in Berlin in 1829.",
        "The North Sea lies to the south, and the Atlantic Ocean is near Bergen.",
        "Karl Verner of Copenhagen had found a similar law in 1875.",
    ],
)
def test_what_may_refer_to_the_sentence_before_it(sentence):
    assert [*contexts(f"{FIRST} {sentence}").values()][1] == f"After “{FIRST.removesuffix('.')}”, "


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
        "Understanding the sources of a variation in a population is important for doctors.",
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


def test_all_sentences_back_to_one_that_refers_to_no_other_are_shown():
    text = f"{FIRST} They are warm. They were hunted for fat in Norway. They can live for eighty years in the sea. They sing."
    shown = f"After “{FIRST} They are warm. They were hunted for fat in Norway”, "
    assert contexts(text)["They can live for eighty years in the sea."] == shown
    assert (
        contexts(f"{text} They dive to a depth of 900 metres.")["They dive to a depth of 900 metres."] is None
    )


def test_without_a_topic_what_opens_a_paragraph_is_shown_unless_it_begins_with_a_pronoun():
    text = "A war broke out in 1854.\n\n{} was signed in 1856 like any other of the time. It was kept in Paris for ten years."
    last = "It was kept in Paris for ten years."
    shown = "After “The peace was signed in 1856 like any other of the time”, "
    assert contexts(text.format("The peace"))[last] == shown
    assert contexts(text.format("It"))[last] is None


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
        assert list(contexts(text).values())[1:] == ["About Ada Lovelace, "] * 3

    def test_but_not_after_another_name(self):
        text = (
            "Ada Lovelace was born in 1815 in London. She met Emma Halewell in 1833 in London. "
            "In 1843 she published notes on an engine of brass in London. She lived in London, and she died in 1852."
        )
        assert (
            "Emma Halewell" in contexts(text)["In 1843 she published notes on an engine of brass in London."]
        )

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
