"""Every admin page opens, with every search and filter, in a constant number of queries.

The connection binds parameters on the server, where a type that PostgreSQL cannot infer is an error, so
every page needs a test.
"""

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.services import create_api_key, erase_account
from accounts.tests.factories import UserFactory
from credits import services as ledger
from credits.services import holds
from tests.sample_data import (
    SOURCE_TEXT,
    buy_credit_pack,
    create_model_calls,
    create_prices,
    create_sample_history,
    subscribe,
    subscribe_at_unmapped_price,
)

REGISTERED = {
    "accounts.User",
    "accounts.ApiKey",
    "auth.Group",
    "credits.AiCreditLog",
    "credits.CreditHold",
    "credits.ActionPrice",
    "billing.Plan",
    "billing.CreditPack",
    "billing.Payment",
    "billing.CustomerDeletion",
    "ai.QuestionSet",
    "ai.AnswerEvaluation",
    "ai.ModelCallRecord",
    "jobs.Job",
    "jobs.ScheduledCommand",
    "djstripe.Customer",
    "djstripe.Subscription",
    "djstripe.Invoice",
    "djstripe.Price",
    "djstripe.Product",
    "djstripe.Event",
    "djstripe.WebhookEventTrigger",
}
EDITABLE = {"accounts.User", "auth.Group", "billing.Plan", "billing.CreditPack"}
ADDABLE = {"credits.ActionPrice"}  # and never changed
# Independent of the number of rows: session, user, badge, counts, rows, filters' choices.
MOST_QUERIES = 12


@pytest.fixture
def admin_user(transactional_db):
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(admin_user):
    client = Client()
    client.force_login(admin_user)
    return client


@pytest.fixture
def sample_users(sandbox_with_webhooks, admin_user, client_of):
    users = create_sample_history(users=3, staff=admin_user)
    subscribe(users[0], sandbox_with_webhooks)
    buy_credit_pack(users[0], sandbox_with_webhooks)
    subscribe_at_unmapped_price(users[1], sandbox_with_webhooks)
    create_model_calls(user=users[0])
    create_prices(staff=admin_user)
    create_api_key(user=users[0], name="Server", scopes=["read", "spend"])
    api = client_of(users[0])
    questions = api.post(
        "/api/ai/generate-from-source", {"sourceText": SOURCE_TEXT, "questionCount": 2}, format="json"
    ).json()["questions"]
    answer = {"questionId": questions[0]["id"], "userAnswer": "x"}
    api.post("/api/ai/evaluate-answer", answer, format="json")
    job = api.post("/api/ai/evaluate-answer", answer, format="json", headers={"Prefer": "respond-async"})
    assert api.delete(job["Location"]).status_code == 204
    call_command("run_scheduled", "process_due_credits")
    leaving = UserFactory()
    subscribe(leaving, sandbox_with_webhooks)
    erase_account(user_id=leaving.pk)
    return users


def admins():
    return [(model, admin.site.get_model_admin(model)) for model in admin.site._registry]


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_only_the_listed_models_are_registered():
    assert {model._meta.label for model, _ in admins()} == REGISTERED


@pytest.mark.slow
def test_every_page_opens(sample_users, browser, admin_user):
    request = browser.get("/admin/").wsgi_request
    request.user = admin_user
    for model, model_admin in admins():
        label = model._meta.label
        if label != "auth.Group":
            assert model.objects.exists(), f"the sample data has no {label}"
        pages = [url(model, "changelist")]
        if model_admin.get_search_fields(request):
            pages += [f"{pages[0]}?q={query}" for query in ("example.com", "7", "in_0 %_'\\", "é\U0001f600")]
        if model_admin.has_add_permission(request):
            pages.append(url(model, "add"))
        columns = [str(column) for column in range(len(model_admin.get_list_display(request)))]
        pages += [f"{pages[0]}?o={'.'.join(columns)}", f"{pages[0]}?o=-{'.-'.join(columns)}"]
        first, last = model.objects.order_by("pk").first(), model.objects.order_by("pk").last()
        pages += [url(model, "change", row.pk) for row in {first, last} - {None}]
        pages += [url(model, "history", first.pk)] if first else []
        for page in pages:
            assert browser.get(page).status_code == 200, page


@pytest.mark.slow
def test_every_filter_filters(sample_users, browser):
    for model, _ in admins():
        page = url(model, "changelist")
        changelist = browser.get(page).context["cl"]
        for spec in changelist.filter_specs:
            for choice in _values(spec, changelist):
                found = browser.get(page, choice)
                assert found.status_code == 200, (page, choice)
                assert "e=1" not in found.headers.get("Location", ""), (page, choice)


@pytest.mark.slow
def test_every_link_with_a_query_works(sample_users, browser):
    """The lists refuse parameters that are not their filters', so the pages must not link to such a list."""
    pages = ["/admin/"]
    for model, _ in admins():
        pages += [url(model, "changelist"), f"{url(model, 'changelist')}?q=example.com&o=1"]
        pages += [url(model, "change", row.pk) for row in model.objects.order_by("pk")[:1]]
    links = {}  # one of each kind, by path and names of the parameters
    for page in pages:
        for href in re.findall(r'\s(?:href|action)="([^"]*\?[^"]*)"', browser.get(page).content.decode()):
            link = urlsplit(urljoin(page, unescape(href)))
            names = tuple(QueryDict(link.query))
            if not link.netloc:
                links[link.path, names] = f"{link.path}?{link.query}"
    assert ("/admin/billing/payment/", ("attention",)) in links
    assert ("/admin/jobs/job/", ("state__exact",)) in links
    for link in links.values():
        assert browser.get(link).status_code == 200, link


@pytest.mark.slow
def test_sidebar_title_and_breadcrumbs_agree(sample_users, browser):
    names = re.compile(r"(?s)<h1.*?</h1>")
    sidebar = {
        item["link"]: item["title"]
        for group in browser.get("/admin/").context["sidebar_navigation"]
        for item in group["items"]
    }
    for model, _ in admins():
        page = browser.get(url(model, "changelist"))
        title = sidebar[url(model, "changelist")]
        (heading,) = names.findall(page.content.decode())
        assert strip_tags(heading).split() == title.split()
        assert str(model._meta.verbose_name) in page.context["title"]


@pytest.mark.slow
def test_breadcrumbs_show_ids_as_they_are(sample_users, browser):
    for label in ("djstripe.Customer", "djstripe.Subscription", "djstripe.Invoice", "billing.Payment"):
        row = apps.get_model(label).objects.latest("pk")
        stripe_id = row.stripe_id if label == "billing.Payment" else row.id
        page = browser.get(url(row, "change", row.pk)).content.decode()
        heading = strip_tags(re.search(r"(?s)<h1.*?</h1>", page).group())
        assert stripe_id in heading
        assert "Djstripe" not in page


def _values(spec, changelist):
    """Yield the query of each link or field of a filter."""
    for choice in spec.choices(changelist):
        if query := choice.get("query_string"):
            yield dict(QueryDict(query.removeprefix("?")).items())
        elif form := choice.get("form"):
            yield dict.fromkeys(form.fields, "2026-01-31")


@pytest.mark.slow
def test_no_list_runs_more_queries_for_more_rows(sample_users, browser, admin_user):
    before = {}
    for model, _ in admins():
        before[model] = _queries(browser, url(model, "changelist"))
        assert before[model] <= MOST_QUERIES, model
    user_page = url(type(admin_user), "change", sample_users[0].pk)
    page_before = _queries(browser, user_page)

    more = add_rows(admin_user, sample_users[0])
    assert more
    for model, _ in admins():
        assert _queries(browser, url(model, "changelist")) <= before[model], model
    assert _queries(browser, user_page) <= page_before


def add_rows(admin_user, user):
    create_model_calls(user=user)
    create_prices(staff=admin_user)
    for n in range(10):
        create_api_key(user=user, name=f"Server {n}", scopes=["read"])
    for n in range(30):
        ledger.adjust(user_id=user.pk, amount=1, actor_id=admin_user.pk, reason="more", key=f"more:{n}")
        holds.hold(user_id=user.pk, amount=1, action_type="evaluate_answer")
    return [UserFactory() for _ in range(5)]


def _queries(browser, page):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(page).status_code == 200
    return len(queries)


@pytest.mark.slow
def test_read_only_pages_refuse_every_write(sample_users, browser):
    for model, _ in admins():
        if model._meta.label in EDITABLE:
            continue
        row = model.objects.order_by("pk").last()
        before = model.objects.filter(pk=row.pk).values().get()
        for page in ("change", "delete"):
            answer = browser.post(url(model, page, row.pk), {"post": "yes", **_as_posted(before)})
            assert answer.status_code == 403, (model, page)
        if model._meta.label not in ADDABLE:
            assert browser.post(url(model, "add"), {}).status_code == 403
        bulk = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
        browser.post(url(model, "changelist"), bulk)
        assert model.objects.filter(pk=row.pk).values().get() == before


def _as_posted(values):
    return dict.fromkeys(values, "1")


@pytest.mark.parametrize("rights", [[], ["view"]])
def test_staff_see_only_pages_they_have_permission_for(rights, user, admin_user):
    support = UserFactory(is_staff=True)
    support.user_permissions.set(
        Permission.objects.filter(codename__in=[f"{right}_user" for right in rights])
    )
    browser = Client()
    browser.force_login(support)
    assert browser.get("/admin/").status_code == 200
    expected = 200 if rights else 403
    assert browser.get("/admin/accounts/user/").status_code == expected
    assert browser.get(url(type(user), "change", user.pk)).status_code == expected
    for model, _ in admins():
        if model._meta.label != "accounts.User":
            assert browser.get(url(model, "changelist")).status_code == 403


class TestOverview:
    def test_overview_figures_are_correct(self, browser, user):
        now = timezone.now()
        ledger.spend(user_id=user.pk, amount=7, action_type="evaluate_answer", key="today", at=now)
        two_days_ago, long_ago = now - timedelta(days=2), now - timedelta(days=40)
        ledger.spend(user_id=user.pk, amount=5, action_type="evaluate_answer", key="before", at=two_days_ago)
        ledger.spend(user_id=user.pk, amount=9, action_type="evaluate_answer", key="long ago", at=long_ago)
        holds.hold(user_id=user.pk, amount=4, action_type="evaluate_answer")

        context = browser.get("/admin/").context
        figures = {figure.title: (figure.value, figure.note) for figure in context["figures"]}
        assert figures == {
            "Users": (2, "2 new in 30 days"),
            "Credits outstanding": (200 - 7 - 5 - 9, "4 of them reserved"),
            "Payments that need attention": (0, "Every payment granted its credits"),
        }
        assert [(day.day, day.spent, day.entries) for day in context["spent"]] == [
            (now.date(), 7, 1),
            (two_days_ago.date(), 5, 1),
        ]
        bars = json.loads(context["chart"])
        assert len(bars["labels"]) == len(bars["datasets"][0]["data"]) == 31
        assert sum(bars["datasets"][0]["data"]) == context["spent_total"] == 12

    def test_overview_hides_figures_without_permission(self, db):
        support = UserFactory(is_staff=True)
        browser = Client()
        browser.force_login(support)
        page = browser.get("/admin/")
        assert b"You do not have permission to view any page yet" in page.content
        assert (page.context["figures"], "chart" in page.context) == ([], False)
        assert [group.get("title") for group in page.context["sidebar_navigation"]] == [None]

    @pytest.mark.parametrize(
        ("host", "live", "label"),
        [
            ("http://127.0.0.1:12111", False, "Stripe sandbox"),
            ("https://api.stripe.com", False, "Stripe test mode"),
            ("https://api.stripe.com", True, "Live"),
        ],
    )
    def test_overview_shows_the_stripe_environment(self, browser, settings, host, live, label):
        settings.STRIPE_API_HOST, settings.STRIPE_LIVE_MODE = host, live
        assert label in browser.get("/admin/").content.decode()


def test_users_who_are_not_staff_are_redirected_to_the_login(user):
    browser = Client()
    browser.force_login(user)
    assert browser.get("/admin/").status_code == 302
