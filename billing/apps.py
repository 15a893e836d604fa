from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import checks, djstripe_fixes, receivers, stripe_api  # noqa: F401  (checks only register)

        djstripe_fixes.apply()
        djstripe_fixes.read_once(receivers.READ_ONCE)
        stripe_api.configure()
