"""System checks of a deployment."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning


@register(Tags.security, deploy=True)
def check_proxy(**kwargs: Any) -> list[CheckMessage]:
    """Check that a proxy is declared: gunicorn's threads wait for clients that send slowly."""
    if settings.BEHIND_TLS_PROXY:
        return []
    return [
        CheckWarning(
            "No proxy is declared, so a few clients that send half a request can occupy all threads.",
            hint="Put a proxy that buffers requests in front (deploy/nginx.conf), and set BEHIND_TLS_PROXY=on.",
            id="config.W001",
        )
    ]


@register(Tags.security, deploy=True)
def check_second_factor(**kwargs: Any) -> list[CheckMessage]:
    """Check that staff need a second factor: a password alone opens every balance."""
    if settings.STAFF_SECOND_FACTOR_REQUIRED:
        return []
    return [
        CheckWarning(
            "Staff can use the admin with a password alone.",
            hint="Set STAFF_SECOND_FACTOR_REQUIRED=on. Each member of staff sets up an app at the next login.",
            id="config.W002",
        )
    ]
