"""Another project: a user model of its own, and from this one only `credits` and `common`."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[3]
SECRET_KEY = "only-for-tests-" + "y" * 50
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "credits",
    "tests.standalone_project.project.people",
]
AUTH_USER_MODEL = "people.Person"
DATABASES = {
    "default": {
        "ENGINE": "config.embedded_postgres",
        "NAME": os.environ.get("STANDALONE_DATABASE", "standalone"),
        "DATA_DIR": os.environ.get("STANDALONE_DATA_DIR") or BASE_DIR / ".local" / "postgres",
        "TEST": {"NAME": "test_standalone" + os.environ.get("TEST_DATABASE_SUFFIX", "")},
    }
}
if os.environ.get("DATABASE_URL"):
    import environ

    DATABASES["default"] = {
        **environ.Env.db_url_config(os.environ["DATABASE_URL"]),
        "NAME": DATABASES["default"]["NAME"],
        "TEST": DATABASES["default"]["TEST"],
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
ROOT_URLCONF = "tests.standalone_project.project.urls"
REST_FRAMEWORK = {"DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"]}
SIGNUP_CREDITS = 100
CREDIT_PRICES = {"note": {"base": 3}}
CREDIT_HOLD_SECONDS = 15 * 60
CREDIT_RESPONSE_DAYS = 30
CREDIT_LOW_BALANCE = 10
CREDIT_MAX_OPEN_HOLDS = 50
CREDIT_ADJUSTMENT_LIMIT = 10_000
