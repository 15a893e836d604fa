"""Configure what customers may do in Stripe's customer portal."""

from typing import Any

import stripe

from billing.models import Plan
from billing.rules.catalog import prices_on_sale

OURS = {"set_up_by": "setup_stripe"}  # metadata that identifies our portal configuration
FEATURES = {
    "customer_update": {"enabled": True, "allowed_updates": ["email", "name", "address"]},
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True},
    "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
}
PLAN_CHANGE = {
    "enabled": True,
    "default_allowed_updates": ["price"],
    "proration_behavior": "always_invoice",  # an upgrade is paid, and its credits granted, at once
}
MAX_PRODUCTS = 10  # https://docs.stripe.com/api/customer_portal/configurations/create


def prices_by_product() -> dict[str, list[str]]:
    """Return the ids of the prices at which plans are on sale, by Stripe product."""
    products: dict[str, list[str]] = {}
    for plan in Plan.objects.offered():
        for price in prices_on_sale(plan.prices.all()):
            products.setdefault(price.product_id, []).append(price.stripe_id)
    return products


def configure_portal(api: stripe.StripeClient, *, products: dict[str, list[str]]) -> tuple[str, bool]:
    """Create or update our portal configuration, which lets customers change to these prices.

    Return its id, and whether it is new. The account's default configuration is not changed. Only
    MAX_PRODUCTS products are offered.
    """
    offered = [{"product": product, "prices": prices} for product, prices in products.items()]
    features: Any = {**FEATURES, "subscription_update": {**PLAN_CHANGE, "products": offered[:MAX_PRODUCTS]}}
    configurations = api.v1.billing_portal.configurations
    for configuration in configurations.list({"active": True, "limit": 100}).auto_paging_iter():
        metadata = configuration.metadata.to_dict() if configuration.metadata else {}
        if OURS.items() <= metadata.items():
            configurations.update(configuration.id, {"features": features})
            return configuration.id, False
    return configurations.create({"features": features, "metadata": OURS}).id, True
