from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import checks  # noqa: F401  (importing registers the checks)
        from billing.stripe_api import client, djstripe_patches
        from billing.webhooks import handlers

        djstripe_patches.apply()
        djstripe_patches.disconnect_receivers(handlers.EVENTS_WE_FETCH)
        client.configure()
