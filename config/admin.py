"""The admin's front page and its navigation, over all apps."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from billing.models import Payment
from config.environment import STRIPE_HOST
from credits.models import AiCreditLog

DAYS = 30

# Group → its pages: title, icon, model.
NAVIGATION = {
    "Support": [
        ("Users", "group", "accounts.User"),
        ("Ledger", "receipt_long", "credits.AiCreditLog"),
        ("Holds", "hourglass_top", "credits.CreditHold"),
        ("Payments", "payments", "billing.Payment"),
    ],
    "What users made": [
        ("Question sets", "quiz", "ai.QuestionSet"),
        ("Evaluated answers", "rule", "ai.AnswerEvaluation"),
    ],
    "On sale": [
        ("Plans", "sell", "billing.Plan"),
        ("Packs", "shopping_bag", "billing.CreditPack"),
    ],
    "As Stripe has it": [
        ("Customers", "badge", "djstripe.Customer"),
        ("Subscriptions", "autorenew", "djstripe.Subscription"),
        ("Invoices", "description", "djstripe.Invoice"),
        ("Prices", "price_change", "djstripe.Price"),
        ("Products", "inventory_2", "djstripe.Product"),
        ("Events", "bolt", "djstripe.Event"),
        ("Webhook deliveries", "webhook", "djstripe.WebhookEventTrigger"),
    ],
    "Staff": [
        ("Groups", "admin_panel_settings", "auth.Group"),
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the front page. `alarming` when staff should look."""

    title: str
    value: int
    note: str
    url: str
    alarming: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What all users spent on one UTC day: credits, in how many entries."""

    day: date
    spent: int
    entries: int


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: what this member of staff may look at, in the order in which support needs it."""
    groups: list[dict[str, Any]] = [
        {"items": [{"title": "Overview", "icon": "dashboard", "link": reverse("admin:index")}]}
    ]
    for title, pages in NAVIGATION.items():
        items = [_item(page, icon, label) for page, icon, label in pages if _may_view(request, label)]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    return groups


def stylesheet(request: HttpRequest) -> str:
    """The few rules that we add to Unfold's."""
    return static("config/admin.css")


def environment(request: HttpRequest) -> list[str]:
    """Whose money this is, for the corner of every page."""
    if settings.STRIPE_API_HOST != STRIPE_HOST:
        return ["Stripe sandbox", "info"]
    return ["Live", "danger"] if settings.STRIPE_LIVE_MODE else ["Stripe test mode", "warning"]


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The front page's figures, of what this member of staff may look at."""
    since = timezone.now() - timedelta(days=DAYS)
    figures: list[Figure] = []
    if _may_view(request, "accounts.User"):
        figures += _of_users(since)
    if _may_view(request, "billing.Payment"):
        figures += _of_payments()
    context |= {"title": "Overview", "figures": figures, "days": DAYS}
    if _may_view(request, "credits.AiCreditLog"):
        spent = spent_by_day(since=since)
        context |= {
            "spent": spent,
            "spent_total": sum(day.spent for day in spent),
            "chart": _chart(spent, since),
        }
    return context


def spent_by_day(*, since: datetime) -> list[Day]:
    """What was spent on each UTC day from `since` on, newest first; days without a spend are left out."""
    rows = (
        AiCreditLog.objects.spends()
        .filter(created_at__gte=since)
        .annotate(day=TruncDate("created_at"))
        .values("day")
        .annotate(spent=Sum("amount"), entries=Count("id"))
        .order_by("-day")
    )
    return [Day(day=row["day"], spent=-row["spent"], entries=row["entries"]) for row in rows]


def _of_users(since: datetime) -> list[Figure]:
    users = get_user_model().objects.aggregate(
        users=Count("pk"),
        joined=Count("pk", filter=Q(date_joined__gte=since)),
        available=Sum("ai_credits", default=0),
        held=Sum("ai_credits_held", default=0),
    )
    url = reverse("admin:accounts_user_changelist")
    return [
        Figure(title="Users", value=users["users"], note=f"{users['joined']:,} new in {DAYS} days", url=url),
        Figure(
            title="Credits outstanding",
            value=users["available"] + users["held"],
            note=f"{users['held']:,} of them held",
            url=url,
        ),
    ]


def _of_payments() -> list[Figure]:
    waiting = Payment.objects.filter(credits__isnull=True).count()
    return [
        Figure(
            title="Payments that need attention",
            value=waiting,
            note="Paid at a price that no plan or pack knows"
            if waiting
            else "Every payment gave its credits",
            url=reverse("admin:billing_payment_changelist") + "?attention=needed",
            alarming=waiting > 0,
        )
    ]


def _chart(spent: list[Day], since: datetime) -> str:
    """The bars of Unfold's chart: every day, also those on which nothing was spent."""
    of_day = {day.day: day.spent for day in spent}
    days = [since.date() + timedelta(days=n) for n in range(DAYS + 1)]
    return json.dumps(
        {
            "labels": [f"{day.day} {day:%b}" for day in days],
            "datasets": [
                {
                    "label": "Credits spent",
                    "data": [of_day.get(day, 0) for day in days],
                    "backgroundColor": "var(--color-primary-600)",
                    "grouped": True,
                    "maxBarThickness": 12,
                    "displayYAxis": True,
                    "maxTicksXLimit": 8,
                }
            ],
        }
    )


def _may_view(request: HttpRequest, label: str) -> bool:
    return bool(admin.site.get_model_admin(apps.get_model(label)).has_view_permission(request))


def _item(title: str, icon: str, label: str) -> dict[str, Any]:
    opts = apps.get_model(label)._meta
    item = {
        "title": title,
        "icon": icon,
        "link": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
    }
    if label == "billing.Payment" and (waiting := Payment.objects.filter(credits__isnull=True).count()):
        item["badge"] = str(waiting)
    return item
