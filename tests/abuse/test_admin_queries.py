"""Hostile queries to every list of the admin: a page, a redirect or 400, never 500."""

import itertools
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory

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
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    request = rf.get(url)
    request.user = UserFactory(is_staff=True, is_superuser=True)
    assert wrong(browser, url, ["q", *filter_parameters(model_admin, request)], VALUES) == {}


@pytest.mark.parametrize(("model", "model_admin"), LISTS)
def test_a_page_accepts_only_ids(browser, model, model_admin):
    page = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    for key in ("_00", "9" * 40):
        assert browser.get(reverse(page, args=[key])).status_code in RIGHT, key
