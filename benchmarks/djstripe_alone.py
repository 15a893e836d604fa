"""Settings of a project with dj-stripe alone: its webhook view and its receivers."""

import stripe

from benchmarks.settings import *  # noqa: F403  (a settings module exports all its names)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "djstripe",
]
AUTH_USER_MODEL = "auth.User"
# The same on both sides, but for what needs tables of ours.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("limits.")]  # noqa: F405  (as above)
REST_FRAMEWORK: dict[str, object] = {}
ROOT_URLCONF = "djstripe.urls"
stripe.api_version = STRIPE_API_VERSION  # noqa: F405  (some of dj-stripe's requests do not set it)
