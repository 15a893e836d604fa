"""Read-only admin pages of question sets and evaluations."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from unfold.admin import StackedInline

from ai.models import AnswerEvaluation, Question, QuestionSet
from common.admin import ReadOnlyAdmin, ReadOnlyMixin, column, user_column


class QuestionInline(ReadOnlyMixin, StackedInline):
    model = Question
    fields = ["text", "question_type", "options", "answer", "marks_available"]
    hide_title = True
    extra = 0


@admin.register(QuestionSet)
class QuestionSetAdmin(ReadOnlyAdmin):
    list_display = ["name", "holder", "question_count", "engine", "created_at"]
    list_filter = ["engine"]
    list_select_related = ["user"]
    search_fields = ["user__email", "name", "id__exact"]
    search_help_text = "A user's e-mail, a name, or the exact id that an entry of the ledger refers to."
    ordering = ["-created_at", "-id"]
    fields = ["holder", "name", ("engine", "language"), "created_at"]
    inlines = [QuestionInline]

    holder = user_column()
    question_count = column("Questions", lambda row: row.question_count, ordering="question_count")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[QuestionSet]:
        return super().get_queryset(request).annotate(question_count=models.Count("questions"))


@admin.register(AnswerEvaluation)
class AnswerEvaluationAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "holder", "marks", "engine"]
    list_filter = ["engine"]
    list_select_related = ["user"]
    search_fields = ["user__email", "id__exact"]
    search_help_text = "A user's e-mail, or the exact id that an entry of the ledger refers to."
    ordering = ["-created_at", "-id"]
    fields = [
        "holder",
        "question_text",
        "expected",
        "user_answer",
        "marks",
        "feedback",
        "engine",
        "created_at",
    ]

    holder = user_column()
    question_text = column("Question", lambda row: row.question.text)
    expected = column("Expected answer", lambda row: row.question.answer)
    marks = column(
        "Marks", lambda row: f"{row.marks_achieved} of {row.marks_available}", ordering="marks_achieved"
    )
