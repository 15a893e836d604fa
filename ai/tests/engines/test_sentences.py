"""Texts are split into sentences and clauses, and reworded where their place in the text shows."""

import pytest

from ai.engines.english import tokenize
from ai.engines.offline import rewording
from ai.engines.offline.sentences import read, split


def statements(text):
    return [sentence.text for sentence in read(text).sentences if sentence.context is not None]


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


def test_clauses_are_statements_of_their_own():
    text = (
        "Whales live in the oceans of the Earth. In 1608 Frederick founded the Union of Hale, and in 1609 Maximilian founded the "
        "League of Ashby; Henry of Navarre was murdered in Paris by a monk."
    )
    assert statements(text)[1:] == [
        "In 1608 Frederick founded the Union of Hale.",
        "In 1609 Maximilian founded the League of Ashby.",
        "Henry of Navarre was murdered in Paris by a monk.",
    ]


def test_only_a_marker_with_its_comma_is_dropped():
    text = "Mars is a planet. However, Mars has two moons of irregular shape. In addition to Mars, Jupiter has moons of ice."
    assert statements(text)[-2:] == [
        "Mars has two moons of irregular shape.",
        "In addition to Mars, Jupiter has moons of ice.",
    ]


def test_a_word_parted_by_a_typesetter_is_one_again():
    assert statements("Rome is the capi\u2010\n  tal of Italy and lies on the river Tiber.") == [
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
