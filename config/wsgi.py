"""The WSGI entry point: `gunicorn config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from ai.checks import load_engines  # noqa: E402 -- the apps are loaded now

load_engines()  # gunicorn runs no system checks
