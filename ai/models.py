"""Question sets made from a source text, evaluated answers, and the calls of models that they took."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ai.engines.base import QuestionType


class QuestionSet(models.Model):
    """Questions made from one source text. The text is not stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="question_sets", db_index=False
    )
    name = models.CharField(max_length=200)
    engine = models.CharField(max_length=100)
    language = models.CharField(max_length=35)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["user", "-created_at", "-id"], name="ai_sets_by_user")]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """A question with its expected answer. Never edited, since evaluations refer to it."""

    class Type(models.TextChoices):
        MULTIPLE_CHOICE = QuestionType.MULTIPLE_CHOICE.value, "multiple choice"
        SHORT_ANSWER = QuestionType.SHORT_ANSWER.value, "short answer"
        TRUE_FALSE = QuestionType.TRUE_FALSE.value, "true or false"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question_set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="questions", db_index=False)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    question_type = models.CharField(max_length=20, choices=Type)
    options = ArrayField(models.TextField(), default=list, blank=True)
    answer = models.TextField()
    # Every wording that earns full marks; empty for free text and for choices.
    accepted_answers = ArrayField(models.TextField(), default=list, blank=True)
    marks_available = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=200, blank=True, default="")
    excerpt = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["question_set", "position"], name="ai_question_one_at_each_position"
            ),
            models.CheckConstraint(condition=Q(marks_available__gt=0), name="ai_question_is_worth_marks"),
        ]

    def __str__(self) -> str:
        return self.text


class AnswerEvaluation(models.Model):
    """A user's answer and its marks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="answer_evaluations", db_index=False
    )
    question = models.ForeignKey(Question, models.CASCADE, related_name="evaluations")
    user_answer = models.TextField(blank=True)
    marks_available = models.PositiveSmallIntegerField()
    marks_achieved = models.PositiveSmallIntegerField()
    feedback = models.TextField()
    engine = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at", "-id"], name="ai_evaluations_by_user")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(marks_achieved__lte=F("marks_available")),
                name="ai_answerevaluation_marks_within_what_is_available",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.marks_achieved}/{self.marks_available}"


class ModelCallRecord(models.Model):
    """A call of a model, successful or failed: what the operator pays for. No text is stored.

    `hold_id` is the hold of credits that the call was made for; its spend has the key `hold:<id>`.
    `cost` is the provider's, in US dollars, or None where it is not known.
    """

    created_at = models.DateTimeField(auto_now_add=True)
    hold_id = models.UUIDField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="model_calls")
    action = models.CharField(max_length=100)
    model = models.CharField(max_length=100)
    prompt_version = models.CharField(max_length=50)
    outcome = models.CharField(max_length=50)  # `ok`, or the code of the engine's error
    input_tokens = models.PositiveIntegerField()
    output_tokens = models.PositiveIntegerField()
    cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    latency_ms = models.PositiveIntegerField()

    class Meta:
        verbose_name = "model call"
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["created_at", "action", "model"], name="ai_calls_by_time")]

    def __str__(self) -> str:
        return f"{self.model}: {self.outcome}"
