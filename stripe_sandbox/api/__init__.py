"""Stripe's operations: one handler each, registered under the name that Stripe's description gives it."""

from stripe_sandbox.api import (  # noqa: F401  # importing a module registers its handlers
    account,
    catalog,
    checkout,
    customer_portal,
    customers,
    events,
    invoices,
    payments,
    subscriptions,
)
from stripe_sandbox.api.registry import OPERATIONS

__all__ = ["OPERATIONS"]
