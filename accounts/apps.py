from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import checks, receivers, tokens  # noqa: F401  (importing connects and registers)
        from accounts.models.user import SignupCreditsMode

        tokens.install()
        if settings.SIGNUP_CREDITS_MODE not in SignupCreditsMode.values:  # gunicorn runs no system checks
            raise ImproperlyConfigured(
                f"SIGNUP_CREDITS_MODE is {settings.SIGNUP_CREDITS_MODE!r}, not one of "
                f"{', '.join(SignupCreditsMode.values)}."
            )
