"""The WSGI entry point: `gunicorn config.wsgi`."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

_django = get_wsgi_application()

from ai.checks import load_engines  # noqa: E402 -- the apps are loaded now
from config.request_guard import readable_accept, readable_content_type  # noqa: E402  (as above)

load_engines()  # gunicorn runs no system checks


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve a request, whatever its Content-Type looks like."""
    environ["CONTENT_TYPE"] = readable_content_type(environ.get("CONTENT_TYPE", ""))
    environ["HTTP_ACCEPT"] = readable_accept(environ.get("HTTP_ACCEPT", "*/*"))
    return _django(environ, start_response)
