"""`billing` from the wheel, without credits, in a project that follows docs/reuse.md."""

import re

import pytest

from .conftest import PROJECT

pytestmark = pytest.mark.slow

SETTINGS = """
import os
from tests.standalone_project.project.settings import DATABASES, DEFAULT_AUTO_FIELD, SECRET_KEY, USE_TZ
os.environ |= {
    "STRIPE_SECRET_KEY": "sk_test_sandboxSandboxSandbox0000",
    "STRIPE_WEBHOOK_SECRET": "whsec_sandboxSandboxSandbox0000",
    "STRIPE_PRICE_ID": "price_sandbox_pro_monthly",
}
APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages", "rest_framework", "shop"]
AUTH_USER_MODEL = "shop.User"
ROOT_URLCONF = "shop.urls"
# DOCUMENTED
INSTALLED_APPS = [*APPS, *INSTALLED_APPS[1:]]
"""
MODELS = """
from django.contrib.auth.models import AbstractUser
from prepaid_credits.billing.subscribers import Subscriber

# DOCUMENTED
"""
URLS = """
from django.urls import include, path

urlpatterns = [
    # DOCUMENTED
]
"""
USE = """
from django.db import connection
from prepaid_credits.billing.models import Plan
from prepaid_credits.billing.signals import payment_recorded
from shop.models import User

user = User.objects.create_user("ann")
print(user.plan, sorted(Plan.objects.values_list("slug", flat=True)))
print([table for table in connection.introspection.table_names() if table.startswith("credits")])
"""


def documented(number, language="python"):
    """Return a block of the page's section, without its indentation."""
    section = (PROJECT / "docs" / "reuse.md").read_text(encoding="utf-8").split("\n## `billing` alone\n")[1]
    blocks = re.findall(rf"^   ```{language}\n(.*?)^   ```$", section, re.DOTALL | re.MULTILINE)
    return re.sub(r"^   ", "", blocks[number], flags=re.MULTILINE)


def test_a_project_that_follows_the_page_works(standalone):
    shop = standalone.root / "shop"
    shop.mkdir()
    (shop / "__init__.py").touch()
    (shop / "settings.py").write_text(SETTINGS.replace("# DOCUMENTED", documented(0)))
    (shop / "models.py").write_text(MODELS.replace("# DOCUMENTED", documented(1)))
    page = (PROJECT / "docs" / "reuse.md").read_text(encoding="utf-8")
    (urls,) = re.findall(r"`(path\(\"api/\", include\(\"prepaid_credits\.billing\.urls\"\)\))`", page)
    (shop / "urls.py").write_text(URLS.replace("# DOCUMENTED", urls))
    standalone.environment["DJANGO_SETTINGS_MODULE"] = "shop.settings"

    standalone.manage("makemigrations", "shop", "-v0")
    standalone.manage("migrate", "-v0")
    standalone.manage("check", "--database", "default", "--fail-level", "WARNING")
    assert standalone.manage("shell", "-v0", "-c", USE).splitlines() == ["free ['free', 'pro']", "[]"]
    standalone.manage("process_due_billing", "--quiet")
