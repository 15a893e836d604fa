from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.api_key_text import BRAND


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import checks, receivers, token_backend  # noqa: F401  (importing connects and registers)
        from accounts.models.user import SignupCreditsMode

        token_backend.install()
        # gunicorn runs no system checks.
        if not BRAND.fullmatch(settings.API_KEY_PREFIX):
            raise ImproperlyConfigured(
                "API_KEY_PREFIX has 2 to 15 lower-case letters and digits, and starts with a letter."
            )
        if settings.SIGNUP_CREDITS_MODE not in SignupCreditsMode.values:
            raise ImproperlyConfigured(
                f"SIGNUP_CREDITS_MODE is {settings.SIGNUP_CREDITS_MODE!r}, not one of "
                f"{', '.join(SignupCreditsMode.values)}."
            )
