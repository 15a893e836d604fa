from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import receivers, token_backend  # noqa: F401  (importing connects the receivers)

        token_backend.install()
