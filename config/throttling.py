"""The API's rate limit by user, disabled unless API_THROTTLE_RATE is set.

The client's address is taken from X-Forwarded-For according to NUM_PROXIES in the settings.
"""

from django.conf import settings
from rest_framework.throttling import UserRateThrottle


class ApiThrottle(UserRateThrottle):
    """Allow at most API_THROTTLE_RATE requests from one user or, without a token, one address."""

    scope = "api"

    def get_rate(self) -> str | None:
        return settings.API_THROTTLE_RATE or None
