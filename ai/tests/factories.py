"""Test data, made the way the application makes it: through the services, for a user who is given."""

from typing import Any

from factory.base import Factory
from factory.declarations import Sequence
from factory.django import DjangoModelFactory

from ai import services
from ai.engines import Action, get_engine
from ai.engines.base import DraftQuestion, GenerationResult, QuestionType
from ai.models import AnswerEvaluation, Question, QuestionSet


class DraftQuestionFactory(Factory[DraftQuestion]):
    """A short-answer question worth two marks, whose answer is a term."""

    class Meta:
        model = DraftQuestion

    text = Sequence(lambda n: f"According to the text, what is fact {n}?")
    question_type = QuestionType.SHORT_ANSWER
    options = ()
    answer = "the progress of physical science"
    accepted_answers = ("the progress of physical science",)
    marks_available = 2
    topic = "science"
    excerpt = "The progress of physical science reacted upon metallurgy."


class QuestionSetFactory(DjangoModelFactory[QuestionSet]):
    """A stored set of `user`'s. `questions` is how many it has, or the drafts themselves."""

    class Meta:
        model = QuestionSet

    name = Sequence(lambda n: f"Set {n}")
    language = "en"
    questions = 2

    @classmethod
    def _create(cls, model_class: type[QuestionSet], *args: Any, **kwargs: Any) -> QuestionSet:
        drafts = kwargs.pop("questions")
        if isinstance(drafts, int):
            drafts = DraftQuestionFactory.build_batch(drafts)
        result = GenerationResult(questions=tuple(drafts), engine="offline")
        user = kwargs.pop("user")
        question_set, _ = services.store_question_set(user_id=user.pk, **kwargs, result=result)
        return question_set


class QuestionFactory(DjangoModelFactory[Question]):
    """A stored question of `user`'s, alone in its set; other fields are its draft's."""

    class Meta:
        model = Question

    @classmethod
    def _create(cls, model_class: type[Question], *args: Any, **kwargs: Any) -> Question:
        user = kwargs.pop("user")
        question_set: QuestionSet = QuestionSetFactory.create(
            user=user, questions=[DraftQuestionFactory.build(**kwargs)]
        )
        return question_set.questions.get()


class AnswerEvaluationFactory(DjangoModelFactory[AnswerEvaluation]):
    """A stored evaluation of `user_answer`, by the engine that is in use."""

    class Meta:
        model = AnswerEvaluation

    user_answer = "science made progress"

    @classmethod
    def _create(cls, model_class: type[AnswerEvaluation], *args: Any, **kwargs: Any) -> AnswerEvaluation:
        user = kwargs.pop("user")
        question: Question = kwargs.pop("question", None) or QuestionFactory.create(user=user)
        asked = services.evaluation_request(question=question, user_answer=kwargs["user_answer"])
        result = get_engine(Action.EVALUATE).evaluate(asked)
        return services.store_evaluation(user_id=user.pk, **kwargs, question=question, result=result)
