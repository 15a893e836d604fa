"""Texts are split into sentences, and only sentences that stand alone get questions."""

import pytest

from ai.engines.english import tokenize
from ai.engines.offline import rewording
from ai.engines.offline.sentences import read, split


def standing(text):
    return [sentence.text for sentence in read(text).sentences if sentence.stands_alone]


@pytest.mark.parametrize(
    "sentence",
    [
        "Hooke saw cells for the first time in 1665 through a microscope.",
        "Osmosis is the movement of water through a membrane from a dilute solution to a concentrated one.",
        "Mitochondria are organelles that release energy from glucose and that have a membrane of their own.",
        "The screw steamship of the nineteenth century followed the paddle boats of the Hudson River.",
        "Most hydrogen is used in the production of ammonia for fertilizers.",
        "When water freezes, it expands by nine percent of its volume.",
        "Volta and Galvani knew each other, and they wrote letters about electricity.",
        "Birds such as gulls and terns live near the sea and eat fish.",
        "The first railway of England was opened in 1825 between Stockton and Darlington.",
        "The cell membrane is a double layer of lipids around the cytoplasm of a cell.",
        "In Rome there were eleven aqueducts in the third century.",
        "In 2008, terrorists originating from Pakistan conducted a series of attacks in Mumbai.",
        "The Mughals, who reached the south of India, united much of India.",
        "Japan attacked US forces at Pearl Harbor in 1941.",
        "The nucleus stores the genetic information of a cell.",
        "A minor is a person under the age of 18.",
        "In 2011 Japan suffered from floods, but the country recovered in a year.",
        "The ease with which an asset is sold is the liquidity of the asset.",
        "Carthage was destroyed in 146 BC.",
        "In 1895 Richard Hoe patented a rotary press in New York.",
        "After World War I the empire of Austria was divided.",
        "Photosynthesis is the process by which plants make sugar.",
        "A contract binds two or more parties that agree about the terms of a sale.",
    ],
)
def test_what_stands_alone(sentence):
    assert standing(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "It was discovered in 1772 by a chemist of the University of Edinburgh.",
        "This law of the country was changed in 1950 by the parliament of Norway.",
        "Georg Ohm published the law in 1827 in Berlin.",
        "The table below lists the planets of the Solar System by their mass.",
        "The resulting colony of the Dutch served as a trading post for furs.",
        "The Revolution led to the establishment of a corporatist state in 1929.",
        "Since ancient times it has been unusually urban for a country of Africa.",
        "After a long decline, it eventually fell to the armies of Bonaparte in 1797.",
        "The Greeks and Romans knew them for the manufacture of purple dye.",
        "Asaph Hall discovered both in August 1877 in Washington.",
        "The Bank of Japan used it for the first time in 2001.",
        "Two years later the company of Edison opened a power station in London.",
        "The act shut down the government of Massachusetts there, but meetings began.",
        "You can see the rings of Saturn with a small telescope from a garden.",
        "We know that the nucleus directs the synthesis of ribosomes in a cell.",
        "Used with titanium and tungsten in alloys for jets and rockets of the air force.",
        "Occurs in compounds with arsenic, oxygen and sulfur in the mines of Saxony.",
        "A wide range of tools, many of which have been developed by the members of a club.",
        "In order to activate the support for Unicode in programs of the system.",
        "Whenever a program of the system writes to a file, a disk, or another device.",
        "The system developed in 1972 by a group of engineers of the University of Manchester.",
        "They\u2019re used for the description of a class of characters in a pattern.",
        "Type a word of the name of a file in the field of the window.",
        "If users see the icon of a printer, click it with the mouse.",
        "Because of that, the inheritance of classes was unused in programs of the time.",
        "With good reason — the combination of sockets with names is easy to use.",
        "If f is less than g, then the algorithm of Marzullo fails at once.",
        "Avogadro's number is about 6.022e23 = 6.022 * 10^23 for each mole of matter.",
        "He said (and this is odd that the town of Hale had no walls in 1300.",
        "Die Fotosynthese findet in den Chloroplasten statt und braucht das Licht der Sonne.",
        "Accurate one-per-second pulses pulses of a clock are used for the calibration of a system.",
        "Where did the Romans build the aqueducts of the first century?",
        "Commercial production depends on a reaction between sand and carbon in a furnace.",
        "The delay of four years illustrates the difficulty of a plan for all states.",
        "The first score is a beautiful edition from 1950 by a family of engravers.",
        "The symbols of the program are heavier and the weight of lines is even.",
        "Converts an image to triangles or to polygons and shows the result in colours.",
        "Understanding the sources of a variation in a population is important for doctors.",
        "A family of instruments made of brass with a mouthpiece in the form of a cup.",
        "A system designed by engineers of the University of Manchester for students.",
        "The significance of that possibility for Europe remains a matter of debate.",
        "In 2022, the country paid the debts of the banks of Athens.",
        "The brokers of Wall Street were then valued at about 50 million dollars.",
        "They ate.",
        "In the first, which lasted ten years, Rome built a fleet of ships.",
        "The second stage takes place in the stroma of a chloroplast.",
        "The three men shared the prize of the academy in 1956.",
        "The highest point is a volcano in the mountains of Chad.",
        "The oldest one in existence is a bank of Stockholm.",
        "Woodblocks, however, remained in use for centuries in Japan.",
        "A port of Egypt then fell to the army of Bonaparte.",
        "Manslaughter is a killing of a human being without that intention.",
        "Maize and other plants avoid it by a change of their cells.",
        "There are two allotropes, and boron is one of the elements.",
        "Users of a system on real hardware are that lucky.",
        "The neighboring countries have fought wars since the independence of India.",
    ],
)
def test_what_does_not_stand_alone(sentence):
    assert standing(sentence) == []


@pytest.mark.parametrize(
    ("paragraph", "count"),
    [
        ("Dr. Hooker met Mr. Wallace. They talked.", 2), ("It cost 3.5 million. That was much.", 2), ("The U.S. Navy came. It left.", 2),
        ("J. R. R. Tolkien wrote it. He lived in Oxford.", 2), ("“It moves.” So he said.", 2), ("One sentence without an end", 1),
        ("It was so, e.g. in Rome, and cf. Paris. Yes.", 2), ("In 44 B.C. he died. So it was.", 2),
    ],
)  # fmt: skip
def test_sentences_end_where_they_end(paragraph, count):
    assert len(split(paragraph)) == count


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            "The old town of Hale lies by the sea. Lithium is the lightest of all metals. It was discovered in 1817 in Sweden.",
            "[Lithium] was discovered in 1817 in Sweden.",
        ),
        (
            "Whales live in the oceans of the Earth. Canals are waterways. They were built in 1817 by workers from Ireland.",
            None,
        ),
    ],
)
def test_a_clear_subject_is_named_in_brackets_for_the_pronoun(text, named):
    assert [sentence for sentence in standing(text) if "1817" in sentence] == ([named] if named else [])


@pytest.mark.parametrize(
    "text",
    [
        "Sony brought a battery to market in 1991. It was used in a camera of the company in Japan.",  # the battery
        "Robert Hooke saw cells in a slice of cork. This discovery was published in 1665 in London.",
        "The war was won, and peace is a gift. It was signed in 1648 in the town of Osnabrück.",
    ],
)
def test_no_two_sentences_are_joined(text):
    assert not any(word in sentence for sentence in standing(text) for word in ("camera", "1665", "1648"))


def test_clauses_are_statements_of_their_own():
    text = (
        "Whales live in the oceans of the Earth. In 1608 Frederick founded the Union of Hale, and in 1609 Maximilian founded the "
        "League of Ashby; Henry of Navarre was murdered in Paris by a monk."
    )
    assert standing(text)[1:] == [
        "In 1608 Frederick founded the Union of Hale.",
        "In 1609 Maximilian founded the League of Ashby.",
        "Henry of Navarre was murdered in Paris by a monk.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
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
    ],
)
def test_what_leans_on_an_earlier_sentence(sentence):
    assert sentence not in standing(f"Whales are mammals that live in the oceans of the Earth. {sentence}")


def test_a_person_is_named_in_brackets_for_the_pronoun():
    text = (
        "Ada Lovelace was born in 1815 in London. She joined the Navy of the United States in 1943. "
        "Her compiler was finished in 1952 for a computer of the company."
    )
    assert standing(text)[1] == "[Ada Lovelace] joined the Navy of the United States in 1943."


@pytest.mark.parametrize(
    "first",
    [
        "Ada Lovelace was taught mathematics by Oystein Orekson in 1930.",  # who is she?
        "The Great War was fought in Europe until 1918.",
        "Mount Everest was climbed by climbers of the club in 1953.",
    ],
)
def test_but_not_if_another_may_be_meant(first):
    assert not any(
        "[" in sentence for sentence in standing(f"{first} She joined the Navy of the United States in 1943.")
    )


@pytest.mark.parametrize("between", ["\n\n", " Who knows why that is odd to people of the town? "])
def test_but_not_over_a_paragraph_or_another_sentence(between):
    assert (
        len(
            standing(
                f"Mars is the fourth planet from the Sun.{between}It is named after the Roman god of war."
            )
        )
        == 1
    )


def test_only_a_marker_with_its_comma_is_dropped():
    text = "However, Mars has two moons of irregular shape. In addition to Mars, Jupiter has moons of ice."
    assert standing(text) == [
        "Mars has two moons of irregular shape.",
        "In addition to Mars, Jupiter has moons of ice.",
    ]


def test_a_word_parted_by_a_typesetter_is_one_again():
    assert standing("Rome is the capi\u2010\n  tal of Italy and lies on the river Tiber.") == [
        "Rome is the capital of Italy and lies on the river Tiber."
    ]


@pytest.mark.parametrize(
    ("source", "statement"),
    [
        ("For instance, fields of the group hold means of radius.", "Fields of the group hold means of radius."),
        ("(b) Note that a disk of glass breaks in a fire.", "A disk of glass breaks in a fire."),
        ("“Contributor” means each person that creates a work.", "Contributor means each person that creates a work."),
        ("A copy of this License is part of the work.", "A copy of the License is part of the work."),
        ("“Stop” is what the driver shouted.", "“Stop” is what the driver shouted."),
        ("iron melts in a fire.", "iron melts in a fire."),
    ],
)  # fmt: skip
def test_statements_are_reworded_to_stand_outside_their_text(source, statement):
    assert rewording.statement(source) == statement


@pytest.mark.parametrize(
    ("sentence", "opposite"),
    [
        ("Iron is heavier than wood.", "Iron is lighter than wood."),
        ("Iron is heavier in a fire.", ""),  # than what?
        ("Iron is heavier than wood and stone.", ""),
        ("The temple stands on the north bank of the river.", ""),
        ("The inner ring of Rome is larger than the port.", ""),  # two words
        ("Rain falls north and west of the town.", ""),
        ("The axis is parallel to the ground.", "The axis is perpendicular to the ground."),
        (
            "The pressure increases with the depth of the sea.",
            "The pressure decreases with the depth of the sea.",
        ),
        ("The price increases were large.", ""),
        ("The northern bank is not steep.", ""),
        ("The northern bank isn't steep.", ""),
        ("The northern bank may be steep.", ""),
        ("Rome has a port on the coast.", ""),
        ("All stars radiate heat.", ""),
        ("Iron usually melts in a fire.", ""),
    ],
)
def test_the_opposite_is_surely_false(sentence, opposite):
    assert rewording.opposite(sentence, tokenize(sentence)) == opposite
