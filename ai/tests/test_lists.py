"""Only its owner can read paid content again."""

import uuid
from base64 import b64encode
from urllib.parse import urlencode

import pytest

from ai.tests.engines.texts import MATERIAL_KNOWLEDGE
from ai.tests.factories import AnswerEvaluationFactory, QuestionFactory, QuestionSetFactory

pytestmark = pytest.mark.django_db
LISTS = ["/api/ai/question-sets", "/api/ai/evaluations"]


def make(path, user):
    return (QuestionSetFactory if path.endswith("sets") else AnswerEvaluationFactory)(user=user)


class TestPaidResponse:
    """A paid view writes its body without the serializer that the lists use; both must say the same."""

    def test_an_evaluation_reads_as_it_was_answered(self, api, user):
        asked = {"questionId": str(QuestionFactory(user=user).id), "userAnswer": "progress"}
        answered = api.post("/api/ai/evaluate-answer", asked, format="json").json()
        assert api.get("/api/ai/evaluations").json()["results"] == [answered]

    def test_a_question_set_reads_as_it_was_answered(self, api):
        asked = {"sourceText": MATERIAL_KNOWLEDGE, "questionCount": 3}
        answered = api.post("/api/ai/generate-from-source", asked, format="json").json()
        assert api.get(f"/api/ai/question-sets/{answered['id']}").json() == answered


@pytest.mark.parametrize("path", LISTS)
class TestLists:
    def test_newest_first_and_only_ones_own(self, api, user, staff, path):
        mine = [make(path, user) for _ in range(3)]
        make(path, staff)
        page = api.get(path).json()
        assert [row["id"] for row in page["results"]] == [str(row.id) for row in reversed(mine)]
        assert (page["next"], page["previous"]) == (None, None)

    def test_in_pages_that_meet(self, api, user, path):
        mine = [str(make(path, user).id) for _ in range(5)]
        seen, url = [], f"{path}?pageSize=2"
        while url:
            page = api.get(url).json()
            seen += [row["id"] for row in page["results"]]
            url = page["next"]
        assert seen == mine[::-1]

    def test_an_anonymous_caller_is_401(self, anonymous, path):
        assert anonymous.get(path).status_code == 401

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_only_read(self, api, path, method):
        assert getattr(api, method)(path, {}, format="json").status_code == 405

    @pytest.mark.parametrize(
        "position", ["abc", "1", "2026-13-01 00:00:00+00:00", "2026-01-01 00:00:00", "\0"]
    )
    def test_a_forged_cursor_is_400(self, api, path, position):
        cursor = b64encode(urlencode({"p": position}).encode()).decode()
        answer = api.get(path, {"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")

    @pytest.mark.parametrize("position", ["0001-01-01 00:00:00+00:00", "9999-12-31 23:59:59+00:00"])
    def test_a_cursor_at_the_end_of_time_is_only_a_cursor(self, api, path, position):
        cursor = b64encode(urlencode({"p": position}).encode()).decode()
        assert api.get(path, {"cursor": cursor}).status_code == 200

    def test_any_number_costs_the_same_queries(self, api, user, path, django_assert_max_num_queries):
        for _ in range(5):
            make(path, user)
        with django_assert_max_num_queries(3):
            api.get(path)


class TestOne:
    def test_a_set_with_its_questions(self, api, user):
        question_set = QuestionSetFactory(user=user, questions=3)
        body = api.get(f"/api/ai/question-sets/{question_set.id}").json()
        assert (body["id"], body["name"], len(body["questions"])) == (
            str(question_set.id),
            question_set.name,
            3,
        )

    def test_a_question(self, api, user):
        question = QuestionFactory(user=user)
        body = api.get(f"/api/ai/questions/{question.id}").json()
        assert (body["id"], body["answer"]) == (str(question.id), question.answer)

    def test_an_evaluation_says_what_was_expected(self, api, user):
        evaluation = AnswerEvaluationFactory(user=user)
        row = api.get("/api/ai/evaluations").json()["results"][0]
        assert row["correctedAnswer"] == evaluation.question.answer
        assert row["questionId"] == str(evaluation.question.id)

    @pytest.mark.parametrize("kind", ["question-sets", "questions"])
    def test_another_users_is_404_like_an_unknown_one(self, api, staff, kind):
        theirs = QuestionFactory(user=staff)
        theirs_id = theirs.question_set_id if kind == "question-sets" else theirs.id
        answers = [api.get(f"/api/ai/{kind}/{some_id}") for some_id in (theirs_id, uuid.uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content

    @pytest.mark.parametrize(
        "path", ["question-sets/1", "questions/x", "questions/%00", f"questions/{'9' * 999}"]
    )
    def test_what_is_no_id_is_404(self, api, path):
        answer = api.get(f"/api/ai/{path}")
        assert (answer.status_code, set(answer.json())) == (404, {"message", "code"})
