"""Numbers, quantities and dates as people write them."""

from decimal import Decimal

import pytest

from ai.engines.base import EvaluationRequest, QuestionType
from ai.engines.grading import grade_closed
from ai.engines.numbers_and_dates import dates, numbers, unit_after


def marks(accepted, given, question="Which number completes this statement? “It took _____.”"):
    request = EvaluationRequest(
        question_text=question,
        question_type=QuestionType.SHORT_ANSWER,
        options=(),
        expected_answer=accepted[0],
        accepted_answers=accepted,
        marks_available=1,
        user_answer=given,
    )
    return grade_closed(request).marks_achieved


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("In 312 hours", [312]), ("1,400 miles", [1400]), ("$5 million", [5_000_000]), ("forty-four", [44]),
        ("two hundred and fifty men", [250]), ("nine thousand", [9000]), ("three million two hundred thousand", [3_200_000]),
        ("3.6 million joules", ["3.6e6"]), ("\N{MINUS SIGN}40 °C", [-40]), ("1640 to 1660", [1640, 1660]), ("carbon-14", []),
        ("version 3.11.2", []), ("none", []), ("twenty", [20]), ("1/2", [1]), ("9" * 39, [int("9" * 39)]),
    ],
)  # fmt: skip
def test_numbers_in_a_text(text, values):
    assert [number.value for number in numbers(text)] == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On 4 July 1776", [(1776, 7, 4)]), ("July 4th, 1776", [(1776, 7, 4)]), ("the 4th of July 1776", [(1776, 7, 4)]),
        ("1776-07-04", [(1776, 7, 4)]), ("in May 1990", [(1990, 5, 0)]), ("3 May", [(0, 5, 3)]), ("It may be", []), ("1776", []),
        ("4 Jul 1776 and 5 Jul 1776", [(1776, 7, 4), (1776, 7, 5)]), ("31 Foo 1999", []), ("1999-13-01", []),
    ],
)  # fmt: skip
def test_dates_in_a_text(text, found):
    assert [date.parts for date in dates(text)] == found


@pytest.mark.parametrize(
    ("accepted", "given", "right"),
    [
        (("312", "312 hours"), "312", True), (("312", "312 hours"), "312 hours", True), (("312", "312 hours"), "312 h", True),
        (("312", "312 hours"), "13 days", True), (("312", "312 hours"), "three hundred and twelve hours", True),
        (("312", "312 hours"), "It took him 312 hours.", True), (("312", "312 hours"), "about 312 hours", True),
        (("312", "312 hours"), "313", False), (("312", "312 hours"), "312 minutes", False), (("312", "312 hours"), "312 days", False),
        (("312", "312 hours"), "312 kg", False), (("312", "312 hours"), "312 or 313", False), (("312", "312 hours"), "not 312", False),
        (("312", "312 hours"), "more than 312", False), (("312", "312 hours"), "-312", False), (("312", "312 hours"), "312 elephants", False),
        (("312", "312 hours"), "312 steam Napoleon railway telegraph copper bridge hours", False),
        (("44", "44 miles per hour"), "44 mph", True), (("44", "44 miles per hour"), "70.8 km/h", True),
        (("44", "44 miles per hour"), "44 km/h", False), (("44", "44 miles per hour"), "44 miles an hour", True),
        (("9.8 m/s²",), "9.8 m/s^2", True), (("9.8 m/s²",), "9.8 m/s", False), (("9.8 m/s²",), "9.8 metres per second squared", True),
        (("30 °C",), "86 °F", True), (("30 °C",), "30 °F", False), (("30 °C",), "30 degrees Celsius", True), (("30 °C",), "30", True),
        (("50", "50%"), "50 percent", True), (("50", "50%"), "50", True), (("50", "50%"), "0.5", False), (("50", "50%"), "50 degrees", False),
        (("5 million", "5 million pounds"), "5,000,000 pounds", True), (("$5 million",), "5 million dollars", True), (("$5 million",), "€5 million", False),
        (("200", "200 distinct cell types"), "200 types", True), (("1 km",), "1000 m", True), (("753 BCE",), "753 BC", True), (("753 BCE",), "753 AD", False),
        (("1835",), "in the year 1835", True), (("1835",), "before 1835", False), (("1835",), "May 1835", True), (("1835",), "1853", False),
        (("1 June 1998",), "June 1, 1998", True), (("1 June 1998",), "1998-06-01", True), (("1 June 1998",), "1st of June 1998", True),
        (("1 June 1998",), "1 July 1998", False), (("1 June 1998",), "1998", False), (("1 June 1998",), "1 June 1998 or 2 June 1998", False),
        (("1 June 1998",), "not 1 June 1998", False),
    ],
)  # fmt: skip
def test_quantities_and_dates_are_right_or_wrong(accepted, given, right):
    assert marks(accepted, given) == right


def test_a_bound_of_the_question_may_be_repeated():
    question = "Which number completes this statement? “The body has at least _____ cell types.”"
    assert marks(("200", "200 cell types"), "at least 200", question) == 1


@pytest.mark.parametrize(
    "given",
    [
        "9" * 4_000,
        "1," * 2_000,
        "one " * 1_000,
        "1 " + "m" * 3_900,
        "1 " + "m*" * 1_900,
        "1 m^" + "9" * 99,
        "1 " + "/" * 999,
    ],
)
def test_a_monstrous_answer_is_wrong_and_cheap(given):
    assert marks(("312", "312 hours"), given) == 0


@pytest.mark.parametrize("word", ["hours", "°C", "m/s2", "kilowatt hours of energy a year"])
def test_a_unit_is_four_words_at_most(word):
    assert len(unit_after(f"5 {word}", 1).split()) <= 5


@pytest.mark.parametrize("strange", ["nan", "NaN", "millicelsius", "kcelsius", "inf", "feet*celsius h*%dB"])
@pytest.mark.parametrize("unit", ["metres", "°C"])
def test_a_unit_that_pint_cannot_convert_is_wrong(strange, unit):
    assert marks((f"47 {unit}",), f"47 {strange}") == 0
