"""Read-only admin pages of question sets and evaluations."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, StackedInline

from ai.models import AnswerEvaluation, Question, QuestionSet
from common.admin import ReadOnlyMixin, change_link


class QuestionInline(ReadOnlyMixin, StackedInline):
    model = Question
    fields = readonly_fields = ["text", "question_type", "options", "answer", "marks_available"]
    hide_title = True
    extra = 0


@admin.register(QuestionSet)
class QuestionSetAdmin(ReadOnlyMixin, ModelAdmin):
    list_display = ["name", "holder", "question_count", "engine", "created_at"]
    list_filter = ["engine"]
    list_select_related = ["user"]
    search_fields = ["user__email", "name", "id__exact"]
    search_help_text = "A user's e-mail, a name, or the exact id that an entry of the ledger refers to."
    list_per_page = 50
    ordering = ["-created_at", "-id"]
    fields = ["holder", "name", ("engine", "language"), ("input_tokens", "output_tokens"), "created_at"]
    readonly_fields = ["holder"]
    inlines = [QuestionInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[QuestionSet]:
        sets: models.QuerySet[QuestionSet] = super().get_queryset(request)
        return sets.annotate(question_count=models.Count("questions"))

    @admin.display(description="User", ordering="user__email")
    def holder(self, question_set: QuestionSet) -> SafeString:
        return change_link(question_set.user, str(question_set.user))

    @admin.display(description="Questions", ordering="question_count")
    def question_count(self, question_set: Any) -> int:
        return int(question_set.question_count)


@admin.register(AnswerEvaluation)
class AnswerEvaluationAdmin(ReadOnlyMixin, ModelAdmin):
    list_display = ["created_at", "holder", "marks", "engine"]
    list_filter = ["engine"]
    list_select_related = ["user"]
    search_fields = ["user__email", "id__exact"]
    search_help_text = "A user's e-mail, or the exact id that an entry of the ledger refers to."
    list_per_page = 50
    ordering = ["-created_at", "-id"]
    fields = [
        "holder",
        "question_text",
        "expected",
        "user_answer",
        "marks",
        "feedback",
        ("engine", "input_tokens", "output_tokens"),
        "created_at",
    ]
    readonly_fields = ["holder", "question_text", "expected", "marks"]

    @admin.display(description="User", ordering="user__email")
    def holder(self, evaluation: AnswerEvaluation) -> SafeString:
        return change_link(evaluation.user, str(evaluation.user))

    @admin.display(description="Question")
    def question_text(self, evaluation: AnswerEvaluation) -> str:
        return evaluation.question.text

    @admin.display(description="Expected answer")
    def expected(self, evaluation: AnswerEvaluation) -> str:
        return evaluation.question.answer

    @admin.display(description="Marks", ordering="marks_achieved")
    def marks(self, evaluation: AnswerEvaluation) -> str:
        return f"{evaluation.marks_achieved} of {evaluation.marks_available}"
