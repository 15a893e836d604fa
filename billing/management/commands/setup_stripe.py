"""Create or find the product, price, customer portal and webhook endpoint in a Stripe account."""

from argparse import ArgumentParser
from typing import Any

import stripe
from django.conf import settings
from django.core.management.base import CommandError

from billing.exceptions import BillingError
from billing.stripe_api.client import stripe_client
from billing.webhooks.handlers import HANDLED_EVENTS
from common.commands import DocumentedCommand

LOOKUP_KEY = "elevate_pro_monthly"
OURS = {"set_up_by": "setup_stripe"}  # metadata that identifies our portal configuration
PORTAL = {
    "customer_update": {"enabled": True, "allowed_updates": ["email", "name", "address"]},
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True},
    "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
}
EXAMPLES = """
examples:
  manage.py setup_stripe                                               product, price and portal
  manage.py setup_stripe --webhook-url https://api.example.com/api/stripe-webhook
  manage.py setup_stripe --amount 1499 --currency eur

It can be repeated: existing objects are found again (the price by its lookup key).
"""


class Command(DocumentedCommand):
    help = __doc__
    epilog = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", default="Elevate Pro Plan", help="the product's name (%(default)s)")
        parser.add_argument(
            "--amount", type=int, default=999, help="the monthly price in minor units (%(default)s)"
        )
        parser.add_argument("--currency", default="usd", help="a three-letter ISO code (%(default)s)")
        parser.add_argument("--webhook-url", help="also create a webhook endpoint with this https URL")

    def handle(
        self,
        *,
        name: str,
        amount: int,
        currency: str,
        webhook_url: str | None,
        **options: Any,
    ) -> None:
        try:
            with stripe_client() as api:
                price = self._price(api, name=name, amount=amount, currency=currency)
                portal = self._portal(api)
                secret = self._endpoint(api, webhook_url) if webhook_url else None
        except BillingError as error:
            raise CommandError(f"{error} ({error.__cause__})" if error.__cause__ else str(error)) from error
        self.stdout.write(f"\nFor .env:\n\nSTRIPE_PRICE_ID={price.id}\nSTRIPE_PORTAL_CONFIGURATION={portal}")
        if secret:
            self.stdout.write(f"STRIPE_WEBHOOK_SECRET={secret}")

    def _price(self, api: stripe.StripeClient, *, name: str, amount: int, currency: str) -> stripe.Price:
        found = api.v1.prices.list({"lookup_keys": [LOOKUP_KEY], "active": True}).data
        if found:
            price = found[0]
            self.stdout.write(f"Found the price {price.id} ({price.unit_amount} {price.currency} a month).")
            if (price.unit_amount, price.currency) != (amount, currency):
                self.stdout.write("It differs from the requested price. Change prices in Stripe's dashboard.")
            return price
        price = api.v1.prices.create(
            {
                "currency": currency,
                "unit_amount": amount,
                "recurring": {"interval": "month"},
                "lookup_key": LOOKUP_KEY,
                "product_data": {"name": name},
            },
            {"idempotency_key": f"setup:{LOOKUP_KEY}:{amount}:{currency}:{name}"},
        )
        self.stdout.write(f"Created the product {price.product} and the price {price.id}.")
        return price

    def _portal(self, api: stripe.StripeClient) -> str:
        """Create or update our portal configuration. The account's default one is not changed."""
        features: Any = PORTAL
        configurations = api.v1.billing_portal.configurations
        for configuration in configurations.list({"active": True, "limit": 100}).auto_paging_iter():
            metadata = configuration.metadata.to_dict() if configuration.metadata else {}
            if OURS.items() <= metadata.items():
                configurations.update(configuration.id, {"features": features})
                self.stdout.write(f"Found the portal configuration {configuration.id}.")
                return configuration.id
        configuration = configurations.create({"features": features, "metadata": OURS})
        self.stdout.write(f"Created the portal configuration {configuration.id}.")
        return configuration.id

    def _endpoint(self, api: stripe.StripeClient, url: str) -> str | None:
        events: list[Any] = list(HANDLED_EVENTS)
        for endpoint in api.v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter():
            if endpoint.url == url:
                api.v1.webhook_endpoints.update(endpoint.id, {"enabled_events": events})
                self.stdout.write(
                    f"Found the webhook endpoint {endpoint.id}. Stripe shows its secret only in the dashboard."
                )
                return None
        endpoint = api.v1.webhook_endpoints.create(
            {"url": url, "enabled_events": events, "api_version": settings.STRIPE_API_VERSION}  # type: ignore[typeddict-item]  # its type lists the versions that stripe knows
        )
        self.stdout.write(f"Created the webhook endpoint {endpoint.id}.")
        return endpoint.secret
