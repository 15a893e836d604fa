"""Questions have one answer, which the text gives; what was wished for is honoured or refused."""

import re
import textwrap
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from ai.engines.base import ALL_QUESTION_TYPES, GAP, Difficulty, GenerationRequest, QuestionType
from ai.engines.exceptions import ModelRequired, NoQuestions, NothingOnTopic, UnsupportedLanguage
from ai.engines.offline import OfflineEngine
from ai.engines.offline.sentences import read
from ai.engines.values import numbers
from ai.tests.engines.texts import LEAVES, MATERIAL_KNOWLEDGE, MONEY, ORIGIN_OF_SPECIES

TEXTS = {"wells": MATERIAL_KNOWLEDGE, "leaves": LEAVES, "money": MONEY}
LEVELS = (None, *Difficulty)
NUMBER = re.compile(r"\d[\d,.]*s?(?: (?:BCE|CE))?")


def ask(text, **wishes):
    wishes.setdefault("question_count", 20)
    return OfflineEngine().generate(GenerationRequest(source_text=text, **wishes)).questions


def of_type(questions, kind):
    return [question for question in questions if question.question_type is kind]


def flat(text):
    return " ".join(text.replace("#", " ").split()).casefold()


def in_quotes(question):
    return question.text.partition("“")[2].rpartition("”")[0]


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
            assert question.text.count(GAP) <= 1
            assert "  " not in question.text
            assert question.text.count("“") == question.text.count("”")
            assert question.marks_available == 1

    def test_quotes_the_text_word_for_word(self, made):
        text, questions = made
        for question in questions:
            if question.answer != "False" and "stand for" not in question.text:
                quoted = in_quotes(question).replace(GAP, question.answer)
                # "However," may be gone from its front, and a definition stops before its second clause.
                assert flat(quoted)[1:] in flat(text), question

    def test_does_not_lean_on_a_sentence_that_is_not_shown(self, made):
        _, questions = made
        for question in questions:
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
            assert 3 <= len(folded) == len(set(folded)) <= 5
            assert question.options.count(question.answer) == 1

    def test_takes_its_wrong_answers_from_the_text(self, made):
        text, questions = made
        for question in of_type(questions, QuestionType.MULTIPLE_CHOICE):
            assert all(flat(option) in flat(text) for option in question.options)

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
    questions = ask(f"The furnace of Ashby needs about 1450 {unit} in the winter of each year.")
    assert not [question for question in questions if question.text.startswith("Which year")]


class TestTrueFalse:
    def test_true_statements_are_in_the_text_and_false_ones_are_not(self, made):
        text, questions = made
        for question in of_type(questions, QuestionType.TRUE_FALSE):
            statement = flat(in_quotes(question)).rstrip(".")
            assert question.text.startswith("According to the text")
            assert question.options == ("True", "False")
            assert (statement in flat(text)) is (question.answer == "True"), question

    def test_false_statements_differ_in_one_number_or_date(self, made):
        _, questions = made
        for question in of_type(questions, QuestionType.TRUE_FALSE):
            if question.answer == "False":
                ours, theirs = (
                    re.findall(r"[\w,]+", text) for text in (in_quotes(question), question.excerpt)
                )
                changed = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
                assert len(changed) == 1
                assert all(numbers(word) or word[:1].isdigit() for word in changed[0])

    @pytest.mark.parametrize("bound", ["at least", "more than", "up to", "fewer than", "over", "within"])
    def test_a_number_that_bounds_is_not_changed(self, bound):
        text = f"The harbour of Hale can hold {bound} 40 ships in the summer of each year."
        questions = ask(text, question_types=(QuestionType.TRUE_FALSE,))
        assert [question.answer for question in questions] == ["True"]

    @pytest.mark.parametrize("level", LEVELS, ids=str)
    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_true_ones_are_two_more_than_false_ones_at_most(self, text, level):
        questions = ask(text, difficulty=level, question_types=(QuestionType.TRUE_FALSE,))
        answers = Counter(question.answer for question in questions)
        assert 1 <= answers["True"] <= answers["False"] + 2


class TestWishes:
    def test_the_same_request_gives_the_same_questions(self):
        assert ask(MATERIAL_KNOWLEDGE) == ask(MATERIAL_KNOWLEDGE)

    @pytest.mark.parametrize("count", [1, 2, 5, 7])
    def test_as_many_as_were_asked_for(self, count):
        assert len(ask(MATERIAL_KNOWLEDGE, question_count=count)) == count

    def test_fewer_when_the_text_carries_no_more(self):
        text = (
            "The first railway between the two towns was opened in 1825. It was slow. And so were others. "
            * 3
        )
        assert len(ask(text)) == 1

    @pytest.mark.parametrize("kind", ALL_QUESTION_TYPES)
    def test_only_the_types_asked_for(self, kind):
        questions = ask(MONEY, question_types=(kind,), question_count=3)
        assert [question.question_type for question in questions] == [kind] * 3

    def test_types_take_turns(self):
        types = Counter(question.question_type for question in ask(MONEY, question_count=9))
        assert types == dict.fromkeys(ALL_QUESTION_TYPES, 3)

    def test_only_what_touches_the_focus_is_asked(self):
        questions = ask(MATERIAL_KNOWLEDGE, focus="the telegraph and its cable")
        assert questions
        assert all(re.search("telegraph|cable", question.excerpt) for question in questions)

    def test_only_what_touches_a_topic_is_asked_and_named_for_it(self):
        questions = ask(MATERIAL_KNOWLEDGE, topics=("Metallurgy", "Railway"))
        assert questions
        assert all(re.search("metallurg|railway", question.excerpt.lower()) for question in questions)
        assert {question.topic for question in questions} <= {"Metallurgy", "Railway"}

    @pytest.mark.parametrize("wish", [{"focus": "penguins"}, {"topics": ("Quantum computing", "Opera")}])
    def test_a_text_without_the_focus_is_refused_with_that_reason(self, wish):
        with pytest.raises(NothingOnTopic, match="focus or the topics") as refusal:
            ask(MATERIAL_KNOWLEDGE, **wish)
        assert (refusal.value.status, refusal.value.code) == (422, "no_questions_on_topic")

    @pytest.mark.parametrize("focus", ["why steam came late", "Explain the railways", "how iron was made"])
    def test_a_focus_on_reasons_needs_a_model(self, focus):
        with pytest.raises(ModelRequired) as refusal:
            ask(MATERIAL_KNOWLEDGE, focus=focus)
        assert (refusal.value.status, refusal.value.code) == (422, "model_required")
        assert refusal.value.setting == "AI_MODEL"

    def test_hard_questions_offer_more_options_than_easy_ones(self):
        most = {
            level: max(
                len(q.options)
                for q in ask(MONEY, difficulty=level, question_types=(QuestionType.MULTIPLE_CHOICE,))
            )
            for level in Difficulty
        }
        assert most == {Difficulty.EASY: 3, Difficulty.MEDIUM: 4, Difficulty.HARD: 5}

    def test_hard_questions_rest_on_longer_statements_than_easy_ones(self):
        easy, hard = (
            ask(MATERIAL_KNOWLEDGE, difficulty=level, question_count=3)
            for level in (Difficulty.EASY, Difficulty.HARD)
        )
        assert sum(len(q.excerpt) for q in easy) < sum(len(q.excerpt) for q in hard)

    def test_a_hard_false_number_is_nearer_than_an_easy_one(self):
        text = "The old bridge of Hale over the river Lenn is 400 metres long."
        numbers = {
            level: int(re.search(r"\d+", in_quotes(false))[0])
            for level in (Difficulty.EASY, Difficulty.HARD)
            for false in ask(text, difficulty=level, question_types=(QuestionType.TRUE_FALSE,))
            if false.answer == "False"
        }
        assert abs(numbers[Difficulty.HARD] - 400) < abs(numbers[Difficulty.EASY] - 400)


class TestForms:
    """What a teacher would ask about a page of a school book, in these very words."""

    @pytest.mark.parametrize(
        ("question", "answers"),
        [
            (
                (
                    "Which term does the text describe as “a process used by plants and other organisms to convert light energy into "
                    "chemical energy”?"
                ),
                ("photosynthesis",),
            ),
            (
                (
                    "Which term completes this statement from the text? “Leaves contain a green pigment that absorbs mostly blue and red "
                    "light and that is called _____.”"
                ),
                ("chlorophyll",),
            ),
            ("What does “ATP” stand for in the text?", ("adenosine triphosphate",)),
            (
                (
                    "Which number completes this statement from the text? “The president of the European Central Bank serves for "
                    "_____ years and cannot be reappointed.”"
                ),
                ("eight", "eight years"),
            ),
            (
                (
                    "Which date completes this statement from the text? “The European Central Bank (ECB) has its seat in Frankfurt and "
                    "began its work on _____.”"
                ),
                ("1 June 1998",),
            ),
            (
                (
                    "Which year completes this statement from the text? “Jan Ingenhousz discovered in _____ that plants produce oxygen "
                    "only in sunlight.”"
                ),
                ("1779",),
            ),
        ],
    )
    def test_short_answer(self, question, answers):
        questions = [
            q for text in (LEAVES, MONEY) for q in ask(text, question_types=(QuestionType.SHORT_ANSWER,))
        ]
        found = {q.text: tuple(answer.casefold() for answer in q.accepted_answers) for q in questions}
        assert found.get(question, ()) == tuple(answer.casefold() for answer in answers)

    def test_a_sentence_that_leans_on_the_one_before_is_shown_with_it(self):
        text = "Rome lies on the river Tiber in the middle of Italy. It has 19 bridges over the river."
        questions = ask(text, question_types=(QuestionType.SHORT_ANSWER,), focus="bridges")
        assert [(in_quotes(q), q.answer) for q in questions] == [(text.replace("19", GAP), "19")]

    @pytest.mark.parametrize(
        "text",
        [
            "Members of old clubs met in a house of friends near a harbour in summer.",
            "People in old towns went to a market with baskets of fruit in autumn.",
        ],
    )
    def test_a_common_noun_of_no_weight_is_never_blanked(self, text):
        with pytest.raises(NoQuestions):
            ask(text, question_types=(QuestionType.SHORT_ANSWER,))

    @pytest.mark.parametrize(
        "text",
        [
            "The Intel and Sparc versions have a kernel with support for many processors in one box.",
            "Scores were printed by European firms including Bärenreiter, Duhem, Durand, Peters, and Schott.",
        ],
    )
    def test_a_name_of_a_list_or_of_a_pair_is_not_blanked(self, text):
        with pytest.raises(NoQuestions):
            ask(text, question_types=(QuestionType.SHORT_ANSWER,))


class TestRefusals:
    @pytest.mark.parametrize(
        "text",
        [
            "a" * 20_000,
            "asdf jkl; qwer uiop zxcv bnm, hjkl asdf " * 50,
            " ".join(str(number) for number in range(2_000)),
            "1. 2.5 3,000 4% 5/6 " * 100,
            "!@#$%^&*()_+ " * 200,
            "光合成は植物が光を使って糖を作る過程である。" * 40,
            "Фотосинтез это процесс, который используют растения. " * 20,
            "\x00\x01\x02" * 500,
            "He said so. It was this. They did that. And then it was that. " * 20,
            "Buy milk, eggs, bread, butter, cheese, apples, pears, plums " * 20,
        ],
    )
    def test_a_text_without_statements_carries_no_question(self, text):
        with pytest.raises(NoQuestions):
            ask(text)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("French", "Le chat est un animal de la maison et il mange des souris dans le jardin. "),
            ("German", "Der Hund ist ein Tier und die Katze ist nicht ein Hund, sondern auch ein Tier. "),
            (
                "Spanish",
                "La fotosíntesis es un proceso que las plantas usan para convertir la luz en energía. ",
            ),
        ],
    )
    def test_a_text_in_another_language_is_named(self, name, text):
        with pytest.raises(UnsupportedLanguage, match=f"{name}.*AI_MODEL"):
            ask(text * 10)

    def test_of_a_mixed_text_only_the_english_is_asked_about(self):
        german = "Die Fotosynthese findet in den Chloroplasten statt, und im Jahr 1779 wurde sie von Jan Ingenhousz entdeckt."
        assert all("Die" not in question.text for question in ask(f"{LEAVES}\n\n{german}"))

    @pytest.mark.parametrize("language", ["fr", "de-CH", "zh_Hant", "xx"])
    def test_another_language_asked_for(self, language):
        with pytest.raises(UnsupportedLanguage) as refusal:
            ask(LEAVES, language=language)
        assert (refusal.value.status, refusal.value.setting) == (422, "AI_MODEL")

    @pytest.mark.parametrize("language", ["en", "EN", "en-GB", "en_US"])
    def test_english_by_any_tag(self, language):
        assert ask(LEAVES, language=language)

    @pytest.mark.parametrize(
        "text",
        [
            "Buyers were given low interest rates, with payments that could be spread over four years.",
            "Crop prices tumbled by as much as 75 percent in the autumn of the year.",
        ],
    )
    def test_a_number_without_a_name_or_a_date_beside_it_is_not_asked_for(self, text):
        with pytest.raises(NoQuestions):
            ask(text)

    def test_an_essay_without_facts_is_refused_rather_than_asked_about_badly(self):
        with pytest.raises(NoQuestions):
            ask(ORIGIN_OF_SPECIES)


class TestMarkup:
    def test_html_and_markdown_leave_no_trace(self):
        html = (
            "<html><head><style>p {color: red}</style><script>var x = 'The cat is a dog of the house.'</script>"
            "<body><h1>Steam &amp; iron</h1><p>The <b>steam</b> engine was built in 1765 by <i>James Watt</i>.</p>"
            "<p>The electric telegraph came into existence in 1835.</p>"
            "<ul><li>The first **underseas** cable was laid in 1851 by [a company](https://example.com/x).</li></ul>"
        )
        assert {question.excerpt for question in ask(html)} == {
            "The steam engine was built in 1765 by James Watt.",
            "The electric telegraph came into existence in 1835.",
            "The first underseas cable was laid in 1851 by a company.",
        }

    @pytest.mark.parametrize(
        "text",
        [
            "The Steam Engine and Its History\n\n{}",
            "The Steam Engine and Its History\n{}",
            "## The steam engine was built in 1764.\n{}",
            "{}\n\n```\nThe code is a part of the house and was built in 1999.\n```\n",
            "{}\n| The table is a thing | of the house |\n",
            "> {}",
            "- {}",
            "1. {}",
            "**{}**",
            "<p>{}<br>",
            "{} And here it was cut off in the mid",
        ],
    )
    def test_headings_code_tables_and_marks_are_not_asked_about(self, text):
        sentence = "The steam engine was built in 1765 by James Watt of Glasgow."
        assert [question.excerpt for question in ask(text.format(sentence))] == [sentence]

    @pytest.mark.parametrize("width", [20, 30, 45, 60, 80])
    def test_prose_is_read_however_it_is_wrapped(self, width):
        paragraphs = MATERIAL_KNOWLEDGE.split("\n\n")
        wrapped = "\n\n".join(textwrap.fill(p, width, break_on_hyphens=False) for p in paragraphs)
        texts = [
            {s.text for s in read(text).sentences if s.stands_alone} for text in (wrapped, MATERIAL_KNOWLEDGE)
        ]
        assert texts[0] == texts[1]


def test_sixteen_threads_get_what_one_gets():
    engine = OfflineEngine()
    requests = [
        GenerationRequest(source_text=text, difficulty=level) for text in TEXTS.values() for level in LEVELS
    ]
    alone = [engine.generate(request) for request in requests]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(engine.generate, requests * 4))
    assert together == alone * 4


def test_the_walk_through_has_its_five_questions():
    assert len(ask(MATERIAL_KNOWLEDGE, question_count=5)) == 5
