"""Handlers of Stripe's operations, registered under the names of Stripe's OpenAPI description."""

from stripe_sandbox.api import (  # noqa: F401  # to import a module registers its handlers
    account,
    catalog,
    checkout,
    customer_portal,
    customers,
    events,
    invoices,
    payment_methods,
    payments,
    subscriptions,
    webhook_endpoints,
)
from stripe_sandbox.api.registry import OPERATIONS

__all__ = ["OPERATIONS"]
