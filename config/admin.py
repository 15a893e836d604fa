"""The admin's overview page and sidebar."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from django.utils.text import capfirst

from billing.models import Payment
from config.environment import STRIPE_HOST
from credits.models import AiCreditLog

DAYS = 30

# The sidebar: the models of each group and their icons. The titles are the models' own plural names,
# which page titles and breadcrumbs show as well.
NAVIGATION = {
    "Support": {
        "accounts.User": "group",
        "accounts.ApiKey": "key",
        "credits.AiCreditLog": "receipt_long",
        "credits.CreditHold": "hourglass_top",
        "jobs.Job": "work_history",
        "billing.Payment": "payments",
        "billing.CustomerDeletion": "person_remove",
    },
    "Content": {
        "ai.QuestionSet": "quiz",
        "ai.AnswerEvaluation": "rule",
        "ai.ModelCallRecord": "smart_toy",
    },
    "Catalog": {
        "billing.Plan": "sell",
        "billing.CreditPack": "shopping_bag",
        "credits.ActionPrice": "request_quote",
    },
    "Stripe data": {
        "djstripe.Customer": "badge",
        "djstripe.Subscription": "autorenew",
        "djstripe.Invoice": "description",
        "djstripe.Price": "price_change",
        "djstripe.Product": "inventory_2",
        "djstripe.Event": "bolt",
        "djstripe.WebhookEventTrigger": "webhook",
    },
    "Operations": {
        "jobs.ScheduledCommand": "schedule",
    },
    "Staff": {
        "auth.Group": "admin_panel_settings",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the overview. `alarming` if staff should act on it."""

    title: str
    value: int
    note: str
    url: str
    alarming: bool = False


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar with the pages that this member of staff may view."""
    groups: list[dict[str, Any]] = [
        {"items": [{"title": "Overview", "icon": "dashboard", "link": reverse("admin:index")}]}
    ]
    for title, pages in NAVIGATION.items():
        items = [_item(label, icon) for label, icon in pages.items() if _may_view(request, label)]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    return groups


def account_links(request: HttpRequest) -> list[dict[str, str]]:
    """Return the links in the menu of one's own account."""
    return [{"title": "Second factor", "link": reverse("admin:set_up_second_factor")}]


def stylesheet(request: HttpRequest) -> str:
    """Return the URL of the rules that we add to Unfold's."""
    return static("config/admin.css")


def environment(request: HttpRequest) -> list[str]:
    """Return the label in the corner of every page: live, test mode or sandbox."""
    if settings.STRIPE_API_HOST != STRIPE_HOST:
        return ["Stripe sandbox", "info"]
    return ["Live", "danger"] if settings.STRIPE_LIVE_MODE else ["Stripe test mode", "warning"]


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the overview's context: the figures that this member of staff may view."""
    since = timezone.now() - timedelta(days=DAYS)
    figures: list[Figure] = []
    if _may_view(request, "accounts.User"):
        figures += _user_figures(since)
    if _may_view(request, "billing.Payment"):
        figures.append(_payment_figure())
    context |= {"title": "Overview", "figures": figures, "days": DAYS}
    if _may_view(request, "credits.AiCreditLog"):
        spent = _spent_by_day(since)
        context |= {
            "spent": spent,
            "spent_total": sum(day.spent for day in spent),
            "chart": _chart(spent, since),
        }
    return context


def _spent_by_day(since: datetime) -> list[Any]:
    """Return `day`, credits `spent` and number of `entries`, newest first, without days that have no spends."""
    return list(
        AiCreditLog.objects.spends()
        .filter(created_at__gte=since)
        .annotate(day=TruncDate("created_at"))
        .values("day")
        .annotate(spent=-Sum("amount"), entries=Count("id"))
        .order_by("-day")
        .values_list("day", "spent", "entries", named=True)
    )


def _user_figures(since: datetime) -> list[Figure]:
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
            note=f"{users['held']:,} of them reserved",
            url=url,
        ),
    ]


def _payment_figure() -> Figure:
    waiting = Payment.objects.filter(credits__isnull=True).count()
    return Figure(
        title="Payments that need attention",
        value=waiting,
        note="Unmapped price" if waiting else "Every payment granted its credits",
        url=reverse("admin:billing_payment_changelist") + "?attention=needed",
        alarming=waiting > 0,
    )


def _chart(spent: list[Any], since: datetime) -> str:
    """Return the data of Unfold's bar chart, with a bar for every day."""
    spent_on = {day.day: day.spent for day in spent}
    days = [since.date() + timedelta(days=n) for n in range(DAYS + 1)]
    return json.dumps(
        {
            "labels": [f"{day.day} {day:%b}" for day in days],
            "datasets": [
                {
                    "label": "Credits spent",
                    "data": [spent_on.get(day, 0) for day in days],
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


def _item(label: str, icon: str) -> dict[str, Any]:
    opts = apps.get_model(label)._meta
    item = {
        "title": capfirst(opts.verbose_name_plural),
        "icon": icon,
        "link": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
    }
    if label == "billing.Payment" and (waiting := Payment.objects.filter(credits__isnull=True).count()):
        item["badge"] = str(waiting)
    return item
