from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import checks, receivers, stripe_api  # noqa: F401  (checks and webhook handlers register)

        stripe_api.configure()
