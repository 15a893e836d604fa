"""Reads that cross rows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Sum, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from ai.models import ModelCallRecord, Question
from credits.holders import UserId
from credits.models import AiCreditLog


def find_question(*, question_id: uuid.UUID, user_id: UserId) -> Question | None:
    """Return a question of the user's, or None."""
    return next(iter(Question.objects.raw(_question_sql(), [question_id, user_id])), None)


@cache
def _question_sql() -> str:
    """Return the statement of `find_question`. Cached: compiling it takes longer than running it."""
    owned = Question.objects.filter(id=uuid.UUID(int=0), question_set__user_id=0).order_by()
    statement, _ = owned.query.sql_with_params()
    return statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """The cost of a model's calls for an action, and the credits that users paid for them.

    `known_cost` is the sum, in US dollars, of the calls whose cost is known; `unknown_costs` counts the
    others. `credits` are those of spends that were not refunded.
    """

    action: str
    model: str
    calls: int
    failures: int
    input_tokens: int
    output_tokens: int
    known_cost: Decimal
    unknown_costs: int
    credits: int

    @property
    def cost(self) -> Decimal | None:
        """The cost in US dollars, or None if the cost of a call is unknown."""
        return None if self.unknown_costs else self.known_cost

    @property
    def credits_per_dollar(self) -> Decimal | None:
        """Credits per dollar, or None if the cost is unknown or zero."""
        return self.credits / self.cost if self.cost else None


def margins(*, since: datetime, until: datetime) -> list[Margin]:
    """Sum the calls in [since, until) by action and model, sorted.

    The credits of a charge count once: for the last call that was made for its hold.
    """
    later = ModelCallRecord.objects.filter(hold_id=OuterRef("hold_id"), pk__gt=OuterRef("pk"))
    refund = AiCreditLog.objects.filter(
        user_id=OuterRef("user_id"),
        idempotency_key=Concat(Value("refund:"), Cast(OuterRef("pk"), TextField())),
    )
    spend = AiCreditLog.objects.filter(
        ~Exists(refund),
        user_id=OuterRef("user_id"),
        idempotency_key=Concat(Value("hold:"), Cast(OuterRef("hold_id"), TextField())),
    )
    taken = Case(When(~Exists(later), then=Subquery(spend.values("amount")[:1])))
    rows = (
        ModelCallRecord.objects.filter(created_at__gte=since, created_at__lt=until)
        .annotate(taken=taken)
        .values("action", "model")
        .annotate(
            calls=Count("pk"),
            failures=Count("pk", filter=~Q(outcome="ok")),
            tokens_read=Sum("input_tokens"),
            tokens_written=Sum("output_tokens"),
            known_cost=Coalesce(Sum("cost"), Decimal(0)),
            unknown_costs=Count("pk", filter=Q(cost__isnull=True)),
            amount=Coalesce(Sum("taken"), 0),
        )
        .order_by("action", "model")
    )
    return [
        Margin(
            action=row["action"],
            model=row["model"],
            calls=row["calls"],
            failures=row["failures"],
            input_tokens=row["tokens_read"],
            output_tokens=row["tokens_written"],
            known_cost=row["known_cost"],
            unknown_costs=row["unknown_costs"],
            credits=-row["amount"],
        )
        for row in rows
    ]


def total_margin(rows: Sequence[Margin]) -> Margin:
    """Return the sum of all rows."""
    return Margin(
        action="",
        model="",
        calls=sum(row.calls for row in rows),
        failures=sum(row.failures for row in rows),
        input_tokens=sum(row.input_tokens for row in rows),
        output_tokens=sum(row.output_tokens for row in rows),
        known_cost=sum((row.known_cost for row in rows), Decimal(0)),
        unknown_costs=sum(row.unknown_costs for row in rows),
        credits=sum(row.credits for row in rows),
    )
