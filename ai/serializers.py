"""Requests and responses, in camelCase."""

from typing import Any

from rest_framework import serializers

from ai.engines.base import Difficulty, DraftQuestion, QuestionType
from ai.models import AnswerEvaluation, Question, QuestionSet
from common.fields import IdField, ListField, StringField, WholeNumberField

SOURCE_MIN, SOURCE_MAX = 200, 20_000  # characters
ANSWER_MAX = 4_000
QUESTIONS_DEFAULT, QUESTIONS_MAX = 5, 20


class GenerateRequestSerializer(serializers.Serializer[Any]):
    sourceText = StringField(source="source_text", min_length=SOURCE_MIN, max_length=SOURCE_MAX)
    name = StringField(max_length=200, required=False, allow_blank=True, default="")
    questionCount = WholeNumberField(
        source="question_count", min_value=1, max_value=QUESTIONS_MAX, default=QUESTIONS_DEFAULT
    )
    questionTypes = ListField(
        source="question_types",
        child=serializers.ChoiceField(choices=[kind.value for kind in QuestionType]),
        min_length=1,
        max_length=len(QuestionType),
        required=False,
    )
    difficulty = serializers.ChoiceField(
        choices=[level.value for level in Difficulty], required=False, allow_null=True, default=None
    )
    focus = StringField(max_length=500, required=False, allow_blank=True, default="")
    language = StringField(max_length=35, required=False, default="en", help_text="BCP 47.")
    topics = ListField(child=StringField(max_length=100), max_length=20, required=False, default=list)


class QuestionSerializer(serializers.ModelSerializer[Question]):
    questionType = serializers.ChoiceField(source="question_type", choices=Question.Type.choices)
    options = serializers.ListField(child=serializers.CharField())
    marksAvailable = serializers.IntegerField(source="marks_available")

    class Meta:
        model = Question
        fields = ["id", "text", "questionType", "options", "answer", "marksAvailable", "topic", "excerpt"]
        read_only_fields = fields


class _QuestionSetSerializer(serializers.ModelSerializer[QuestionSet]):
    createdAt = serializers.DateTimeField(source="created_at")

    class Meta:
        model = QuestionSet
        fields = ["id", "name", "engine", "createdAt"]
        read_only_fields = fields


class QuestionSetSerializer(_QuestionSetSerializer):
    questions = QuestionSerializer(many=True)

    class Meta(_QuestionSetSerializer.Meta):
        fields = [*_QuestionSetSerializer.Meta.fields, "questions"]
        read_only_fields = fields


def question_set_body(question_set: QuestionSet, questions: list[Question]) -> dict[str, Any]:
    """Return the body of QuestionSetSerializer without a query, for loaded questions."""
    return {
        **_QuestionSetSerializer(question_set).data,
        "questions": QuestionSerializer(questions, many=True).data,
    }


class EvaluateRequestSerializer(serializers.Serializer[Any]):
    questionId = IdField(source="question_id")
    userAnswer = StringField(source="user_answer", max_length=ANSWER_MAX, allow_blank=True)


class EvaluationSerializer(serializers.Serializer[AnswerEvaluation]):
    id = serializers.UUIDField()
    questionId = serializers.UUIDField(source="question_id")
    userAnswer = serializers.CharField(source="user_answer")
    correctedAnswer = serializers.CharField(source="question.answer", help_text="The expected answer.")
    marksAvailable = serializers.IntegerField(source="marks_available")
    marksAchieved = serializers.IntegerField(source="marks_achieved")
    feedback = serializers.CharField()
    engine = serializers.CharField()
    createdAt = serializers.DateTimeField(source="created_at")


# Building a field takes longer than using it.
_MOMENT = serializers.DateTimeField()


def evaluation_body(evaluation: AnswerEvaluation) -> dict[str, Any]:
    """Return the body of EvaluationSerializer, without the cost of building its fields."""
    return {
        "id": str(evaluation.id),
        "questionId": str(evaluation.question_id),
        "userAnswer": evaluation.user_answer,
        "correctedAnswer": evaluation.question.answer,
        "marksAvailable": evaluation.marks_available,
        "marksAchieved": evaluation.marks_achieved,
        "feedback": evaluation.feedback,
        "engine": evaluation.engine,
        "createdAt": _MOMENT.to_representation(evaluation.created_at),
    }


def preview_body(question: DraftQuestion) -> dict[str, Any]:
    """Return what a job shows of a finished question before payment: no answer and no excerpt."""
    return {
        "text": question.text,
        "questionType": question.question_type.value,
        "options": list(question.options),
        "marksAvailable": question.marks_available,
        "topic": question.topic,
    }
