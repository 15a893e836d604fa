from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from limits.rates import Limit


class LimitsConfig(AppConfig):
    name = "limits"

    def ready(self) -> None:
        """Refuse to start with an invalid rate, because gunicorn runs no system checks."""
        for name in dir(settings):
            if name.endswith("_THROTTLE_RATE"):
                try:
                    Limit.from_rate(name, getattr(settings, name))
                except ValueError as error:
                    raise ImproperlyConfigured(f"{name}: {error}") from None
