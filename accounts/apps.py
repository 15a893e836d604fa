from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.api_key_text import BRAND


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import receivers, token_backend  # noqa: F401  (importing connects the receivers)

        if not BRAND.fullmatch(settings.API_KEY_PREFIX):
            raise ImproperlyConfigured(
                "API_KEY_PREFIX has 2 to 15 lower-case letters and digits, and starts with a letter."
            )
        token_backend.install()
