"""Hostile queries to every list of the admin: a page, a redirect or 400, never 500.

No query reveals a column that no page shows.
"""

import itertools
import re
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import UserFactory
from jobs.models import Job

pytestmark = pytest.mark.django_db

RIGHT = {200, 302, 400, 403, 404}
VALUES = ["\0", "9" * 40]
MORE_VALUES = ["a\0b", "-1", "1e400", "2026-13-45", "[]", "'\"\\"]
NAMES = ["q", "o", "p", "e", "_to_field", "id__exact", "email__lt", "plan", "subscription", "is_staff__exact"]
LISTS = [
    pytest.param(model, model_admin, id=model._meta.label)
    for model, model_admin in admin.site._registry.items()
]


@pytest.fixture
def browser(db):
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def staff_with(*permissions):
    """Return the browser of a member of staff with these permissions, such as `view_job`."""
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def job(api):
    """A queued job with a text that staff do not see."""
    body = {"sourceText": "Lamp oil is made from whales. " * 20, "questionCount": 2}
    answer = api.post(
        "/api/ai/generate-from-source", body, format="json", headers={"Prefer": "respond-async"}
    )
    assert answer.status_code == 202
    return Job.objects.get()


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def filter_parameters(model_admin, request):
    """Return the parameters of the list's filters."""
    specs = model_admin.get_changelist_instance(request).filter_specs
    return {name for spec in specs for name in spec.expected_parameters()}


def wrong(browser, url, names, values):
    """Return the requests whose status is not one of those that are right."""
    statuses = {
        (name, value): browser.get(f"{url}?{name}={quote(value)}").status_code
        for name, value in itertools.product(names, values)
    }
    return {sent: status for sent, status in statuses.items() if status not in RIGHT}


def test_the_list_of_users_accepts_only_its_own_values(browser):
    assert wrong(browser, "/admin/accounts/user/", NAMES, MORE_VALUES) == {}


@pytest.mark.parametrize(("model", "model_admin"), LISTS)
def test_a_list_accepts_only_its_own_values(browser, rf, model, model_admin):
    url = list_of(model)
    request = rf.get(url)
    request.user = UserFactory(is_staff=True, is_superuser=True)
    assert wrong(browser, url, ["q", *filter_parameters(model_admin, request)], VALUES) == {}


@pytest.mark.parametrize(("model", "model_admin"), LISTS)
def test_a_page_accepts_only_ids(browser, model, model_admin):
    page = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    for key in ("_00", "9" * 40):
        assert browser.get(reverse(page, args=[key])).status_code in RIGHT, key


@pytest.mark.parametrize(("model", "model_admin"), LISTS)
def test_a_page_has_no_object_with_nul_in_its_id(browser, model, model_admin):
    pages = [pattern for pattern in model_admin.get_urls() if pattern.pattern.converters]
    assert len(pages) > 3
    for page in pages:
        url = list_of(model) + re.sub("<[^>]+>", "a%00b", str(page.pattern))
        assert (browser.get(url).status_code, browser.post(url).status_code) == (404, 404), url
    content_type = ContentType.objects.get_for_model(model)
    assert browser.get(f"/admin/r/{content_type.pk}/a%00b/").status_code == 404


HIDDEN = {
    "body__sourceText__startswith": ["Lamp", "Moon"],
    "body__sourceText__contains": ["whales", "moons"],
    "body__icontains": ["whales", "moons"],
    "response_body__icontains": ["whales", "moons"],
    "error__isnull": ["True"],
    "user__password__startswith": ["p", "!"],
    "user__id__exact": ["1"],
    "user": ["1"],
    "id__in": ["1,2"],
    "pk": ["1"],
    "action__startswith": ["g"],
    "action__exact__startswith": ["g"],
    "state__in": ["failed"],
    "created_at__year": ["99999", "2026"],
    "created_at__month": ["13"],
    "nothing": [""],
    "": ["x"],
}


def test_staff_who_view_jobs_cannot_guess_at_their_texts(job):
    browser = staff_with("view_job")
    page = list_of(Job)
    assert list(browser.get(page).context["cl"].queryset) == [job]
    for name, values in HIDDEN.items():
        for value in values:
            assert browser.get(page, {name: value}).status_code == 400, (name, value)
            beside_a_filter = {name: value, "action": job.action, "q": str(job.pk), "o": "1"}
            assert browser.get(page, beside_a_filter).status_code == 400, (name, value)
    assert browser.get(f"{page}{job.pk}/change/", {"_to_field": "body"}).status_code == 400


@pytest.mark.parametrize("year", ["99999", "9999", "0", "-1", "x", "9" * 40])
def test_a_year_that_does_not_exist_is_no_error(browser, year):
    for name in ("date_joined__year", "date_joined__year__gt", "date_joined__iso_year", "last_login__year"):
        assert browser.get("/admin/accounts/user/", {name: year}).status_code == 400


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_the_first_and_the_last_day_of_all_are_no_error(browser, settings, zone):
    settings.TIME_ZONE = zone
    for page in ("/admin/credits/aicreditlog/", "/admin/ai/modelcallrecord/"):
        for day in ("0001-01-01", "9999-12-31", "99999-01-01", "2026-13-01"):
            for end in ("created_at_from", "created_at_to"):
                assert browser.get(page, {end: day}).status_code == 200, (page, end, day)


def lookups(model):
    """Yield lookups of each column, and of each text of the rows that it refers to."""
    for field in model._meta.get_fields(include_hidden=True):
        name = field.name if field.concrete else field.get_accessor_name() or field.name
        yield from (f"{name}{lookup}" for lookup in ("", "__startswith", "__gt"))
        if isinstance(field, models.JSONField):
            yield f"{name}__key__startswith"
        elif field.many_to_one:
            texts = (models.CharField, models.TextField, models.JSONField)
            columns = field.related_model._meta.concrete_fields
            yield from (f"{name}__{other.name}__startswith" for other in columns if isinstance(other, texts))


@pytest.mark.parametrize(("model", "model_admin"), LISTS)
def test_a_list_is_filtered_only_by_its_own_filters(browser, rf, model, model_admin):
    request = rf.get("/")
    request.user = UserFactory(is_staff=True, is_superuser=True)
    hostile = set(lookups(model)) - filter_parameters(model_admin, request)
    assert len(hostile) > 5
    assert {name for name in hostile if browser.get(list_of(model), {name: "1"}).status_code != 400} == set()


@pytest.mark.parametrize(("model", "model_admin"), LISTS)
def test_a_list_is_sorted_only_by_its_own_columns(browser, model, model_admin):
    def orders(**query):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(list_of(model), query).status_code == 200
        return [query["sql"].rpartition("ORDER BY")[2] for query in queries if "ORDER BY" in query["sql"]]

    columns = ".".join(["body", "-password", "pk", "-", "", "x.99", "9" * 40, "-99"])
    assert orders(o=columns) == orders(o=".")


@pytest.mark.parametrize("number", ["0", "-1", "x", "\N{SUPERSCRIPT TWO}", "9" * 40, "9" * 5000])
def test_a_page_number_that_does_not_exist_is_no_error(browser, user, number):
    change = f"/admin/accounts/user/{user.pk}/change/"
    tabs = browser.get(change).context["inline_admin_formsets"]
    for tab in tabs:
        assert browser.get(change, {tab.formset.get_pagination_key(): number}).status_code == 200, tab
    assert len(tabs) > 5
    assert browser.get("/admin/accounts/user/", {"p": number}).status_code in RIGHT
    assert browser.get("/admin/search/", {"s": "users", "page": number}).status_code in RIGHT


def test_autocompletion_needs_permission_to_view_the_users(user):
    search = {"app_label": "jobs", "model_name": "job", "field_name": "user", "term": user.email}
    page = reverse("admin:autocomplete")
    assert staff_with("view_job").get(page, search).status_code == 403
    found = staff_with("view_user").get(page, search).json()["results"]
    assert [row["id"] for row in found] == [str(user.pk)]
    by_password = {**search, "term": user.password[:20]}
    assert staff_with("view_user").get(page, by_password).json()["results"] == []
