"""POST /api/ai/generate-from-source: questions from the very text, charged as delivered."""

from pathlib import Path

import pytest

from accounts.tests.factories import UserFactory
from ai import services
from ai.engines.base import DraftQuestion, GenerationResult, QuestionType
from ai.models import Question, QuestionSet
from ai.serializers import SOURCE_MAX, SOURCE_MIN
from ai.tests.factories import DraftQuestionFactory, QuestionSetFactory
from credits.models import AiCreditLog, CreditHold
from credits.tests.ledger_helpers import assert_ledger_consistent, balance

pytestmark = pytest.mark.django_db
URL = "/api/ai/generate-from-source"
LONG = Path("demo/texts/material-knowledge.txt").read_text(encoding="utf-8")
SHORT = (
    "Photosynthesis is the process by which green plants turn sunlight into chemical energy. "
    "Chlorophyll is the pigment that absorbs light in the leaves. "
    "The process releases oxygen into the atmosphere because water molecules are split."
)
WITHOUT_A_QUESTION = "Hello! How are you? " * 12


def generate(client, text=LONG, **more):
    key = more.pop("key", None)
    return client.post(
        URL, {"sourceText": text, **more}, format="json", headers={"Idempotency-Key": key} if key else None
    )


class TestGenerate:
    def test_answers_the_set_with_five_questions_by_default(self, api):
        answer = generate(api, name="Knowledge")
        body = answer.json()
        assert answer.status_code == 201
        assert set(body) == {"id", "name", "engine", "createdAt", "questions"}
        assert (body["name"], body["engine"], len(body["questions"])) == ("Knowledge", "offline", 5)
        assert set(body["questions"][0]) == {
            "id",
            "text",
            "questionType",
            "options",
            "answer",
            "marksAvailable",
            "topic",
            "excerpt",
        }

    def test_every_question_comes_from_the_text(self, api):
        for question in generate(api, questionCount=20).json()["questions"]:
            assert question["text"]
            assert question["answer"]
            assert question["marksAvailable"] > 0
            assert {"multiple-choice": 3, "true-false": 2, "short-answer": 0}[
                question["questionType"]
            ] <= len(question["options"])
            assert not question["options"] or question["answer"] in question["options"]
            assert question["excerpt"][:20] in LONG

    def test_is_stored_as_it_was_answered(self, api, user):
        body = generate(api).json()
        question_set = QuestionSet.objects.get()
        assert (str(question_set.id), question_set.user, question_set.language) == (body["id"], user, "en")
        stored = [str(question.id) for question in question_set.questions.all()]
        assert stored == [question["id"] for question in body["questions"]]
        assert api.get(f"/api/ai/question-sets/{body['id']}").json() == body

    def test_a_set_without_a_name_is_named_for_its_first_topic(self, api):
        body = generate(api).json()
        assert body["name"] == body["questions"][0]["topic"].capitalize() != ""

    @pytest.mark.parametrize("kind", ["multiple-choice", "short-answer", "true-false"])
    def test_asks_the_types_that_are_wanted(self, api, kind):
        body = generate(api, questionTypes=[kind, kind], questionCount=3).json()
        assert {question["questionType"] for question in body["questions"]} == {kind}

    @pytest.mark.parametrize(
        "options",
        [
            {"difficulty": "easy"},
            {"difficulty": "hard", "focus": "metallurgy", "topics": ["science", "Greece"]},
            {"difficulty": None, "focus": "", "topics": [], "name": "", "language": "en-GB"},
        ],
    )
    def test_takes_every_option(self, api, options):
        assert generate(api, **options).status_code == 201


class TestPrice:
    @pytest.mark.parametrize(("count", "cost"), [(1, 6), (5, 10)])
    def test_is_a_base_and_one_for_each_question(self, api, user, count, cost):
        answer = generate(api, questionCount=count)
        assert len(answer.json()["questions"]) == count
        assert (answer["X-Credits-Charged"], answer["X-Credits-Remaining"]) == (str(cost), str(100 - cost))
        assert_ledger_consistent(user)

    def test_is_for_what_was_delivered_not_for_what_was_asked(self, api, user):
        answer = generate(api, SHORT, questionCount=20)
        delivered = len(answer.json()["questions"])
        assert 0 < delivered < 20
        assert balance(user) == (100 - 5 - delivered, 0)

    def test_what_was_asked_for_must_be_affordable(self, client_of):
        user = UserFactory(credits=24)
        answer = generate(client_of(user), SHORT, questionCount=20)
        assert (answer.status_code, answer.json()["required"], answer.json()["available"]) == (402, 25, 24)
        assert QuestionSet.objects.count() == 0

    def test_the_log_says_which_set_it_paid_for(self, api):
        body = generate(api).json()
        entry = api.get("/api/credits/log").json()["results"][0]
        assert (entry["questionSetId"], entry["creditsUsed"]) == (body["id"], 10)
        assert entry["actionType"] == "generate_from_source"

    def test_a_repeat_with_its_key_is_the_same_set_for_nothing(self, api, user):
        first, again = generate(api, key="k"), generate(api, key="k")
        assert (again.status_code, again.json()) == (201, first.json())
        assert (again["Idempotent-Replayed"], again["X-Credits-Charged"]) == ("true", "0")
        assert QuestionSet.objects.count() == 1
        assert balance(user) == (90, 0)


class TestRefusal:
    def assert_free(self, user):
        assert balance(user) == (100, 0)
        assert QuestionSet.objects.count() == 0
        assert AiCreditLog.objects.of(user.pk).spends().count() == 0

    def test_a_text_without_a_question_is_422_and_free(self, api, user):
        answer = generate(api, WITHOUT_A_QUESTION)
        assert (answer.status_code, answer.json()) == (
            422,
            {"message": "No question could be made from this text.", "code": "no_questions"},
        )
        assert CreditHold.objects.get().state == "released"
        self.assert_free(user)

    @pytest.mark.parametrize("options", [{"language": "de"}, {"text": "Das ist ein deutscher Satz. " * 10}])
    def test_another_language_is_422_and_free(self, api, user, options):
        answer = generate(api, **options)
        assert (answer.status_code, answer.json()["code"]) == (422, "unsupported_language")
        self.assert_free(user)

    @pytest.mark.parametrize(
        ("focus", "code"), [("why steam came late", "model_required"), ("penguins", "no_questions_on_topic")]
    )
    def test_a_focus_that_cannot_be_honoured_is_422_with_its_reason_and_free(self, api, user, focus, code):
        answer = generate(api, focus=focus)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        self.assert_free(user)

    def test_after_a_failure_the_key_may_be_used_for_a_better_text(self, api):
        assert generate(api, WITHOUT_A_QUESTION, key="k").status_code == 422
        assert generate(api, LONG, key="k").status_code == 201

    def test_a_server_without_its_engine_charges_nothing(self, api, user, settings):
        settings.AI_MODEL = "no-such:model"
        assert generate(api).status_code == 500
        self.assert_free(user)

    @pytest.mark.parametrize(
        ("text", "limit"),
        [("", "blank"), ("   ", "blank"), ("x" * (SOURCE_MIN - 1), "200"), ("x" * (SOURCE_MAX + 1), "20000")],
    )
    def test_a_text_outside_the_limits_is_400_and_the_limit_is_named(self, api, user, text, limit):
        answer = generate(api, text)
        assert answer.status_code == 400
        assert limit in answer.json()["errors"]["sourceText"][0]
        self.assert_free(user)

    @pytest.mark.parametrize("text", ["x" * SOURCE_MIN, "x " * (SOURCE_MAX // 2)])
    def test_a_text_at_the_limits_is_read(self, api, text):
        assert generate(api, text).json()["code"] in {"no_questions", "unsupported_language"}


class TestStore:
    """Results are stored within the limits of the database."""

    def test_a_topic_may_be_longer_than_a_name(self, user):
        result = GenerationResult(questions=(DraftQuestionFactory(topic="long " * 100),), engine="a-model")
        question_set, _ = services.store_question_set(user_id=user.pk, name="", language="en", result=result)
        question_set.refresh_from_db()
        assert len(question_set.name) == len(question_set.questions.get().topic) == 200

    def test_a_set_without_a_name_or_a_topic_has_one_all_the_same(self, user):
        question_set = QuestionSetFactory(user=user, name="", questions=[DraftQuestionFactory(topic="")])
        assert question_set.name == str(question_set) == "Questions"

    def test_questions_keep_their_order_and_their_options(self, user):
        drafts = [
            DraftQuestion(
                text=f"Is {number} even?",
                question_type=QuestionType.TRUE_FALSE,
                options=("True", "False"),
                answer="True",
                marks_available=1,
            )
            for number in range(10)
        ]
        QuestionSetFactory(user=user, questions=drafts)
        stored = Question.objects.all()
        assert [str(question) for question in stored] == [draft.text for draft in drafts]
        assert stored[0].options == ["True", "False"]
        assert [question.position for question in stored] == list(range(1, 11))
