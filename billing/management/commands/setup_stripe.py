"""Create or find the product, price, customer portal and webhook endpoint in a Stripe account."""

import uuid
from argparse import ArgumentParser
from typing import Any

import stripe
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError

from billing import services
from billing.exceptions import BillingError, StripeFailed, StripeObjectMissing
from billing.models import Plan
from billing.money import money
from billing.rules.catalog import prices_on_sale, refusal
from billing.services import catalog
from billing.services.portal_configuration import MAX_PRODUCTS, configure_portal, prices_by_product
from billing.stripe_api.client import stripe_client
from billing.stripe_objects import Price
from billing.webhooks.handlers import HANDLED_EVENTS
from common.commands import DocumentedCommand

LOOKUP_KEY = "elevate_pro_monthly"
EXAMPLES = """
examples:
  manage.py setup_stripe                                               product, price and portal
  manage.py setup_stripe --webhook-url https://api.example.com/api/stripe-webhook
  manage.py setup_stripe --amount 1499 --currency eur

Repeated runs find existing objects again (the price by its lookup key). Run it again after a change of the
catalog: the portal then offers the prices of all plans on sale.
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
        if amount < 1:
            raise CommandError("The amount of a price must be above 0.")
        try:
            with stripe_client() as api:
                price = self._price(api, name=name, amount=amount, currency=currency)
                products = self._store(price) or {price.product_id: [price.id]}
                portal = self._portal(api, products)
                secret = self._endpoint(api, webhook_url) if webhook_url else None
        except BillingError as error:
            raise CommandError(f"{error} ({error.__cause__})" if error.__cause__ else str(error)) from error
        self.stdout.write(f"\nFor .env:\n\nSTRIPE_PRICE_ID={price.id}\nSTRIPE_PORTAL_CONFIGURATION={portal}")
        if secret:
            self.stdout.write(f"STRIPE_WEBHOOK_SECRET={secret}")

    def _price(self, api: stripe.StripeClient, *, name: str, amount: int, currency: str) -> Price:
        """Find the active price with our lookup key, or create one."""
        (existing, *_) = [*api.v1.prices.list({"lookup_keys": [LOOKUP_KEY]}).data, None]
        if existing and existing.active:
            found = Price.from_stripe(existing.to_dict())
            if reason := refusal(found, recurring=True, livemode=settings.STRIPE_LIVE_MODE):
                raise CommandError(f"{reason} It has the lookup key {LOOKUP_KEY}.")
            self.stdout.write(f"Found the price {found.id}: {_text(found)}.")
            if (found.unit_amount, found.currency) != (amount, currency):
                self.stdout.write(
                    "It differs from the requested price. To sell at another one, create it in Stripe's "
                    "dashboard and add it to the plan in the admin."
                )
            return found
        parameters: dict[str, Any] = {
            "currency": currency,
            "unit_amount": amount,
            "recurring": {"interval": "month"},
            "lookup_key": LOOKUP_KEY,
            "product_data": {"name": name},
        }
        key = f"setup:{LOOKUP_KEY}:{amount}:{currency}:{name}"
        if existing:  # archived
            parameters["transfer_lookup_key"] = True
            key += f":instead-of:{existing.id}"
            if product_id := self._active_product(api, str(existing.product)):
                del parameters["product_data"]
                parameters["product"] = product_id
        created = self._create_price(api, parameters, key=key)
        if existing:
            self.stdout.write(f"The price {existing.id} is archived in Stripe. Created another one.")
        self.stdout.write(
            f"Created the price {created.id} of the product {created.product_id}: {_text(created)}."
        )
        return created

    def _create_price(self, api: stripe.StripeClient, parameters: dict[str, Any], *, key: str) -> Price:
        """Create a price once. If the key's price was archived since, create another one.

        Stripe repeats a response by its idempotency key for 24 hours, whatever happened to the price, and
        even an error of its own. If that request created a price nevertheless, its lookup key was found.
        """
        options: Any = {"idempotency_key": key}
        try:
            with stripe_client():  # translates the exception
                created = api.v1.prices.create(parameters, options)  # type: ignore[arg-type]  # a plain dict
        except StripeFailed as error:
            if not error.is_stored:
                raise
            created = api.v1.prices.create(parameters, {"idempotency_key": f"{key}:{uuid.uuid4()}"})  # type: ignore[arg-type]  # as above
        current = api.v1.prices.retrieve(created.id)
        if not current.active:
            again: Any = {**parameters, "transfer_lookup_key": True}
            self.stdout.write(f"The price {current.id} is archived in Stripe.")
            current = api.v1.prices.create(again, {"idempotency_key": f"{key}:{uuid.uuid4()}"})
        return Price.from_stripe(current.to_dict())

    def _active_product(self, api: stripe.StripeClient, product_id: str) -> str | None:
        try:
            with stripe_client():  # translates the exception
                product = api.v1.products.retrieve(product_id)
        except StripeObjectMissing:
            return None
        return product.id if product.active else None

    def _store(self, price: Price) -> dict[str, list[str]]:
        """Store the price for the plan `pro`. Return the plans' prices on sale by Stripe product."""
        try:
            pro = Plan.objects.get(slug=Plan.DEFAULT)
            services.sync_prices()  # those of another account or mode are not active in this one
            if catalog.add_price(price, item=pro).plan_id != pro.pk:
                self.stdout.write(f"{price.id} already belongs to another plan here, and is not changed.")
            elif (sold := prices_on_sale(pro.prices.all())) and sold[0].stripe_id != price.id:
                self.stdout.write(
                    f"The plan pro is sold at {sold[0].stripe_id}, its default price. To sell it at {price.id}, "
                    "make that the default in the admin."
                )
            for item in services.items_without_price():
                self.stdout.write(
                    f"Not on sale: {item} has no active price. Add one to it in the admin, under Catalog."
                )
        except (DatabaseError, Plan.DoesNotExist) as error:
            self.stdout.write(
                f"The price is not stored in this database ({str(error).splitlines()[0]}). The API stores "
                "STRIPE_PRICE_ID when it is first needed."
            )
            return {}
        return prices_by_product()

    def _portal(self, api: stripe.StripeClient, products: dict[str, list[str]]) -> str:
        if len(products) > MAX_PRODUCTS:
            self.stdout.write(f"The portal offers only {MAX_PRODUCTS} of {len(products)} products.")
        configuration, is_new = configure_portal(api, products=products)
        self.stdout.write(f"{'Created' if is_new else 'Found'} the portal configuration {configuration}.")
        return configuration

    def _endpoint(self, api: stripe.StripeClient, url: str) -> str | None:
        events: list[Any] = list(HANDLED_EVENTS)
        for endpoint in api.v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter():
            if endpoint.url == url:
                api.v1.webhook_endpoints.update(endpoint.id, {"enabled_events": events, "disabled": False})
                what = "Found" if endpoint.status == "enabled" else "Enabled"
                self.stdout.write(
                    f"{what} the webhook endpoint {endpoint.id}. Stripe shows its secret only in the dashboard."
                )
                return None
        endpoint = api.v1.webhook_endpoints.create(
            {"url": url, "enabled_events": events, "api_version": settings.STRIPE_API_VERSION}  # type: ignore[typeddict-item]  # its type lists the versions that stripe knows
        )
        self.stdout.write(f"Created the webhook endpoint {endpoint.id}.")
        return endpoint.secret


def _text(price: Price) -> str:
    period = price.interval if price.interval_count == 1 else f"{price.interval_count} {price.interval}s"
    return f"{money(price.unit_amount, price.currency)} per {period}"
