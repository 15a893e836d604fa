"""Rules of this code base that linters and type checkers do not check."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.management import call_command
from django.db import connection
from django.db.models import PROTECT
from django.urls import resolve

from billing.urls import urlpatterns as billing_urls
from credits.urls import urlpatterns as credits_urls

PROJECT = Path(__file__).resolve().parents[1]
APPS = ["accounts", "ai", "billing", "credits", "jobs"]
SOURCES = [
    path
    for name in [*APPS, "config", "demo"]
    for path in sorted((PROJECT / name).rglob("*.py"))
    if "migrations" not in path.parent.name
]
MODELS = [model for name in APPS for model in apps.get_app_config(name).get_models()]


def find(pattern, paths):
    """Return the matches of a pattern as `file:line`."""
    return [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]


def of_apps(paths):
    return [path for path in paths if path.parts[len(PROJECT.parts)] in APPS and "tests" not in path.parts]


def test_import_contracts_hold():
    # In a process of its own: it disables all loggers of the one that it runs in.
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("route", [*credits_urls, *billing_urls], ids=lambda route: route.name)
def test_views_of_reusable_apps_declare_their_permissions(route):
    """Another project's default may allow anonymous users, who have no credits."""
    view = getattr(route.callback, "cls", None)
    assert view is None or "permission_classes" in vars(
        view
    )  # the webhook is a plain Django view, protected by its signature


@pytest.mark.parametrize(
    "path",
    [
        "/api/ai/generate-from-source",
        "/api/ai/evaluate-answer",
        "/api/payments/create-checkout-session",
        "/api/payments/create-portal-session",
        "/api/stripe-webhook",
    ],
)
def test_views_that_wait_for_the_network_are_not_atomic(path, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    view = resolve(path).func
    assert BaseHandler().make_view_atomic(view) is view


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("credits", ["0", "7"])
def test_no_setting_changes_the_migrations(credits):  # noqa: A002  (what it is)
    environment = {**os.environ, "SIGNUP_CREDITS": credits, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_stay_small():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {
        path.name: count for path, count in lines.items() if count > 400 and "tests" not in path.parts
    } == {}


def test_credits_knows_nothing_of_this_project():
    sources = [path for path in of_apps(SOURCES) if path.parts[len(PROJECT.parts)] == "credits"]
    assert find(r"(?i)question_?set|subscription_|stripe_|(?<!query )\bplan\b", sources) == []


def test_no_todo_is_left():
    assert find(r"\b(TODO|FIXME|XXX)\b", SOURCES) == []


def test_every_row_lock_states_its_strength():
    assert find(r"select_for_update\((?!.*no_key=)", of_apps(SOURCES)) == []


def test_time_enters_sql_as_a_parameter():
    assert find(r"(?<!timezone\.)(?<!datetime\.)\bnow\(\)|current_timestamp|\bNow\(", of_apps(SOURCES)) == []


def test_nothing_is_mocked():
    assert find(r"\bunittest\.mock|\bMagicMock\b|\bmocker\b", SOURCES) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
class TestModels:
    def test_constraint_names_have_the_models_prefix(self, model):
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        assert [c.name for c in model._meta.constraints if not c.name.startswith(prefix)] == []

    def test_foreign_keys_to_the_user_are_protected(self, model):
        to_user = [
            field
            for field in model._meta.concrete_fields
            if field.remote_field and field.remote_field.model._meta.label == settings.AUTH_USER_MODEL
        ]
        assert [field.name for field in to_user if field.remote_field.on_delete is not PROTECT] == []
