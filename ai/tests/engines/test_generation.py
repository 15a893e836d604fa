"""Questions come from the text that was given, are well formed, and follow what was asked for."""

import re
import textwrap
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from ai.engines.base import ALL_QUESTION_TYPES, Difficulty, GenerationRequest, QuestionType
from ai.engines.exceptions import NoQuestions, UnsupportedLanguage
from ai.engines.offline import OfflineEngine
from ai.engines.offline.sentences import statements
from ai.tests.engines.texts import LEAVES, MATERIAL_KNOWLEDGE, ORIGIN_OF_SPECIES

TEXTS = {"wells": MATERIAL_KNOWLEDGE, "darwin": ORIGIN_OF_SPECIES, "leaves": LEAVES}
LEVELS = (None, *Difficulty)
GAP = "_____"


def ask(text, **wishes):
    wishes.setdefault("question_count", 20)
    return OfflineEngine().generate(GenerationRequest(source_text=text, **wishes)).questions


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
            assert question.marks_available in {1, 2}

    def test_does_not_lean_on_a_sentence_that_is_not_shown(self, made):
        _, questions = made
        for question in questions:
            shown = in_quotes(question) or question.text
            first = shown.split()[0].strip("“,").lower()
            assert first not in {"this", "these", "it's", "they", "he", "she", "his", "their", "but", "and"}
            assert not re.search(r"\b(this|these|those|I|my)\b", shown), shown

    def test_is_asked_once(self, made):
        _, questions = made
        assert len({question.text for question in questions}) == len(questions)
        assert len({question.excerpt for question in questions}) == len(questions)
        answers = Counter(
            q.answer.casefold() for q in questions if q.question_type is not QuestionType.TRUE_FALSE
        )
        assert not [answer for answer, count in answers.items() if count > 1]


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
            for option in question.options:
                core = re.sub(r"^(the|a|an) ", "", option, flags=re.IGNORECASE)
                assert flat(core) in flat(text), question

    def test_offers_no_option_that_its_own_sentence_names(self, made):
        _, questions = made
        for question in of_type(questions, QuestionType.MULTIPLE_CHOICE):
            for option in set(question.options) - {question.answer}:
                assert not re.search(rf"\b{re.escape(flat(option))}\b", flat(question.excerpt)), question

    def test_offers_years_for_a_year(self):
        questions = ask(MATERIAL_KNOWLEDGE, question_types=(QuestionType.MULTIPLE_CHOICE,))
        years = [q for q in questions if re.fullmatch(r"\d{4}", q.answer)]
        assert years
        assert all(re.fullmatch(r"\d{4}", option) for q in years for option in q.options)

    def test_puts_the_answer_in_different_places(self):
        places = Counter(
            question.options.index(question.answer)
            for text in TEXTS.values()
            for question in ask(text, question_types=(QuestionType.MULTIPLE_CHOICE,))
        )
        assert len(places) == 4
        assert max(places.values()) <= 0.6 * sum(places.values())


class TestTrueFalse:
    def test_true_statements_are_in_the_text_and_false_ones_are_not(self, made):
        text, questions = made
        for question in of_type(questions, QuestionType.TRUE_FALSE):
            statement = flat(in_quotes(question)).rstrip(".")
            assert question.text.startswith("According to the text")
            assert question.options == ("True", "False")
            assert (statement in without_parentheses(text)) is (question.answer == "True"), question

    @pytest.mark.parametrize("level", LEVELS, ids=str)
    def test_both_answers_occur_about_equally_often(self, level):
        questions = ask(MATERIAL_KNOWLEDGE, difficulty=level, question_types=(QuestionType.TRUE_FALSE,))
        answers = Counter(question.answer for question in questions)
        assert len(questions) == 20
        assert 8 <= answers["True"] <= 12


class TestWishes:
    def test_the_same_request_gives_the_same_questions(self):
        assert ask(MATERIAL_KNOWLEDGE) == ask(MATERIAL_KNOWLEDGE)

    def test_another_request_mixes_anew(self):
        assert ask(MATERIAL_KNOWLEDGE) != ask(MATERIAL_KNOWLEDGE, language="en-GB")

    @pytest.mark.parametrize("count", [1, 2, 5, 20])
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
        questions = ask(MATERIAL_KNOWLEDGE, question_types=(kind,), question_count=10)
        assert [question.question_type for question in questions] == [kind] * 10

    def test_types_take_turns(self):
        types = Counter(question.question_type for question in ask(MATERIAL_KNOWLEDGE, question_count=9))
        assert types == dict.fromkeys(ALL_QUESTION_TYPES, 3)

    def test_focus_decides_what_is_asked_first(self):
        questions = ask(MATERIAL_KNOWLEDGE, question_count=2, focus="the telegraph and its cable")
        assert all(re.search("telegraph|cable", question.excerpt) for question in questions)

    def test_topics_decide_what_is_asked_first_and_name_it(self):
        questions = ask(MATERIAL_KNOWLEDGE, question_count=3, topics=("Metallurgy", "Steam engine"))
        assert all(re.search("metallurg|steam|engine", question.excerpt.lower()) for question in questions)
        assert {question.topic for question in questions} <= {"Metallurgy", "Steam engine"}

    def test_hard_questions_offer_more_options_and_read_longer(self):
        easy, hard = (ask(MATERIAL_KNOWLEDGE, difficulty=d) for d in (Difficulty.EASY, Difficulty.HARD))
        assert {len(q.options) for q in of_type(easy, QuestionType.MULTIPLE_CHOICE)} == {3}
        assert max(len(q.options) for q in of_type(hard, QuestionType.MULTIPLE_CHOICE)) == 5
        easy_five, hard_five = (
            ask(MATERIAL_KNOWLEDGE, difficulty=d, question_count=5)
            for d in (Difficulty.EASY, Difficulty.HARD)
        )
        assert sum(len(q.excerpt) for q in easy_five) < sum(len(q.excerpt) for q in hard_five)

    def test_hard_asks_for_reasons_and_definitions_first(self):
        short = {"question_types": (QuestionType.SHORT_ANSWER,), "question_count": 4}
        hard = ask(LEAVES, difficulty=Difficulty.HARD, **short)
        easy = ask(LEAVES, difficulty=Difficulty.EASY, **short)
        assert sum(q.marks_available == 2 for q in hard) >= 3
        assert sum(q.marks_available == 2 for q in easy) <= 1


class TestForms:
    """What a teacher would ask about a page of a school book, in these very words."""

    @pytest.mark.parametrize(
        ("question", "answer"),
        [
            (
                "According to the text, what is photosynthesis?",
                "a process used by plants and other organisms to convert light energy into chemical energy",
            ),
            ("What is the process by which water vapour leaves the leaf called?", "transpiration"),
            (
                "According to the text, what is chlorophyll?",
                "a green pigment that absorbs mostly blue and red light",
            ),
            (
                "What reason does the text give for this? “Leaves look green.”",
                "chlorophyll reflects green light",
            ),
            (
                "According to the text, what uses ATP and NADPH to fix carbon dioxide into sugar?",
                "the Calvin cycle",
            ),
        ],
    )
    def test_short_answer(self, question, answer):
        questions = ask(LEAVES, question_types=(QuestionType.SHORT_ANSWER,), difficulty=Difficulty.HARD)
        assert {q.text: q.answer for q in questions}.get(question) == answer

    def test_when(self):
        questions = ask(LEAVES, question_types=(QuestionType.MULTIPLE_CHOICE,), difficulty=Difficulty.EASY)
        assert "1893" in {q.answer for q in questions if q.text.startswith("In which year was")}

    def test_why_of_a_real_sentence(self):
        questions = ask(MATERIAL_KNOWLEDGE, difficulty=Difficulty.HARD)
        found = {question.text: question.answer for question in questions}
        question = "According to the text, why could the ancient world not use steam?"
        assert found[question] == "its metallurgical inferiority"


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
        with pytest.raises(UnsupportedLanguage, match=name):
            ask(text * 10)

    @pytest.mark.parametrize("language", ["fr", "de-CH", "zh_Hant", "xx"])
    def test_another_language_asked_for(self, language):
        with pytest.raises(UnsupportedLanguage):
            ask(LEAVES, language=language)

    @pytest.mark.parametrize("language", ["en", "EN", "en-GB", "en_US"])
    def test_english_by_any_tag(self, language):
        assert ask(LEAVES, language=language)


class TestMarkup:
    def test_html_and_markdown_leave_no_trace(self):
        html = (
            "<html><head><style>p {color: red}</style><script>var x = 'The cat is a dog of the house.'</script>"
            "<body><h1>Steam &amp; iron</h1><p>The <b>steam</b> engine was built in 1765 by <i>James Watt</i>.</p>"
            "<p>The electric telegraph came into existence in 1835.</p>"
            "<ul><li>The first **underseas** cable was laid in 1851 by [a company](https://example.com/x).</li></ul>"
        )
        questions = ask(html)
        assert {question.excerpt for question in questions} == {
            "The steam engine was built in 1765 by James Watt.",
            "The electric telegraph came into existence in 1835.",
            "The first underseas cable was laid in 1851 by a company.",
        }

    @pytest.mark.parametrize(
        "text",
        [
            "The Steam Engine and Its History\n\n{}",
            "The Steam Engine and Its History\n{}",
            "## The steam engine was built in 1765.\n{}",
            "{}\n\n```\nThe code is a part of the house and was built in 1999.\n```\n",
            "{}\n| The table is a thing | of the house |\n",
            "> {}",
            "- {}",
            "1. {}",
            "**{}**",
            "<p>{}<br>",
        ],
    )
    def test_headings_code_tables_and_marks_are_not_asked_about(self, text):
        sentence = "The steam engine of the mine was built in 1765 by a young engineer."
        assert [question.excerpt for question in ask(text.format(sentence))] == [sentence]

    @pytest.mark.parametrize("width", [20, 30, 45, 60, 80])
    def test_prose_is_read_however_it_is_wrapped(self, width):
        paragraphs = MATERIAL_KNOWLEDGE.split("\n\n")
        wrapped = "\n\n".join(textwrap.fill(p, width, break_on_hyphens=False) for p in paragraphs)
        texts = [
            {s.text for s in statements(text) if s.stands_alone} for text in (wrapped, MATERIAL_KNOWLEDGE)
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


def of_type(questions, kind):
    return [question for question in questions if question.question_type is kind]


def without_parentheses(text):
    return flat(re.sub(r"\s?\((?!\d{4}\))[^()]*\)", "", text))
