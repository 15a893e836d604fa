from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import checks, djstripe_fixes, receivers, stripe_api  # noqa: F401  (some only register)

        djstripe_fixes.apply()
        stripe_api.configure()
