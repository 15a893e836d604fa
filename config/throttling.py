"""The API's own limit for each user, off unless API_THROTTLE_RATE says otherwise."""

from django.conf import settings
from rest_framework.throttling import UserRateThrottle


class ApiThrottle(UserRateThrottle):
    """At most API_THROTTLE_RATE requests from one user (or, signed out, one address)."""

    scope = "api"

    def get_rate(self) -> str | None:
        return settings.API_THROTTLE_RATE or None
