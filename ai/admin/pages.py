"""Read-only admin pages of question sets, evaluations, and calls of models with their margin."""

import re
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from unfold.admin import StackedInline
from unfold.decorators import action
from unfold.enums import ActionVariant

from ai.admin.forms import PeriodForm
from ai.models import AnswerEvaluation, ModelCallRecord, Question, QuestionSet
from ai.selectors import Margin, margins, total_margin
from common.admin import (
    LargeTableAdmin,
    ReadOnlyAdmin,
    ReadOnlyMixin,
    badge,
    change_link,
    column,
    time_column,
    user_column,
)
from credits.admin import DayRangeFilter, credits_text
from credits.models import AiCreditLog

UNKNOWN = "unknown"


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
    search_help_text = "A user's email, a name, or the exact id that an entry of the ledger refers to."
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
    search_help_text = "A user's email, or the exact id that an entry of the ledger refers to."
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


def dollars(amount: Decimal | None) -> str:
    """Format a cost in US dollars, which may be a small part of a cent."""
    if amount is None:
        return UNKNOWN
    return f"${amount:,.2f}" if amount >= 1 or not amount else f"${amount:.6f}".rstrip("0")


@admin.register(ModelCallRecord)
class ModelCallRecordAdmin(LargeTableAdmin):
    list_display = ["created", "action", "model", "result", "provider_cost", "tokens", "latency", "holder"]
    list_filter = ["action", "model", "outcome", ("created_at", DayRangeFilter)]
    list_filter_submit = True
    list_select_related = ["user"]
    search_fields = ["user__email", "hold_id__exact"]
    search_help_text = (
        "A user's email, or the key of a spend, such as hold:5f0c1c1e-9a53-4a3f-8e0c-0f5a3f0a7b11."
    )
    ordering = ["-created_at", "-id"]
    actions_list = ["margins"]
    fields = [
        "holder",
        "created",
        "action",
        ("model", "prompt_version"),
        ("result", "latency"),
        ("tokens", "provider_cost"),
        ("hold_id", "spend"),
    ]

    created = time_column("Created at", "created_at")
    holder = user_column()
    result = column(
        "Outcome",
        lambda row: badge(row.outcome, "success" if row.outcome == "ok" else "danger"),
        ordering="outcome",
    )
    tokens = column(
        "Tokens in, out", lambda row: f"{intcomma(row.input_tokens)}, {intcomma(row.output_tokens)}"
    )
    provider_cost = column("Cost", lambda row: dollars(row.cost), ordering="cost")
    latency = column("Latency", lambda row: f"{intcomma(row.latency_ms)} ms", ordering="latency_ms")

    @admin.display(description="Ledger entry")
    def spend(self, row: ModelCallRecord) -> SafeString | str:
        entry = AiCreditLog.objects.of(row.user_id).filter(idempotency_key=f"hold:{row.hold_id}").first()
        if entry is None:
            return "None: nothing was charged."
        return change_link(entry, f"{credits_text(entry.amount, signed=True)} credits")

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[ModelCallRecord], search_term: str
    ) -> tuple[models.QuerySet[ModelCallRecord], bool]:
        """Accept the key of a spend as the ledger shows it."""
        return super().get_search_results(request, queryset, re.sub(r"^hold:", "", search_term.strip()))

    @action(
        description="Margins",
        url_path="margins",
        permissions=["view"],
        icon="monitoring",
        variant=ActionVariant.PRIMARY,
    )
    def margins(self, request: HttpRequest) -> TemplateResponse:
        """Show the cost of calls and the credits that users paid, by action and model."""
        form = PeriodForm.of(request.GET)
        rows: list[Margin] = []
        if form.is_valid():
            since, until = form.bounds()
            rows = margins(since=since, until=until)
        shown = [*rows, total_margin(rows)] if rows else []
        table = {"headers": MARGIN_HEADERS, "rows": [_cells(row) for row in shown]}
        return TemplateResponse(
            request,
            "ai/admin/margins.html",
            {
                **self.admin_site.each_context(request),
                "model_admin": self,
                "title": "Margins",
                "content_title": "Margins",
                "form": form,
                "table": table,
            },
        )


MARGIN_HEADERS = [
    *("Action", "Model", "Calls", "Failed", "Tokens in", "Tokens out"),
    *("Cost", "Credits", "Credits per dollar"),
]


def _cells(row: Margin) -> list[Any]:
    cost = dollars(row.cost)
    if row.cost is None and row.unknown_costs < row.calls:
        cost = f"{dollars(row.known_cost)} + {intcomma(row.unknown_costs)} {UNKNOWN}"
    rate = row.credits_per_dollar
    return [
        row.action or "Total",
        row.model,
        intcomma(row.calls),
        intcomma(row.failures),
        intcomma(row.input_tokens),
        intcomma(row.output_tokens),
        cost,
        credits_text(row.credits),
        (UNKNOWN if row.cost is None else "\N{EN DASH}") if rate is None else f"{rate:,.0f}",
    ]
