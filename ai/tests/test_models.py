"""The constraints on what was paid for, and an engine's failures as HTTP."""

import pytest
from django.db.models import ProtectedError

from ai.engines.exceptions import EngineError, EngineUnavailable, NoQuestions
from ai.exceptions import EngineFailed
from ai.models import AnswerEvaluation, Question
from ai.tests.factories import AnswerEvaluationFactory, QuestionFactory, QuestionSetFactory
from config.errors import exception_handler
from credits.tests.ledger_helpers import refused


@pytest.mark.django_db
class TestConstraints:
    def test_one_question_stands_at_each_position(self, user):
        question = QuestionFactory(user=user)
        question.pk = None
        with refused("ai_question_one_at_each_position"):
            Question.objects.create(
                question_set=question.question_set, position=1, text="?", answer="!", marks_available=1
            )

    def test_a_question_is_worth_marks(self, user):
        with refused("ai_question_is_worth_marks"):
            Question.objects.filter(pk=QuestionFactory(user=user).pk).update(marks_available=0)

    def test_marks_are_within_what_is_available(self, user):
        evaluation = AnswerEvaluationFactory(user=user)
        with refused("ai_answerevaluation_marks_within_what_is_available"):
            AnswerEvaluation.objects.filter(pk=evaluation.pk).update(marks_achieved=3)

    def test_a_user_with_work_is_not_deleted(self, user):
        QuestionSetFactory(user=user)
        with pytest.raises(ProtectedError):
            user.delete()


class TestEngineFailed:
    @pytest.mark.parametrize("kind", EngineError.__subclasses__())
    def test_every_kind_answers_with_its_status_code_and_sentence(self, kind):
        response = exception_handler(EngineFailed(kind()), {})
        assert response.status_code == kind.status >= 400
        setting = {"setting": kind.setting} if kind.setting else {}
        assert response.data == {"message": kind.default_message, "code": kind.code, **setting}

    def test_says_when_to_try_again(self):
        assert exception_handler(EngineFailed(EngineUnavailable(retry_after=7)), {})["Retry-After"] == "7"
        assert "Retry-After" not in exception_handler(EngineFailed(NoQuestions()), {})

    def test_reads_as_its_sentence(self):
        assert str(EngineFailed(NoQuestions("Send another text."))) == "Send another text."
